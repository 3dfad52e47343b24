// Foyer: composers, which are reply boxes and the forms that start a conversation: counting, drafts, files, sending.
// What is in the list of files goes with the message, or the person has taken it out: never less, in silence.
(() => {
  "use strict";

  const { all, one, _, ngettext, make, post, decimal, pictures } = globalThis.foyer;

  const fileSize = (bytes) =>
    bytes < 1024 ? ngettext("%(num)s byte", "%(num)s bytes", bytes)
      : bytes < 1048064 ? _("%(num)s KB", { num: Math.round(bytes / 1024) })
      : _("%(num)s MB", { num: bytes % 1048576 ? (bytes / 1048576).toFixed(1).replace(".", decimal) : bytes / 1048576 });

  // Pictures are drawn one after another: each takes as much memory as it has pixels.
  let turn = Promise.resolve();
  const inTurn = (work) => (turn = turn.then(work, work));

  function compose(form) {
    const { composer: kind, uploads, maxBody, maxFiles, maxSize, extensions } = form.dataset;
    const limit = Number(maxBody);
    const largest = Number(maxSize);
    const text = one("textarea", form);
    const subject = one("[name=subject]", form);
    const counter = one("[data-count]", form);
    const files = one("[data-files]", form);
    const attach = one("[data-attach]", form);
    const input = one("[type=file]", form);
    const known = extensions.split(" ");
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
    const place = form.getAttribute("action").replace(/\/(messages|reopen)$/, "").replace(/\/contact$/, "/conversations");
    const name = `draft ${place}${continues ? `/${continues}` : ""}`;
    const thread = one("[data-thread]");
    const arrived = () => Number((kind === "note" ? thread?.dataset.notes : thread?.dataset.last) ?? 0);
    let draft = JSON.parse(sessionStorage.getItem(name) ?? "null");
    if (draft?.sent !== undefined && arrived() > draft.sent) {
      sessionStorage.removeItem(name);
      draft = null;
    } else if (draft && !text.value) {
      text.value = draft.body;
      if (subject && !subject.value) subject.value = draft.subject;
    }
    const listed = () => all("li", files).map((item) => ({
      name: one(".name", item).textContent, hint: one(".hint", item).textContent, id: one("[name=attachment]", item)?.value,
    }));
    const keep = (sent) => {
      const kept = listed();
      if (text.value || subject?.value || kept.length) {
        sessionStorage.setItem(name, JSON.stringify({ body: text.value, subject: subject?.value ?? "", files: kept, sent }));
      } else sessionStorage.removeItem(name);
    };

    text.addEventListener("input", count);
    form.addEventListener("input", () => keep());
    count();

    // Files. A line of the list is attached (it has the field), busy, or refused.
    let lines = 0;
    const changed = () => {
      one("[data-stopped=files]", form)?.remove(); // It was said of the list as it was.
      keep();
    };

    function line(title, hint) {
      const remove = make("button", { type: "button", textContent: _("Remove") });
      const item = make("li", {}, make("span", { className: "name", dir: "auto" }), make("span", { className: "hint", textContent: hint }), remove);
      const rename = (to) => {
        one(".name", item).textContent = to;
        remove.setAttribute("aria-label", _("Remove %(name)s", { name: to }));
      };
      const drop = () => {
        item.remove();
        changed();
        say(_("%(name)s removed", { name: one(".name", item).textContent }));
        input.focus();
      };
      const refuse = (reason) => {
        const fault = make("p", { className: "fault", id: `${kind}-refused-${++lines}`, textContent: reason });
        item.className = "refused";
        item.append(fault);
        remove.setAttribute("aria-describedby", fault.id);
        changed();
      };
      const attached = (id) => {
        item.append(make("input", { type: "hidden", name: "attachment", value: id }));
        changed();
      };
      rename(title);
      remove.onclick = drop;
      files.append(item);
      return { item, remove, rename, drop, refuse, attached };
    }

    // Returns a file as it can be sent, or throws the reason why it cannot.
    async function ready(file, show, gone) {
      const seen = await pictures.look(file);
      // Names of Android have no extension, or a number as their last part; the server takes it from the type then.
      const extension = /\.(?!\d+$)([^. ]{1,16})$/.exec(file.name)?.[1].toLowerCase();
      const usual = ["", "jpeg", "png", "gif"].includes(seen.kind);
      const accepted = !extension || known.includes(extension);
      const large = file.size > largest;
      const limits = { size: fileSize(largest) };
      if (accepted && !large && (usual || seen.moving)) return file;
      if (accepted && seen.moving) throw new Error(_("The file is too large. The limit is %(size)s. GIFs and other animated pictures are not made smaller, because they would no longer move.", limits));
      if (accepted && !seen.kind) throw new Error(_("The file is too large. The limit is %(size)s.", limits));
      let drawn = null;
      if (seen.kind && !seen.moving) {
        show(large ? _("%(name)s is larger than %(size)s and is being made smaller.", { name: file.name, ...limits }) : "");
        drawn = await inTurn(() => (gone() ? null : pictures.redraw(file, seen, largest, gone)));
      }
      if (drawn || gone()) return drawn;
      if (seen.kind === "heic") throw new Error(_("This browser cannot open HEIC pictures. Send it as a JPG: on an iPhone or iPad, share it with the option “Most Compatible”; on a computer, export it as a JPG."));
      if (accepted && !large) return file; // What it is, and that it is not what it is called, the server says.
      if (accepted) throw new Error(_("The picture is larger than %(size)s, and this browser cannot make it smaller. Save a smaller copy and choose that.", limits));
      throw new Error(_("We do not accept this type of file. You can attach %(kinds)s.", { kinds: known.join(", ").toUpperCase() }));
    }

    async function upload(file) {
      const same = (other) => other && ["name", "size", "lastModified"].every((key) => other[key] === file[key]);
      if (all("li:not(.refused)", files).some((item) => same(item.file))) return say(_("%(name)s is in the list already", { name: file.name }));
      all("li.refused", files).filter((item) => one(".name", item).textContent === file.name).forEach((item) => item.remove());
      const before = all("li:not(.refused)", files).length;
      const { item, remove, rename, drop, refuse, attached: attach } = line(file.name, fileSize(file.size));
      const hint = one(".hint", item);
      const fail = (reason) => {
        hint.textContent = fileSize(file.size);
        refuse(reason);
        say(`${file.name}: ${reason}`);
      };
      if (!file.size) return fail(_("The file is empty."));
      if (before >= Number(maxFiles)) return fail(ngettext("You can attach at most %(num)s file. Remove it first.", "You can attach at most %(num)s files. Remove one first.", Number(maxFiles)));

      const bar = make("progress", { max: 1 }); // Without a value: it moves, and does not say how far it is.
      const call = (label) => bar.setAttribute("aria-label", label);
      const request = new XMLHttpRequest();
      const gone = () => !item.isConnected;
      call(_("Upload of %(name)s", { name: file.name }));
      remove.before(bar);
      remove.textContent = _("Cancel");
      remove.onclick = () => {
        request.abort();
        drop();
      };
      item.file = file;
      item.className = "busy";
      changed();
      try {
        const sent = await ready(file, (news) => {
          hint.textContent = _("Preparing the picture…");
          call(_("Preparing %(name)s", { name: file.name }));
          say(news || _("Preparing %(name)s", { name: file.name }));
        }, gone);
        if (gone()) return;
        rename(sent.name);
        const smaller = file.size > largest ? _("%(size)s, made smaller from %(before)s", { size: fileSize(sent.size), before: fileSize(file.size) }) : "";
        hint.textContent = smaller || fileSize(sent.size);
        call(_("Upload of %(name)s", { name: sent.name }));
        bar.value = 0;
        const answer = await post(uploads, { name: sent.name, type: sent.type, size: sent.size });
        const slot = await answer.json();
        if (!answer.ok) throw new Error(slot.error?.message);
        if (gone()) return;
        const data = new FormData();
        for (const [key, value] of Object.entries(slot.fields)) data.append(key, value);
        data.append("file", sent);
        await new Promise((done, failed) => {
          request.upload.onprogress = (event) => event.lengthComputable && (bar.value = event.loaded / event.total);
          request.onload = () => (request.status < 300 ? done() : failed(new Error(_("The file was not accepted."))));
          request.onerror = () => failed(new Error(_("The upload failed. Check your connection and choose the file again.")));
          request.onabort = done;
          request.open("POST", slot.url);
          request.send(data);
        });
        if (gone()) return;
        rename(slot.name);
        item.className = "";
        attach(slot.id);
        say([_("%(name)s is attached", { name: slot.name }), smaller].filter(Boolean).join(": "));
      } catch (error) {
        // What browsers themselves throw has another name, and is not in the reader's language.
        if (!gone()) fail((error.name === "Error" && error.message) || _("The upload failed. Choose the file again."));
      } finally {
        bar.remove();
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
      const replaced = line(one(".name", item).textContent, one(".hint", item).textContent);
      item.replaceWith(replaced.item);
      replaced.attached(box.value);
    }
    // Those of a draft are there again, or it is said that they are not. What the server refused it shows itself.
    for (const file of (one("[data-faults]", form) ? [] : draft?.files) ?? []) {
      const again = line(file.name, file.id ? file.hint : "");
      if (file.id) again.attached(file.id);
      else again.refuse(_("It is not attached any more. Choose it again, or remove it."));
    }
    if (files.children.length || (draft?.body && text.value === draft.body)) text.closest("details")?.setAttribute("open", "");

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
      const busy = one("li.busy", files);
      const refused = all("li.refused", files);
      const wrong = now > limit ? _("Your message has %(length)s characters. The limit is %(limit)s. Shorten it, or send the rest in another message.", { length: now, limit })
        : !text.value.trim() && !attached() && !busy ? _("Write a message or attach a file before sending.") : "";
      const reason = wrong || (busy ? _("A file is not attached yet. Wait until it is, or cancel it.")
        : refused.length ? ngettext("One file is not attached. Remove it, or send your message without it.", "%(num)s files are not attached. Remove them, or send your message without them.", refused.length) : "");
      one("[data-stopped]", form)?.remove();
      text.removeAttribute("aria-invalid");
      if (!reason) return keep(arrived());
      event.preventDefault();
      const sentence = make("p", { className: "fault", textContent: reason });
      sentence.setAttribute("role", "alert");
      const stopped = make("div", { className: "stopped" }, sentence);
      stopped.dataset.stopped = wrong ? "text" : "files";
      (wrong ? text : files).after(stopped);
      if (wrong) {
        text.setAttribute("aria-invalid", "true");
        return text.focus();
      }
      if (!busy) {
        const without = make("button", { type: "button", textContent: ngettext("Send without it", "Send without them", refused.length) });
        without.onclick = () => {
          refused.forEach((item) => item.remove());
          form.requestSubmit();
        };
        stopped.append(without);
      }
      one("button", busy ?? refused[0]).focus();
    });
  }

  all("[data-composer]").forEach(compose);
})();
