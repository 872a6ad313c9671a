// The site as it is reached by everyone: by keyboard, zoomed, printed, in the dark, with a screen reader.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { KINDS, site } from './help.mjs';

const { address, chromium } = await site();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page of its own for a test. */
async function opened(t, path, options = {}) {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(address + path);
  return page;
}

for (const [device, width, schemes] of [['a phone', 360, ['light']], ['a desktop', 1280, ['light', 'dark']]]) {
  test(`axe finds nothing on any kind of page on ${device}: ${schemes.join(' and ')}`, async (t) => {
    const found = {};
    const paths = Object.values(KINDS);
    const look = async (page, path, colorScheme) => {
      // In the dark only colours differ.
      const only = colorScheme === 'dark' ? ['cat.color'] : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
      const { violations } = await page.evaluate((runOnly) => window.axe.run(document, { runOnly, resultTypes: ['violations'], preload: false }), only);
      for (const { id, nodes } of violations) {
        const { html, failureSummary } = nodes[0];
        (found[id] ??= []).push(`${path} in ${colorScheme}, ${nodes.length}×: ${html.slice(0, 160)} | ${failureSummary.split('\n').slice(1, 3).join(' ').trim()}`);
      }
    };
    // Two at a time, one for each core.
    await Promise.all([0, 1].map(async () => {
      const context = await chromium.newContext({ viewport: { width, height: 800 } });
      t.after(() => context.close());
      // Before the page's own policy can refuse it.
      await context.addInitScript({ content: axe });
      const page = await context.newPage();
      for (let path = paths.pop(); path; path = paths.pop()) {
        await page.emulateMedia({ colorScheme: 'light' });
        await page.goto(address + path);
        for (const colorScheme of schemes) {
          await page.emulateMedia({ colorScheme });
          await look(page, path, colorScheme);
        }
      }
      // What finds nothing anywhere proves nothing.
      await page.evaluate(() => document.querySelector('main').insertAdjacentHTML('beforeend', '<img src="/x.png"><button></button>'));
      await look(page, 'seeded', 'light');
    }));
    assert.deepEqual(Object.fromEntries(Object.entries(found).map(([rule, places]) => [rule, places.filter((place) => !place.startsWith('seeded'))]).filter(([, places]) => places.length > 0).map(([rule, places]) => [rule, [`${places.length} pages`, ...places.slice(0, 8)]])), {});
    for (const rule of ['button-name', 'image-alt']) assert.ok(found[rule]?.some((place) => place.startsWith('seeded')));
  });
}

test('axe finds nothing while a preview is open or a search has results', async (t) => {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 800 } });
  t.after(() => context.close());
  await context.addInitScript({ content: axe });
  const page = await context.newPage();
  const look = async () => (await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'], preload: false }))).violations.map(({ id, nodes }) => [id, nodes[0].html, nodes[0].failureSummary]);
  await page.goto(address + KINDS.article);
  await page.locator('main .prose a[href^="/"]').first().hover();
  await page.getByRole('tooltip').waitFor();
  assert.deepEqual(await look(), []);
  await page.goto(`${address}${KINDS.search}?q=war&kind=Event`);
  await page.locator('ol.results li').first().waitFor();
  assert.deepEqual(await look(), []);
});

test('headings go down step by step, every landmark that there is more than one of has a name, and every page says its language', async (t) => {
  const page = await opened(t, '/', { javaScriptEnabled: false });
  for (const path of Object.values(KINDS)) {
    await page.goto(address + path);
    const levels = await page.locator('h1, h2, h3, h4, h5, h6').evaluateAll((headings) => headings.map((heading) => Number(heading.localName[1])));
    assert.equal(levels[0], 1, path);
    levels.reduce((before, level) => { assert.ok(level <= before + 1, `${path}: ${levels}`); return level; }, 0);
    const names = await page.locator('nav').evaluateAll((all) => all.map((nav) => nav.getAttribute('aria-label') || document.getElementById(nav.getAttribute('aria-labelledby'))?.textContent));
    assert.ok(names.every(Boolean), `${path}: ${names}`);
    assert.equal(new Set(names).size, names.length, `${path}: ${names}`);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  }
});

test('the first stop of the keyboard skips to the content', async (t) => {
  const page = await opened(t, KINDS.article);
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  assert.ok(await skip.evaluate((link) => link === document.activeElement));
  const box = await skip.boundingBox();
  assert.ok(box.x >= 0 && box.y >= 0 && box.height >= 20, JSON.stringify(box));
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)));
});

test('every stop of the keyboard in an article can be seen to have the focus, and all stops are reached', async (t) => {
  for (const width of [1280, 360]) {
    const page = await opened(t, KINDS.article, { viewport: { width, height: 800 }, reducedMotion: 'reduce' });
    const stops = await page.evaluate(() => [...document.querySelectorAll('a[href], button, summary, input, select, [tabindex="0"]')].filter((element) => element.checkVisibility({ visibilityProperty: true })).length);
    const seen = [];
    for (let n = 0; n < stops; n += 1) {
      await page.keyboard.press('Tab');
      seen.push(await page.evaluate(() => {
        const element = document.activeElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const [line] = element.getClientRects();
        const top = line && document.elementFromPoint(line.x + line.width / 2, line.y + line.height / 2);
        return {
          what: element.outerHTML.slice(0, 120),
          outlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
          // Nothing that sticks to the window may cover it (WCAG 2.4.11).
          bare: Boolean(top && (element.contains(top) || top.contains(element))),
        };
      }));
    }
    assert.deepEqual(seen.filter(({ outlined, bare }) => !outlined || !bare), []);
    assert.ok(stops > 40 && new Set(seen.map(({ what }) => what)).size > 30, `${stops} stops`);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement === document.body || document.activeElement.className === 'skip'), true, 'there are more stops than can be seen');
  }
});

