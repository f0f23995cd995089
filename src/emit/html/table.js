// Tables: sort, filter, pick columns, copy and save what is seen. The page is complete without it.
"use strict";

/** An element with properties, attributes (names with "-" or "role") and children. */
function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.includes("-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

/** The raw value of a cell: as in the CSV files, empty for unknown. */
function rawValue(cell) {
  if (cell.dataset.v !== undefined) return cell.dataset.v;
  if (cell.classList.contains("unknown")) return "";
  return cell.querySelector("time")?.dateTime ?? cell.textContent;
}

/** A text a spreadsheet would run as a formula starts with a quote instead. */
function formulaSafe(text) {
  return /^[=+\-@\t\r\n\uFF0B\uFF0D\uFF1D\uFF20]/.test(text) ? `'${text}` : text;
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

class TableView {
  constructor(box) {
    this.box = box;
    this.name = box.dataset.name;
    this.body = box.querySelector("tbody");
    this.rows = [...this.body.rows];
    this.heads = [...box.querySelectorAll("thead th")];
    this.columns = this.heads.map((head) => ({
      name: head.dataset.name,
      kind: head.classList.contains("number") ? "number" : "text",
      label: head.textContent.trim(),
    }));
    this.preset = Number(box.dataset.shown) || this.columns.length;
    this.hidden = this.unusual();
    this.sheet = new CSSStyleSheet();
    document.adoptedStyleSheets.push(this.sheet);
    this.order = null;
    this.words = "";
    this.heads.forEach((head, at) => this.addSort(head, at));
    this.addTools();
    this.tell();
  }

  /* Rows */

  addSort(head, at) {
    const button = make("button", { type: "button" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const next = { null: "ascending", ascending: "descending", descending: null }[head.getAttribute("aria-sort")];
      this.sort(at, next);
      this.remember();
    });
  }

  /** Direction null is the order the page was written in. Unknown values stay last either way. */
  sort(at, direction) {
    this.heads.forEach((head) => head.removeAttribute("aria-sort"));
    this.order = direction ? { at, direction } : null;
    let sorted = this.rows;
    if (direction) {
      this.heads[at].setAttribute("aria-sort", direction);
      const sign = direction === "ascending" ? 1 : -1;
      const number = this.columns[at].kind === "number";
      const compare = number ? (a, b) => a - b : collator.compare;
      sorted = this.rows
        .map((row) => ({ row, key: rawValue(row.cells[at]) }))
        .map(({ row, key }) => ({ row, none: key === "", key: number ? Number(key) : key }))
        .sort((a, b) => a.none - b.none || (a.none ? 0 : sign * compare(a.key, b.key)))
        .map(({ row }) => row);
    }
    this.body.append(...sorted);
  }

  /** Rows that contain every word, in any column, shown or not; `label:stale` asks one column alone. */
  filter(words) {
    this.words = words;
    this.texts ??= this.rows.map((row) =>
      [...row.cells].map((cell) => `${cell.textContent} ${cell.dataset.v ?? ""}`.toLowerCase()));
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean).map((word) => {
      const [name, text] = word.split(/:(.*)/s);
      const at = text === undefined ? -1 : this.columns.findIndex((column) => column.name === name);
      return at < 0 ? (texts) => texts.some((cell) => cell.includes(word)) : (texts) => texts[at].includes(text);
    });
    this.rows.forEach((row, at) => { row.hidden = !wanted.every((has) => has(this.texts[at])); });
    this.tell();
  }

  /** The rows in view, in the order seen. */
  seen() {
    return [...this.body.rows].filter((row) => !row.hidden && !row.classList.contains("nothing"));
  }

  tell() {
    const [seen, all] = [this.rows.filter((row) => !row.hidden).length, this.rows.length];
    const rows = all === 1 ? "row" : "rows";
    const { all: whole, file } = this.box.dataset;
    const elsewhere = whole ? ` in this page; ${whole} in ${file}` : "";
    this.state.textContent = (seen === all ? `${all} ${rows}` : `${seen} of ${all} ${rows}`) + elsewhere;
    this.body.querySelector(".nothing")?.remove();
    if (seen === 0) {
      const cell = make("td", { colSpan: this.columns.length }, `No row${whole ? " in this page" : ""} contains “${this.words}”.`);
      this.body.append(make("tr", { className: "nothing" }, cell));
    }
  }

  /* Columns */

  /** The columns beyond the usual ones. */
  unusual() {
    return new Set([...this.columns.keys()].filter((at) => at >= this.preset));
  }

  show(hidden) {
    this.hidden = hidden;
    this.box.dataset.picked = "";
    const places = [...hidden].map((at) => `#${CSS.escape(this.box.id)} tr > :nth-child(${at + 1}):not([colspan])`);
    this.sheet.replaceSync(places.length ? `${places.join(",")} { display: none }` : "");
    this.boxes.forEach((box, at) => { box.checked = !hidden.has(at); });
  }

  pick(hidden) {
    this.show(hidden);
    this.remember();
  }

  addPicker() {
    this.boxes = this.columns.map((column, at) => {
      const box = make("input", { type: "checkbox", checked: !this.hidden.has(at), title: this.heads[at].title });
      box.addEventListener("change", () => {
        const hidden = new Set(this.hidden);
        if (box.checked) hidden.delete(at); else hidden.add(at);
        if (hidden.size === this.columns.length) hidden.delete(at);
        this.pick(hidden);
      });
      return box;
    });
    const all = make("button", { type: "button" }, "All");
    all.addEventListener("click", () => this.pick(new Set()));
    const usual = make("button", { type: "button" }, "Usual");
    usual.addEventListener("click", () => this.pick(this.unusual()));
    const labels = this.columns.map((column, at) =>
      make("label", { title: this.heads[at].title }, this.boxes[at], make("span", {}, column.label)));
    const picker = make("details", { className: "picker" },
      make("summary", {}, "Columns"),
      make("div", { role: "group", "aria-label": "Columns shown" }, make("p", {}, all, usual), ...labels));
    picker.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !picker.open) return;
      picker.open = false;
      picker.querySelector("summary").focus();
    });
    document.addEventListener("click", (event) => { if (!picker.contains(event.target)) picker.open = false; });
    return picker;
  }

  /* Tools */

  addTools() {
    const title = this.box.querySelector('[id$="-title"]')?.firstChild?.textContent.trim() ?? this.name;
    const tools = make("div", { className: "tools", role: "group", "aria-label": `Tools for the table ${title}` });
    this.state = make("span", { className: "state", role: "status" });
    if (this.rows.length > 8) {
      this.search = make("input", { type: "search", placeholder: "Filter rows", title: "Words, or column:word, e.g. " + this.columns[0].name + ":…", "aria-label": `Filter ${title}`, spellcheck: false, autocomplete: "off" });
      let wait = 0;
      this.search.addEventListener("input", () => {
        clearTimeout(wait);
        wait = setTimeout(() => { this.filter(this.search.value.trim()); this.remember(); }, 80);
      });
      tools.append(this.search);
    }
    tools.append(this.state);
    if (this.columns.length > 4) tools.append(this.addPicker()); else this.boxes = [];
    tools.append(this.button("Copy", () => this.copy()), this.button("Save CSV", () => this.save()));
    this.box.querySelector(".scroll").before(tools);
  }

  button(text, act) {
    const button = make("button", { type: "button" }, text);
    button.addEventListener("click", act);
    return button;
  }

  /** The current view, raw values, as lines of cells: header first. */
  lines() {
    const shown = [...this.columns.keys()].filter((at) => !this.hidden.has(at));
    const guard = (text, at) => (this.columns[at].kind === "number" && /^-?[\d.]+$/.test(text) ? text : formulaSafe(text));
    return [
      shown.map((at) => this.columns[at].name),
      ...this.seen().map((row) => shown.map((at) => guard(rawValue(row.cells[at]), at))),
    ];
  }

  save() {
    const quote = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const csv = this.lines().map((line) => `${line.map(quote).join(",")}\r\n`).join("");
    const url = URL.createObjectURL(new Blob(["\uFEFF", csv], { type: "text/csv;charset=utf-8" }));
    make("a", { href: url, download: `kmsift-${this.name}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  async copy() {
    const lines = this.lines();
    const text = lines.map((line) => line.map((cell) => cell.replace(/[\t\r\n]+/g, " ")).join("\t")).join("\n");
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", { value: text, className: "vh", "aria-hidden": "true" });
      document.body.append(area);
      area.select();
      done = document.execCommand("copy");
      area.remove();
    }
    const rows = lines.length === 2 ? "row" : "rows";
    this.state.textContent = done ? `Copied ${lines.length - 1} ${rows}` : "The browser did not allow copying";
    setTimeout(() => this.tell(), 2_500);
  }

  /* Links to a view: #table-users?q=finance&sort=-last_promptable&columns=label,gates */

  remember() {
    const query = new URLSearchParams();
    if (this.words) query.set("q", this.words);
    if (this.order) query.set("sort", (this.order.direction === "descending" ? "-" : "") + this.columns[this.order.at].name);
    const [usual, seen] = [this.unusual(), [...this.columns.keys()].filter((at) => !this.hidden.has(at))];
    if (usual.size !== this.hidden.size || seen.some((at) => usual.has(at))) query.set("columns", seen.map((at) => this.columns[at].name).join(","));
    try {
      history.replaceState(null, "", `#${this.box.id}${`${query}` ? `?${query}` : ""}`);
    } catch { /* some viewers allow no history; the view itself does not need it */ }
  }

  restore(query) {
    const sort = query.get("sort") ?? "";
    const at = this.columns.findIndex((column) => column.name === sort.replace(/^-/, ""));
    if (at >= 0) this.sort(at, sort.startsWith("-") ? "descending" : "ascending");
    if (query.get("q") && this.search) {
      this.search.value = query.get("q");
      this.filter(this.search.value.trim());
    }
    const columns = new Set((query.get("columns") ?? "").split(","));
    const hidden = new Set([...this.columns.keys()].filter((at) => !columns.has(this.columns[at].name)));
    if (hidden.size < this.columns.length) this.show(hidden);
  }
}
