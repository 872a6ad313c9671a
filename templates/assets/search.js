// Searches the site in the browser with pagefind's index, keeps what is asked in the address, and lists what is found by its kind, title and words.

const form = document.querySelector('form.search[data-index]');
const field = form.elements.q;
const status = document.querySelector('[role="status"]');
const list = document.querySelector('ol.results');
const PAGE = 10;
const WAIT = 200;

// A template may say these in other words, as data-attributes of the form.
const words = {
  none: 'Nothing found for {what}. Try fewer or other words.',
  one: '1 result for {what}.',
  many: '{count} results for {what}.',
  all: '{count} in other kinds.',
  more: 'Show more results',
  broken: 'Search does not work just now. Everything is in the lists by kind.',
  ...form.dataset,
};
const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

const more = element('button', 'more', words.more);
more.type = 'button';
more.hidden = true;
list.after(more);

let index;
let found = [];

const load = () => (index ??= import(new URL(form.dataset.index, document.baseURI)));
const choices = [...form.querySelectorAll('[name="kind"]')];
const asked = () => ({ q: field.value.trim(), kinds: new FormData(form).getAll('kind').filter(Boolean) });

async function search(wait = 0) {
  const { q, kinds } = asked();
  if (!q && !kinds.length) return show([]);
  try {
    const pagefind = await load();
    const answer = await pagefind.debouncedSearch(q || null, kinds.length ? { filters: { kind: { any: kinds } } } : {}, wait);
    // None when something else was asked in the meantime.
    if (answer) await show(answer.results, q, kinds, answer.unfilteredResultCount);
  } catch {
    index = undefined;
    await show([]);
    status.textContent = words.broken;
  }
}

async function show(results, q, kinds, elsewhere) {
  found = results;
  const first = await Promise.all(results.slice(0, PAGE).map(item));
  if (found !== results) return;
  list.replaceChildren(...first);
  more.hidden = results.length <= PAGE;
  status.textContent = '';
  if (!q && !kinds?.length) return;
  const what = [q && '“' + q + '”', kinds.length && kinds.join(', ')].filter(Boolean).join(' in ');
  status.textContent = say(['none', 'one'][results.length] ?? 'many', { count: results.length, what });
  if (!results.length && elsewhere) status.append(' ', anchor('?' + new URLSearchParams({ q }), say('all', { count: elsewhere })));
}

async function item(result) {
  const { url, excerpt, meta, filters, sub_results: parts = [] } = await result.data();
  const entry = element('li');
  const title = element('p', 'title');
  if (filters.kind) title.append(element('span', 'kind', filters.kind[0]), ' ');
  title.append(anchor(url, meta.title));
  const summary = element('p', 'summary');
  summary.append(...marked(excerpt));
  entry.append(title, summary);
  const within = parts.filter((part) => part.url !== url).slice(0, 3);
  if (within.length) {
    const inside = element('ul', 'within');
    for (const part of within) inside.appendChild(element('li')).append(anchor(part.url, part.title));
    entry.append(inside);
  }
  return entry;
}

function element(name, className = '', text = '') {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

function anchor(url, text) {
  const made = element('a', '', text);
  made.href = url;
  return made;
}

// An excerpt is HTML. Only its text and its marks are taken over.
function marked(excerpt) {
  const { childNodes } = new DOMParser().parseFromString(excerpt, 'text/html').body;
  return [...childNodes].map((node) => (node.nodeName === 'MARK' ? element('mark', '', node.textContent) : node.textContent));
}

function read() {
  const query = new URLSearchParams(location.search);
  const kinds = query.getAll('kind').filter(Boolean);
  field.value = query.get('q') ?? '';
  for (const choice of choices) choice.checked = kinds.length ? kinds.includes(choice.value) : !choice.value;
  search();
}

function remember(how) {
  const { q, kinds } = asked();
  const url = new URL(location);
  url.search = new URLSearchParams([...(q ? [['q', q]] : []), ...kinds.map((kind) => ['kind', kind])]);
  if (url.href !== location.href) history[how](null, '', url);
}

field.addEventListener('focus', () => load().catch(() => {}), { once: true });
field.addEventListener('input', () => {
  remember('replaceState');
  search(WAIT);
});
form.addEventListener('change', ({ target }) => {
  if (target === field) return;
  remember('pushState');
  search();
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  remember('pushState');
  search();
});
addEventListener('popstate', read);

more.addEventListener('click', async () => {
  const results = found;
  more.hidden = true;
  const next = await Promise.all(results.slice(list.children.length, list.children.length + PAGE).map(item));
  if (found !== results) return;
  list.append(...next);
  more.hidden = list.children.length >= results.length;
  next[0].querySelector('a').focus();
});

// Arrows go from the field through the results and back, and a slash goes to the field. A slash typed elsewhere on the
// page means nothing: keys of one character may only work where the focus is (WCAG 2.1.4).
form.addEventListener('keydown', (event) => event.target === field && step(event));
list.addEventListener('keydown', step);

function step(event) {
  const { key, target } = event;
  const stops = [field, ...list.querySelectorAll('.title a')];
  const on = stops.findLastIndex((stop) => stop === target || stop.closest('li')?.contains(target));
  const to = { ArrowDown: on + 1, ArrowUp: on - 1, '/': target === field ? -1 : 0 }[key];
  if (to === undefined || !stops[to] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  stops[to].focus();
}

form.hidden = false;
read();
