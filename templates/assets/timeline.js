// Filters a timeline by what its form says, keeps the choice in the address, and tells how many events are left.

const has = (ids, id) => ids?.split(/\s+/).includes(id);
const tests = {
  actor: ({ actors }, id) => has(actors, id),
  place: ({ places }, id) => has(places, id),
  kind: ({ kind }, word) => kind === word,
  // 1 is the weightiest, so that 2 means 1 and 2.
  importance: ({ importance }, least) => Number(importance) <= Number(least),
};

for (const form of document.querySelectorAll('form.filter')) filterable(form);

function filterable(form) {
  const around = form.closest('article, main') ?? document.body;
  const events = [...around.querySelectorAll('li[data-kind]')];
  const selects = [...form.querySelectorAll('select')].filter(({ name }) => name in tests);
  const output = form.querySelector('output');
  const words = output?.dataset.words || '{shown} of {all} events';
  const lists = new Set(events.map((event) => event.parentElement));
  const jumps = [...around.querySelectorAll('nav a[href^="#"]')];

  const matches = ({ dataset }) => selects.every(({ name, value }) => !value || tests[name](dataset, value));

  function apply() {
    for (const event of events) event.hidden = !matches(event);
    for (const list of lists) {
      const empty = ![...list.children].some((item) => !item.hidden);
      for (const part of yearOf(list)) part.hidden = empty;
    }
    for (const jump of jumps) {
      (jump.closest('li') ?? jump).hidden = Boolean(named(jump.hash)?.closest('[hidden]'));
    }
    if (output) {
      const shown = events.filter((event) => !event.hidden).length;
      output.textContent = words.replace('{shown}', shown).replace('{all}', events.length);
    }
  }

  function read() {
    const query = new URLSearchParams(location.search);
    for (const select of selects) {
      select.value = query.get(select.name) ?? '';
      // An address may name what there is no event for any more.
      if (select.selectedIndex < 0) select.value = '';
    }
    apply();
  }

  function write() {
    const url = new URL(location);
    for (const { name, value } of selects) {
      if (value) url.searchParams.set(name, value);
      else url.searchParams.delete(name);
    }
    if (url.search !== location.search) history.pushState(null, '', url);
    apply();
  }

  function clear() {
    for (const select of selects) select.value = '';
    write();
  }

  // A link to an event or a year shows it, whatever is filtered.
  function arrive() {
    const target = named(location.hash);
    if (!around.contains(target)) return;
    if (target.closest('[hidden]')) clear();
    target.scrollIntoView();
  }

  form.addEventListener('change', write);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    clear();
  });
  addEventListener('popstate', read);
  addEventListener('hashchange', arrive);
  form.hidden = false;
  read();
  if (location.search) arrive();
}

function named(hash) {
  return document.getElementById(decodeURIComponent(hash.slice(1)));
}

// A year is a section of its own, or a heading and the list behind it.
function yearOf(list) {
  const section = list.closest('section');
  if (section?.querySelectorAll('ol').length === 1) return [section];
  const heading = list.previousElementSibling;
  return heading?.matches('h2, h3') ? [heading, list] : [list];
}
