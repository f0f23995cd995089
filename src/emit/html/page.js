// The page: theme, links that open what they point at, contents that follow, paper.

document.documentElement.classList.add("js");

/** Light, dark, high contrast, or what the system says; kept nowhere. */
function addThemes(place) {
  const names = { "": "Theme: auto", light: "Light", dark: "Dark", contrast: "High contrast" };
  const choice = make("select", { className: "themes", "aria-label": "Theme" },
    ...Object.entries(names).map(([value, name]) => make("option", { value }, name)));
  choice.addEventListener("change", () => {
    if (choice.value) document.documentElement.dataset.theme = choice.value;
    else delete document.documentElement.dataset.theme;
  });
  place.append(choice);
}

/** Opens every fold around the element the address names, and restores a table's view. */
function followAddress(views) {
  const [id, query] = decodeURI(location.hash.slice(1)).split("?");
  const target = id && document.getElementById(id);
  if (!target) return;
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (query !== undefined) views.get(id)?.restore(new URLSearchParams(query));
  target.scrollIntoView();
}

/** Marks the section being read in the contents. */
function followReading() {
  const links = new Map([...document.querySelectorAll(".side nav a")].map((link) => [link.hash.slice(1), link]));
  const inView = new Set();
  const watch = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) {
      if (isIntersecting) inView.add(target.id); else inView.delete(target.id);
    }
    const now = [...links.keys()].filter((id) => inView.has(id)).at(-1);
    if (!now) return;
    links.forEach((link) => link.removeAttribute("aria-current"));
    links.get(now).setAttribute("aria-current", "true");
    const [link, line] = [links.get(now), links.get(now).closest("nav")];
    if (line.scrollWidth > line.clientWidth) line.scrollLeft = link.offsetLeft - line.offsetLeft - (line.clientWidth - link.offsetWidth) / 2;
  }, { rootMargin: "-12% 0px -80% 0px" });
  links.forEach((_, id) => { const section = document.getElementById(id); if (section) watch.observe(section); });
}

/** A box that does not scroll needs no stop of the Tab key. Big ones always do. */
function tendScrollers() {
  const watch = new ResizeObserver((changes) => {
    for (const { target } of changes) {
      const scrolls = target.scrollWidth > target.clientWidth + 1 || target.scrollHeight > target.clientHeight + 1;
      if (scrolls) target.tabIndex = 0; else target.removeAttribute("tabindex");
    }
  });
  document.querySelectorAll(":not(.big) > .scroll").forEach((box) => watch.observe(box));
}

/** Paper has no folds: all are opened for printing and closed again after. */
function openForPaper() {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open]):not(.picker)")];
    opened.forEach((fold) => { fold.open = true; });
  });
  addEventListener("afterprint", () => {
    opened.forEach((fold) => { fold.open = false; });
    opened = [];
  });
}

document.addEventListener("DOMContentLoaded", () => {
  addThemes(document.getElementById("theme"));
  const boxes = [...document.querySelectorAll(".table")].filter((box) => box.querySelector("tbody"));
  const views = new Map(boxes.map((box) => [box.id, new TableView(box)]));
  tendScrollers();
  followReading();
  openForPaper();
  addEventListener("hashchange", () => followAddress(views));
  followAddress(views);
});
