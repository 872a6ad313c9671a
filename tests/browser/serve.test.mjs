// The preview, as a browser follows it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer, request } from 'node:http';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { browser, copySite, folder, program, put, repository, serve, serving, until } from './help.mjs';

async function preview(t, path, ...flags) {
  const root = folder(t);
  copySite(root);
  const served = await serving(t, root, ...flags);
  const page = await (await (await browser(t)).newContext()).newPage();
  await page.goto(served.address + path);
  // A page that is loaded anew has lost this.
  await page.evaluate(() => { window.loadedOnce = true; });
  const edit = (file, change) => writeFileSync(join(root, file), change(readFileSync(join(root, file), 'utf8')));
  return { root, page, edit, ...served };
}

const wasNotReloaded = async (page) => assert.equal(await page.evaluate(() => window.loadedOnce), true, 'the page was loaded anew');
const report = (page) => page.locator('backgrounder-report');
const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];

test('an edit shows in the open page, which keeps its place, its focus, its opened parts and what was typed', async (t) => {
  const { root, page, edit } = await preview(t, '/about/');
  const long = Array.from({ length: 60 }, (_, n) => `Paragraph ${n} of many.`).join('\n\n');
  edit('content/about.md', (text) => `${text}\n\n<details><summary>More</summary>\n\nInside.\n\n</details>\n\n<input id="typed">\n\n${long}\n`);
  await page.getByText('Paragraph 59 of many.').waitFor();
  await page.locator('details').last().locator('summary').click();
  await page.locator('#typed').fill('half a word');
  await page.locator('#typed').focus();
  await page.getByText('Paragraph 40 of many.').evaluate((element) => element.scrollIntoView());
  const before = await page.getByText('Paragraph 40 of many.').evaluate((element) => element.getBoundingClientRect().top);
  assert.ok(await page.evaluate(() => scrollY > 300));
  edit('content/about.md', (text) => text.replace('Paragraph 3 of many.', 'Paragraph 3 of many.\n\nA sentence that was not there.\n\nAnd another.'));
  await page.getByText('A sentence that was not there.').waitFor({ state: 'attached' });
  const after = await page.getByText('Paragraph 40 of many.').evaluate((element) => element.getBoundingClientRect().top);
  assert.ok(Math.abs(after - before) < 2, `it stood at ${before} and stands at ${after}`);
  assert.equal(await page.locator('#typed').inputValue(), 'half a word');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'typed');
  assert.equal(await page.locator('details').last().evaluate((element) => element.open), true);
  await wasNotReloaded(page);
  assert.ok(!existsSync(join(root, 'public')), 'no output folder is needed or made');
});

test('a fact that is edited changes the timeline that is open, and no page that does not show it', async (t) => {
  const { address, page, edit } = await preview(t, '/timeline/');
  const other = await page.context().newPage();
  await other.goto(`${address}/methods/`);
  // Until what belongs to its loading is done.
  await new Promise((done) => setTimeout(done, 500));
  let asked = 0;
  other.on('request', () => { asked += 1; });
  edit('content/facts/events.yaml', (text) => text.replace('title: Second Karabakh war', 'title: A war with another name'));
  await page.getByRole('link', { name: 'A war with another name' }).first().waitFor({ timeout: 10_000 });
  await wasNotReloaded(page);
  await new Promise((done) => setTimeout(done, 500));
  assert.equal(asked, 0, 'a page whose bytes have not changed asks for nothing');
});

