// Marks in the contents the section that is being read, and shows what only works by script: printing, copying the address, searching.

const entries = [...document.querySelectorAll('nav.toc a[href^="#"]')]
  .map((link) => ({ link, heading: document.getElementById(decodeURIComponent(link.hash.slice(1))) }))
  .filter(({ heading }) => heading);

// A section is being read from when its heading has come into the upper third of the window.
const watch = new IntersectionObserver(() => {
  const read = entries.findLast(({ heading }) => heading.getBoundingClientRect().top < innerHeight / 3);
  for (const { link } of entries) {
    if (link === read?.link) link.setAttribute('aria-current', 'location');
    else link.removeAttribute('aria-current');
  }
}, { rootMargin: '0px 0px -66.6%' });
for (const { heading } of entries) watch.observe(heading);

for (const form of document.querySelectorAll('form.search')) form.hidden = false;

for (const button of document.querySelectorAll('button.print')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}

const address = document.querySelector('link[rel="canonical"]')?.href ?? location.href;

// Only a page that came safely may write to the clipboard.
for (const button of navigator.clipboard ? document.querySelectorAll('button.copy') : []) {
  const told = document.createElement('span');
  told.setAttribute('role', 'status');
  button.after(told);
  button.hidden = false;
  button.addEventListener('click', async () => {
    told.textContent = '';
    await navigator.clipboard.writeText(button.dataset.copy || address);
    told.textContent = button.dataset.done || 'Copied';
  });
}
