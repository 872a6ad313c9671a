// Trust: what hostile texts come to in a browser, the policy that pages are sent under, and the preview under attack.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { KINDS, copySite, folder, nginx, program, put, serving, site, until } from './help.mjs';

const { address, chromium } = await site();

/** Strings that run, break out of where they stand, or change what stands around them, where nothing keeps them from it. */
const ATTACKS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></script><script>alert(1)</script>',
  '<svg onload=alert(1)>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
  '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
  '<!-- --><script>alert(1)</script><!--',
  ']]><script>alert(1)</script>',
  '{{ 1 + 1 }} {% raw %}',
  '=HYPERLINK("https://example.com")',
  '+1+1',
  '@SUM(A1)',
  'END:VEVENT BEGIN:VEVENT',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '\u202Egnp.exe',
];

/** Links that run, where nothing keeps them from it. */
const LINKS = ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java&#x09;script:alert(1)', '&#x6A;avascript:alert(1)', 'data:text/html,<script>alert(1)</script>', 'vbscript:alert(1)'];

/** A picture of another host, which would see every reader. */
const ELSEWHERE = 'https://evil.example/pixel.png';

const quoted = (text) => JSON.stringify(text);

/** A site that has an attack in every field that takes a text, each in an entry of its own. */
function attacked(root) {
  put(root, 'site.yaml', `title: ${quoted(ATTACKS[1])}
description: ${quoted(ATTACKS[3])}
author: ${quoted(ATTACKS[0])}
base_url: https://example.org/
cards: false
markdown: { html: safe }
security: { policy: false }
unknown_keys: allow
data: { licence: { title: ${quoted(ATTACKS[1])}, url: https://example.com/ } }
publisher: { name: ${quoted(ATTACKS[0])}, url: https://example.com/ }
rules: { component-syntax: warning, unsafe-link: warning, leftover-text: warning, orphan-page: "off", unsafe-html: "off", missing-alt: "off", broken-link: warning, unbound-number: "off", source-unarchived: "off" }
`);
  put(root, 'content/_index.md', `---\ntitle: Home\nsummary: ${quoted(ATTACKS[1])}\n---\n\n${ATTACKS.join('\n\n')}\n`);
  put(root, 'content/articles/_index.md', '---\ntitle: Articles\nkind: article\n---\n');
  for (const kind of ['timeline', 'figures', 'claims']) put(root, `content/${kind}.md`, `---\ntitle: ${quoted(ATTACKS[1])}\nkind: ${kind}\n---\n`);
  const each = (component) => ATTACKS.map((_, n) => component(n)).join('\n\n');
  put(root, 'content/components.md', `---\ntitle: Components\n---\n\n{{<timeline />}}\n\n{{<figures />}}\n\n{{<sources />}}\n\n{{<map />}}\n\n{{<figure-chart />}}\n
${each((n) => `{{<claims about="e${n}" />}}\n\n{{<figure-chart event="e${n}" />}}`)}\n`);
  const facts = { events: '', figures: '', claims: '', places: '', actors: '', sources: '', terms: '' };
  ATTACKS.forEach((attack, n) => {
    const text = quoted(attack);
    put(root, `content/articles/a${n}.md`, `---
title: ${text}
description: ${text}
date: 2020-01-01
authors: [${text}]
tags: [${text}]
summary: ${text}
corrections: [{ date: 2020-02-01, text: ${text} }]
extra: { x: ${text} }
---

## ${attack}

${attack} and [[e${n}]], [[e${n}|${attack.replaceAll('|', '')}]] [@s${n}, ${attack.replaceAll(/[\];]/g, '')}].

| ${attack.replaceAll('|', '')} |
|---|
| ${attack.replaceAll('|', '')} |

## Attributes {aria-x/onclick=alert(1) aria-y/onpointerover=alert(1) style=x}

{{<video url="https://example.com/" title="t" /> if 0 else ${quoted(attack)} | safe if 1 else <video url="https://example.com/" title="u" />}}

{{<image src="/x.png" alt=${JSON.stringify(attack.replaceAll(/["'`\\]/g, ''))} caption='${attack.replaceAll("'", '')}' />}}

${LINKS.map((link) => `{{<reference target="x" href="${link}" words="x" />}} {{<entry to={ {"url": "${link}", "title": "x"} } />}} {{<image src="${link}" alt="x" />}}`).join('\n\n')}

