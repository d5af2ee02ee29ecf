// The drawn figure of a body chart ([data-body-chart]). The ticks of the list are the truth: a region only
// toggles its tick, and is painted from the ticks, so that list, figure and what is posted cannot differ.
"use strict";

for (const chart of document.querySelectorAll("[data-body-chart]")) {
  const ticks = [...chart.querySelectorAll("input[type=checkbox]:not([data-whole])")];
  // Several places in one tap: such a tick sets those of its places, and shows whether all of them are set.
  const wholes = [...chart.querySelectorAll("input[data-whole]")];
  const regions = [...chart.querySelectorAll("[data-area]")];
  const views = [...chart.querySelectorAll("figure[data-view]")];
  const caption = chart.querySelector("[data-chart-caption]");
  const said = chart.querySelector("[data-chart-said]");
  const hint = caption.textContent;
  const tickOf = (area, side) => ticks.find((tick) => tick.value === `${area}:${side}`);
  // What the client marked, at the desk: drawn beside what is ticked there.
  const namedBy = (area, side) => tickOf(area, side)?.dataset.named ?? (side !== "centre" ? tickOf(area, "both")?.dataset.named : undefined);
  const isTicked = (area, side) => tickOf(area, side)?.checked || false;
  const isOn = (area, side) =>
    isTicked(area, side) ||
    (side !== "centre" && isTicked(area, "both")) ||
    (side === "both" && isTicked(area, "left") && isTicked(area, "right"));

  const marksOf = (whole) => whole.dataset.whole.split(" ");

  function paint() {
    for (const region of regions) {
      region.setAttribute("aria-checked", String(isOn(region.dataset.area, region.dataset.side)));
    }
    const marked = ticks.filter((tick) => tick.checked).map((tick) => tick.dataset.label);
    for (const whole of wholes) whole.checked = marksOf(whole).every((mark) => isOn(...mark.split(":")));
    said.textContent = marked.length ? `${said.dataset.some} ${marked.join("; ")}.` : said.dataset.none;
  }

  for (const whole of wholes) {
    whole.addEventListener("change", () => {
      for (const mark of marksOf(whole)) {
        const [area, side] = mark.split(":");
        tickOf(area, side).checked = whole.checked;
        if (side === "both") for (const one of ["left", "right"]) tickOf(area, one).checked = false;
      }
    });
  }

  function toggle({ area, side }) {
    const both = tickOf(area, "both");
    if (side !== "centre" && both?.checked) {
      // "Both" stands for two regions: take one away and the other stays.
      both.checked = false;
      tickOf(area, side === "left" ? "right" : "left").checked = true;
    } else {
      const tick = tickOf(area, side);
      tick.checked = !tick.checked;
    }
    chart.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // One stop for the Tab key in each view; the arrow keys walk its regions.
  function walk(region, key) {
    const others = regions.filter((other) => other.closest("figure") === region.closest("figure"));
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[key];
    const next = others[(others.indexOf(region) + step + others.length) % others.length];
    others.forEach((other) => other.setAttribute("tabindex", other === next ? "0" : "-1"));
    next.focus();
  }

  // The outline of the region in focus, drawn last so that no neighbour covers it.
  const ring = document.createElementNS("http://www.w3.org/2000/svg", "use");
  ring.setAttribute("class", "figure-ring");

  function outline(region) {
    ring.setAttribute("href", region.getAttribute("href"));
    ring.setAttribute("transform", region.getAttribute("transform") ?? "");
    region.parentNode.append(ring);
  }

  function name(region) {
    const tick = region && tickOf(region.dataset.area, region.dataset.side);
    caption.textContent = tick ? tick.dataset.label : hint;
    for (const other of regions) {
      const twin = tick && other.dataset.area === region.dataset.area && other.dataset.side === region.dataset.side;
      other.classList.toggle("is-near", Boolean(twin));
    }
  }

  // Two and a half times as wide and unseen: the middle of the body is too narrow for a thumb.
  function reachOf(region) {
    const reach = document.createElementNS("http://www.w3.org/2000/svg", "use");
    reach.setAttribute("class", "figure-reach");
    reach.setAttribute("href", region.getAttribute("href"));
    reach.setAttribute("transform", "scale(2.5 1)");
    region.parentNode.append(reach, region); // above its neighbours, below the strip itself
    return reach;
  }

  regions.forEach((region) => {
    const tick = tickOf(region.dataset.area, region.dataset.side);
    if (!tick) return region.remove(); // an area or side that the practice has switched off
    region.setAttribute("role", "checkbox");
    const named = namedBy(region.dataset.area, region.dataset.side);
    region.classList.toggle("is-named", named !== undefined);
    region.setAttribute("aria-label", named ? `${tick.dataset.label}, ${named}` : tick.dataset.label);
    region.setAttribute("tabindex", "-1");
    for (const target of region.dataset.side === "centre" ? [region, reachOf(region)] : [region]) {
      target.addEventListener("click", () => toggle(region.dataset));
      target.addEventListener("pointerenter", () => name(region));
      target.addEventListener("pointerleave", () => name(null));
    }
    region.addEventListener("focus", () => {
      name(region);
      if (region.matches(":focus-visible")) outline(region);
    });
    region.addEventListener("blur", () => {
      name(null);
      ring.remove();
    });
    region.addEventListener("keydown", (event) => {
      if (event.key === " " || event.key === "Enter") toggle(region.dataset);
      else if (event.key.startsWith("Arrow")) walk(region, event.key);
      else return;
      event.preventDefault();
    });
  });
  views.forEach((view) => view.querySelector("[data-area]")?.setAttribute("tabindex", "0"));

  const turns = [...chart.querySelectorAll("[data-turn]")];
  const show = (shown) => {
    chart.dataset.shown = shown;
    turns.forEach((turn) => turn.setAttribute("aria-pressed", String(turn.dataset.turn === shown)));
  };
  turns.forEach((turn) => turn.addEventListener("click", () => show(turn.dataset.turn)));

  chart.addEventListener("change", paint);
  chart.closest("form")?.addEventListener("reset", () => setTimeout(paint));
  show("back");
  paint();
  chart.classList.add("has-figure");
  chart.querySelector("[data-chart-figure]").hidden = false;
  if ("folded" in chart.dataset || matchMedia("(max-width: 61.99rem)").matches) chart.querySelector("[data-chart-list]").open = false;
}