test('a mistake is shown over the last good page with a link to the editor, and mending it clears it', async (t) => {
  const { root, page, edit, heard } = await preview(t, '/about/', '--editor', 'zed');
  const file = join(root, 'content/about.md');
  const good = readFileSync(file, 'utf8');
  edit('content/about.md', (text) => `${text}\n\nA new sentence.\n\n[[nobody-has-this]] and [[nor-this]]\n`);
  const list = report(page).locator('ol.diagnostics');
  await list.waitFor();
  assert.equal(await list.locator('li').count(), 2);
  assert.match(await list.innerText(), /error\[dangling-reference\]: nothing has the id `nobody-has-this`[\s\S]*content\/about\.md:\d+:1[\s\S]*\^\^\^/);
  assert.match(await list.locator('a.open').first().getAttribute('href'), new RegExp(`^zed://file${file}:\\d+:1$`));
  assert.match(await report(page).getByRole('alert').innerText(), /2 errors/);
  await page.locator('h1').waitFor();
  assert.equal(await page.getByText('A new sentence.').count(), 0, 'the last good page stays beneath');
  for (const bad of ['---\ntitle: [\n---\n', '+++\n', '\u0000', '']) {
    writeFileSync(file, bad);
    await new Promise((done) => setTimeout(done, 150));
  }
  put(root, 'templates/page.html', '{% if %}');
  await report(page).getByText('templates/page.html').first().waitFor();
  rmSync(join(root, 'templates'), { recursive: true });
  writeFileSync(file, good);
  await report(page).waitFor({ state: 'hidden' });
  await until('the terminal to say so', () => heard.told.endsWith('nothing stands in the way any more\n'));
  await wasNotReloaded(page);
});

test('a mistake that only the rendered page can tell is shown, and mending it clears it', async (t) => {
  const { page, edit } = await preview(t, '/about/');
  edit('content/about.md', (text) => `${text}\n\nA new sentence.\n\n{{<timeline fro="1988" />}}\n`);
  await report(page).getByText('unknown argument').waitFor();
  assert.equal(await page.getByText('A new sentence.').count(), 0, 'the last good page stays beneath');
  edit('content/about.md', (text) => text.replace('fro=', 'from='));
  await report(page).waitFor({ state: 'hidden' });
  await page.locator('main ol li, main .timeline li').first().waitFor();
});

test('warnings are a quiet count that unfolds, and each is told once in the terminal', async (t) => {
  const { root, page, edit, heard } = await preview(t, '/about/');
  edit('content/about.md', (text) => `${text}\n\nThen 49 soldiers were killed.\n`);
  const pill = report(page).getByRole('button', { name: '1 warning' });
  await pill.waitFor();
  assert.equal(await report(page).locator('ol.diagnostics').isVisible(), false);
  await pill.click();
  await report(page).getByText('unbound-number').waitFor();
  const changes = () => heard.told.match(/^content\/about\.md: .* (µs|ms|s)$/gm)?.length ?? 0;
  await until('the line of the first', () => changes() === 1);
  for (let n = 0; n < 3; n += 1) {
    const before = changes();
    put(root, 'content/.about.md', readFileSync(join(root, 'content/about.md'), 'utf8').replace('Then 49', '\n\nThen 49'));
    renameSync(join(root, 'content/.about.md'), join(root, 'content/about.md'));
    await until('its line', () => changes() > before);
    assert.equal(changes(), before + 1, heard.told);
  }
  await report(page).getByText(/content\/about\.md:\d+:6/).waitFor();
  assert.equal(heard.told.match(/unbound-number/g).length, 1, heard.told);
});

test('a style sheet is swapped without reloading: one of the theme, and one under its own name', async (t) => {
  const { root, page, edit, heard } = await preview(t, '/about/');
  mkdirSync(join(root, 'templates/assets'), { recursive: true });
  copyFileSync(join(repository, 'templates/assets/style.css'), join(root, 'templates/assets/style.css'));
  const colour = () => page.locator('h1').evaluate((element) => getComputedStyle(element).color);
  edit('templates/assets/style.css', (text) => `${text}\nh1 { color: rgb(1, 2, 3) !important }`);
  await until('the colour', async () => (await colour()) === 'rgb(1, 2, 3)');
  put(root, 'static/own.css', 'h1 { letter-spacing: 1px }');
  edit('content/about.md', (text) => `${text}\n\n<link rel="stylesheet" href="/own.css">\n`);
  const spacing = () => page.locator('h1').evaluate((element) => getComputedStyle(element).letterSpacing);
  await until('the spacing', async () => (await spacing()) === '1px');
  put(root, 'static/own.css', 'h1 { letter-spacing: 2px }');
  await until('the other spacing', async () => (await spacing()) === '2px');
  await wasNotReloaded(page);
  // Pages that were not looked at since still link to the sheet of before; that is no mistake.
  await new Promise((done) => setTimeout(done, 1000));
  assert.doesNotMatch(heard.told, /error/);
});

