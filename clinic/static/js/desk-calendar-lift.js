// Moving by keyboard: Space takes up the card or the free time that has the focus. The arrows carry a card to other times and columns, and
// Shift with them makes it longer or shorter; of a free time they choose a later start. Enter asks whether it may stand there, as a drop
// does, Escape puts it back. What the place says is said while it is over it (desk-places.js).
//
// `calendar` is given by desk-calendar.js: shown() the data, put(card) draws a card where it now says that it stands, say(name, detail),
// times(card) its start and end with their offset, wallNumber and wallText.
"use strict";

{
  const MINUTE = 60000;
  const SHORTEST = 5;

  // The columns of every day that is drawn, from left to right.
  function columnsOf({ first, days, hidden, columns }, { wallNumber, wallText }) {
    const begin = wallNumber(`${first}T00:00`);
    const dates = Array.from({ length: days }, (_each, ahead) => wallText(begin + ahead * 1440 * MINUTE).slice(0, 10));
    const drawn = dates.filter((date) => !hidden.includes(new Date(`${date}T00:00Z`).getUTCDay()));
    return drawn.flatMap((date) => columns.map(({ id, title }) => ({ id, title, date })));
  }

  const minutesOf = (wall) => Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14, 16));

  function lifter(host, calendar) {
    const { wallNumber, wallText } = calendar;
    let held = null; // {card, before, link} of a card, {free, link} of a free time

    const plus = (wall, minutes) => wallText(wallNumber(wall) + minutes * MINUTE);
    const locale = document.documentElement.lang;
    const inWords = (wall, parts) => new Intl.DateTimeFormat(locale, { ...parts, timeZone: "UTC" }).format(wallNumber(wall));
    const clock = (wall) => inWords(wall, { hour: "numeric", minute: "2-digit" });
    const lengthOf = ({ start, end }) => (wallNumber(end) - wallNumber(start)) / MINUTE;

    function tell() {
      const { card, before } = held;
      const column = calendar.shown().columns.find(({ id }) => id === card.column);
      const day = inWords(card.start, { weekday: "short" });
      const words = `${day} ${clock(card.start)} – ${clock(card.end)}, ${column ? column.title : ""}.`;
      const stays = card.start === before.start && card.column === before.column;
      const from = stays && card.end !== before.end ? card.column : "";
      held.possible = calendar.say("calendar:drag", { id: card.id, resource: card.column, from, ...calendar.times(card), words });
    }

    function lift(link) {
      const { shown, say } = calendar;
      if (link.dataset.start) {
        held = { free: true, link, start: link.dataset.start, until: link.dataset.until, words: [...link.childNodes] };
        return choose(held.start);
      }
      const card = shown().cards.find(({ id }) => id === link.dataset.id);
      if (!card || !card.move) return undefined;
      held = { card, before: { start: card.start, end: card.end, column: card.column } };
      say("calendar:dragstart", { id: card.id, first: shown().first, days: shown().days });
      return tell();
    }

    // A later start within a free time: its link says it, and asks for it.
    function choose(start) {
      const { link, until } = held;
      const whole = wallNumber(until) - wallNumber(held.start);
      link.dataset.start = start;
      link.href = link.href.replace(/start=[^&]*/, `start=${start.slice(0, 16)}`);
      link.replaceChildren(...(start === held.start ? held.words : [clock(start)]));
      link.style.insetBlockStart = `${(100 * (wallNumber(start) - wallNumber(held.start))) / whole}%`;
      link.classList.add("lifted");
      calendar.say("calendar:drag", { id: "", words: `${clock(start)}.` });
    }

    function carry(key, longer) {
      const { card } = held;
      const data = calendar.shown();
      const step = Math.min(data.step, 15) * (key === "ArrowUp" ? -1 : 1);
      const length = lengthOf(card);
      let { start, end, column } = card;
      if (key === "ArrowLeft" || key === "ArrowRight") {
        const every = columnsOf(data, calendar);
        const place = every.findIndex(({ id, date }) => id === column && date === start.slice(0, 10));
        const next = every[place + (key === "ArrowLeft" ? -1 : 1)];
        if (!next || longer) return;
        [start, column] = [`${next.date}T${start.slice(11, 16)}`, next.id];
        end = plus(start, length);
      } else if (longer) end = plus(end, step);
      else [start, end] = [plus(start, step), plus(end, step)];
      const begin = minutesOf(start);
      if (lengthOf({ start, end }) < SHORTEST || begin < data.opens || begin + lengthOf({ start, end }) > data.closes) return;
      Object.assign(card, { start, end, column });
      calendar.put(card);
      tell();
    }

    function putBack(card, before) {
      Object.assign(card, before);
      calendar.put(card);
    }

    function letGo() {
      held.link?.classList.remove("lifted");
      calendar.say("calendar:dragend", { id: held.card?.id ?? "" });
      held = null;
    }

    function drop() {
      const { card, before, possible } = held;
      const stands = card.start === before.start && card.end === before.end && card.column === before.column;
      // Where it can never stand it is not asked about: the words that say so stay.
      if (!possible && !stands) return;
      letGo();
      if (!stands) calendar.drop(card, before.column, () => putBack(card, before));
    }

    function onKey(event) {
      if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
      if (!held) {
        const link = event.key === " " && host.contains(event.target) && event.target.closest(".card-link, .free-link");
        if (!link) return;
        event.preventDefault();
        lift(link);
        return;
      }
      if (event.key === "Tab") {
        if (held.card) putBack(held.card, held.before);
        letGo();
        return;
      }
      if (!/^(Arrow.*|Enter|Escape| )$/.test(event.key)) return;
      if (held.free && event.key === "Enter") {
        letGo();
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.key.startsWith("Arrow")) {
        if (held.card) carry(event.key, event.shiftKey);
        else later(event.key);
      } else if (held.free) {
        if (event.key === "Escape") choose(held.start);
        letGo();
      } else if (event.key === "Escape") {
        putBack(held.card, held.before);
        letGo();
      } else drop();
    }

    function later(key) {
      const step = Math.min(calendar.shown().step, 15) * (key === "ArrowUp" ? -1 : 1);
      const start = plus(held.link.dataset.start, step);
      if (key === "ArrowLeft" || key === "ArrowRight" || start < held.start || start >= held.until) return;
      choose(start);
    }

    document.addEventListener("keydown", onKey, { capture: true });
    document.addEventListener("calendar:places", () => held?.card && tell());
  }

  window.deskCalendar = { ...window.deskCalendar, lifter };
}
