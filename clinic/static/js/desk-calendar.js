// The day or week drawn to scale, from the JSON of /desk/calendar/events/. The page is whole without it: on a phone, without scripts, or
// where the drawing fails, its list stands instead.
//
// What others may rely on. `<div data-calendar>` is the element; on it
// - `calendar:select` {resource, start, end, service}: an empty time was tapped, or chosen by keyboard (end is ""), or dragged over;
//   `service` is there where one is looked for. Default: the page that books.
// - `calendar:move` {id, resource, from, start, end, revert}: a card was dragged or stretched and stands there for now; call revert() to
//   put it back. `resource` is the column where it stands now, `from` where it stood. Default: it goes back, and the page that moves opens.
// - `calendar:drag` {id, resource, start, end, from}: a card is held over a place (`from` is set where it is stretched); preventDefault()
//   says that it cannot stand there. `calendar:dragstart` {id, first, days} is said before, `calendar:dragend` {id} once it is let go.
// - `calendar:open` {id}: a card was opened by mouse, touch or keyboard. Default: its link is followed.
// are cancelable CustomEvents that bubble: preventDefault() takes the matter over. `calendar:drawn` {data} is said after each drawing.
// Dispatch on it
// - `calendar:refresh`: what is shown is read anew, and a selection taken away.
// `id` is the public UUID of an appointment; `resource` is `therapist-<id>`, `room-<id>` or `kit-<id>` (primary keys; `room-none` where
// no room is given yet); times are ISO 8601 in the practice's zone with its offset, whatever zone the browser is in.

const { cardContent, cardEvent, columnLabel, eventsOf, lifter, plainRoles, refocus, remember, step } = window.deskCalendar;
const host = document.querySelector("[data-calendar]");
const WIDE = window.matchMedia("(min-width: 45rem)");
const MINUTE = 60000;
const SLOT = 30;
// More columns than this are not squeezed into the window: it scrolls.
const MOST_COLUMNS = 35;
// What changes with the date, beside the drawing itself.
const PARTS = ["calendar-bar", "calendar-blocked", "calendar-list", "calendar-below"];
let calendar = null;
let shown = null;
let asked = 0;

// -- Times: the library is given wall times without a zone, and gives them back ---------------------------------------------------------

const wallNumber = (wall) => Date.parse(`${wall.slice(0, 16)}:00Z`);
const wallText = (number) => new Date(number).toISOString().slice(0, 16);

function withOffset(wall) {
  const offset = shown.offsets.filter(([since], place) => place === 0 || since <= wall).at(-1)[1];
  return `${wall.slice(0, 16)}:00${offset}`;
}

function shifted(wall, delta) {
  const days = delta ? (delta.days || 0) + 7 * (delta.weeks || 0) : 0;
  return wallText(wallNumber(wall) + days * 1440 * MINUTE + (delta ? delta.seconds || 0 : 0) * 1000);
}

