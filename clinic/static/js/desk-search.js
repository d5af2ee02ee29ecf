// The search box at the head of the desk: "/" leads there, results drop down while one types, arrows choose, Enter opens.
// Without this script the box is a form that leads to the list.
(() => {
  const input = document.querySelector("[data-client-search]");
  if (!input) return;
  const drop = document.querySelector("#desk-search-drop");
  let timer, asked = 0;

  const options = () => [...drop.querySelectorAll("[role=option]")];
  const chosen = () => drop.querySelector("[aria-selected=true]");

  function open(isOpen) {
    drop.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen && options().length > 0));
    if (!isOpen) choose(null);
  }

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  async function look() {
    const words = input.value.trim(), mine = ++asked;
    if (!words) { drop.replaceChildren(); return open(false); }
    const response = await fetch(`${input.dataset.clientSearch}?q=${encodeURIComponent(words)}`, { headers: { "HX-Request": "true" } });
    if (mine !== asked || !response.ok || response.redirected) return;
    drop.innerHTML = await response.text();
    if (mine === asked) open(document.activeElement === input);
  }

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => look().catch(() => {}), 150); });
  input.addEventListener("focus", () => { if (drop.childElementCount) open(true); });
  input.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== input) open(false); }, 150));

  input.addEventListener("keydown", (event) => {
    const list = options(), place = list.indexOf(chosen());
    if (event.key === "Escape") {
      if (drop.hidden) input.blur();
      else { event.preventDefault(); open(false); }
    } else if (list.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      open(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(place < 0 ? list.at(step > 0 ? 0 : -1) : list[place + step] ?? null);
    } else if (event.key === "Enter" && !drop.hidden && chosen()) {
      event.preventDefault();
      location.assign(chosen().dataset.url);
    }
  });

  // By pointer: pressed before the box loses the focus. With Ctrl or the middle button a new tab, as a link would.
  drop.addEventListener("mousedown", (event) => event.preventDefault());
  drop.addEventListener("click", (event) => {
    const url = event.target.closest("[role=option]")?.dataset.url;
    if (!url) return;
    if (event.ctrlKey || event.metaKey) window.open(url, "_blank", "noopener");
    else location.assign(url);
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey || !input.checkVisibility()) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
})();
