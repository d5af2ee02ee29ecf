// The arrow keys lead from card to card: up and down within a column, left and right to the nearest of the next one.
"use strict";

{
  const WAYS = {
    ArrowUp: (from, to) => from.x === to.x && to.y < from.y,
    ArrowDown: (from, to) => from.x === to.x && to.y > from.y,
    ArrowLeft: (from, to) => to.x < from.x,
    ArrowRight: (from, to) => to.x > from.x,
  };

  const place = (link) => {
    const box = link.closest(".ec-event, .ec-bg-event").getBoundingClientRect();
    return { link, x: Math.round(box.left), y: Math.round(box.top) };
  };

  function step(event, host) {
    const way = WAYS[event.key];
    const here = event.target.closest(".card-link, .free-link");
    if (!way || !here || event.defaultPrevented || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    const from = place(here);
    const across = event.key === "ArrowLeft" || event.key === "ArrowRight";
    const distance = (to) => (across ? Math.abs(to.x - from.x) * 10000 : 0) + Math.abs(to.y - from.y);
    const found = [...host.querySelectorAll(".card-link, .free-link")].map(place).filter((to) => way(from, to));
    const [nearest] = found.sort((one, other) => distance(one) - distance(other));
    if (!nearest) return;
    event.preventDefault();
    nearest.link.focus();
  }

  // What is drawn anew takes the focus with it: it goes back to the same card or time, or to what is nearest to where that was.
  let last = null;

  function remember(host) {
    const link = host.contains(document.activeElement) && document.activeElement.closest(".card-link, .free-link");
    if (link) last = { ...place(link), id: link.dataset.id, start: link.dataset.start, column: link.dataset.column };
  }

  function refocus(host) {
    if (!last || (document.activeElement && document.activeElement !== document.body)) return;
    const every = [...host.querySelectorAll(".card-link, .free-link")].map(place);
    const same = ({ link: { dataset } }) => dataset.id === last.id && dataset.start === last.start && dataset.column === last.column;
    const distance = (to) => Math.hypot(to.x - last.x, to.y - last.y);
    const [nearest] = every.sort((one, other) => same(other) - same(one) || distance(one) - distance(other));
    nearest?.link.focus();
  }

  window.deskCalendar = { ...window.deskCalendar, refocus, remember, step };
}
