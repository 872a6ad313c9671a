// What the site's scripts add for a reader, and what is there without them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { KINDS, site, until } from './help.mjs';

const { output, address, chromium } = await site();

/** A page of its own for a test; a script that throws fails the test. */
async function opened(t, path, options = {}) {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const thrown = [];
  page.on('pageerror', (error) => thrown.push(String(error)));
  t.after(async () => {
    await context.close();
    assert.deepEqual(thrown, []);
  });
  await page.goto(address + path);
  return page;
}

const focused = (page) => page.evaluate(() => document.activeElement.textContent);
const query = (page) => decodeURIComponent(new URL(page.url()).search);

test('without JavaScript no control that needs it is shown, and every kind of page has its content', async (t) => {
  const page = await opened(t, '/', { javaScriptEnabled: false });
  for (const path of Object.values(KINDS)) {
    await page.goto(address + path);
    const dead = await page.locator('button:not([popovertarget]), input, select, textarea, output, form').evaluateAll((all) => all.filter((element) => element.checkVisibility()).map((element) => element.outerHTML.slice(0, 100)));
    assert.deepEqual(dead, [], path);
    assert.ok((await page.locator('main').innerText()).length > 60, path);
  }
  await page.goto(address + KINDS.timeline);
  assert.ok(await page.locator('.timeline ol > li[id^="event-"]:visible').count() >= 40, 'the timeline is a list');
  await page.goto(address + KINDS.search);
  for (const path of ['/events/', '/figures/', '/claims/', '/places/', '/actors/', '/sources/', '/terms/']) {
    assert.ok(await page.locator(`main a[href="${path}"]`).first().isVisible(), `the search page leads to ${path}`);
  }
});

// Previews

const PREVIEWED = 'main .prose a[href="/events/war-2020/"]';

test('a link that is pointed at shows what it leads to, beside it and within the window, and the pointer may go there', async (t) => {
  const page = await opened(t, KINDS.article);
  const link = page.locator(PREVIEWED).first();
  const preview = page.getByRole('tooltip');
  await link.hover();
  await preview.waitFor();
  assert.match(await preview.innerText(), /event[\s\S]*Second Karabakh war[\s\S]*2020/i);
  assert.equal(await link.getAttribute('aria-describedby'), await preview.getAttribute('id'));
  assert.equal(await preview.locator('[id]').count(), 0, 'no id is there twice');
  const [over, under] = [await preview.boundingBox(), await link.boundingBox()];
  assert.ok(over.y >= under.y + under.height || over.y + over.height <= under.y, 'it covers its link');
  assert.ok(over.x >= 0 && over.x + over.width <= 1280 && over.y >= 0 && over.y + over.height <= 800, JSON.stringify(over));
  // Hoverable and persistent: longer than the wait before it closes.
  await preview.hover();
  await page.waitForTimeout(600);
  assert.equal(await preview.isVisible(), true);
  await page.mouse.move(1, 1);
  await preview.waitFor({ state: 'detached' });
  assert.equal(await link.getAttribute('aria-describedby'), null);
});

test('a preview at an edge of the window stays within it', async (t) => {
  const page = await opened(t, KINDS.article, { viewport: { width: 400, height: 500 } });
  const preview = page.getByRole('tooltip');
  const links = page.locator('main .prose a[href^="/"]');
  for (const [n, block] of [[0, 'start'], [1, 'end'], [2, 'end'], [3, 'center']]) {
    const link = links.nth(n);
    await link.evaluate((element, to) => element.scrollIntoView({ block: to, behavior: 'instant' }), block);
    await link.hover({ force: true });
    await until('its preview', async () => await link.getAttribute('aria-describedby') !== null);
    const [over, under] = [await preview.boundingBox(), await link.boundingBox()];
    assert.ok(over.x >= 0 && over.x + over.width <= 400, JSON.stringify(over));
    assert.ok(over.y >= 0 && over.y + over.height <= 501, JSON.stringify([over, under]));
    assert.ok(over.y >= under.y + under.height || over.y + over.height <= under.y, JSON.stringify([over, under]));
    await page.mouse.move(1, 499);
    await preview.waitFor({ state: 'detached' });
  }
});

