// What only a browser can tell of a theme: axe-core looks at every page in every state, on a screen and on a phone.
'use strict';

for (const place of document.querySelectorAll('[data-axe]')) {
  const one = (name) => place.querySelector(`[data-axe-${name}]`);
  const start = one('start'), told = one('told'), found = one('found');
  const pages = [...place.querySelectorAll('[data-look]')].map((link) => ({ url: link.href, label: link.textContent }));
  const rules = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
  const widths = [1280, 390];

  const loaded = (element, begin) => new Promise((done, failed) => {
    element.addEventListener('load', done, { once: true });
    element.addEventListener('error', failed, { once: true });
    begin();
  });

  // Previews are pages of our own in a frame of our own: axe-core is put in there, and nothing leaves the browser.
  const look = async (frame, { url }) => {
    await loaded(frame, () => { frame.src = url; });
    const script = frame.contentDocument.createElement('script');
    await loaded(script, () => { script.src = place.dataset.axe; frame.contentDocument.head.append(script); });
    const { violations } = await frame.contentWindow.axe.run(frame.contentDocument, {
      runOnly: rules, resultTypes: ['violations'], iframes: false, preload: false,
    });
    return violations;
  };

  const show = (all) => {
    found.replaceChildren(...[...all.values()].map(({ help, seen }) => {
      const item = document.createElement('li'), said = document.createElement('p');
      item.className = 'warns';
      said.textContent = help;
      item.append(said);
      for (const [label, { url, targets }] of [...seen].slice(0, 4)) {
        const where = document.createElement('p'), link = document.createElement('a'), code = document.createElement('code');
        where.className = 'hint';
        Object.assign(link, { href: url, target: '_blank', rel: 'noopener', textContent: label });
        code.dir = 'ltr';
        code.textContent = [...targets].slice(0, 3).join(', ');
        where.append(link, ': ', code);
        item.append(where);
      }
      if (seen.size > 4) {
        const more = document.createElement('p');
        more.className = 'hint';
        more.textContent = `and on ${seen.size - 4} more`;
        item.append(more);
      }
      return item;
    }));
  };

  start.addEventListener('click', async () => {
    start.disabled = true;
    const all = new Map(), frame = document.createElement('iframe');
    frame.className = 'axe-frame';
    frame.title = 'The page that is looked at';
    frame.tabIndex = -1;
    frame.setAttribute('aria-hidden', 'true');
    place.append(frame);
    let count = 0;
    try {
      for (const width of widths) {
        frame.width = width;
        for (const page of pages) {
          count += 1;
          told.textContent = `Looking at ${count} of ${pages.length * widths.length} …`;
          for (const { id, help, nodes } of await look(frame, page)) {
            const rule = all.get(id) || all.set(id, { help, seen: new Map() }).get(id);
            const label = width === widths[0] ? page.label : `${page.label}, on a phone`;
            const targets = rule.seen.get(label)?.targets || new Set();
            for (const node of nodes) targets.add(String(node.target[0]));
            rule.seen.set(label, { url: page.url, targets });
          }
          show(all);
        }
      }
      told.textContent = all.size ? `${all.size === 1 ? 'One thing' : `${all.size} things`} to look at.` : 'Nothing was found.';
    } catch {
      told.textContent = 'A page could not be looked at. Please try again.';
    }
    frame.remove();
    start.disabled = false;
  });
  place.hidden = false;
}