test('a new page, a page that is deleted, and a page without its slash', async (t) => {
  const { root, address, page, heard } = await preview(t, '/');
  put(root, 'content/fresh.md', '---\ntitle: Fresh\n---\n\nNew here.\n');
  await page.getByRole('link', { name: 'Fresh' }).first().waitFor();
  await page.goto(`${address}/fresh`);
  assert.equal(page.url(), `${address}/fresh/`);
  rmSync(join(root, 'content/fresh.md'));
  await page.getByRole('heading', { name: 'Page not found' }).waitFor();
  const answer = await page.goto(`${address}/fresh/`);
  assert.equal(answer.status(), 404);
  assert.match(await page.locator('h1').innerText(), /not found/i);
  await new Promise((done) => setTimeout(done, 1000));
  assert.doesNotMatch(heard.told, /error|warning/);
});

test('a page in a hidden tab asks for nothing, and has missed nothing when it is seen again', async (t) => {
  const { root, page, edit } = await preview(t, '/about/');
  put(root, 'static/own.css', 'h1 { letter-spacing: 1px }');
  edit('content/about.md', (text) => `${text}\n\n<link rel="stylesheet" href="/own.css">\n`);
  const spacing = () => page.locator('h1').evaluate((element) => getComputedStyle(element).letterSpacing);
  await until('the spacing', async () => (await spacing()) === '1px');
  const hide = (hidden) => page.evaluate((is) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => is });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
  await hide(true);
  put(root, 'static/own.css', 'h1 { letter-spacing: 3px }');
  edit('content/about.md', (text) => `${text}\n\nWritten meanwhile.\n`);
  await new Promise((done) => setTimeout(done, 500));
  assert.equal(await page.getByText('Written meanwhile.').count(), 0);
  await hide(false);
  await page.getByText('Written meanwhile.').waitFor();
  await until('the other spacing', async () => (await spacing()) === '3px');
  await wasNotReloaded(page);
});

test('a picture whose bytes change is shown anew', async (t) => {
  const { root, page, edit } = await preview(t, '/about/');
  const picture = (colour) => `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="${colour}"/></svg>`;
  put(root, 'static/dot.svg', picture('red'));
  edit('content/about.md', (text) => `${text}\n\n![A dot](/dot.svg)\n`);
  await page.locator('img[src^="/dot.svg"]').waitFor();
  const asked = page.waitForRequest((one) => one.url().includes('/dot.svg'));
  put(root, 'static/dot.svg', picture('blue'));
  await asked;
  await wasNotReloaded(page);
});

/** Waits until a path shows a text. */
const shows = (address, path, text) => until(`${path} to show ${text}`, async () => {
  // A connection that has been idle may be closed as it is used again.
  const answer = await fetch(address + path).catch(() => null);
  return answer?.status === 200 && (await answer.text()).includes(text);
});

