// The built site, as nginx serves it and as a browser shows it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LinkChecker } from 'linkinator';
import { browser, build, folder, nginx, put } from './help.mjs';

const PAGES = [
  '/', '/articles/', '/articles/border-attacks-september-2022/', '/background/', '/background/how-we-count/', '/timeline/',
  '/casualties/', '/claims/', '/events/', '/events/war-2020/', '/figures/', '/figures/war-2020-killed-reuters/', '/places/',
  '/places/nagorno-karabakh/', '/actors/', '/actors/reuters/', '/sources/', '/sources/cnn-2022-09-13/', '/terms/', '/tags/', '/about/',
];

async function site(t, ...flags) {
  const output = folder(t);
  build(output, ...flags);
  return { output, address: await nginx(t, output) };
}

test('nginx, as the documentation sets it up, serves the site', async (t) => {
  const { address, output } = await site(t);
  const get = (path) => fetch(address + path, { redirect: 'manual' });
  assert.equal((await get('/')).status, 200);
  const bare = await get('/timeline');
  assert.deepEqual([bare.status, bare.headers.get('location')], [301, '/timeline/']);
  const missing = await get('/nothing-here/');
  assert.equal(missing.status, 404);
  assert.match(await missing.text(), /Page not found/);
  assert.equal((await get('/.backgrounder/manifest')).status, 404);
  assert.match((await get('/atom.xml')).headers.get('content-type'), /xml/);
  const style = readFileSync(join(output, 'index.html'), 'utf8').match(/href="(\/assets\/style\.[0-9a-f]{12}\.css)"/)[1];
  const asset = await get(style);
  assert.match(asset.headers.get('cache-control'), /immutable/);
  assert.match(asset.headers.get('content-type'), /text\/css/);
  assert.match((await get('/')).headers.get('cache-control'), /no-cache/);
});

test('a link checker of others finds no broken link and no broken anchor', async (t) => {
  const { address, output } = await site(t);
  const check = async () => {
    const result = await new LinkChecker().check({
      path: `${address}/`, recurse: true, checkFragments: true, linksToSkip: async (link) => !link.startsWith(address),
    });
    const own = result.links.filter((link) => link.state !== 'SKIPPED');
    return { count: own.length, broken: own.filter((link) => link.state === 'BROKEN').map((link) => `${link.url} on ${link.parent}`) };
  };
  const found = await check();
  assert.deepEqual(found.broken, []);
  assert.ok(found.count > 300, `only ${found.count} links were looked at`);
  t.diagnostic(`${found.count} links and anchors, none broken`);
  // A checker that cannot find anything proves nothing.
  put(output, 'about/index.html', `${readFileSync(join(output, 'about/index.html'), 'utf8')}<a href="/nowhere/">x</a><a href="/timeline/#nowhere">y</a>`);
  const seeded = (await check()).broken.join('\n');
  assert.match(seeded, /\/nowhere\/ on/);
  assert.match(seeded, /\/timeline\/#nowhere on/);
});

test('a site under a path works there', async (t) => {
  const root = folder(t);
  build(join(root, 'sub'), '--base-url', 'https://example.org/sub/');
  put(root, 'index.html', '<a href="/sub/">the site</a>');
  const address = await nginx(t, root);
  const result = await new LinkChecker().check({
    path: `${address}/sub/`, recurse: true, checkFragments: true, linksToSkip: async (link) => !link.startsWith(address),
  });
  assert.deepEqual(result.links.filter((link) => link.state === 'BROKEN').map((link) => link.url), []);
  assert.ok(result.links.filter((link) => link.state === 'OK').length > 300);
});

test('every kind of page shows without scripts, requests elsewhere, messages or sideways scroll', async (t) => {
  const { address } = await site(t);
  const chromium = await browser(t);
  for (const [width, colorScheme] of [[320, 'light'], [1280, 'dark']]) {
    const context = await chromium.newContext({ viewport: { width, height: 800 }, colorScheme, javaScriptEnabled: false });
    const page = await context.newPage();
    const wrong = [];
    page.on('request', (request) => request.url().startsWith(address) || wrong.push(`asked ${request.url()}`));
    page.on('console', (message) => wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(String(error)));
    for (const path of PAGES) {
      const answer = await page.goto(address + path);
      assert.equal(answer.status(), 200, path);
      assert.equal(await page.locator('h1').count(), 1, `one first heading on ${path}`);
      assert.equal(await page.locator('main').count(), 1, `one main part on ${path}`);
      const size = await page.locator('html').evaluate((html) => [html.scrollWidth, html.clientWidth]);
      assert.ok(size[0] <= size[1], `${path} scrolls sideways at ${width}: ${size}`);
      assert.doesNotMatch(await page.locator('body').innerText(), /undefined|\[object|\{\{|\{%|\[\[|\]\]/, path);
    }
    assert.deepEqual(wrong, []);
    await context.close();
  }
});

test('dark and print change the looks of a page', async (t) => {
  const { address } = await site(t);
  const page = await (await browser(t)).newPage();
  await page.goto(`${address}/casualties/`);
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.notEqual(await background(), light);
  await page.emulateMedia({ colorScheme: 'light', media: 'print' });
  assert.equal(await page.locator('header nav').first().isVisible(), false);
  assert.equal(await page.locator('h1').isVisible(), true);
});

test('the timeline is a list of dated events by year, each with an anchor', async (t) => {
  const { address } = await site(t);
  const page = await (await browser(t)).newPage();
  await page.goto(`${address}/timeline/#event-war-2020`);
  const event = page.locator('ol > li#event-war-2020');
  assert.match(await event.locator('time').first().innerText(), /27 September – 10 November 2020/);
  assert.ok(await page.locator('ol li[id^="event-"]').count() >= 40);
  assert.ok(await page.locator('[id="year-1988"]').count() === 1);
});

test('a number in a text leads to its figure and back to the text', async (t) => {
  const { address } = await site(t);
  const page = await (await browser(t)).newPage();
  await page.goto(`${address}/casualties/`);
  await page.getByRole('link', { name: 'at least 6,500', exact: true }).first().click();
  assert.match(page.url(), /\/figures\/war-2020-killed-reuters\/$/);
  const text = await page.locator('main').innerText();
  for (const part of ['At least 6,500', 'Reuters', 'November 2020', 'Mentioned in', 'Casualty figures']) {
    assert.match(text, new RegExp(part, 'i'));
  }
});

test('no page adds up figures', async (t) => {
  const { address } = await site(t);
  const page = await (await browser(t)).newPage();
  await page.goto(`${address}/casualties/`);
  for (const cell of await page.locator('main table tr').allInnerTexts()) {
    // A method may be called "Sum of recorded incidents"; a row with a number may not.
    assert.doesNotMatch(cell, /^(total|sum|average|mean)\b.*\d/is);
  }
});
