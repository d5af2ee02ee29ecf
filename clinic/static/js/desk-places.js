// While an appointment is dragged or stretched over the calendar: what speaks against the place beneath it. Read once as the drag begins,
// from /desk/appointments/<id>/places/; the answer is the availability function's own, and the question after the drop asks it again.
"use strict";

(() => {
  const word = document.querySelector("[data-drag-word]");
  if (!word) return;
  const asked = new Map(); // by appointment: the answer, or the promise of one
  const MINUTE = 60000;
  let held = "";

  async function ask(id, first, days) {
    const last = new Date(Date.parse(`${first}T00:00Z`) + (days - 1) * 1440 * MINUTE).toISOString().slice(0, 10);
    const url = word.dataset.places.replace(word.dataset.nobody, id);
    const answer = await fetch(`${url}?${new URLSearchParams({ first, last })}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw new Error(`places: ${answer.status}`);
    asked.set(id, await answer.json());
    document.dispatchEvent(new CustomEvent("calendar:places"));
  }

  // Whether it can stand there: "yes", "reason" or "never", and what is said of it.
  function verdict(places, { resource, start, end, from }) {
    const begin = Date.parse(start) / MINUTE;
    const minutes = Date.parse(end) / MINUTE - begin;
    if (from && minutes !== places.minutes) {
      if (minutes <= Math.max(places.longest ?? 0, places.minutes)) return ["yes", word.dataset.free];
      if (minutes <= (places.longest_with_reason ?? 0)) return ["reason", word.dataset.hours];
      return ["never", word.dataset.taken];
    }
    const column = places.columns[resource];
    if (!column) return ["never", word.dataset.gives];
    const against = (bars) => bars.find(([since, until]) => since <= begin && begin < until);
    const never = against(column.never);
    if (never) return ["never", never[2]];
    if (column.free.includes(begin)) return ["yes", word.dataset.free];
    return ["reason", (against(column.aside) ?? [0, 0, word.dataset.grid])[2]];
  }

  document.addEventListener("calendar:dragstart", ({ detail: { id, first, days } }) => {
    held = id;
    ask(id, first, days).catch(() => asked.delete(id));
  });

  document.addEventListener("calendar:drag", (event) => {
    const { id, words = "" } = event.detail;
    const places = held === id && asked.get(id);
    if (!places && !words) return;
    const [possible, said] = places ? verdict(places, event.detail) : ["yes", ""];
    word.textContent = [words, said, possible === "reason" && word.dataset.reason].filter(Boolean).join(" ");
    word.className = `drag-word drag-${possible}`;
    word.hidden = false;
    if (possible === "never") event.preventDefault();
  });

  // The next drag asks anew: somebody may have booked meanwhile.
  document.addEventListener("calendar:dragend", () => {
    asked.clear();
    held = "";
    word.hidden = true;
  });
})();