![${attack}](/x.png "${attack.replaceAll('"', "'")}") text[^1] <b title='${attack.replaceAll("'", '"')}'>b</b>

## Heading {#x onclick="alert(1)" .${n}}

${LINKS.map((link) => `[link](${link}) ![picture](${link}) <q cite="${link}">q</q>`).join('\n')}

{{<image src="${ELSEWHERE}" alt="x" />}} {{<image src={'${ELSEWHERE}'} alt="x" />}} ![x](${ELSEWHERE}) <img src="${ELSEWHERE}" alt="x">

[^1]: ${attack}
`);
    facts.events += `  e${n}: { title: ${text}, summary: ${text}, date: 2020-01-0${(n % 9) + 1}, places: [p${n}], sources: [s${n}], tags: [${text}], media: [${[...LINKS, ELSEWHERE].map((src) => `{ src: ${quoted(src)}, alt: x }`).join(', ')}, { src: /x.png, alt: ${text}, caption: ${text}, credit: ${text} }] }\n`;
    facts.figures += `  f${n}: { measure: killed, scope: { event: e${n} }, best: ${n + 3}, as_of: 2020-02, note: ${text}, attribution: { counted_by: o${n}, method: ${text} }, sources: [s${n}] }\n`;
    facts.claims += `  c${n}: { author: o${n}, text: ${text}, date: 2020-01-02, stance: asserts, about: [e${n}], first_appearance: s${n} }\n`;
    facts.places += `  p${n}: { name: ${text}, coordinates: [40, 45] }\n`;
    facts.actors += `  o${n}: { name: ${text}, type: state-forces }\n`;
    facts.sources += `  s${n}: { type: report, title: ${text}, author: ${text}, publisher: ${text}, url: https://example.com/${n}, date: 2020 }\n`;
    facts.terms += `  t${n}: { name: ${text}, definition: ${text} }\n`;
  });
  put(root, 'content/facts/all.yaml', Object.entries(facts).map(([kind, text]) => `${kind}:\n${text}`).join(''));
  put(root, 'static/x.png', Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'));
}

/** Every file below a folder. */
const files = (root) => readdirSync(root, { recursive: true, withFileTypes: true }).filter((item) => item.isFile()).map((item) => join(item.parentPath, item.name));