test('folders that come later, or go and come back, are followed, and so is the whole site', async (t) => {
  const { root, address, page } = await preview(t, '/about/');
  mkdirSync(join(root, 'static'));
  put(root, 'static/late.txt', 'late');
  await shows(address, '/late.txt', 'late');
  renameSync(join(root, 'content'), join(root, 'away'));
  await report(page).getByText('missing-home').waitFor();
  renameSync(join(root, 'away'), join(root, 'content'));
  await report(page).waitFor({ state: 'hidden' });
  put(root, 'content/back.md', '---\ntitle: Back\n---\n\nHere again.\n');
  await shows(address, '/back/', 'Here again.');
  // Away and back at once, twice over: it is watched on.
  for (let n = 0; n < 2; n += 1) {
    renameSync(join(root, 'content'), join(root, 'away'));
    renameSync(join(root, 'away'), join(root, 'content'));
  }
  await new Promise((done) => setTimeout(done, 300));
  put(root, 'content/back.md', '---\ntitle: Back\n---\n\nStill watched.\n');
  await shows(address, '/back/', 'Still watched.');
  renameSync(root, `${root}-away`);
  await new Promise((done) => setTimeout(done, 1500));
  renameSync(`${root}-away`, root);
  await report(page).waitFor({ state: 'hidden' });
  put(root, 'content/back.md', '---\ntitle: Back\n---\n\nHere once more.\n');
  await shows(address, '/back/', 'Here once more.');
  mkdirSync(join(root, 'content/deep/er'), { recursive: true });
  put(root, 'content/deep/er/page.md', '---\ntitle: Deep\n---\n\nDeep down.\n');
  await shows(address, '/deep/er/page/', 'Deep down.');
});

test('editors that save by way of another file never show the page as gone', async (t) => {
  const { root, address, page } = await preview(t, '/about/');
  const file = join(root, 'content/about.md');
  const good = readFileSync(file, 'utf8');
  let gone = 0;
  page.on('response', (answer) => { if (answer.status() === 404) gone += 1; });
  // As vim does, with a backup; as others do, by a renamed temporary file; and in place, in pieces.
  renameSync(file, `${file}~`);
  writeFileSync(file, `${good}\n\nSaved by vim.\n`);
  rmSync(`${file}~`);
  await shows(address, '/about/', 'Saved by vim.');
  writeFileSync(join(root, 'content/.about.md.tmp'), `${good}\n\nSaved by renaming.\n`);
  renameSync(join(root, 'content/.about.md.tmp'), file);
  await shows(address, '/about/', 'Saved by renaming.');
  writeFileSync(file, `${good}\n\nSaved in place.\n`);
  await shows(address, '/about/', 'Saved in place.');
  assert.equal(gone, 0);
  assert.equal(await report(page).count(), 0);
});

test('a checkout that changes many files at once is followed as one change', async (t) => {
  const root = folder(t);
  put(root, 'site.yaml', 'title: T\nbase_url: https://example.org\n');
  put(root, 'content/_index.md', '---\ntitle: Home\n---\n\nOn main.\n');
  const git = (...args) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: root, stdio: 'pipe' });
  git('init', '-q', '-b', 'main');
  for (let n = 0; n < 1500; n += 1) put(root, `content/a/p${n}.md`, `---\ntitle: P${n}\n---\n\nOn main.\n`);
  git('add', '.');
  git('commit', '-qm', 'main');
  git('checkout', '-qb', 'other');
  rmSync(join(root, 'content/a'), { recursive: true });
  for (let n = 0; n < 1500; n += 1) put(root, `content/b/p${n}.md`, `---\ntitle: P${n}\n---\n\nOn other.\n`);
  git('add', '.');
  git('commit', '-qm', 'other');
  const { address, heard } = await serving(t, root, '--port', '0');
  await shows(address, '/b/p7/', 'On other.');
  const began = Date.now();
  git('checkout', '-q', 'main');
  const took = Date.now() - began;
  await shows(address, '/a/p7/', 'On main.');
  await until('the rest', async () => (await fetch(`${address}/b/p7/`).catch(() => null))?.status === 404);
  for (const n of [0, 700, 1499]) await shows(address, `/a/p${n}/`, 'On main.');
  const lines = heard.told.split('\n').filter((line) => /^content\/.*(s|ms|µs)$/.test(line));
  // A change waits for more of its kind for half a second at most, and a slow disk may need longer for the checkout.
  assert.ok(lines.length >= 1 && lines.length <= 6 + Math.floor(took / 500), `${lines.length} changes:\n${heard.told}`);
});

