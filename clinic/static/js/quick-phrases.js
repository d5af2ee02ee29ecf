// The practice's phrases in a session note: a tap on one puts it at the caret; a "/" in the note opens those that fit, and
// what is typed after it narrows them. Also: the last note's words as a start, where a part is still empty.
"use strict";

(() => {
  const note = document.querySelector("[data-autosave]");
  const shelf = note?.querySelector("[data-phrases]");
  if (!note) return;
  const areas = [...note.querySelectorAll("textarea")];
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const phrases = [...(shelf?.querySelectorAll("[data-phrase]") ?? [])].map((chip) => ({
    chip, text: chip.textContent.trim(), part: chip.dataset.part,
  }));
  const MOST = 8;
  let last = areas[0];

  // Puts text where `from` to `to` was, with a blank before it where a word ends there; what listens hears of it.
  function put(area, text, from, to) {
    const before = area.value.slice(0, from);
    area.setRangeText((before && !/\s$/.test(before) ? " " : "") + text, from, to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  }

  // The chips: those of the part that is being written, and those of any.
  const offered = (area) => phrases.filter(({ part }) => !part || part === area.name);
  function sort() {
    const fitting = new Set(offered(last));
    for (const phrase of phrases) phrase.chip.hidden = !fitting.has(phrase);
  }
  for (const area of areas) area.addEventListener("focus", () => { last = area; sort(); });
  shelf?.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-phrase]");
    if (chip) put(last, chip.textContent.trim(), last.selectionStart, last.selectionEnd);
  });
  if (last) sort();

  // The list at the caret.
  const list = document.createElement("ul");
  list.className = "phrase-list";
  list.id = "phrase-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", shelf?.getAttribute("aria-label") ?? "");
  list.hidden = true;
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  note.append(list, said);
  let open = null;

  const close = () => {
    if (!open) return;
    for (const name of ["aria-controls", "aria-activedescendant"]) open.area.removeAttribute(name);
    open = null;
    list.hidden = true;
    said.textContent = "";
  };

  // Where the caret is: the same text in a box of the same measures, up to it.
  function caretOf(area) {
    const twin = document.createElement("div");
    const style = getComputedStyle(area);
    for (const name of ["font", "lineHeight", "letterSpacing", "padding", "border", "boxSizing", "width"]) twin.style[name] = style[name];
    Object.assign(twin.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word" });
    const mark = document.createElement("span");
    mark.textContent = "/";
    twin.append(area.value.slice(0, area.selectionStart), mark);
    note.append(twin);
    const at = { left: mark.offsetLeft, top: mark.offsetTop + mark.offsetHeight - area.scrollTop };
    twin.remove();
    return at;
  }

  function choose(place) {
    open.place = (place + open.found.length) % open.found.length;
    [...list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === open.place)));
    list.children[open.place].scrollIntoView({ block: "nearest" });
    open.area.setAttribute("aria-activedescendant", list.children[open.place].id);
  }

  const take = (place) => {
    const { area, from } = open;
    const { text } = open.found[place];
    close();
    put(area, text, from, area.selectionStart);
  };

  function look(area) {
    const typed = area.value.slice(0, area.selectionStart);
    const match = /(?:^|\s)\/([^\n/]{0,30})$/.exec(typed);
    if (!match) return close();
    const words = fold(match[1].trim());
    const mine = ({ part }) => (part === area.name ? 0 : part ? 2 : 1);
    const found = phrases.filter(({ text }) => fold(text).includes(words)).sort((a, b) => mine(a) - mine(b)).slice(0, MOST);
    if (!found.length) return close();
    open = { area, from: typed.length - match[1].length - 1, found, place: 0 };
    list.replaceChildren(...found.map(({ text }, index) => {
      const row = document.createElement("li");
      row.id = `phrase-${index}`;
      row.setAttribute("role", "option");
      row.textContent = text;
      return row;
    }));
    const box = area.getBoundingClientRect();
    const frame = note.getBoundingClientRect();
    const caret = caretOf(area);
    list.hidden = false;
    list.style.left = `${Math.max(0, Math.min(box.left - frame.left + caret.left, frame.width - list.offsetWidth))}px`;
    list.style.top = `${box.top - frame.top + Math.min(caret.top, box.height)}px`;
    area.setAttribute("aria-controls", list.id);
    said.textContent = shelf.dataset.found;
    choose(0);
  }

  for (const area of areas) {
    area.addEventListener("input", () => look(area));
    area.addEventListener("blur", () => setTimeout(close, 150));
    area.addEventListener("keydown", (event) => {
      if (!open || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowDown") choose(open.place + 1);
      else if (event.key === "ArrowUp") choose(open.place - 1);
      else if (event.key === "Enter" || event.key === "Tab") take(open.place);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const row = event.target.closest("li");
    if (row) take([...list.children].indexOf(row));
  });

  // The last note as a start: each of its parts goes where nothing is written yet.
  const copy = note.querySelector("[data-copy-last]");
  copy?.addEventListener("click", (event) => {
    event.preventDefault();
    for (const area of areas) {
      const before = document.querySelector(`[data-last="${area.name}"]`);
      if (before && !area.value.trim()) put(area, before.innerText.trim(), 0, area.value.length);
    }
  });
})();
