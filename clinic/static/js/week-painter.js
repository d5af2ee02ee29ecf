// Paints a week of quarters: by mouse and touch as a rectangle, by arrows, Space and Shift with arrows.
// The grid writes into one input a day; without this file the list below the grid says the same.
(() => {
  const painter = document.querySelector("[data-week-painter]");
  if (!painter) return;
  const { clocks, days, words } = JSON.parse(document.getElementById("week-painter-words").textContent);
  const inputs = days.map(([number]) => painter.querySelector(`input[name="day-${number}"]`));
  const grid = painter.querySelector("[role=grid]");
  const told = painter.querySelector("[data-told]");
  const cells = days.map(() => []);
  const isPainted = (day, quarter) => inputs[day].value[quarter] === "1";

  const said = (day) => {
    const found = [];
    for (let quarter = 0, begins = -1; quarter <= clocks.length; quarter += 1) {
      const on = quarter < clocks.length && isPainted(day, quarter);
      if (on && begins < 0) begins = quarter;
      if (!on && begins >= 0) {
        found.push(`${clocks[begins]}–${clocks[quarter % clocks.length]}`);
        begins = -1;
      }
    }
    return found.join(", ") || words.free;
  };

  const show = (day) => {
    cells[day].forEach((cell, quarter) => cell.setAttribute("aria-selected", isPainted(day, quarter)));
    painter.querySelector(`[data-said="${day}"]`).textContent = said(day);
  };

  const set = (day, from, to, on) => {
    const signs = [...inputs[day].value];
    for (let quarter = from; quarter <= to; quarter += 1) signs[quarter] = on ? "1" : "0";
    inputs[day].value = signs.join("");
    show(day);
  };

  const tell = (day) => { told.textContent = `${days[day][1]}: ${said(day)}`; };

  clocks.forEach((clock, quarter) => {
    const row = document.createElement("div");
    row.setAttribute("role", "row");
    const head = document.createElement("div");
    head.setAttribute("role", "rowheader");
    head.className = quarter % 4 ? "painter-clock" : "painter-clock painter-hour";
    const text = document.createElement("span");
    text.className = quarter % 4 ? "visually-hidden" : "";
    text.textContent = clock;
    head.append(text);
    row.append(head);
    days.forEach(([, name], day) => {
      const cell = document.createElement("div");
      cell.setAttribute("role", "gridcell");
      cell.setAttribute("aria-label", `${name} ${clock}`);
      cell.className = quarter % 4 ? "painter-cell" : "painter-cell painter-hour";
      cell.tabIndex = -1;
      cell.dataset.day = day;
      cell.dataset.quarter = quarter;
      cells[day].push(cell);
      row.append(cell);
    });
    grid.append(row);
  });
  days.forEach((_, day) => show(day));

  let focused = cells[0][36];
  focused.tabIndex = 0;
  const focus = (day, quarter) => {
    focused.tabIndex = -1;
    focused = cells[(day + days.length) % days.length][Math.max(0, Math.min(clocks.length - 1, quarter))];
    focused.tabIndex = 0;
    focused.focus();
  };
  const placeOf = (cell) => [Number(cell.dataset.day), Number(cell.dataset.quarter)];

  grid.addEventListener("keydown", (event) => {
    const [day, quarter] = placeOf(focused);
    const steps = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0], PageUp: [0, -4], PageDown: [0, 4] };
    if (event.key === " " || event.key === "Enter") {
      set(day, quarter, quarter, !isPainted(day, quarter));
      tell(day);
    } else if (event.key in steps) {
      const [across, down] = steps[event.key];
      focus(day + across, quarter + down);
      if (event.shiftKey) {
        const [toDay, to] = placeOf(focused);
        const on = isPainted(day, quarter);
        set(toDay, across ? to : Math.min(quarter, to), across ? to : Math.max(quarter, to), on);
        tell(toDay);
      }
    } else {
      return;
    }
    event.preventDefault();
  });

  let stroke = null;
  const inStroke = (cell, end) => {
    const [day, quarter] = placeOf(cell);
    const [a, b] = [placeOf(stroke.from), placeOf(end)];
    return day >= Math.min(a[0], b[0]) && day <= Math.max(a[0], b[0])
      && quarter >= Math.min(a[1], b[1]) && quarter <= Math.max(a[1], b[1]);
  };
  const under = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-quarter]");
  const sketch = (end) => cells.flat().forEach((cell) => {
    cell.classList.toggle("painter-stroke", Boolean(end) && inStroke(cell, end));
    cell.classList.toggle("painter-wipe", Boolean(end) && !stroke.on && inStroke(cell, end));
  });
  grid.addEventListener("pointerdown", (event) => {
    const cell = event.target.closest("[data-quarter]");
    if (!cell || event.button) return;
    const [day, quarter] = placeOf(cell);
    stroke = { from: cell, end: cell, on: !isPainted(day, quarter) };
    sketch(cell);
    focus(day, quarter);
    event.preventDefault();
  });
  document.addEventListener("pointermove", (event) => {
    const cell = stroke && under(event);
    if (!cell || cell === stroke.end) return;
    stroke.end = cell;
    sketch(cell);
  });
  document.addEventListener("pointerup", () => {
    if (!stroke) return;
    const [a, b] = [placeOf(stroke.from), placeOf(stroke.end)];
    for (let day = Math.min(a[0], b[0]); day <= Math.max(a[0], b[0]); day += 1) {
      set(day, Math.min(a[1], b[1]), Math.max(a[1], b[1]), stroke.on);
    }
    tell(b[0]);
    sketch(null);
    stroke = null;
  });
  document.addEventListener("pointercancel", () => { if (stroke) sketch(null); stroke = null; });

  painter.hidden = false;
  document.querySelectorAll("[data-plain-list]").forEach((list) => { list.open = list.matches("[data-wrong]"); });
  const first = cells.flatMap((column) => column.findIndex((cell) => cell.getAttribute("aria-selected") === "true"))
    .filter((quarter) => quarter >= 0);
  const scroller = painter.querySelector("[data-scroll]");
  const top = cells[0][Math.max(0, (first.length ? Math.min(...first) : 32) - 4)];
  scroller.scrollTop = top.offsetTop - grid.offsetTop;
})();
