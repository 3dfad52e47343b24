// Foyer: what pages can do beyond HTML. Every page works without scripts, except for uploading files (composer.js).
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const token = one("meta[name=csrf-token]")?.content ?? "";

  // Words: English stands here; the script words-<language>.js, where the page has one, brings the others.
  const { texts = {}, plural = (n) => (n === 1 ? 0 : 1), formats } = globalThis.words ?? {};
  const {
    months, date: datePattern, joined, padded, group, decimal, least,
  } = formats ?? {
    months: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" "),
    date: "%(d)s %(b)s %(y)s", joined: ", ", padded: true, group: ",", decimal: ".", least: 1,
  };
  const language = document.documentElement.lang;
  const number = (count) => {
    const digits = String(count);
    return digits.length < 3 + least ? digits : digits.replace(/\B(?=(\d{3})+$)/g, group);
  };
  const fill = (text, values) =>
    text.replace(/%\((\w+)\)s/g, (_, name) => (typeof values[name] === "number" ? number(values[name]) : values[name]));
  const _ = (text, values) => {
    const said = texts[text] ?? text;
    return values ? fill(said, values) : said;
  };
  const ngettext = (single, some, num, values) =>
    fill(texts[single]?.[plural(num)] ?? (plural(num) ? some : single), { num, ...values });
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const post = (url, body) =>
    fetch(url, {
      method: "POST",
      headers: { "X-CSRF-Token": token, Accept: "application/json", ...(body && { "Content-Type": "application/json" }) },
      body: body && JSON.stringify(body),
    });

  // Times: in the browser's zone, unless the reader chose one and the server used it.
  const long = new Intl.DateTimeFormat(language === "en" ? "en-GB" : `${language}-u-nu-latn`, {
    weekday: "long", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });
  const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());

  function showTimes(root) {
    if (document.documentElement.dataset.zone !== "auto") return;
    for (const element of all("time", root)) {
      const at = new Date(element.dateTime);
      if (isNaN(at)) continue;
      const days = Math.round((midnight(new Date()) - midnight(at)) / 864e5);
      const clock = `${String(at.getHours()).padStart(padded ? 2 : 1, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
      const date = fill(datePattern, {
        d: at.getDate(), m: at.getMonth() + 1, b: months[at.getMonth()], y: String(at.getFullYear()),
      });
      const near = { 0: "", 1: _("Yesterday"), "-1": _("Tomorrow") }[days] ?? date;
      if ("date" in element.dataset) element.textContent = date;
      else element.textContent = "day" in element.dataset ? near || clock : near ? near + joined + clock : clock;
      element.title = long.format(at);
    }
  }

  // Forms: sent once, however often the button is pressed; ready again when the browser comes back to the page.
  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented || event.submitter?.formTarget) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    if ("leave" in form.dataset) { sessionStorage.clear(); localStorage.clear(); }
    setTimeout(() => all("button:not([type=button])", form).forEach((button) => (button.disabled = true)));
  });
  addEventListener("pageshow", () => {
    for (const form of all("form[method=post]")) {
      delete form.dataset.sent; // Some browsers also keep a button disabled over a reload.
      all("button", form).forEach((button) => (button.disabled = "off" in button.dataset));
    }
  });

  // A conversation: what was seen, what is new, what was earlier.
  function follow(thread) {
    const { updates, seenUrl, last, started } = thread.dataset;
    if (last === "1") sessionStorage.removeItem(`draft ${started}`); // The first message of a new one has arrived.
    const parse = (html) => make("template", { innerHTML: html }).content;
    const key = (item) => item?.id || item?.dataset.key;
    const lines = (root) => [...(one("[data-messages]", root)?.children ?? [])];

    thread.addEventListener("click", async (event) => {
      const link = event.target.closest("[data-earlier]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      link.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(link.href);
        const page = parse(await answer.text());
        const older = lines(one("[data-thread]", page));
        if (!answer.ok || !older.length) throw new Error(link.href);
        const list = one("[data-messages]", thread);
        const first = list.firstElementChild;
        const before = first.getBoundingClientRect().top;
        older.forEach(showTimes);
        list.prepend(...older);
        const next = one("[data-earlier]", page);
        if (next) link.href = next.getAttribute("href");
        else link.parentElement.remove();
        scrollBy(0, first.getBoundingClientRect().top - before);
        one("a.at, a", older.at(-1))?.focus({ preventScroll: true });
        one("[data-announce]").textContent = ngettext("One earlier message loaded", "%(num)s earlier messages loaded", older.length);
      } catch {
        location.href = link.href;
      } finally {
        link.removeAttribute("aria-busy");
      }
    });

    const form = one("[data-seen]");
    if (form) form.hidden = true;
    let unseen = Boolean(form);
    const seen = async () => {
      if (!unseen || !seenUrl || document.hidden) return;
      unseen = false;
      await post(seenUrl).catch(() => (unseen = true));
    };
    seen();
    if (!updates) return;

    // Keeps what was loaded earlier, replaces from the first line that came again. False: not now, somebody works in it.
    function show(html) {
      if (one("details[open]", thread)) return false;
      const fresh = parse(html);
      const incoming = lines(fresh);
      const current = lines(thread);
      const keys = new Set(current.map(key));
      const added = incoming.filter((item) => item.matches(".message") && !keys.has(key(item))).length;
      const notes = incoming.filter((item) => item.matches(".note") && !keys.has(key(item))).length;
      const focused = key(document.activeElement?.closest("[data-messages] > li"));
      const overlap = incoming.length ? current.findIndex((item) => key(item) === key(incoming[0])) : -1;
      showTimes(fresh);
      if (overlap > 0) {
        current.slice(overlap).forEach((item) => item.remove());
        one("[data-messages]", thread).append(...incoming);
      } else thread.replaceChildren(fresh);
      if (focused) one("a", lines(thread).find((item) => key(item) === focused) ?? thread)?.focus({ preventScroll: true });
      const newest = lines(thread).findLast((item) => /^m\d/.test(item.id));
      if (newest) thread.dataset.last = newest.id.slice(1);
      if (notes) thread.dataset.notes = Number(thread.dataset.notes) + notes;
      one("[data-announce]").textContent = added ? ngettext("One new message", "%(num)s new messages", added) : _("The conversation was updated");
      return true;
    }

    function turned(closed) {
      thread.dataset.closed = closed ? "yes" : "no";
      one(".changed")?.remove();
      const notice = make("p", { className: "changed" },
        closed ? _("This conversation has been closed. What you typed is kept.")
          : _("This conversation has been reopened. What you typed is kept."),
        " ", make("a", { href: location.pathname, textContent: _("Reload the page") }));
      notice.setAttribute("role", "status");
      (one(".reply") ?? thread).before(notice);
    }

    const url = new URL(updates, location.href);
    let wait = 15;
    let timer;
    async function poll() {
      clearTimeout(timer);
      if (document.hidden) return;
      try {
        const answer = await fetch(url, { headers: { Accept: "application/json" } });
        if (answer.status === 200 && answer.headers.get("Content-Type")?.includes("json")) {
          const news = await answer.json();
          if (show(news.html)) {
            url.searchParams.set("after", news.version);
            const status = one("[data-status]");
            if (status.textContent !== news.status) Object.assign(status, { textContent: news.status, className: "pill" });
            if (news.closed !== (thread.dataset.closed === "yes")) turned(news.closed);
            unseen = true;
            seen();
          }
          wait = 15;
        } else if (answer.status === 204) wait = Math.min(60, wait * 1.2);
        else if (answer.status === 429 || answer.status >= 500) wait = 60;
        else return; // Signed out, or no longer ours to see: nothing more will come.
      } catch {
        wait = 60;
      }
      timer = setTimeout(poll, wait * 1000);
    }
    const active = () => {
      if (wait > 15) {
        wait = 15;
        clearTimeout(timer);
        timer = setTimeout(poll, 15000);
      }
    };
    ["keydown", "pointerdown"].forEach((kind) => addEventListener(kind, active, { passive: true }));
    document.addEventListener("visibilitychange", () => {
      clearTimeout(timer);
      if (document.hidden) return;
      seen();
      poll();
    });
    timer = setTimeout(poll, wait * 1000);
  }

  globalThis.foyer = { all, one, _, ngettext, make, post, decimal }; // for composer.js and pictures.js
  showTimes(document);
  all("[data-thread]").forEach(follow);
  one("[data-faults]")?.focus();
})();