test('the keyboard opens a preview by its focus, closes it with Escape, and goes on in the text', async (t) => {
  const page = await opened(t, KINDS.article);
  const preview = page.getByRole('tooltip');
  await page.locator('main .prose a[href^="/"]').first().focus();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  const link = page.locator(':focus');
  await preview.waitFor();
  assert.equal(await link.getAttribute('aria-describedby'), await preview.getAttribute('id'));
  const before = await focused(page);
  await page.keyboard.press('Escape');
  await preview.waitFor({ state: 'detached' });
  assert.equal(await focused(page), before, 'the focus stays where it was');
  await page.waitForTimeout(400);
  assert.equal(await preview.count(), 0, 'what was dismissed stays closed');
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)));
  await until('the next preview', async () => await page.locator(':focus').getAttribute('aria-describedby') !== null);
  assert.equal(await preview.count(), 1);
});

test('a citation shows its source without asking for anything, and pressing it goes there', async (t) => {
  const page = await opened(t, KINDS.article);
  const asked = [];
  page.on('request', (request) => request.resourceType() === 'fetch' && asked.push(request.url()));
  const cite = page.locator('main .prose a[href^="#source-"]').first();
  await cite.hover();
  const preview = page.getByRole('tooltip');
  await preview.waitFor();
  const target = await cite.getAttribute('href');
  const title = await page.locator(`${target} a`).first().innerText();
  assert.ok((await preview.innerText()).includes(title));
  assert.equal(await preview.locator('a[href^="#cite"]').count(), 0, 'the way back stays in the list');
  assert.deepEqual(asked, []);
  await cite.click();
  await preview.waitFor({ state: 'detached' });
  assert.equal(new URL(page.url()).hash, target);
});

test('a page is asked for once, and what is left before it comes shows nothing', async (t) => {
  const page = await opened(t, KINDS.article);
  const asked = [];
  let hold = () => {};
  await page.route('**/events/war-2020/', async (route) => {
    asked.push(route.request().url());
    await new Promise((done) => { hold = done; });
    await route.continue().catch(() => {});
  });
  const link = page.locator(PREVIEWED).first();
  const preview = page.getByRole('tooltip');
  const failed = page.waitForEvent('requestfailed');
  await link.hover();
  await until('a request', () => asked.length === 1);
  await page.mouse.move(1, 1);
  await failed;
  hold();
  assert.equal(await preview.count(), 0);
  await page.unroute('**/events/war-2020/');
  let count = 0;
  page.on('request', (request) => { count += request.url().endsWith('/events/war-2020/') ? 1 : 0; });
  for (let n = 0; n < 2; n += 1) {
    await link.hover();
    await preview.waitFor();
    await page.keyboard.press('Escape');
    await page.mouse.move(1, 1);
  }
  assert.equal(count, 1);
});

test('a touch opens no preview, and links elsewhere have none', async (t) => {
  const page = await opened(t, KINDS.article, { hasTouch: true, isMobile: true, viewport: { width: 360, height: 800 } });
  const cite = page.locator('main .prose a[href^="#source-"]').first();
  await cite.tap();
  await page.waitForTimeout(400);
  assert.equal(await page.getByRole('tooltip').count(), 0);
  const desk = await opened(t, KINDS.article);
  const asked = [];
  desk.on('request', (request) => request.resourceType() === 'fetch' && asked.push(request.url()));
  await desk.locator('.sources a[href^="http"]').first().hover();
  await desk.waitForTimeout(400);
  assert.equal(await desk.getByRole('tooltip').count(), 0);
  assert.deepEqual(asked, []);
});

