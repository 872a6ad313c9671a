// A newcomer makes the theme their own, with the files that docs/design.md walks through.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { browser, folder, program, put, repository, serve } from './help.mjs';

/** The files of the walk-through: each stands in a block of code behind a line that ends with its path. */
function walkThrough() {
  const design = readFileSync(join(repository, 'docs/design.md'), 'utf8');
  return Object.fromEntries([...design.matchAll(/`(templates\/[\w./-]+)`[^\n]*\n+```\w*\n([\s\S]*?)```/g)].map(([, path, text]) => [path, text]));
}

async function styled(t, files) {
  const root = join(folder(t), 'site');
  execFileSync(program, ['init', '--quiet', root]);
  for (const [path, text] of Object.entries(files)) put(root, path, text);
  execFileSync(program, ['check', '--deny', 'warnings', '--root', root], { stdio: 'pipe' });
  const page = await (await browser(t)).newPage();
  const address = await serve(t, root);
  const article = readdirSync(join(root, 'content/articles')).find((name) => !name.startsWith('_')).replace(/\.md$/, '');
  await page.goto(`${address}/articles/${article}/`);
  return page;
}

const token = (page, name) => page.evaluate((wanted) => getComputedStyle(document.documentElement).getPropertyValue(wanted).trim(), name);
const linkColour = (page) => page.evaluate(() => getComputedStyle(document.querySelector('main .prose a:not([class*="cite"])')).color);
/** A colour as the browser writes it. */
const colour = (page, written) => page.evaluate((value) => {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = value;
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}, written);
const background = (page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

test('a few values in one file restyle the site, in light and in dark', async (t) => {
  const path = 'templates/assets/css/site.css';
  const files = walkThrough();
  const [light, dark] = (files[path] ?? '').split('@media').map((part) => Object.fromEntries([...part.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value])));
  assert.ok(light?.['--link'] && dark?.['--link'], `docs/design.md shows ${path}`);
  const own = await styled(t, { [path]: files[path] });
  for (const [colorScheme, values] of [['light', light], ['dark', dark]]) {
    await own.emulateMedia({ colorScheme });
    for (const [name, value] of Object.entries(values)) assert.equal((await token(own, name)).replace(/\s/g, ''), value.replace(/\s/g, ''));
    assert.equal(await linkColour(own), await colour(own, values['--link']));
  }
  // The rest of the theme is still there.
  const plain = await styled(t, {});
  await plain.emulateMedia({ colorScheme: 'light' });
  await own.emulateMedia({ colorScheme: 'light' });
  assert.notEqual(await linkColour(plain), await linkColour(own));
  assert.equal(await background(plain), await background(own));
});

test('a file of tokens of one\'s own takes the place of the theme\'s, and nothing else is copied', async (t) => {
  const path = 'templates/assets/css/tokens.css';
  const tokens = readFileSync(join(repository, path), 'utf8');
  const own = await styled(t, { [path]: tokens.replace(/--paper: [^;]+;/, '--paper: #eef4ff;') });
  assert.equal(await background(own), 'rgb(238, 244, 255)');
  assert.equal(await own.locator('.skip').evaluate((element) => getComputedStyle(element).position), 'absolute');
});

test('one component is replaced, and the pages that use it show it', async (t) => {
  const files = walkThrough();
  const path = Object.keys(files).find((name) => name.startsWith('templates/components/'));
  assert.ok(path, 'docs/design.md replaces a component');
  const words = files[path].match(/%\}([A-Z][a-z]+ [a-z]+) \{\{/)[1];
  const plain = await styled(t, {});
  const own = await styled(t, { [path]: files[path] });
  assert.doesNotMatch(await plain.locator('body').innerText(), new RegExp(words));
  assert.match(await own.locator('main header').first().innerText(), new RegExp(`${words}\\s+\\d+ \\w+ \\d{4}`));
  assert.equal(await own.locator('h1').innerText(), await plain.locator('h1').innerText());
});