const ask = (address, path, headers = {}, method = 'GET') => new Promise((done, fail) => {
  const { port } = new URL(address);
  const asked = request({ host: '127.0.0.1', port, path, headers: { host: `127.0.0.1:${port}`, ...headers }, method }, (answer) => {
    let body = '';
    answer.on('data', (data) => { body += data; });
    answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, body }));
  });
  asked.on('error', fail);
  asked.end();
});

/** What a server answers to a request as it is written here. */
const raw = (port, text) => new Promise((done, fail) => {
  let heard = '';
  const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
  socket.on('data', (data) => { heard += data; });
  socket.on('end', () => done(heard));
  socket.on('error', fail);
});

test('the preview answers to its own name alone, and to nothing outside the site', async (t) => {
  const root = folder(t);
  copySite(root);
  const address = await serve(t, root);
  const { port } = new URL(address);
  for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, `10.0.0.1:${port}`]) {
    for (const path of ['/', '/_backgrounder/', '/_backgrounder/events?page=/', '/_backgrounder/report']) {
      assert.equal((await ask(address, path, { host })).status, 403, `${host} ${path}`);
    }
  }
  assert.equal((await ask(address, '/', { host: `localhost:${port}` })).status, 200);
  assert.match(await raw(port, 'GET / HTTP/1.0\r\n\r\n'), /^HTTP\/1\.\d 403 /, 'a request that names no host');
  const outside = [
    '/../site.yaml', '/%2e%2e/site.yaml', '/..%2fsite.yaml', '/%00', '//etc/passwd', '/content/about.md', '/%2fetc%2fpasswd', '/....//site.yaml',
    '/..%5csite.yaml', '/%252e%252e/site.yaml', '/about/%2e%2e/%2e%2e/site.yaml', '/_backgrounder/../site.yaml', '/_backgrounder/of/../../site.yaml',
    '/assets/..%2f..%2fsite.yaml', '/site.yaml', '/.git/config', '/%c0%ae%c0%ae/site.yaml', '/about%00/', '/static/',
  ];
  for (const path of outside) {
    const { status, body } = await ask(address, path);
    assert.equal(status, 404, path);
    assert.ok(!body.includes('base_url'), path);
  }
  assert.equal((await ask(address, '/', {}, 'POST')).status, 405);
  for (const path of ['/_backgrounder/report', '/%5fbackgrounder/of/war-2020']) {
    assert.equal((await ask(address, path, { 'sec-fetch-site': 'cross-site' })).status, 403, path);
  }
  assert.equal((await ask(address, '//evil.example/about')).status, 404, 'a redirect never leads to another host');
});

test('types, ranges, HEAD, redirects and caching are those of a good server', async (t) => {
  const root = folder(t);
  copySite(root);
  put(root, 'static/film.mp4', '0123456789');
  put(root, 'static/data.json', '{}');
  const address = await serve(t, root);
  const type = async (path) => (await ask(address, path)).headers['content-type'];
  assert.equal(await type('/'), 'text/html; charset=utf-8');
  assert.equal(await type('/atom.xml'), 'text/xml; charset=utf-8');
  assert.equal(await type('/data.json'), 'application/json; charset=utf-8');
  assert.equal(await type('/film.mp4'), 'video/mp4');
  const part = await ask(address, '/film.mp4', { range: 'bytes=2-5' });
  assert.deepEqual([part.status, part.body, part.headers['content-range']], [206, '2345', 'bytes 2-5/10']);
  assert.equal((await ask(address, '/film.mp4', { range: 'bytes=20-' })).status, 416);
  const end = await ask(address, '/film.mp4', { range: 'bytes=-3' });
  assert.equal(end.body, '789');
  for (const [range, status] of [['bytes=-99', 206], ['bytes=0-99999999999999999999999', 206], ['bytes=x', 200], ['bytes=0-1,3-4', 200], ['lines=1-2', 200]]) {
    assert.equal((await ask(address, '/film.mp4', { range })).status, status, range);
  }
  for (const path of ['/', '/film.mp4', '/nothing/']) {
    const [got, head] = [await ask(address, path), await ask(address, path, {}, 'HEAD')];
    assert.deepEqual([head.status, head.body, head.headers['content-length']], [got.status, '', got.headers['content-length']], path);
    assert.equal(got.headers['cache-control'], 'no-store', path);
  }
  const moved = await ask(address, '/about?x=1');
  assert.deepEqual([moved.status, moved.headers.location], [307, '/about/?x=1']);
  assert.equal((await ask(address, '/ABOUT/')).headers.location, '/about/');
  assert.equal((await ask(address, '/about/index.html')).status, 200);
});

