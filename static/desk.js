// The desk: details that were typed and not saved stay, whatever else of the page is sent. They are kept in this tab.
(() => {
  "use strict";

  const form = document.querySelector("[data-details]");
  if (!form) return;
  const name = `details ${form.getAttribute("action")}`;
  const saved = JSON.parse(form.elements.seen.value);
  const fields = [...form.elements].filter((field) => field.name in saved);
  const told = form.querySelector("[data-unsaved]");

  const keep = () => {
    const typed = fields.filter((field) => field.value !== saved[field.name]);
    told.hidden = !typed.length;
    if (!typed.length) return sessionStorage.removeItem(name);
    const kept = typed.map((field) => [field.name, { over: saved[field.name], value: field.value }]);
    sessionStorage.setItem(name, JSON.stringify(Object.fromEntries(kept)));
  };

  const kept = JSON.parse(sessionStorage.getItem(name) ?? "{}");
  for (const field of fields) {
    const { over, value } = kept[field.name] ?? {};
    // Typed over what somebody has changed since, or was saved itself: what is there now stays.
    if (over !== saved[field.name] || field.value !== over) continue;
    field.value = value;
    if (field.value !== value) field.value = over; // A choice that is not offered any more.
  }
  form.addEventListener("input", keep);
  keep();
})();
