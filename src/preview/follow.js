"use strict";
// Keeps an open page equal to what the preview would send now, without loading it anew: the reader's place, focus,
// typing and opened parts stay. From top to bottom: the connection, the update of the page, which old node becomes
// which new one, files that changed under their name, the report of mistakes.
(() => {
  const { page, turn, path } = document.currentScript.dataset;
  const OURS = "script[data-backgrounder]";
  const FOLDED = "backgrounder-folded";
  /** In milliseconds. */
  const STOPPED_AFTER = 2000, FIRST_PAUSE = 300, LONGEST_PAUSE = 3000, SHEET_PATIENCE = 5000;

  /**
   * For each node on the page the node that the server sent for it. An update applies the difference between what was
   * sent and what is sent now: what the reader and the site's own scripts did to the page is in neither, so it stays.
   */
  const served = new WeakMap();
  /** The hash of the page that is shown, that of the page which the server has, the scripts of the page shown. */
  let has = page, wanted = page, running;
  /** The server's turn up to which the page knows of files that changed under their name. */
  let heardOf = turn;
  /** Whether an update is under way. */
  let isBusy = false;
  /** The connection, and the clocks until the next try and until the reader is told that there is none. */
  let source = null, retry, stopped, pause = FIRST_PAUSE;
  /** Style sheets that have not loaded yet, and those that go when these have. */
  const arriving = new Set(), leaving = new Set();
  /** What the server told last, which list of mistakes the report holds, whether the reader unfolded mere warnings. */
  let told = { report: "" }, listed = "", isPeeking = false;

  const report = buildReport();

  const ready = remember();
  // A browser gives a server six connections, so a page that nobody sees must not hold one.
  document.addEventListener("visibilitychange", () => (document.hidden ? hush() : listen()));
  addEventListener("pagehide", hush);
  addEventListener("pageshow", listen);
  listen();

  // The connection

  function listen() {
    if (source || document.hidden) return;
    stopped ??= setTimeout(() => report.stop(true), STOPPED_AFTER);
    source = new EventSource(`/_backgrounder/events?page=${encodeURIComponent(path)}&turn=${heardOf}`);
    source.addEventListener("open", connected);
    source.addEventListener("error", lost);
    source.addEventListener("state", (event) => heard(JSON.parse(event.data)));
    source.addEventListener("files", (event) => orReload(() => hearOfFiles(JSON.parse(event.data))));
  }

  function connected() {
    clearTimeout(stopped);
    stopped = undefined;
    report.stop(false);
  }

  /** Connects anew by hand: an EventSource that does it by itself would ask from the turn in which the page was made. */
  function lost() {
    close();
    retry = setTimeout(listen, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }

  function hush() {
    close();
    clearTimeout(stopped);
    stopped = undefined;
  }

  function close() {
    clearTimeout(retry);
    source?.close();
    source = null;
  }

  function heard(state) {
    tell(state);
    follow(state.page);
  }

  function hearOfFiles(files) {
    heardOf = files.turn;
    refresh(files.changed);
  }

  // The update of the page

  /** Fetches one page at a time, and another when a newer one was told of meanwhile. */
  async function follow(hash) {
    wanted = hash;
    if (isBusy) return;
    isBusy = true;
    let tried;
    while (wanted !== has && wanted !== tried) {
      tried = wanted;
      await orReload(update);
    }
    isBusy = false;
    if (wanted === has) pause = FIRST_PAUSE;
  }

  async function orReload(work) {
    try {
      await work();
    } catch (error) {
      console.warn("The preview loads the page anew:", error);
      location.reload();
    }
  }

  async function update() {
    await ready;
    const next = await get(location.href.split("#")[0], "no-store").catch(() => null);
    // The server went away; it tells its state again when it is back.
    if (!next) return lost();
    // The page may have changed again since the server told of it: what counts is what came.
    const hash = next.querySelector(OURS).dataset.page;
    // Scripts cannot be taken back.
    if (scriptsOf(next) !== running) return location.reload();
    keepingChoices(() => keepingFocus(() => morphPage(next)));
    clearAway();
    has = hash;
  }

  /**
   * Learns what the server sent for the page: on the page itself the site's scripts may have changed things already. It
   * is asked for once more, for browsers are told to keep nothing of the preview.
   */
  async function remember() {
    const sent = await get(location.href.split("#")[0], "no-store").catch(() => null);
    const first = sent?.querySelector(OURS)?.dataset.page === has ? sent : document.cloneNode(true);
    running = scriptsOf(first);
    served.set(document.documentElement, first.documentElement);
    for (const part of ["head", "body"]) pair(document[part], first[part]);
  }

  async function get(url, cache) {
    const answer = await fetch(url, { cache, headers: { accept: "text/html" } });
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    // A browser that runs scripts holds the inside of <noscript> as text; a parser for itself does not.
    for (const element of parsed.querySelectorAll("noscript")) element.textContent = element.innerHTML;
    return parsed;
  }

  /** What runs on a page, and what that is made from; search engines alone read JSON-LD. */
  function scriptsOf(page) {
    const scripts = page.querySelectorAll(`script:not(${OURS}, [type="application/ld+json"]), template`);
    return JSON.stringify([...scripts].map((script) => script.outerHTML).sort());
  }

  /** Only the attributes of <html>: beside the head and the body stands the report. */
  function morphPage(next) {
    const html = document.documentElement;
    morphAttributes(html, served.get(html), next.documentElement);
    for (const part of ["head", "body"]) morph(document[part], served.get(document[part]), next[part]);
  }

  /** Changes a node of the page, and what was sent for it, by what differs between the latter and what is sent now. */
  function morph(live, was, next) {
    if (was.isEqualNode(next)) return;
    if (live.nodeType === Node.ELEMENT_NODE) {
      morphAttributes(live, was, next);
      morphChildren(live, was, next);
    } else {
      retext(live, next.data);
      was.data = next.data;
    }
  }

  function morphAttributes(live, was, next) {
    for (const { namespaceURI, localName } of [...was.attributes]) {
      if (next.hasAttributeNS(namespaceURI, localName)) continue;
      for (const element of [live, was]) element.removeAttributeNS(namespaceURI, localName);
    }
    for (const attribute of next.attributes) {
      if (was.getAttributeNS(attribute.namespaceURI, attribute.localName) === attribute.value) continue;
      for (const element of [live, was]) element.setAttributeNode(attribute.cloneNode());
    }
  }

  /** Replaces only the part of a text that differs, so that a selection around it stays. */
  function retext(live, text) {
    const old = live.data;
    const shorter = Math.min(old.length, text.length);
    let start = 0, end = 0;
    while (start < shorter && old[start] === text[start]) start++;
    while (end < shorter - start && old.at(-1 - end) === text.at(-1 - end)) end++;
    live.replaceData(start, old.length - start - end, text.slice(start, text.length - end));
  }

  function morphChildren(live, was, next) {
    const ours = [...live.childNodes].filter((node) => served.get(node)?.parentNode === was);
    const olds = ours.map((node) => served.get(node)), news = [...next.childNodes];
    const partners = match(olds, news);
    const isFrame = live === document.head || live === document.body;
    // What a script or a browser's extension added stays in the head, in the body, and beside served nodes that are all
    // there. Where it stands in the place of served nodes, it goes with them.
    const isAddedTo = isFrame || ours.length === was.childNodes.length;
    const kept = new Set(partners.flatMap((old) => [ours[old], olds[old]]));
    for (const node of isAddedTo ? ours : [...live.childNodes]) if (!kept.has(node)) takeOut(node);
    for (const node of [...was.childNodes]) if (!kept.has(node)) node.remove();

    const steady = longestAscending(partners.filter((old) => old !== undefined));
    let after = null, sentAfter = null;
    for (let at = news.length - 1; at >= 0; at--) {
      const old = partners[at];
      const sent = olds[old] ?? news[at], node = ours[old] ?? bring(sent);
      morph(node, sent, news[at]);
      if (!steady.has(old)) {
        put(live, node, after);
        was.insertBefore(sent, sentAfter);
      }
      [after, sentAfter] = [node, sent];
    }
  }

  /** A copy of a served node, for the page. */
  function bring(next) {
    const node = document.importNode(next, true);
    pair(node, next);
    const sheets = isSheet(node) ? [node] : node.querySelectorAll?.("link");
    for (const link of sheets ?? []) if (isSheet(link)) arrive(link);
    return node;
  }

  function takeOut(node) {
    if (isSheet(node)) leave(node);
    else node.remove();
  }

  /** Moves a node where the browser can (that keeps focus, players and frames), and inserts it where it cannot. */
  function put(parent, node, before) {
    if (node.isConnected && parent.moveBefore) parent.moveBefore(node, before);
    else parent.insertBefore(node, before);
  }

  /** Boxes that the reader ticked and options that she chose stay so when the page has another default. */
  function keepingChoices(work) {
    const chosen = [...document.querySelectorAll("input, option")].flatMap((control) => {
      const state = control.localName === "option" ? "selected" : "checked";
      const isTouched = served.has(control) && served.get(control)[state] !== control[state];
      return isTouched ? [[control, state, control[state]]] : [];
    });
    work();
    for (const [control, state, value] of chosen) control[state] = value;
  }

  function keepingFocus(work) {
    const focused = document.activeElement;
    work();
    if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
  }

  // Which old node becomes which new one

  /** Notes for a node of the page, and for those in it, what was sent for them. */
  function pair(live, sent) {
    served.set(live, sent);
    const ours = [...live.childNodes], theirs = [...sent.childNodes];
    match(ours, theirs).forEach((old, at) => pair(ours[old], theirs[at]));
  }

  /** For each new node the index of the old node that becomes it, or a hole where there is none. */
  function match(olds, news) {
    const partners = [], isTaken = [];
    const join = (old, at) => { partners[at] = old; isTaken[old] = true; };
    const shorter = Math.min(olds.length, news.length);
    let first = 0, last = 1;
    for (; first < shorter && olds[first].isEqualNode(news[first]); first++) join(first, first);
    for (; last <= shorter - first && olds.at(-last).isEqualNode(news.at(-last)); last++) {
      join(olds.length - last, news.length - last);
    }
    const between = [olds, news].map((nodes) => nodes.length - first - last + 1);
    if (between.includes(0)) return partners;
    // Most often one node has changed, and there is nothing to choose.
    const isClear = between.every((length) => length === 1);
    for (const keyOf of isClear ? [kindBehind] : [idOf, contentOf, openingTagBehind, kindBehind]) {
      const waiting = new Map();
      let place = -1;
      olds.forEach((node, old) => {
        if (isTaken[old]) return void (place = old);
        const key = keyOf(node, place);
        if (!key) return;
        if (!waiting.has(key)) waiting.set(key, []);
        waiting.get(key).push(old);
      });
      place = -1;
      news.forEach((node, at) => {
        if (partners[at] !== undefined) return void (place = partners[at]);
        const old = waiting.get(keyOf(node, place))?.shift();
        if (old !== undefined) join(old, at);
      });
    }
    return partners;
  }

  // What makes two nodes the same one, the surest first. Texts, which are mostly line breaks, and what has changed
  // inside are looked for only behind the same neighbour.

  const idOf = (node) => node.getAttribute?.("id") && `${kindOf(node)} ${node.getAttribute("id")}`;
  const contentOf = (node) => node.outerHTML;
  const openingTagBehind = (node, place) => node.outerHTML && `${place} ${node.cloneNode().outerHTML}`;
  const kindBehind = (node, place) => `${place} ${kindOf(node)}`;

  /** A style sheet of another address is another one, so that the old one can stay until the new one has loaded. */
  function kindOf(node) {
    if (!node.hasAttributes?.()) return node.nodeName;
    const traits = ["rel", "name", "property", "http-equiv", "type", isSheet(node) ? "href" : "rel"];
    return [node.nodeName, ...traits.map((name) => node.getAttribute(name))].join(" ");
  }

  /** The longest ascending part of a list of numbers: the nodes that can stay where they are while the others move. */
  function longestAscending(numbers) {
    const ends = [], previous = new Map();
    for (const number of numbers) {
      let length = ends.length;
      while (length > 0 && ends[length - 1] > number) length--;
      previous.set(number, ends[length - 1]);
      ends[length] = number;
    }
    const run = new Set();
    for (let number = ends.at(-1); number !== undefined; number = previous.get(number)) run.add(number);
    return run;
  }

  // Style sheets, and files that changed under their name

  function isSheet(node) {
    return node.matches?.('link[rel~="stylesheet"][href]');
  }

  /** Old sheets stay until all new ones have loaded or failed, so that the page never stands without its looks. */
  function arrive(link) {
    const done = () => { arriving.delete(link); clearAway(); };
    arriving.add(link);
    link.addEventListener("load", done);
    link.addEventListener("error", done);
    // A sheet that is switched off, or of a type that the browser does not know, tells nothing.
    setTimeout(done, SHEET_PATIENCE);
  }

  function leave(link) {
    arriving.delete(link);
    served.delete(link);
    leaving.add(link);
  }

  function clearAway() {
    if (arriving.size > 0) return;
    for (const link of leaving) link.remove();
    leaving.clear();
  }

  /** Has the browser fetch what changed under an address that it knows, by a query that it does not know yet. */
  function refresh(changed) {
    const paths = new Set(changed.map((path) => new URL(path, location.origin).pathname));
    const fresh = (address) => {
      const url = URL.parse(address, document.baseURI);
      if (url?.origin !== location.origin || !paths.has(url.pathname)) return address;
      url.searchParams.set("v", Date.now());
      return url.pathname + url.search + url.hash;
    };
    const each = (selector, name, use) => {
      for (const element of document.querySelectorAll(selector)) {
        const old = element.getAttribute(name);
        const address = name === "srcset" ? old.replace(/[^\s,]+/g, fresh) : fresh(old);
        if (address !== old) use(element, address);
      }
    };
    const set = (name) => (element, address) => element.setAttribute(name, address);
    each("script[src]", "src", () => location.reload());
    each('link[rel~="stylesheet"][href]', "href", swapSheet);
    each('link[rel~="icon"][href], image[href], use[href]', "href", set("href"));
    each("iframe[src]", "src", (frame, address) => frame.contentWindow.location.replace(address));
    each(":is(img, input, embed, track, video, audio)[src]", "src", set("src"));
    each("[srcset]", "srcset", set("srcset"));
    each("video[poster]", "poster", set("poster"));
    each("object[data]", "data", set("data"));
    each("source[src]", "src", (part, address) => { part.src = address; part.parentElement.load?.(); });
  }

  function swapSheet(link, address) {
    if (leaving.has(link)) return;
    const copy = link.cloneNode();
    copy.setAttribute("href", address);
    // It was true of what the address held before.
    copy.removeAttribute("integrity");
    if (served.has(link)) served.set(copy, served.get(link));
    arrive(copy);
    link.after(copy);
    leave(link);
  }

  // The report: what is wrong with the site, over the page and outside its body

  async function tell(state) {
    told = state;
    if (!told.report) {
      sessionStorage.removeItem(FOLDED);
      isPeeking = false;
    }
    if (isOpen() && listed !== told.report) await list(told.report);
    report.draw();
  }

  function isOpen() {
    return Boolean(told.report) && (told.errors > 0 ? !sessionStorage.getItem(FOLDED) : isPeeking);
  }

  async function list(hash) {
    const answer = await get("/_backgrounder/report", "no-store").catch(() => null);
    if (!answer || told.report !== hash) return;
    morphChildren(report.list, served.get(report.list), answer.body);
    listed = hash;
  }

  /** Errors that are folded away stay so on the pages to come, until nothing is wrong any more. */
  function toggle() {
    if (told.errors === 0) isPeeking = !isPeeking;
    else if (isOpen()) sessionStorage.setItem(FOLDED, "yes");
    else sessionStorage.removeItem(FOLDED);
    tell(told);
  }

  function buildReport() {
    const title = make("span"), tail = make("span", { class: "tail" }, ": this is the last good page");
    const button = make("button", { type: "button", "aria-controls": "body" }, make("span", {}, title, tail));
    const heading = make("div", {}, make("h2", {}, button));
    const list = make("div");
    served.set(list, make("div"));
    const about = make("p", {}, make("a", { href: "/_backgrounder/" }, "All about this site: /_backgrounder/"));
    const body = make("div", { id: "body" }, list, about);
    const panel = make("section", { "aria-label": "Report of the preview" }, heading, body);
    const note = make("p", { class: "note", role: "status" }, "Preview stopped");
    // The page's own language and direction are not those of the report.
    const host = make("backgrounder-report", { lang: "en", dir: "ltr", translate: "no" });
    host.attachShadow({ mode: "open" }).append(make("div", { class: "over" }, note, panel));
    // Style sheets from here, since a strict Content-Security-Policy of the site forbids style attributes.
    const looks = new CSSStyleSheet(), room = new CSSStyleSheet();
    looks.replaceSync(":host { display: none }");
    // Fetched at once: when there is "Preview stopped" to say, no server is left to ask.
    const css = fetch("/_backgrounder/report.css").then((answer) => answer.text());
    css.catch(() => "").then((text) => looks.replace(text));
    host.shadowRoot.adoptedStyleSheets = [looks, room];
    document.adoptedStyleSheets.push(room);
    let isStopped = false;

    // As much room at the end of the page as the panel takes, so that everything can be scrolled out from under it; and
    // the browser does so with what gets the focus.
    new ResizeObserver(() => {
      const height = isOpen() ? panel.offsetHeight : 0;
      const rules = `:root { scroll-padding-block-end: ${height}px } :host { block-size: ${height}px }`;
      room.replaceSync(height > 0 ? rules : "");
    }).observe(panel);

    button.addEventListener("click", toggle);
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !isOpen()) return;
      event.stopPropagation();
      button.focus();
      toggle();
    });

    function draw() {
      const counts = [count(told.errors, "error"), count(told.warnings, "warning")].filter(Boolean).join(", ");
      // An alert is read out when its text is set.
      if (title.textContent !== counts) title.textContent = counts;
      if (told.errors > 0) heading.setAttribute("role", "alert");
      else heading.removeAttribute("role");
      button.setAttribute("aria-expanded", isOpen());
      panel.className = `${isOpen() ? "panel" : "pill"} ${told.errors > 0 ? "error" : "warning"}`;
      tail.hidden = !told.stale || !isOpen();
      body.hidden = !isOpen();
      panel.hidden = !told.report;
      note.hidden = !isStopped;
      if (panel.hidden && note.hidden) host.remove();
      else if (!host.isConnected) document.documentElement.append(host);
    }

    return { list, draw, stop(value) { isStopped = value; draw(); } };
  }

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  function count(number, word) {
    return number > 0 && `${number} ${word}${number === 1 ? "" : "s"}`;
  }
})();
