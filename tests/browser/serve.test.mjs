// The preview, as a browser follows it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { request } from 'node:http';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { browser, copySite, folder, program, put, serve } from './help.mjs';

async function preview(t, path) {
  const root = folder(t);
  copySite(root);
  const address = await serve(t, root);
  const page = await (await browser(t)).newPage();
  await page.goto(address + path);
  return { root, address, page };
}

test('an edit shows in the open page', async (t) => {
  const { root, page } = await preview(t, '/about/');
  const file = join(root, 'content/about.md');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n\nA sentence that was not there.\n`);
  await page.getByText('A sentence that was not there.').waitFor({ timeout: 10_000 });
});

test('a fact that is edited changes the timeline that is open', async (t) => {
  const { root, page } = await preview(t, '/timeline/');
  const file = join(root, 'content/facts/events.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('title: Second Karabakh war', 'title: A war with another name'));
  await page.getByRole('link', { name: 'A war with another name' }).first().waitFor({ timeout: 10_000 });
});

test('a mistake is shown over the last good page, and mending it clears it', async (t) => {
  const { root, page } = await preview(t, '/about/');
  const file = join(root, 'content/about.md');
  const good = readFileSync(file, 'utf8');
  writeFileSync(file, `${good}\n\n[[nobody-has-this]]\n`);
  const alert = page.getByRole('alert');
  await alert.waitFor({ timeout: 10_000 });
  assert.match(await alert.innerText(), /dangling-reference[\s\S]*content\/about\.md/);
  await page.locator('h1').waitFor({ timeout: 10_000 });
  for (const bad of ['---\ntitle: [\n---\n', '+++\n', '\u0000', '']) {
    writeFileSync(file, bad);
    await new Promise((done) => setTimeout(done, 150));
  }
  put(root, 'templates/page.html', '{% if %}');
  await page.getByText('templates/page.html').waitFor({ timeout: 10_000 });
  rmSync(join(root, 'templates'), { recursive: true });
  writeFileSync(file, good);
  await alert.waitFor({ state: 'detached', timeout: 10_000 });
});

test('a new page, a page that is missing, and a page without its slash', async (t) => {
  const { root, address, page } = await preview(t, '/');
  put(root, 'content/fresh.md', '---\ntitle: Fresh\n---\n\nNew here.\n');
  await page.waitForEvent('load', { timeout: 10_000 });
  await page.goto(`${address}/fresh`);
  assert.equal(page.url(), `${address}/fresh/`);
  const answer = await page.goto(`${address}/nothing/`);
  assert.equal(answer.status(), 404);
  assert.match(await page.locator('h1').innerText(), /not found/i);
});

test('folders that come later, or go and come back, are followed', async (t) => {
  const { root, address, page } = await preview(t, '/about/');
  const shows = async (path, text) => {
    for (let tries = 0; tries < 100; tries += 1) {
      const answer = await fetch(address + path);
      if (answer.status === 200 && (await answer.text()).includes(text)) return;
      await new Promise((done) => setTimeout(done, 100));
    }
    assert.fail(`${path} does not show ${text}`);
  };
  mkdirSync(join(root, 'static'));
  await new Promise((done) => setTimeout(done, 300));
  put(root, 'static/late.txt', 'late');
  await shows('/late.txt', 'late');
  renameSync(join(root, 'content'), join(root, 'away'));
  await new Promise((done) => setTimeout(done, 300));
  renameSync(join(root, 'away'), join(root, 'content'));
  await new Promise((done) => setTimeout(done, 300));
  put(root, 'content/back.md', '---\ntitle: Back\n---\n\nHere again.\n');
  await shows('/back/', 'Here again.');
  await page.locator('h1').waitFor({ timeout: 10_000 });
});

test('the preview answers to its own name alone, and to nothing outside the site', async (t) => {
  const { address } = await preview(t, '/');
  const { port } = new URL(address);
  const ask = (path, host) => new Promise((done) => {
    request({ host: '127.0.0.1', port, path, headers: { host } }, (answer) => {
      answer.resume();
      answer.on('end', () => done(answer.statusCode));
    }).end();
  });
  assert.equal(await ask('/', 'evil.example'), 403);
  assert.equal(await ask('/', `localhost:${port}`), 200);
  for (const path of ['/../site.yaml', '/%2e%2e/site.yaml', '/..%2fsite.yaml', '/%00', '//etc/passwd', '/content/about.md']) {
    assert.equal(await ask(path, `127.0.0.1:${port}`), 404, path);
  }
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
