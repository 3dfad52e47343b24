// Foyer: what pages can do beyond HTML. Every page works without this file, except for uploading files.
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

  // Composers: counting, drafts, files.
  const fileSize = (bytes) =>
    bytes < 1024 ? ngettext("%(num)s byte", "%(num)s bytes", bytes)
      : bytes < 1048064 ? _("%(num)s KB", { num: Math.round(bytes / 1024) })
      : _("%(num)s MB", { num: bytes % 1048576 ? (bytes / 1048576).toFixed(1).replace(".", decimal) : bytes / 1048576 });

  function compose(form) {
    const { composer: kind, uploads, maxBody, maxFiles, maxSize, extensions } = form.dataset;
    const limit = Number(maxBody);
    const text = one("textarea", form);
    const subject = one("[name=subject]", form);
    const counter = one("[data-count]", form);
    const files = one("[data-files]", form);
    const attach = one("[data-attach]", form);
    const input = one("[type=file]", form);
    const button = one("button.main", form);
    const known = extensions.split(" ");
    let running = 0;
    let level = 0;

    const say = (sentence) => (one("[data-say]", form).textContent = sentence);
    // The server counts code points after line ends became \n, and so do we.
    const length = () => [...text.value.replace(/\r\n?/g, "\n")].length;
    const attached = () => all("[name=attachment]", form).filter((field) => field.type === "hidden" || field.checked).length;

    function count() {
      const now = length();
      counter.textContent = _("%(count)s of %(limit)s characters", { count: now, limit });
      counter.classList.toggle("over", now > limit);
      const reached = now > limit ? 2 : now > limit - 200 ? 1 : 0;
      if (reached > level) say(reached === 2 ? ngettext("Too long by one character", "Too long by %(num)s characters", now - limit)
        : ngettext("One character left", "%(num)s characters left", limit - now));
      level = reached;
    }

    // A draft is kept in this tab until its message is seen to have arrived. It belongs to the conversation, so that
    // it is still there when the conversation was closed meanwhile and can only be reopened or continued in a new one.
    const continues = one("[name=continues]", form)?.value;
    const name = `draft ${form.getAttribute("action").replace(/\/(messages|reopen)$/, "")}${continues ? `/${continues}` : ""}`;
    const thread = one("[data-thread]");
    const arrived = () => Number((kind === "note" ? thread?.dataset.notes : thread?.dataset.last) ?? 0);
    const draft = JSON.parse(sessionStorage.getItem(name) ?? "null");
    if (draft?.sent !== undefined && arrived() > draft.sent) sessionStorage.removeItem(name);
    else if (draft && !text.value) {
      text.value = draft.body;
      if (subject && !subject.value) subject.value = draft.subject;
      if (draft.body) text.closest("details")?.setAttribute("open", "");
    }
    const keep = (sent) => {
      if (text.value || subject?.value) {
        sessionStorage.setItem(name, JSON.stringify({ body: text.value, subject: subject?.value ?? "", sent }));
      } else sessionStorage.removeItem(name);
    };

    text.addEventListener("input", count);
    form.addEventListener("input", () => keep());
    count();

    // Files.
    const settle = (change) => {
      running += change;
      button.disabled = running > 0;
    };

    function line(title, size) {
      const remove = make("button", { type: "button", textContent: _("Remove") });
      remove.setAttribute("aria-label", _("Remove %(name)s", { name: title }));
      const item = make("li", {}, make("span", { className: "name", dir: "auto", textContent: title }),
        make("span", { className: "hint", textContent: size === undefined ? "" : fileSize(size) }), remove);
      const drop = () => {
        item.remove();
        say(_("%(name)s removed", { name: title }));
        input.focus();
      };
      remove.onclick = drop;
      files.append(item);
      return { item, remove, drop };
    }

    function refuse(item, title, reason) {
      one("progress", item)?.remove();
      item.append(make("p", { className: "fault", textContent: reason }));
      say(`${title}: ${reason}`);
    }

    async function upload(file) {
      const { item, remove, drop } = line(file.name, file.size);
      // Names of Android have no extension, or a number as their last part; the server takes it from the type then.
      const extension = /\.(?!\d+$)([^. ]{1,16})$/.exec(file.name)?.[1].toLowerCase();
      const fail = (reason) => refuse(item, file.name, reason);
      if (extension && !known.includes(extension)) return fail(_("We do not accept this type of file. You can attach %(kinds)s.", { kinds: known.join(", ").toUpperCase() }));
      if (file.size > Number(maxSize)) return fail(_("The file is too large. The limit is %(size)s.", { size: fileSize(Number(maxSize)) }));
      if (!file.size) return fail(_("The file is empty."));
      if (attached() + running >= Number(maxFiles)) return fail(ngettext("You can attach at most %(num)s file. Remove it first.", "You can attach at most %(num)s files. Remove one first.", Number(maxFiles)));

      const bar = make("progress", { max: 1, value: 0 });
      bar.setAttribute("aria-label", _("Upload of %(name)s", { name: file.name }));
      remove.before(bar);
      remove.textContent = _("Cancel");
      const request = new XMLHttpRequest();
      let cancelled = false;
      remove.onclick = () => {
        cancelled = true;
        request.abort();
        drop();
      };
      settle(1);
      try {
        const answer = await post(uploads, { name: file.name, type: file.type, size: file.size });
        const slot = await answer.json();
        if (!answer.ok) throw new Error(slot.error?.message);
        if (cancelled) return;
        const data = new FormData();
        for (const [key, value] of Object.entries(slot.fields)) data.append(key, value);
        data.append("file", file);
        await new Promise((done, failed) => {
          request.upload.onprogress = (event) => event.lengthComputable && (bar.value = event.loaded / event.total);
          request.onload = () => (request.status < 300 ? done() : failed(new Error(_("The file was not accepted."))));
          request.onerror = () => failed(new Error(_("The upload failed. Check your connection and choose the file again.")));
          request.onabort = done;
          request.open("POST", slot.url);
          request.send(data);
        });
        if (cancelled) return;
        bar.remove();
        item.append(make("input", { type: "hidden", name: "attachment", value: slot.id }));
        say(_("%(name)s is attached", { name: file.name }));
      } catch (error) {
        if (!cancelled) fail((error instanceof Error && !(error instanceof TypeError) && !(error instanceof SyntaxError) && error.message) || _("The upload failed. Choose the file again."));
      } finally {
        settle(-1);
        remove.textContent = _("Remove");
        remove.onclick = drop;
      }
    }

    const add = (list) => [...list].forEach(upload);
    attach.hidden = false;
    input.addEventListener("change", () => {
      add(input.files);
      input.value = "";
    });
    text.addEventListener("paste", (event) => {
      if (event.clipboardData?.files.length) {
        event.preventDefault();
        add(event.clipboardData.files);
      }
    });
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    form.addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      attach.classList.add("dropping");
    });
    form.addEventListener("dragleave", (event) => form.contains(event.relatedTarget) || attach.classList.remove("dropping"));
    form.addEventListener("drop", (event) => {
      attach.classList.remove("dropping");
      if (!carries(event)) return;
      event.preventDefault();
      add(event.dataTransfer.files);
    });
    // Files that were uploaded before a refusal come back as ticked boxes; here they get a button like the others.
    for (const box of all("[name=attachment][type=checkbox]", files)) {
      const item = box.closest("li");
      const replaced = line(one(".name", item).textContent);
      one(".hint", replaced.item).textContent = one(".hint", item).textContent;
      replaced.item.append(make("input", { type: "hidden", name: "attachment", value: box.value }));
      item.replaceWith(replaced.item);
    }

    // Sending.
    const keys = one("[data-keys]", form);
    keys.hidden = false;
    if (/Mac|iP/.test(navigator.platform)) keys.textContent = _("⌘ + Enter sends");
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    form.addEventListener("submit", (event) => {
      const now = length();
      const reason = running ? _("A file is still uploading.")
        : now > limit ? _("Your message has %(length)s characters. The limit is %(limit)s. Shorten it, or send the rest in another message.", { length: now, limit })
        : !text.value.trim() && !attached() ? _("Write a message or attach a file before sending.") : "";
      one("[data-refused]", form)?.remove();
      text.removeAttribute("aria-invalid");
      if (!reason) return keep(arrived());
      event.preventDefault();
      const sentence = make("p", { className: "fault", textContent: reason });
      sentence.dataset.refused = "";
      sentence.setAttribute("role", "alert");
      text.after(sentence);
      if (!running) text.setAttribute("aria-invalid", "true");
      text.focus();
    });
  }

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

  showTimes(document);
  all("[data-composer]").forEach(compose);
  all("[data-thread]").forEach(follow);
  one("[data-faults]")?.focus();
})();