test('every kind of page carries a preview of its own that says its kind and its title', async (t) => {
  const page = await opened(t, '/');
  for (const kind of ['article', 'background', 'page', 'timeline', 'event', 'figure', 'claim', 'place', 'actor', 'source', 'term']) {
    await page.goto(address + KINDS[kind]);
    const [text, size] = await page.locator('template#preview').evaluate((template) => [template.content.textContent.trim(), template.innerHTML.length]);
    assert.ok(text.length > 15, `${kind}: ${text}`);
    assert.ok(size < 700, `${kind}: ${size} bytes`);
  }
});

// Contents, buttons

test('the contents mark the section that is being read', async (t) => {
  const page = await opened(t, KINDS.background);
  const here = page.locator('nav.toc a[aria-current="location"]');
  assert.equal(await here.count(), 0, 'nothing is marked before the first heading is reached');
  const links = page.locator('nav.toc a');
  const count = await links.count();
  assert.ok(count >= 3);
  for (const n of [2, 1, count - 1]) {
    const id = (await links.nth(n).getAttribute('href')).slice(1);
    await page.evaluate((to) => document.getElementById(to).scrollIntoView({ behavior: 'instant' }), id);
    await until(`${id} to be marked`, async () => await here.count() === 1 && await here.getAttribute('href') === `#${id}`);
  }
});

test('a button prints the page, and another copies its address and says so', async (t) => {
  const page = await opened(t, KINDS.article);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(() => { window.print = () => { window.printed = true; }; });
  await page.locator('button.print').click();
  assert.equal(await page.evaluate(() => window.printed), true);
  await page.locator('button.copy').click();
  await page.getByRole('status').filter({ hasText: /\w/ }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, await page.locator('link[rel="canonical"]').getAttribute('href'));
});

// The timeline

const events = (page) => page.locator('li[data-kind]');
const shown = (page) => page.locator('li[data-kind]:visible');
const told = (page) => page.locator('form.filter output').innerText();

test('the timeline is filtered by actor, place, kind and importance, says how many are left, and hides empty years with the ways to them', async (t) => {
  const page = await opened(t, KINDS.timeline);
  const all = await events(page).count();
  assert.match(await told(page), new RegExp(`${all} of ${all}`));
  const expected = (key, value) => events(page).evaluateAll((list, [name, wanted]) => list.filter(({ dataset }) => (name === 'importance' ? Number(dataset.importance) <= Number(wanted) : dataset[name].split(/\s+/).includes(wanted))).length, [key, value]);
  for (const [name, key] of [['actor', 'actors'], ['place', 'places'], ['kind', 'kind'], ['importance', 'importance']]) {
    const select = page.locator(`form.filter select[name="${name}"]`);
    const value = await select.locator('option').nth(1).evaluate((option) => option.value);
    await select.selectOption(value);
    const left = await shown(page).count();
    assert.equal(left, await expected(key, value), `${name}=${value}`);
    assert.ok(left > 0 && left < all, `${name}=${value} leaves ${left} of ${all}`);
    assert.match(await told(page), new RegExp(`${left} of ${all}`));
    assert.equal(await page.locator('.timeline h2:visible').count(), await page.locator('.timeline ol:visible').count());
    assert.ok(await page.locator('.timeline ol:visible').evaluateAll((lists) => lists.every((list) => [...list.children].some((item) => item.checkVisibility()))), 'an empty year is shown');
    const broken = await page.locator('nav.jump a:visible').evaluateAll((links) => links.filter((link) => !document.querySelector(link.hash)?.checkVisibility()).map((link) => link.hash));
    assert.deepEqual(broken, []);
    assert.equal(await page.locator('nav.jump li:visible').count(), await page.locator('.timeline h2:visible').count());
    await page.getByRole('button', { name: 'Show all' }).click();
    assert.equal(await shown(page).count(), all);
    assert.equal(query(page), '');
  }
});