test('a link that leads out of the site is told, and what it leads to is never served', async (t) => {
  const root = folder(t);
  copySite(root);
  put(root, 'static/note.txt', 'mine');
  put(`${root}-other`, 'secret.txt', 'not yours');
  t.after(() => rmSync(`${root}-other`, { recursive: true }));
  const { address, heard } = await serving(t, root, '--port', '0');
  assert.equal((await ask(address, '/note.txt')).body, 'mine');
  rmSync(join(root, 'static/note.txt'));
  symlinkSync(join(`${root}-other`, 'secret.txt'), join(root, 'static/note.txt'));
  await until('the mistake', () => heard.told.includes('outside-site'));
  const { status, body } = await ask(address, '/note.txt');
  assert.deepEqual([status, body.includes('not yours')], [404, false]);
});

test('the desk lists the site, and says of any id where it is used', async (t) => {
  const { root, page, address } = await preview(t, '/_backgrounder/');
  for (const name of ['Pages', 'Facts', 'Unused facts', 'Stale figures', 'Sources without an archived copy', 'Left out', 'Warnings', 'Errors']) {
    await page.getByRole('heading', { name, exact: true }).waitFor();
  }
  put(root, 'content/later.md', '---\ntitle: Later\ndraft: true\n---\n\nNot yet.\n');
  await page.getByText('content/later.md').waitFor();
  put(root, 'content/facts/extra.yaml', 'terms:\n  lonely: { name: Lonely, definition: Nobody names it. }\n');
  await page.locator('section[aria-labelledby=unused]').getByText('lonely', { exact: true }).waitFor();
  put(root, 'content/facts/memo.yaml', 'sources:\n  secret-memo: { type: report, title: A leaked memo, sensitive: true }\n');
  put(root, 'content/facts/extra.yaml', 'terms:\n  lonely: { name: Lonely, definition: "Told by [[secret-memo]]." }\n  other: { name: Other, definition: Nobody names it. }\n');
  await page.locator('section[aria-labelledby=unused]').getByText('other', { exact: true }).waitFor();
  assert.doesNotMatch(await page.content(), /secret-memo|leaked memo/);
  assert.equal((await ask(address, '/_backgrounder/of/secret-memo')).status, 404);
  await wasNotReloaded(page);
  await page.goto(`${address}/_backgrounder/of/war-2020`);
  await page.getByRole('heading', { name: 'Second Karabakh war' }).waitFor();
  await page.getByRole('link', { name: 'Timeline', exact: true }).waitFor();
  assert.equal((await page.goto(`${address}/_backgrounder/of/nobody-has-this`)).status(), 404);
});

test('a port in use is passed over and said so, unless it was asked for', async (t) => {
  const root = folder(t);
  copySite(root);
  const taken = createServer().listen(1111, '127.0.0.1');
  t.after(() => taken.close());
  // Whether by this test or by another program, 1111 is in use now.
  await new Promise((done) => { taken.once('listening', done); taken.once('error', done); });
  const { address, heard } = await serving(t, root);
  assert.match(heard.told, /port 1111 is in use; taking \d+/);
  assert.notEqual(new URL(address).port, '1111');
  await assert.rejects(serving(t, root, '--port', new URL(address).port), /serve ended with 2: error: cannot listen .*\nhelp: choose another/);
});

