// What the built site sends: valid, small, and asking nobody else for anything.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import stylelint from 'stylelint';
import vnu from 'vnu-jar';
import { KINDS, build, folder, nginx, put, site } from './help.mjs';

const { output, address, chromium } = await site();

const read = (path) => readFileSync(join(output, path), 'utf8');
const files = (extension) => readdirSync(output, { recursive: true }).filter((path) => path.endsWith(extension));

test('the Nu HTML checker finds nothing in any page', (t) => {
  // A checker that cannot find anything proves nothing: this page is wrong, and the only one.
  const wrong = folder(t);
  put(wrong, 'wrong.html', '<!doctype html><html lang="en"><head><title>Wrong</title></head><body><img src="x.png"></body></html>');
  // From the server, as a page's policy means nothing to a file.
  const pages = files('.html').map((path) => `${address}/${path.replace(/(^|\/)index\.html$/, '$1')}`);
  const command = ['-Dnu.validator.servlet.allow-forbidden-hosts=true', '-jar', String(vnu), '--format', 'json', '--exit-zero-always', ...pages, join(wrong, 'wrong.html')];
  const checked = spawnSync('java', command, { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(checked.error, undefined);
  // Before them may stand what the Java machine says of itself.
  const messages = JSON.parse(checked.stderr.slice(checked.stderr.indexOf('{'))).messages;
  const seeded = messages.filter(({ url }) => url.endsWith('wrong.html'));
  assert.ok(seeded.length > 0);
  const found = messages.filter((message) => !seeded.includes(message));
  assert.deepEqual(grouped(found.map(({ url, message, extract }) => [message, `${new URL(url).pathname}: ${extract?.trim()}`])), {});
  t.diagnostic(`${pages.length} pages checked`);
});

test('stylelint finds nothing in the style sheets', async () => {
  const config = {
    extends: 'stylelint-config-recommended',
    rules: {
      'declaration-property-value-no-unknown': true,
      // It compares selectors by their last word alone, most of which never meet on one element.
      'no-descending-specificity': null,
    },
  };
  const lint = async (code) => (await stylelint.lint({ code, config })).results[0].warnings.map(({ text, column }) => `${text}: ${code.slice(Math.max(0, column - 40), column + 40)}`);
  const sheets = files('.css').filter((path) => path.startsWith('assets/'));
  assert.deepEqual(sheets.map((path) => path.split(/[/.]/)[1]).sort(), ['embed', 'hub', 'style']);
  for (const sheet of sheets) assert.deepEqual(await lint(read(sheet)), [], sheet);
  assert.match((await lint('a { colour: red; width: 1 }')).join(), /colour.*width/);
});

test('no page says anything on the console, asks another host or breaks its own policy, and what is not its own may not run', async () => {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const wrong = [];
  page.on('request', (request) => request.url().startsWith(address) || wrong.push(`${page.url()} asks ${request.url()}`));
  page.on('console', (message) => wrong.push(`${page.url()} says ${message.text()}`));
  page.on('pageerror', (error) => wrong.push(`${page.url()} throws ${error}`));
  for (const path of Object.values(KINDS)) {
    if (path === KINDS['not found']) continue;
    await page.goto(address + path);
  }
  assert.deepEqual(wrong, []);
  await page.goto(address + KINDS.article);
  assert.equal(await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ranInline = true';
    document.body.append(script);
    return Boolean(window.ranInline);
  }), false, 'a script within the page ran');
  assert.equal(wrong.length, 1, 'the browser says that it was refused');
  await context.close();
});