test('every target is at least 24 pixels high and wide, or stands in a text', async (t) => {
  const page = await opened(t, KINDS.timeline, { viewport: { width: 360, height: 800 } });
  const small = await page.locator('button, select, input:not([type="checkbox"], [type="radio"]), summary').evaluateAll((all) => all
    .filter((element) => element.checkVisibility())
    .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 24 || height < 24)
    .map(([html, { width, height }]) => `${html}: ${width} × ${height}`));
  assert.deepEqual(small, []);
});

test('who asked for less motion gets none', async (t) => {
  const page = await opened(t, '/', { reducedMotion: 'reduce' });
  for (const path of [KINDS.home, KINDS.article, KINDS.timeline]) {
    await page.goto(address + path);
    const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((element) => {
      const { transitionDuration, animationName, animationDuration, scrollBehavior } = getComputedStyle(element);
      return parseFloat(transitionDuration) > 0.01 || (animationName !== 'none' && parseFloat(animationDuration) > 0.01) || scrollBehavior === 'smooth';
    }).map((element) => element.outerHTML.slice(0, 80)));
    assert.deepEqual(moving, [], path);
  }
});

test('with forced colours, what charts and maps draw can still be seen', async (t) => {
  const page = await opened(t, '/');
  let drawings = 0;
  for (const path of [KINDS.home, KINDS['casualty figures'], KINDS.timeline, KINDS.event, KINDS.place]) {
    await page.goto(address + path);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, forcedColors: 'none' });
      const before = await drawn(page);
      await page.emulateMedia({ colorScheme, forcedColors: 'active' });
      const after = await drawn(page);
      drawings += before.length;
      const lost = before.filter(({ seen }, n) => seen && !after[n].seen).map(({ what }) => what);
      assert.deepEqual(lost.slice(0, 5), [], `${path} in ${colorScheme} lost ${lost.length} shapes`);
    }
  }
  assert.ok(drawings > 100, `only ${drawings} shapes`);
});

/** Each shape of the page's drawings, and whether it stands out from the page by 3 to 1. */
function drawn(page) {
  return page.evaluate(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const rgb = (colour) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
    const paper = light(rgb(getComputedStyle(document.documentElement).backgroundColor));
    const standsOut = (colour) => {
      if (colour === 'none') return false;
      const [r, g, b, alpha] = rgb(colour);
      const own = light([r, g, b]);
      return alpha > 127 && (Math.max(own, paper) + 0.05) / (Math.min(own, paper) + 0.05) >= 3;
    };
    return [...document.querySelectorAll('svg[role="img"] :is(path, line, rect, circle, ellipse, polyline, polygon, use)')].filter((shape) => !shape.closest('defs, marker, clipPath')).map((shape) => {
      const { fill, stroke, visibility, opacity } = getComputedStyle(shape);
      return { what: shape.outerHTML.slice(0, 120), seen: visibility === 'visible' && Number(opacity) > 0.4 && (standsOut(fill) || standsOut(stroke)) };
    });
  });
}

test('a printed article tells where its sources are and leaves out what only a screen can use', async (t) => {
  const page = await opened(t, KINDS.article);
  await page.emulateMedia({ media: 'print' });
  const addresses = await page.locator('.sources a[href^="http"]').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  assert.ok(addresses.length > 5);
  const text = (await printed(page)).replace(/\s+/g, '');
  for (const url of addresses) assert.ok(text.includes(url.replace(/\s+/g, '')), `${url} is not in print`);
  assert.ok(text.includes((await page.locator('h1').innerText()).replace(/\s+/g, '')));
  for (const screen of ['Skiptocontent', 'Onthispage', 'Copylink', 'Atomfeed', 'JSONfeed']) assert.ok(!text.includes(screen), `${screen} is in print`);
  assert.equal(await page.locator('nav:visible').count(), 0);
  assert.equal(await page.locator('button:visible').count(), 0);
});

test('a printed timeline has every event and no filter', async (t) => {
  const page = await opened(t, KINDS.timeline);
  const titles = await page.locator('.timeline li[id^="event-"]').evaluateAll((events) => events.map((event) => event.querySelector('a[href*="/events/"]').textContent));
  assert.ok(titles.length > 40);
  const text = (await printed(page)).replace(/\s+/g, '');
  for (const title of titles) assert.ok(text.includes(title.replace(/\s+/g, '')), title);
  assert.ok(!text.includes('Showall'));
});

/** The text of a page as it is printed. */
async function printed(page) {
  const pdf = await getDocument({ data: new Uint8Array(await page.pdf({ format: 'A4' })), verbosity: 0 }).promise;
  const texts = [];
  for (let n = 1; n <= pdf.numPages; n += 1) texts.push((await (await pdf.getPage(n)).getTextContent()).items.map(({ str }) => str).join(' '));
  await pdf.destroy();
  return texts.join('\n');
}