test('Ctrl-C ends it at once and cleanly, whoever is connected', async (t) => {
  const { child } = await preview(t, '/about/');
  const began = Date.now();
  const ended = new Promise((done) => { child.once('exit', (code, signal) => done([code, signal])); });
  child.kill('SIGINT');
  assert.deepEqual(await ended, [0, null]);
  assert.ok(Date.now() - began < 15_000);
});

test('fifty browsers follow one edit', async (t) => {
  const root = folder(t);
  copySite(root);
  const address = await serve(t, root);
  const stop = new AbortController();
  t.after(() => stop.abort());
  const heard = [];
  for (let n = 0; n < 50; n += 1) {
    const path = ['/about/', '/timeline/', '/', '/methods/'][n % 4];
    const answer = await fetch(`${address}/_backgrounder/events?page=${encodeURIComponent(path)}&has=`, { signal: stop.signal });
    const told = { path, text: '' };
    heard.push(told);
    (async () => {
      for await (const part of answer.body.pipeThrough(new TextDecoderStream())) told.text += part;
    })().catch(() => {});
  }
  const states = (told) => told.text.match(/event: state/g)?.length ?? 0;
  await until('each to know its page', () => heard.every((told) => states(told) === 1));
  const file = join(root, 'content/about.md');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n\nFor fifty.\n`);
  await until('each page that changed', () => heard.every((told) => told.path !== '/about/' || states(told) === 2));
  await new Promise((done) => setTimeout(done, 300));
  assert.ok(heard.every((told) => told.path === '/about/' || states(told) === 1), 'no other page is told anything');
});

test('four hundred edits in a row leave no growth in memory or open files that does not level off', async (t) => {
  const { page, edit, child } = await preview(t, '/about/');
  // What was allocated, without the pages of the program's own file, which the system drops and reads as it likes.
  const memory = () => Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;
  const files = () => readdirSync(`/proc/${child.pid}/fd`).length;
  const nodes = () => page.evaluate(() => document.getElementsByTagName('*').length);
  const used = [];
  const opened = [];
  const seen = [];
  for (let n = 1; n <= 400; n += 1) {
    edit('content/about.md', (text) => text.replace(/\n\nEdit \d+ of (the|many)\.|$/, () => ''));
    const words = `Edit ${n} of ${n % 2 ? 'the' : 'many'}.`;
    edit('content/about.md', (text) => `${text.replace(/\s*Edit \d+ of (the|many)\.\s*$/, '')}\n\n${words}\n`);
    await page.getByText(words).waitFor();
    used.push(memory());
    opened.push(files());
    if (n % 100 === 0) seen.push({ memory: median(used.slice(-100)), files: median(opened.slice(-100)), nodes: await nodes() });
  }
  const told = JSON.stringify(seen);
  await wasNotReloaded(page);
  assert.ok(seen[3].files <= seen[1].files, told);
  assert.equal(seen[3].nodes, seen[1].nodes, told);
  // One moment's memory swings by half, as builds begin and end; the median of a hundred edits hardly does.
  // The last two hundred edits add less than a tenth to what is used after the first two hundred.
  assert.ok(seen[3].memory < seen[1].memory * 1.1, told);
});

test('a site begun with init builds, checks clean and shows', async (t) => {
  const root = join(folder(t), 'new');
  execFileSync(program, ['init', '--quiet', root]);
  execFileSync(program, ['check', '--deny', 'warnings', '--root', root], { stdio: 'pipe' });
  const address = await serve(t, root);
  const page = await (await browser(t)).newPage();
  await page.goto(`${address}/articles/river-rises/`);
  assert.match(await page.locator('main').innerText(), /about 120/);
});