test('what is filtered stands in the address: Back and Forward work, and the link can be shared', async (t) => {
  const page = await opened(t, KINDS.timeline);
  const all = await shown(page).count();
  await page.locator('select[name="importance"]').selectOption('1');
  const headlines = await shown(page).count();
  const actor = await page.locator('select[name="actor"] option').nth(1).getAttribute('value');
  await page.locator('select[name="actor"]').selectOption(actor);
  const both = await shown(page).count();
  assert.ok(both < headlines && headlines < all);
  const { searchParams } = new URL(page.url());
  assert.deepEqual(Object.fromEntries(searchParams), { actor, importance: '1' });
  await page.goBack();
  await until('the step before', async () => await shown(page).count() === headlines);
  assert.equal(await page.locator('select[name="actor"]').inputValue(), '');
  await page.goBack();
  await until('the beginning', async () => await shown(page).count() === all);
  await page.goForward();
  await until('the step after', async () => await shown(page).count() === headlines);
  const other = await opened(t, `${KINDS.timeline}?actor=${actor}&importance=1`);
  assert.equal(await shown(other).count(), both);
  assert.equal(await other.locator('select[name="actor"]').inputValue(), actor);
  const odd = await opened(t, `${KINDS.timeline}?actor=nobody&importance=many&other=1`);
  assert.equal(await shown(odd).count(), all, 'what there is not is not asked for');
});

test('a link to an event shows it, whatever is filtered', async (t) => {
  const page = await opened(t, `${KINDS.timeline}?importance=1`);
  const id = await page.locator('li[data-kind][hidden]').first().getAttribute('id');
  await page.evaluate((hash) => { location.hash = hash; }, id);
  await page.locator(`#${id}`).waitFor();
  const deep = await opened(t, `${KINDS.timeline}?importance=1#${id}`);
  await deep.locator(`#${id}`).waitFor();
  await until('it to be in view', () => deep.locator(`#${id}`).evaluate((event) => event.getBoundingClientRect().top >= 0 && event.getBoundingClientRect().top < innerHeight));
});

test('the filters work by keyboard', async (t) => {
  const page = await opened(t, KINDS.timeline);
  const all = await shown(page).count();
  const selects = page.locator('form.filter select');
  await selects.first().focus();
  for (let n = 0; n < await selects.count(); n += 1) {
    assert.equal(await selects.nth(n).evaluate((select) => select === document.activeElement), true);
    const label = await selects.nth(n).evaluate((select) => select.labels[0]?.textContent.trim());
    assert.ok(label, 'a label');
    await page.keyboard.press('ArrowDown');
    await until('fewer events', async () => await shown(page).count() < all);
    await page.keyboard.press('ArrowUp');
    await until('all events', async () => await shown(page).count() === all);
    await page.keyboard.press('Tab');
  }
  assert.match(await focused(page), /Show all/);
  await page.locator('select[name="importance"]').selectOption('1');
  await page.getByRole('button', { name: 'Show all' }).focus();
  await page.keyboard.press('Enter');
  assert.equal(await shown(page).count(), all);
  assert.equal(await page.locator('form.filter').getByRole('status').count(), 1, 'what is left is told politely');
});

// Search

const results = (page) => page.locator('ol.results > li');
const status = (page) => page.locator('main').getByRole('status').first();
const kindBox = (page, kind) => page.locator(`form.search [name="kind"][value="${kind}"]`);

test('search finds as one types, says the kind of each result and marks the words', async (t) => {
  const page = await opened(t, KINDS.search);
  await page.locator('[name="q"]').pressSequentially('ceasefire', { delay: 20 });
  await status(page).filter({ hasText: /\d+ results? for “ceasefire”/ }).waitFor();
  const count = await results(page).count();
  assert.ok(count > 3);
  assert.equal(await results(page).locator('.kind').count(), count);
  assert.match(await results(page).locator('mark').first().innerText(), /cease/i);
  assert.equal(query(page), '?q=ceasefire');
  const link = results(page).locator('.title a').first();
  const title = await link.innerText();
  await link.click();
  assert.equal(await page.locator('h1').innerText(), title);
  await page.goBack();
  await status(page).filter({ hasText: /results? for “ceasefire”/ }).waitFor();
});

