// The help centre: articles that may answer before the form is sent, and where in an article the reader is.
(() => {
  "use strict";

  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // Articles that fit the subject, while it is typed.
  function deflect(root) {
    const { deflect: url, deflectMost: most, deflectWords: words, deflectCount: count } = root.dataset;
    const subject = one("[name=subject]", root);
    if (!subject) return;
    const box = make("aside", { className: "suggested", hidden: true });
    const said = make("p", { className: "unseen" });
    said.setAttribute("role", "status");
    subject.closest(".field").after(box, said);
    let timer;
    let asked = "";
    let number = 0;

    function show(hits) {
      box.hidden = !hits.length;
      said.textContent = hits.length ? count : "";
      const list = make("ul", {}, ...hits.slice(0, 4).map((hit) => {
        const words = hit.titled.map((text, number) => number % 2 ? make("mark", { textContent: text }) : text);
        return make("li", {}, make("a", { href: hit.url, target: "_blank", rel: "noopener", dir: "auto" }, ...words));
      }));
      box.replaceChildren(make("h2", { textContent: words }), list);
    }

    async function look() {
      const text = subject.value.trim();
      if (text === asked) return;
      asked = text;
      const mine = ++number;
      if (text.length < 3) return show([]);
      try {
        const query = new URLSearchParams({ q: text.slice(0, Number(most)), lang: document.documentElement.lang });
        const answer = await fetch(`${url}?${query}`, { headers: { Accept: "application/json" } });
        const found = answer.ok ? (await answer.json()).hits : [];
        if (mine === number) show(found);
      } catch {
        if (mine === number) show([]);
      }
    }
    subject.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(look, 350);
    });
    if (subject.value) look();
  }

  // The table of contents says which part is being read.
  function follow(nav) {
    const links = new Map(all("a", nav).map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
    const parts = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
    if (!parts.length) return;
    let waiting = false;
    const mark = () => {
      waiting = false;
      const here = parts.findLast((part) => part.getBoundingClientRect().top < 120) ?? parts[0];
      for (const [id, link] of links) {
        if (id === here.id) link.setAttribute("aria-current", "location");
        else link.removeAttribute("aria-current");
      }
    };
    addEventListener("scroll", () => {
      if (!waiting) requestAnimationFrame(mark);
      waiting = true;
    }, { passive: true });
    mark();
  }

  all("[data-deflect]").forEach(deflect);
  all("[data-sections]").forEach(follow);
})();
