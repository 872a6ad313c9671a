// Shows what a link leads to while the pointer rests on it or the keyboard is on it: the preview that every page carries, or a source or footnote of this page.
//
// The box is a tooltip, not a dialog: it takes no focus and asks for no answer, so a screen reader reads it as the
// description of the link, and Tab goes on in the text. Whatever it says stands where the link leads, too.

const LINKS = 'main a[href]:not(nav a, [download])';
const WAIT = 250;
const GAP = 6;
const EDGE = 8;

const box = document.createElement('div');
box.id = 'preview-box';
box.className = 'preview';
box.setAttribute('role', 'tooltip');

const kept = new Map();
// The link whose preview is open.
let link;
// The link that pointer or focus is on, so that one that was dismissed stays closed until it is left.
let met;
// What happens next, opening or closing.
let timer;
// The request under way.
let asked;

addEventListener('pointerover', ({ target, pointerType, clientX }) => {
  if (pointerType === 'touch') return;
  if (!box.contains(target)) return meet(target.closest(LINKS), clientX);
  clearTimeout(timer);
  met = link;
});
document.documentElement.addEventListener('pointerleave', () => meet(null));
addEventListener('focusin', ({ target }) => target.matches(':focus-visible') && meet(target.closest(LINKS)));
// At once, lest it cover what gets the focus next.
addEventListener('focusout', () => {
  if (box.matches(':hover') || link?.matches(':hover')) return;
  met = null;
  close();
});
addEventListener('keydown', ({ key }) => key === 'Escape' && close());
addEventListener('click', ({ target }) => box.contains(target) || close());
addEventListener('beforeprint', close);
addEventListener('pagehide', close);

function meet(anchor, x) {
  if (anchor === met) return;
  met = anchor;
  clearTimeout(timer);
  if (anchor && anchor === link) return;
  // Until another opens, the open one stays: the way to it may lead across other links.
  if (anchor) timer = setTimeout(open, WAIT, anchor, x);
  else if (!link?.matches(':focus-visible')) timer = setTimeout(close, WAIT);
}

async function open(anchor, x) {
  close();
  asked = new AbortController();
  const { signal } = asked;
  const found = await preview(anchor, signal).catch(() => null);
  if (!found || signal.aborted) return;
  box.replaceChildren(found.content.cloneNode(true));
  box.lang = found.lang;
  for (const element of box.querySelectorAll('[id]')) element.removeAttribute('id');
  for (const element of box.querySelectorAll('a')) element.tabIndex = -1;
  link = anchor;
  link.setAttribute('aria-describedby', box.id);
  // Within the landmark that the link stands in.
  link.closest('main').append(box);
  place(x);
}

function close() {
  clearTimeout(timer);
  asked?.abort();
  box.remove();
  link?.removeAttribute('aria-describedby');
  link = null;
}

// Below the link, or above it where there is more room, and under the pointer that asked, so that it can get there.
function place(x) {
  const lines = [...link.getClientRects()];
  const { top, bottom } = link.getBoundingClientRect();
  const { clientWidth } = document.documentElement;
  box.style.left = box.style.top = 0;
  const { x: left, y: over, width, height } = box.getBoundingClientRect();
  const above = bottom + GAP + height > innerHeight && top - GAP >= height;
  const start = x === undefined ? lines.at(above ? 0 : -1).left : x - width / 4;
  box.style.left = Math.max(EDGE, Math.min(start, clientWidth - EDGE - width)) - left + 'px';
  box.style.top = (above ? top - GAP - height : bottom + GAP) - over + 'px';
}

async function preview(anchor, signal) {
  const url = new URL(anchor.getAttribute('href'), document.baseURI);
  if (url.origin !== location.origin || !/(\/|\.html)$/.test(url.pathname)) return null;
  if (url.pathname === location.pathname) return note(decodeURIComponent(url.hash.slice(1)));
  if (navigator.connection?.saveData) return null;
  url.hash = '';
  if (!kept.has(url.href)) {
    const page = fetched(url, signal);
    kept.set(url.href, page);
    page.catch(() => kept.delete(url.href));
    if (kept.size > 40) kept.delete(kept.keys().next().value);
  }
  return kept.get(url.href);
}

async function fetched(url, signal) {
  const answer = await fetch(url, { signal });
  if (!answer.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const found = page.querySelector('template#preview');
  return found && { content: found.content, lang: page.documentElement.lang };
}

function note(id) {
  const item = id && document.getElementById(id);
  if (!item?.matches('.sources li, .footnotes li')) return null;
  const content = new DocumentFragment();
  content.append(...item.cloneNode(true).childNodes);
  for (const back of content.querySelectorAll('[href^="#cite-"], [role="doc-backlink"]')) back.remove();
  return { content, lang: document.documentElement.lang };
}