test('search is narrowed by kind, can be shared, goes back, and brings more on request', async (t) => {
  const page = await opened(t, `${KINDS.search}?q=war`);
  await status(page).filter({ hasText: /results for “war”/ }).waitFor();
  const all = await status(page).innerText();
  assert.equal(await page.locator('[name="q"]').inputValue(), 'war');
  await kindBox(page, 'Event').check();
  await status(page).filter({ hasText: 'Event' }).waitFor();
  assert.deepEqual([...new Set((await results(page).locator('.kind').allTextContents()).map((kind) => kind.trim()))], ['Event']);
  assert.equal(query(page), '?q=war&kind=Event');
  const before = await results(page).count();
  await page.getByRole('button', { name: 'Show more results' }).click();
  await until('more', async () => await results(page).count() > before);
  assert.equal(await results(page).nth(before).locator('a').first().evaluate((link) => link === document.activeElement), true, 'the focus goes to the first that is new');
  await page.goBack();
  await status(page).filter({ hasText: all }).waitFor();
  const other = await opened(t, `${KINDS.search}?q=war&kind=Event`);
  await status(other).filter({ hasText: 'Event' }).waitFor();
  assert.equal(await kindBox(other, 'Event').isChecked(), true);
});

test('search works by keyboard alone', async (t) => {
  const page = await opened(t, KINDS.search);
  const field = page.locator('[name="q"]');
  await field.focus();
  await page.keyboard.type('shusha');
  await status(page).filter({ hasText: /\d+ results? for “shusha”/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  assert.equal(await results(page).nth(0).locator('.title a').evaluate((link) => link === document.activeElement), true);
  await page.keyboard.press('ArrowDown');
  assert.equal(await results(page).nth(1).locator('.title a').evaluate((link) => link === document.activeElement), true);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  assert.equal(await field.evaluate((input) => input === document.activeElement), true);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('/');
  assert.equal(await field.evaluate((input) => input === document.activeElement), true);
  await page.keyboard.type('/');
  assert.equal(await field.inputValue(), 'shusha/', 'in the field a slash is a slash');
  await status(page).filter({ hasText: '“shusha/”' }).waitFor();
  await field.fill('shusha');
  await status(page).filter({ hasText: /results? for “shusha”\./ }).waitFor();
  const title = await results(page).first().locator('.title a').innerText();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('h1', { hasText: title }).waitFor();
});

test('a search that finds nothing says so and what may help, and one that cannot work leads to the lists', async (t) => {
  const page = await opened(t, `${KINDS.search}?q=xylophonequux`);
  await status(page).filter({ hasText: 'Nothing found for “xylophonequux”' }).waitFor();
  assert.equal(await results(page).count(), 0);
  await page.goto(`${address}${KINDS.search}?q=<img src=x onerror=alert(1)>`);
  await status(page).filter({ hasText: 'onerror' }).waitFor();
  assert.equal(await page.locator('main img').count(), 0);
  await page.goto(`${address}${KINDS.search}?q=de+facto&kind=Figure`);
  await status(page).filter({ hasText: /\d/ }).waitFor();
  const context = await chromium.newContext();
  t.after(() => context.close());
  const cut = await context.newPage();
  await cut.route('**/pagefind/**', (route) => route.abort());
  await cut.goto(`${address}${KINDS.search}?q=war`);
  await status(cut).filter({ hasText: 'Search does not work just now' }).waitFor();
  assert.ok(await cut.locator('main a[href="/events/"]').isVisible());
});

test('search works under the policy that the site sends as a header', async (t) => {
  const policy = readFileSync(join(output, '_headers'), 'utf8').match(/Content-Security-Policy: (.*)/)[1];
  const context = await chromium.newContext();
  t.after(() => context.close());
  await context.route('**/*', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, headers: { ...answer.headers(), 'content-security-policy': policy } });
  });
  const page = await context.newPage();
  const messages = [];
  page.on('console', (message) => messages.push(message.text()));
  await page.goto(`${address}${KINDS.search}?q=war`);
  await status(page).filter({ hasText: /results for “war”/ }).waitFor({ timeout: 10_000 });
  assert.deepEqual(messages, []);
});