test('no string in any field runs, is an element, or leads to a script, without any policy', async (t) => {
  const root = folder(t);
  attacked(root);
  const output = join(root, 'out');
  execFileSync(program, ['build', '--quiet', '--root', root, '--output-dir', output], { stdio: ['ignore', 'ignore', 'pipe'] });
  const address = await nginx(t, output);
  const pages = files(output).filter((path) => path.endsWith('index.html')).map((path) => path.slice(output.length, -'index.html'.length));
  assert.ok(pages.length > 150, `${pages.length} pages`);
  const page = await chromium.newPage();
  t.after(() => page.close());
  const ran = [];
  page.on('dialog', async (dialog) => { ran.push(page.url()); await dialog.dismiss(); });
  page.on('request', (sent) => { if (!sent.url().startsWith(address) && !sent.url().startsWith('data:')) ran.push(`${page.url()} asks ${sent.url()}`); });
  for (const path of pages) {
    await page.goto(address + path.split('/').map(encodeURIComponent).join('/'));
    const odd = await page.evaluate(() => {
      const handlers = [...document.querySelectorAll('*')].filter((element) => [...element.attributes].some(({ name }) => /^on|^style$|^srcdoc$/.test(name)));
      const links = [...document.querySelectorAll('[href], [src], [cite]')].filter((element) => /^\s*(javascript|data|vbscript):/i.test(element.href || element.src || element.cite || ''));
      const scripts = [...document.querySelectorAll('script, iframe, object, embed, base[href], math, form:not([role=search]):not([aria-label="Which events are shown"])')]
        .filter((element) => element.type !== 'application/ld+json' && !new URL(element.src || 'x:', location.href).pathname.startsWith('/assets/'));
      return [...handlers, ...links, ...scripts].map((element) => element.outerHTML.slice(0, 200));
    });
    assert.deepEqual(odd, [], path);
    const told = await page.evaluate(() => [...document.querySelectorAll('script[type="application/ld+json"]')].map((script) => JSON.parse(script.textContent)).length);
    assert.ok(told >= 0);
  }
  assert.deepEqual(ran, []);
  for (const path of files(output)) {
    const text = () => readFileSync(path, 'utf8');
    // What feed readers show has no policy.
    if (/\.(html|xml|json)$/.test(path)) assert.doesNotMatch(text(), /src=\\?["']?https:\/\/evil/, path);
    if (/\.json$/.test(path)) assert.doesNotThrow(() => JSON.parse(text()), path);
    if (/\.csv$/.test(path)) assert.doesNotMatch(text(), /(^|[\n,;])"?[=+@]/, path);
    if (/\.ics$/.test(path)) assert.equal(text().match(/^BEGIN:VEVENT/gm)?.length ?? 0, text().match(/^END:VEVENT/gm)?.length ?? 0, path);
    if (/\.(xml|svg)$/.test(path)) {
      const mistake = await page.evaluate((xml) => new DOMParser().parseFromString(xml, 'text/xml').querySelector('parsererror')?.textContent, text());
      assert.equal(mistake, undefined, path);
    }
  }
});

test('every kind of page keeps to the policy, asks no other host, and says what it loads', async (t) => {
  const page = await chromium.newPage();
  t.after(() => page.close());
  const elsewhere = [];
  page.on('request', (sent) => { if (!sent.url().startsWith(address)) elsewhere.push(sent.url()); });
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  for (const [kind, path] of Object.entries(KINDS)) {
    await page.goto(address + path, { waitUntil: 'load' });
    const found = await page.evaluate(() => {
      const all = (selector) => [...document.querySelectorAll(selector)];
      const markup = (elements) => elements.map((element) => element.outerHTML.slice(0, 160));
      const away = (link) => /^https?:/.test(link.getAttribute('href')) && !['https://example.org', location.origin].includes(link.origin);
      return {
        violations: window.violations,
        policy: all('meta[http-equiv="Content-Security-Policy"]').map((meta) => meta.content),
        handlers: markup(all('*').filter((element) => [...element.attributes].some(({ name }) => /^on|^style$/.test(name)))),
        inline: markup(all('script:not([src]):not([type="application/ld+json"]), style')),
        untold: markup(all('script[src]:not([integrity]), link[rel~=stylesheet]:not([integrity])')).filter((tag) => !tag.includes('/embed.')),
        followed: markup(all('a[href]').filter((link) => away(link) && !/noopener|noreferrer/.test(link.rel))),
        referred: markup(all('a[href]').filter((link) => away(link) && link.referrerPolicy !== 'no-referrer' && !link.rel.includes('noreferrer'))),
      };
    });
    assert.equal(found.policy.length, 1, kind);
    assert.doesNotMatch(found.policy[0], /'unsafe-inline'|'unsafe-eval'/, kind);
    for (const what of ['violations', 'handlers', 'inline', 'untold', 'followed', 'referred']) assert.deepEqual(found[what], [], `${kind}: ${what}`);
  }
  assert.deepEqual(elsewhere, []);
});

/** Asks a server; the status of its answer. */
const ask = (address, path, headers = {}, agent) => new Promise((done, fail) => {
  const asked = request(address + path, { headers, agent }, (answer) => { answer.resume(); answer.on('end', () => done(answer.statusCode)); });
  asked.on('error', fail);
  asked.end();
});

/** The memory of a process, in MiB. */
const memory = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/RssAnon:\s+(\d+)/)[1]) / 1024;

test('a thousand slow clients and ten thousand requests leave the preview as it was', { timeout: 240_000 }, async (t) => {
  const root = folder(t);
  copySite(root);
  const { address, child } = await serving(t, root, '--port', '0');
  const { port } = new URL(address);
  assert.equal(await ask(address, '/'), 200);
  let closed = 0;
  const slow = Array.from({ length: 1000 }, () => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nX: '));
    socket.on('error', () => {});
    socket.on('close', () => { closed += 1; });
    return socket;
  });
  const drip = setInterval(() => slow.forEach((socket) => socket.writable && socket.write('x')), 1000);
  t.after(() => { clearInterval(drip); slow.forEach((socket) => socket.destroy()); });
  await until('all slow connections are closed', () => closed === 1000, 120_000);
  assert.equal(await ask(address, '/'), 200);
  const before = memory(child.pid);
  const paths = ['/', '/timeline/', '/nothing/', '/atom.xml', '/../../etc/passwd', '/%00'];
  const page = join(root, 'content/about.md');
  const text = readFileSync(page, 'utf8');
  for (let round = 0; round < 200; round += 1) {
    // A title: the site is linked anew while it is asked for.
    if (round % 5 === 0) writeFileSync(page, text.replace(/^title: .*$/m, `title: About, round ${round}`));
    const asked = Array.from({ length: 50 }, (_, n) => ask(address, paths[n % paths.length]));
    for (const status of await Promise.all(asked)) assert.ok([200, 404].includes(status), String(status));
  }
  await until('the last title is shown', async () => (await (await fetch(`${address}/about/`)).text()).includes('About, round 195'));
  await until(`the memory to come back from ${before} MiB`, () => memory(child.pid) < before + 150);
  for (const [site, mode, dest, status] of [
    ['cross-site', 'no-cors', 'image', 403], ['cross-site', 'navigate', 'iframe', 403], ['same-site', 'no-cors', 'script', 403],
    ['cross-site', 'navigate', 'document', 200], ['same-origin', 'cors', 'empty', 200], ['none', 'navigate', 'document', 200],
  ]) {
    const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest };
    assert.equal(await ask(address, '/', headers), status, `${site} ${mode} ${dest}`);
  }
  // As browsers without Fetch Metadata say it.
  for (const [origin, status] of [['https://evil.example', 403], ['null', 403], [address.replace(/\/$/, ''), 200]]) {
    assert.equal(await ask(address, '/', { origin }), status, origin);
    assert.equal(await ask(address, '/_backgrounder/report', { origin }), status, origin);
  }
});