const clockOf = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}:00`;

// -- What is said to others -----------------------------------------------------------------------------------------------------------

const say = (name, detail) => host.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, cancelable: true }));

const wanted = () => (shown.service ? { service: shown.service } : {});

function select(resource, start, end, page) {
  const detail = { resource, start: withOffset(start), end: end ? withOffset(end) : "", ...wanted() };
  if (say("calendar:select", detail)) window.location.assign(page || pageFor(host.dataset.book, resource, start));
}

// A page of the desk with a therapist's column and a wall time filled in.
function pageFor(url, resource, start) {
  const { therapist } = shown.columns.find((each) => each.id === resource);
  return `${url}?${new URLSearchParams({ start: start.slice(0, 16), ...(therapist ? { therapist } : {}), ...wanted() })}`;
}

// Where a card stands is kept with it, so that it can be moved again before anything is read anew.
function moved(info, startDelta, endDelta) {
  const card = shown.cards.find((each) => each.id === info.event.id);
  const before = { start: card.start, end: card.end, column: card.column };
  const resource = info.event.resourceIds[0];
  Object.assign(card, { start: shifted(card.start, startDelta), end: shifted(card.end, endDelta), column: resource });
  const revert = () => {
    Object.assign(card, before);
    info.revert();
  };
  drop(card, before.column, revert);
}

const timesOf = (card) => ({ start: withOffset(card.start), end: withOffset(card.end) });

// A card stands somewhere else for now: say so, or go to the page that moves it.
function drop(card, from, revert) {
  if (!say("calendar:move", { id: card.id, resource: card.column, from, ...timesOf(card), revert })) return;
  const page = pageFor(card.move, card.column, card.start);
  revert();
  window.location.assign(page);
}

function put(card) {
  remember(host);
  calendar.updateEvent(cardEvent(card, shown));
  window.requestAnimationFrame(() => refocus(host));
}


// The library's dates show the wall time, on whatever clock the browser has.
const wallOf = (date) => wallText(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate(), date.getHours(), date.getMinutes()));

function holds({ event }, from) {
  const times = { start: withOffset(wallOf(event.start)), end: withOffset(wallOf(event.end)) };
  return say("calendar:drag", { id: event.id, resource: event.resourceIds[0], from, ...times });
}

const begins = ({ event }) => say("calendar:dragstart", { id: event.id, first: shown.first, days: shown.days });
const ends = ({ event }) => say("calendar:dragend", { id: event.id });

// -- The drawing ----------------------------------------------------------------------------------------------------------------------

// A whole day should fit the window: half an hour is as high as there is room for, but never too low for a line of text.
function slotHeight(data) {
  const room = window.innerHeight - host.getBoundingClientRect().top - window.scrollY - 64;
  return Math.max(32, Math.min(48, Math.floor(room / ((data.closes - data.opens) / SLOT))));
}

function options(data) {
  const week = data.days > 1;
  const scrolls = week && data.days * data.columns.length > MOST_COLUMNS;
  host.classList.toggle("calendar-scrolls", scrolls);
  return {
    view: week ? "resourceTimeGridWeek" : "resourceTimeGridDay",
    datesAboveResources: week,
    date: data.first,
    firstDay: new Date(`${data.first}T00:00Z`).getUTCDay(),
    hiddenDays: data.hidden,
    timeZone: data.offset,
    locale: document.documentElement.lang,
    slotMinTime: clockOf(data.opens),
    slotMaxTime: clockOf(data.closes),
    slotHeight: slotHeight(data),
    snapDuration: { minutes: Math.min(data.step, 15) },
    resources: data.columns.map((each) => ({ id: each.id, title: each.title, extendedProps: each })),
    events: eventsOf(data, document.getElementById("calendar-list")),
    columnWidth: scrolls ? "minmax(2.75rem, 1fr)" : "minmax(0, 1fr)",
  };
}

const columnPlace = (event) => shown.columns.findIndex((each) => each.id === event.resourceIds[0]);

const FIXED = {
  headerToolbar: { start: "", center: "", end: "" },
  allDaySlot: false,
  slotDuration: { minutes: SLOT },
  slotLabelInterval: { hours: 1 },
  slotLabelFormat: { hour: "numeric", minute: "2-digit" },
  dayHeaderFormat: { weekday: "short", day: "numeric", month: "short" },
  slotEventOverlap: false,
  nowIndicator: true,
  selectable: true,
  editable: true,
  longPressDelay: 400,
  eventOrder: (one, other) => columnPlace(one) - columnPlace(other) || one.start - other.start,
  eventContent: ({ event }) => (event.id === "{select}" ? undefined : cardContent(event.extendedProps)),
  resourceLabelContent: columnLabel,
  dateClick: ({ resource, dateStr }) => select(resource.id, dateStr, ""),
  select: ({ resource, startStr, endStr }) => select(resource.id, startStr, endStr),
  dragConstraint: (info) => holds(info, ""),
  resizeConstraint: (info) => holds(info, info.event.resourceIds[0]),
  eventDragStart: begins,
  eventResizeStart: begins,
  eventDragStop: ends,
  eventResizeStop: ends,
  eventDrop: (info) => moved(info, info.delta, info.delta),
  eventResize: (info) => moved(info, info.startDelta, info.endDelta),
};

function draw(data) {
  shown = data;
  remember(host);
  const chosen = options(data);
  if (calendar) {
    calendar.setOption("events", []);
    for (const [name, value] of Object.entries(chosen)) calendar.setOption(name, value);
    calendar.unselect();
  } else {
    calendar = window.EventCalendar.create(host, { ...FIXED, ...chosen });
  }
  document.body.classList.remove("calendar-failed");
  document.body.classList.add("calendar-drawn");
  window.requestAnimationFrame(() => refocus(host));
  say("calendar:drawn", { data });
}

async function answer(url, kind) {
  const found = await fetch(url, { headers: { Accept: kind } });
  if (!found.ok || new URL(found.url).pathname !== new URL(url, window.location).pathname) throw new Error(`${url}: ${found.status}`);
  return found;
}

async function events(search, view) {
  const query = new URLSearchParams(search);
  query.set("view", view);
  return (await answer(`${host.dataset.events}?${query}`, "application/json")).json();
}

async function refresh() {
  if (!WIDE.matches) return;
  const mine = (asked += 1);
  const data = await events(window.location.search, host.dataset.view);
  if (mine === asked) draw(data);
}

// Whoever was signed out, or is offline, is left with the page's list.
const tryRefresh = () => refresh().catch(() => document.body.classList.add("calendar-failed"));

// -- Turning: the bar, the list and the drawing of another date, without loading the page -------------------------------------------------

async function turn(url, { push }) {
  const mine = (asked += 1);
  const { pathname, search } = new URL(url, window.location);
  const view = host.dataset[`view${pathname.includes("/week/") ? "Week" : "Day"}`];
  const [text, data] = await Promise.all([answer(url, "text/html").then((found) => found.text()), events(search, view)]);
  if (mine !== asked) return;
  const page = new DOMParser().parseFromString(text, "text/html");
  if (!page.querySelector("[data-calendar]")) throw new Error(`${url}: no calendar`);
  const focused = document.activeElement && document.activeElement.id;
  if (push) window.history.pushState({}, "", url);
  for (const id of PARTS) document.getElementById(id).replaceWith(document.importNode(page.getElementById(id), true));
  document.title = page.title;
  host.dataset.view = view;
  if (focused && document.getElementById(focused)) document.getElementById(focused).focus();
  draw(data);
}

function onTurn(event) {
  const link = event.target.closest("[data-turn] a, a[data-turn]");
  if (!link || !calendar || !WIDE.matches || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  turn(link.href, { push: true }).catch(() => window.location.assign(link.href));
}

// The day and the service that are chosen above the calendar.
function onChoose({ target }) {
  if (target.matches(".day-jump [type=date]")) target.form.requestSubmit();
  if (!target.matches("#calendar-service")) return;
  const url = `${window.location.pathname}?${new URLSearchParams(new FormData(target.form))}`;
  if (calendar && WIDE.matches) turn(url, { push: true }).catch(() => window.location.assign(url));
  else target.form.requestSubmit();
}

function onOpen(event) {
  const link = event.target.closest(".card-link, .free-link");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.dataset.start) {
    event.preventDefault();
    select(link.dataset.column, link.dataset.start, "", link.href);
  } else if (!say("calendar:open", { id: link.dataset.id })) event.preventDefault();
}

if (host) {
  new MutationObserver(() => plainRoles(host)).observe(host, { childList: true, subtree: true });
  host.addEventListener("click", onOpen);
  host.addEventListener("keydown", (event) => step(event, host));
  host.addEventListener("focusin", () => remember(host));
  lifter(host, { shown: () => shown, put, drop, say, times: timesOf, wallNumber, wallText });
  host.addEventListener("calendar:refresh", tryRefresh);
  document.addEventListener("click", onTurn);
  document.addEventListener("change", onChoose);
  window.addEventListener("popstate", () => turn(window.location.href, { push: false }).catch(() => window.location.reload()));
  // Whoever turns a phone on its side, or widens a window, gets the drawing too.
  WIDE.addEventListener("change", () => calendar || tryRefresh());
  tryRefresh();
}
