// What stands in the columns of the drawn calendar: cards, shades, and the free times of the page's list as links for the keyboard.
"use strict";

{
  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function sign(icon, text, className) {
    const made = element("span", className);
    const mark = element("span", `icon icon-${icon}`);
    mark.setAttribute("aria-hidden", "true");
    made.append(mark, text);
    return made;
  }

  // 9:30 AM is read aloud whole; the axis says which half of the day it is.
  function clock(text) {
    const made = element("span", "card-time", text.replace(/\s?[AP]M$/, ""));
    const half = text.match(/\s?[AP]M$/);
    if (half) made.append(element("span", "visually-hidden", half[0]));
    return made;
  }

  function alertLine(alert) {
    const line = sign(alert.tone === "stop" ? "stop" : "alert", "", `card-alert card-alert-${alert.tone}`);
    const text = element("span", "card-text", alert.about);
    text.prepend(element("span", "visually-hidden", `${alert.ask}: `));
    line.append(text);
    return line;
  }

  function cardLink(card) {
    const link = element("a", "card-link");
    link.href = card.url;
    link.dataset.id = card.id;
    link.setAttribute("aria-describedby", "calendar-keys");
    link.draggable = false;
    const head = element("span", "card-head");
    head.append(clock(card.time), element("span", "visually-hidden", `– ${card.until}, ${card.whose}, `), " ");
    head.append(element("strong", "card-client", card.client));
    link.append(head);
    if (card.signs.length) {
      const signs = element("span", "card-signs");
      signs.append(...card.signs.map((each) => sign(each.icon, element("span", "card-text", each.text), "card-sign")));
      link.append(signs);
    }
    link.append(...card.alerts.map(alertLine));
    if (card.more) link.append(element("span", "card-alert card-more", card.more));
    link.append(element("span", "card-what", card.what));
    link.title = [card.client, card.what, ...card.alerts.map((each) => `${each.ask}: ${each.about}`)].join("\n");
    return link;
  }

  // One tap at the door; the panel says what was done, and takes it back.
  function arrivedButton(card) {
    const button = element("button", "card-arrived", document.querySelector("[data-calendar]").dataset.arrived);
    button.type = "button";
    button.dataset.post = card.arrived;
    button.append(element("span", "visually-hidden", ` ${card.client}`));
    return button;
  }

  function freeLink(free) {
    const link = element("a", "free-link", free.time ? "" : free.label);
    if (free.time) link.append(clock(free.time), " ", element("span", "visually-hidden", free.label));
    link.href = free.url;
    link.setAttribute("aria-describedby", "calendar-keys");
    Object.assign(link.dataset, { start: free.fits, until: free.end, column: free.column });
    return link;
  }

  function cardContent(about) {
    if (about.client) return { domNodes: about.arrived ? [cardLink(about), arrivedButton(about)] : [cardLink(about)] };
    if (about.url) return { domNodes: [freeLink(about)] };
    return { domNodes: about.label ? [element("span", "shade-label", about.label)] : [] };
  }

  const background = (each, place, name) => ({
    id: `${name}-${place}`,
    resourceIds: [each.column],
    start: each.start,
    end: each.end,
    display: "background",
    classNames: name !== "shade" ? ["free", name] : ["shade", `shade-${each.kind}`, ...(each.whole ? [`shade-${each.kind}-whole`] : [])],
    extendedProps: each,
  });

  // A day's list knows which stretches of a therapist are free and what fits there first; those of a week, of rooms, of kits, and
  // those for one service stand in the data. Each becomes a link that only the keyboard reaches.
  function freeTimes(data, list) {
    return [...list.querySelectorAll("[data-drop]")].flatMap((gap) => {
      const link = gap.querySelector("a");
      const asked = new URLSearchParams(gap.dataset.drop);
      const column = data.columns.find((each) => each.therapist === asked.get("therapist"));
      if (!link || !column) return [];
      const fits = new URL(link.href).searchParams.get("start");
      const [start, end] = [asked.get("start"), asked.get("until")];
      return [{ column: column.id, start, end, url: link.href, fits, label: link.textContent.replace(/\s+/g, " ").trim() }];
    });
  }

  const cardEvent = (card, { columns }) => ({
    id: card.id,
    resourceIds: [card.column],
    start: card.start,
    end: card.end,
    startEditable: Boolean(card.move),
    durationEditable: Boolean(card.move),
    classNames: ["card-drawn", `card-${card.tone}`, ...(card.open ? ["card-form-open"] : []), ...(card.now ? ["card-now"] : [])],
    extendedProps: { ...card, whose: columns.find((each) => each.id === card.column)?.title },
  });

  function eventsOf(data, list) {
    const shades = data.shades.map((each, place) => background(each, place, "shade"));
    const listed = data.days === 1 && !data.service && data.columns.some((each) => each.therapist);
    const name = data.service ? "fits" : "free";
    const free = (listed ? freeTimes(data, list) : data.free).map((each, place) => background(each, place, name));
    return [...shades, ...free, ...data.cards.map((each) => cardEvent(each, data))];
  }

  // In a week the columns are narrow: the first name is said, and the whole of it stands behind.
  function columnLabel({ resource, date }) {
    if (date) {
      const [first] = resource.title.split(" ");
      return { domNodes: [element("span", "column-name", first), element("span", "visually-hidden", resource.title.slice(first.length))] };
    }
    const name = element("span", "column-name", resource.title);
    const { booked } = resource.extendedProps;
    return { domNodes: booked ? [name, " ", element("span", "column-count", String(booked))] : [name] };
  }

  // The library calls its grid a table, with cards between the rows. To a screen reader it is links in order; each says its column.
  function plainRoles(host) {
    const said = ["role", "aria-colindex", "aria-colspan"];
    for (const each of host.querySelectorAll("[role], [aria-colindex]")) said.forEach((name) => each.removeAttribute(name));
  }

  window.deskCalendar = { ...window.deskCalendar, cardContent, cardEvent, columnLabel, eventsOf, plainRoles };
}
