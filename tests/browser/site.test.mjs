// The built site, as nginx serves it and as a browser shows it.
import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LinkChecker } from 'linkinator';
import { KINDS, build, folder, nginx, put, site } from './help.mjs';

const { output, address, chromium } = await site();

/** A page of its own for a test. */
async function opened(t, path) {
  const page = await chromium.newPage();
  t.after(() => page.close());
  await page.goto(address + path);
  return page;
}

test('nginx, as the documentation sets it up, serves the site', async () => {
  const get = (path) => fetch(address + path, { redirect: 'manual' });
  assert.equal((await get('/')).status, 200);
  const bare = await get('/timeline');
  assert.deepEqual([bare.status, bare.headers.get('location')], [301, '/timeline/']);
  const missing = await get('/nothing-here/');
  assert.equal(missing.status, 404);
  assert.match(await missing.text(), /Page not found/);
  assert.equal((await get('/.backgrounder/manifest')).status, 404);
  assert.match((await get('/atom.xml')).headers.get('content-type'), /xml/);
  const style = readFileSync(join(output, 'index.html'), 'utf8').match(/href="(\/assets\/hub\.[0-9a-f]{12}\.css)"/)[1];
  const asset = await get(style);
  assert.match(asset.headers.get('cache-control'), /immutable/);
  assert.match(asset.headers.get('content-type'), /text\/css/);
  assert.match((await get('/')).headers.get('cache-control'), /no-cache/);
});

test('a link checker of others finds no broken link and no broken anchor', async (t) => {
  const own = folder(t);
  cpSync(output, own, { recursive: true });
  const address = await nginx(t, own);
  const check = async () => {
    const result = await new LinkChecker().check({
      path: `${address}/`, recurse: true, checkFragments: true, linksToSkip: async (link) => !link.startsWith(address),
    });
    const seen = result.links.filter((link) => link.state !== 'SKIPPED');
    return { count: seen.length, broken: seen.filter((link) => link.state === 'BROKEN').map((link) => `${link.url} on ${link.parent}`) };
  };
  const found = await check();
  assert.deepEqual(found.broken, []);
  assert.ok(found.count > 300, `only ${found.count} links were looked at`);
  t.diagnostic(`${found.count} links and anchors, none broken`);
  // A checker that cannot find anything proves nothing.
  put(own, 'about/index.html', `${readFileSync(join(own, 'about/index.html'), 'utf8')}<a href="/nowhere/">x</a><a href="/timeline/#nowhere">y</a>`);
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

test('every kind of page shows without scripts, requests elsewhere or messages, and without sideways scroll from 320 pixels up, also at 200 % zoom', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const context = await chromium.newContext({ colorScheme, javaScriptEnabled: false });
    const page = await context.newPage();
    const wrong = [];
    page.on('request', (request) => request.url().startsWith(address) || wrong.push(`asked ${request.url()}`));
    page.on('console', (message) => wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(String(error)));
    for (const [kind, path] of Object.entries(KINDS)) {
      if (kind === 'not found') continue;
      const answer = await page.goto(address + path);
      assert.equal(answer.status(), 200, path);
      assert.equal(await page.locator('h1').count(), 1, `one first heading on ${path}`);
      assert.equal(await page.locator('main').count(), 1, `one main part on ${path}`);
      for (const width of colorScheme === 'light' ? [320, 360, 640] : [1280]) {
        await page.setViewportSize({ width, height: 800 });
        const wide = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          const beyond = [...document.querySelectorAll('body *')].find((element) => element.getBoundingClientRect().right > clientWidth + 1 && !element.closest('svg, pre, table'));
          return scrollWidth > clientWidth && `${scrollWidth} > ${clientWidth}: ${beyond?.outerHTML.slice(0, 160)}`;
        });
        assert.equal(wide, false, `${path} scrolls sideways at ${width}`);
      }
      assert.doesNotMatch(await page.locator('body').innerText(), /undefined|\[object|\{\{|\{%|\[\[|\]\]/, path);
    }
    assert.deepEqual(wrong, []);
    await context.close();
  }
});

test('dark and print change the looks of a page', async (t) => {
  const page = await opened(t, '/casualties/');
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.notEqual(await background(), light);
  await page.emulateMedia({ colorScheme: 'light', media: 'print' });
  assert.equal(await page.locator('header nav').first().isVisible(), false);
  assert.equal(await page.locator('h1').isVisible(), true);
});

test('the timeline is a list of dated events by year, each with an anchor', async (t) => {
  const page = await opened(t, '/timeline/#event-war-2020');
  const event = page.locator('ol > li#event-war-2020');
  assert.match(await event.locator('time').first().innerText(), /27 September – 10 November 2020/);
  assert.ok(await page.locator('ol li[id^="event-"]').count() >= 40);
  assert.ok(await page.locator('[id="year-1988"]').count() === 1);
});

test('a number in a text leads to its figure and back to the text', async (t) => {
  const page = await opened(t, '/casualties/');
  await page.getByRole('link', { name: 'at least 6,500', exact: true }).first().click();
  assert.match(page.url(), /\/figures\/war-2020-killed-reuters\/$/);
  const text = await page.locator('main').innerText();
  for (const part of ['At least 6,500', 'Reuters', 'November 2020', 'Mentioned in', 'Casualty figures']) {
    assert.match(text, new RegExp(part, 'i'));
  }
});

test('no page adds up figures', async (t) => {
  const page = await opened(t, '/casualties/');
  for (const cell of await page.locator('main table tr').allInnerTexts()) {
    // A method may be called "Sum of recorded incidents"; a row with a number may not.
    assert.doesNotMatch(cell, /^(total|sum|average|mean)\b.*\d/is);
  }
});

test('maps and charts have a title, a description and a list or table behind them', async (t) => {
  const page = await opened(t, '/');
  const seen = {};
  for (const [kind, path] of Object.entries(KINDS)) {
    await page.goto(address + path);
    seen[kind] = await page.locator('main svg:not(svg svg)').evaluateAll((drawings) => drawings.filter((drawing) => drawing.checkVisibility() && !drawing.closest('[aria-hidden="true"]')).map((drawing) => {
      const named = (attribute) => (drawing.getAttribute(attribute) ?? '').split(' ').map((id) => document.getElementById(id)?.textContent.trim()).join(' ').trim();
      const around = drawing.closest('figure, section, nav') ?? drawing.parentElement;
      return {
        image: drawing.getAttribute('role') === 'img',
        title: named('aria-labelledby') || drawing.getAttribute('aria-label') || drawing.querySelector(':scope > title')?.textContent.trim(),
        // One sentence may be both, where the list that the drawing orders stands right behind it.
        description: named('aria-describedby') || drawing.querySelector(':scope > desc')?.textContent.trim() || drawing.getAttribute('aria-label'),
        behind: Boolean(around.querySelector('table, ul, ol, dl')),
        shapes: drawing.querySelectorAll('path, line, rect, circle, use').length,
      };
    }));
    for (const drawing of seen[kind]) {
      const { title, description, ...is } = drawing;
      assert.deepEqual({ ...is, shapes: is.shapes > 2, title: title?.length > 5, description: description?.length > 20 }, { image: true, behind: true, shapes: true, title: true, description: true }, `${path}: ${JSON.stringify(drawing)}`);
    }
  }
  for (const kind of ['home', 'casualty figures', 'timeline', 'event', 'place', 'figures']) assert.ok(seen[kind].length > 0, `${kind} has no drawing`);
});