test('a client that takes nothing of what it asked for is let go', { timeout: 120_000 }, async (t) => {
  const root = folder(t);
  copySite(root);
  const size = 64 << 20;
  mkdirSync(join(root, 'static'), { recursive: true });
  writeFileSync(join(root, 'static/large.bin'), Buffer.alloc(size));
  const { address } = await serving(t, root, '--port', '0');
  const { port, host } = new URL(address);
  const socket = connect(Number(port), '127.0.0.1', () => socket.write(`GET /large.bin HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  socket.pause();
  const hex = (number) => number.toString(16).toUpperCase().padStart(4, '0');
  /** Whether the server still holds its end of the connection. */
  const holds = () => readFileSync('/proc/net/tcp', 'utf8').split('\n').some((line) => {
    const [, local, remote, state] = line.trim().split(/\s+/);
    return local?.endsWith(`:${hex(Number(port))}`) && remote.endsWith(`:${hex(socket.localPort)}`) && state === '01';
  });
  await until('the connection', () => socket.localPort && holds());
  await until('the server to let it go', () => !holds());
  let heard = 0;
  const closed = new Promise((done) => { socket.on('close', done); });
  socket.on('data', (data) => { heard += data.length; });
  socket.resume();
  await closed;
  // What systems hold back on the way is far less.
  assert.ok(heard > 0 && heard < size / 2, String(heard));
  assert.equal(await ask(address, '/'), 200);
});

test('odd requests are answered or closed, and the preview goes on', async (t) => {
  const root = folder(t);
  copySite(root);
  const { address } = await serving(t, root, '--port', '0');
  const { port, host } = new URL(address);
  const send = (text) => new Promise((done) => {
    let heard = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
    socket.setTimeout(8000, () => socket.destroy());
    socket.on('data', (data) => { heard += data; if (heard.includes('\r\n\r\n')) socket.destroy(); });
    socket.on('error', () => {});
    socket.on('close', () => done(heard));
  });
  for (const text of [
    `TRACE / HTTP/1.1\r\nHost: ${host}\r\n\r\n`, `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, `PROPFIND / HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: ${host}\r\nX: ${'x'.repeat(1 << 20)}\r\n\r\n`, `GET / HTTP/1.1\r\nHost: ${host}\r\n${'X: x\r\n'.repeat(10_000)}\r\n`,
    `GET /${'x'.repeat(1 << 20)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    '\x16\x03\x01\x02\x00\x01\x00\x01', '\0\0\0\0\r\n\r\n', 'GET\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ]) {
    const heard = await send(text);
    assert.doesNotMatch(heard, /^HTTP\/1\.1 (2|5)/, text.slice(0, 60));
    assert.equal(await ask(address, '/'), 200);
  }
});
