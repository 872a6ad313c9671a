// What the tests share: the program, a web server, a browser.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const program = process.env.BACKGROUNDER ?? join(repository, 'target/debug/backgrounder');

/** A page of every kind that the theme makes. */
export const KINDS = {
  home: '/',
  section: '/background/',
  article: '/articles/border-attacks-september-2022/',
  background: '/background/wars-and-ceasefires/',
  page: '/about/',
  methods: '/methods/',
  timeline: '/timeline/',
  'casualty figures': '/casualties/',
  claims: '/claims/',
  event: '/events/war-2020/',
  'event with claims': '/events/attacks-2022-09-13/',
  figure: '/figures/war-2020-killed-reuters/',
  claim: '/claims/claim-am-attacked-2020/',
  place: '/places/nagorno-karabakh/',
  actor: '/actors/reuters/',
  'actor of the conflict': '/actors/armenia/',
  source: '/sources/cnn-2022-09-13/',
  term: '/terms/de-facto-control/',
  events: '/events/',
  figures: '/figures/',
  places: '/places/',
  actors: '/actors/',
  sources: '/sources/',
  terms: '/terms/',
  tags: '/tags/',
  tag: '/tags/ceasefire/',
  corrections: '/corrections/',
  data: '/data/',
  search: '/search/',
  'embedded figure': '/figures/war-2020-killed-reuters/embed/',
  'embedded event': '/events/war-2020/embed/',
  'embedded timeline': '/timeline/embed/',
  'not found': '/nothing-here/',
};

/** For what the tests of a file share: what is to be done `after` is done when the last of them has ended. */
export function shared() {
  const ends = [];
  after(async () => {
    for (const end of ends.reverse()) await end();
  });
  return { after: (end) => ends.push(end) };
}

/** A folder that goes when the test does. */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'backgrounder-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Writes a file below a folder. */
export function put(root, path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Copies the repository's own site, so that a test can edit it. */
export function copySite(to) {
  for (const part of ['site.yaml', 'content']) cpSync(join(repository, part), join(to, part), { recursive: true });
}

/** A port that nobody listens on, and below those that the system hands out by itself: nobody gets it in the meantime. */
export function freePort() {
  return new Promise((done) => {
    const server = createServer();
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    server.once('error', () => done(freePort()));
    server.listen(port, '127.0.0.1', () => server.close(() => done(port)));
  });
}

/** Builds the repository's site into a folder. */
export function build(output, ...flags) {
  execFileSync(program, ['build', '--quiet', '--root', repository, '--output-dir', output, ...flags]);
}

/** The repository's site, built and served for all tests of a file; returns the folder, the address and a browser. */
export async function site() {
  const ended = shared();
  const output = folder(ended);
  build(output);
  return { output, address: await nginx(ended, output), chromium: await browser(ended) };
}

/** Serves a folder with nginx and the configuration that the documentation gives; returns the address. */
export async function nginx(t, root) {
  const port = await freePort();
  const own = folder(t);
  const server = readFileSync(join(repository, 'docs/publishing/nginx.conf'), 'utf8')
    .replace(/listen 80;.*/, `listen 127.0.0.1:${port};`)
    .replace(/listen \[::\]:80;.*/, '')
    .replace(/root .*;.*/, `root ${root};`);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${own}/${name};`).join(' ');
  put(own, 'nginx.conf', `daemon off; user root; pid ${own}/pid; error_log ${own}/error.log;
    events {} http { access_log off; ${temporary} ${server} }`);
  // Not every user's PATH has the folder where Debian puts it.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  const child = spawn('nginx', ['-e', `${own}/error.log`, '-p', own, '-c', join(own, 'nginx.conf')], { stdio: 'inherit', env });
  t.after(() => child.kill());
  await answers(`http://127.0.0.1:${port}/`);
  return `http://127.0.0.1:${port}`;
}

/** Runs `serve` on a site; returns its address. */
export async function serve(t, root) {
  return (await serving(t, root, '--port', '0')).address;
}

/** Runs `serve` with flags; returns its address, its process, and what it has said. */
export async function serving(t, root, ...flags) {
  const child = spawn(program, ['serve', '--root', root, ...flags], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
  t.after(() => child.kill('SIGKILL'));
  const heard = { told: '' };
  child.stderr.on('data', (data) => { heard.told += data; });
  const line = await new Promise((done, fail) => {
    child.stdout.once('data', (data) => done(String(data)));
    child.once('exit', (code) => fail(new Error(`serve ended with ${code}: ${heard.told}`)));
  });
  const address = line.trim().replace(/\/$/, '');
  await answers(`${address}/`);
  return { address, child, heard };
}

/** Waits until something is so. */
export async function until(what, is, patience = 60_000) {
  for (const end = Date.now() + patience; Date.now() < end; ) {
    const found = await is();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`waited in vain for ${what}`);
}

async function answers(url) {
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      await fetch(url);
      return;
    } catch {
      await new Promise((done) => setTimeout(done, 50));
    }
  }
  throw new Error(`nothing answers at ${url}`);
}

/** Chromium, without the requests of its own that a closed network would refuse. */
export async function browser(t) {
  const quiet = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const found = await chromium.launch({ executablePath: chromiumPath, args: quiet });
  t.after(() => found.close());
  return found;
}