test('the policy of every page allows no inline style, no inline script and no evaluation, at most WebAssembly, which searches', () => {
  const policies = files('.html').map((path) => [path, read(path).match(/<meta http-equiv="Content-Security-Policy" content="([^"]*)"/i)?.[1] ?? 'none']);
  assert.deepEqual(grouped(policies.filter(([, policy]) => !/default-src '?self/.test(policy.replaceAll('&#39;', "'").replaceAll('&#x27;', "'"))).map(([path, policy]) => [policy, path])), {});
  assert.deepEqual(policies.filter(([, policy]) => /unsafe-inline|'unsafe-eval|\*|https?:|data:.*script/.test(policy)), []);
  assert.deepEqual(policies.filter(([path, policy]) => policy.includes('wasm-unsafe-eval') && path !== 'search/index.html'), []);
  const headers = read('_headers');
  assert.match(headers, /^\/\*\n(?:  .*\n)*?  Content-Security-Policy: default-src 'self'/m);
  assert.doesNotMatch(headers, /unsafe-inline|'unsafe-eval/);
});

test('every script is a module of the site and carries its integrity', () => {
  const wrong = [];
  let count = 0;
  for (const path of files('.html')) {
    for (const [tag, attributes] of read(path).matchAll(/<script\b([^>]*)>/g)) {
      if (attributes.includes('application/ld+json')) continue;
      count += 1;
      if (!/ src="?\/assets\/[\w-]+\.[0-9a-f]{12}\.js/.test(attributes) || !/ type="?module/.test(attributes) || !/ integrity="?sha384-/.test(attributes)) wrong.push([tag, path]);
    }
    if (/ on\w+="| style="|javascript:|<style/.test(read(path))) wrong.push(['inline', path]);
  }
  assert.deepEqual(grouped(wrong), {});
  assert.ok(count > 100, `only ${count} scripts`);
});

test('an article that is published with --minify weighs at most 60 KiB before images, scripts at most 12 KiB, and its first render needs one page and one style sheet', async (t) => {
  const published = folder(t);
  build(published, '--minify');
  const address = await nginx(t, published);
  const context = await chromium.newContext();
  const page = await context.newPage();
  const sent = [];
  page.on('response', async (response) => sent.push({ kind: response.request().resourceType(), url: response.url(), size: response.body().then((body) => body.length) }));
  await page.goto(address + KINDS.article, { waitUntil: 'networkidle' });
  const weigh = async (kinds) => (await Promise.all(sent.filter(({ kind }) => kinds.includes(kind)).map(({ size }) => size))).reduce((all, one) => all + one, 0);
  // A map and a line of time are images that stand in the page.
  const drawings = (await (await fetch(address + KINDS.article)).text()).match(/<svg.*?<\/svg>/gs).reduce((all, one) => all + one.length, 0);
  const weights = { page: (await weigh(['document'])) - drawings, drawings, style: await weigh(['stylesheet']), scripts: await weigh(['script']) };
  const told = JSON.stringify({ ...weights, urls: sent.map(({ url }) => url.slice(address.length)) });
  t.diagnostic(told);
  assert.ok(weights.page > 10_000 && weights.style > 1000 && weights.scripts > 500, told);
  assert.ok(weights.page + weights.style + weights.scripts <= 60 * 1024, told);
  assert.ok(weights.scripts <= 12 * 1024, told);
  assert.deepEqual(sent.filter(({ kind, url }) => !['document', 'stylesheet', 'script', 'image'].includes(kind) && !/\/icon\./.test(url)).map(({ url }) => url), []);
  assert.equal(sent.filter(({ kind }) => kind === 'document').length, 1);
  assert.equal(sent.filter(({ kind }) => kind === 'stylesheet').length, 1);
  // A module waits for the page, so nothing else stands in the way.
  assert.equal(await page.locator('script[src]:not([type="module"]), link[rel="stylesheet"] ~ link[rel="stylesheet"]').count(), 0);
  assert.doesNotMatch(readFileSync(join(published, await page.locator('link[rel="stylesheet"]').evaluate((link) => new URL(link.href).pathname)), 'utf8'), /@import|@font-face/);
  await context.close();
});

/** Findings by what they say, with how many there are and the first places, so that a failure can be read. */
function grouped(findings) {
  const by = new Map();
  for (const [what, where] of findings) by.set(what, [...(by.get(what) ?? []), where]);
  return Object.fromEntries([...by].map(([what, places]) => [what, [places.length, ...places.slice(0, 4)]]));
}
