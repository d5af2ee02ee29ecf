// Acting on the desk's calendar without leaving it: what is tapped, dragged or stretched there opens a form in a panel, which is the page
// of the same address in short. What was done is said below for ten seconds, with a button that takes it back.
//
// The panel is `[data-panel]`, its inside `[data-panel-body]`. Links with `data-in-panel` open there. A form's answer is another form, or
// none and the event `desk:done` {words, url, undo, failed} (booking/desk/booking/undo.py).
"use strict";

(() => {
  const panel = document.querySelector("[data-panel]");
  if (!panel || !window.htmx || !panel.showModal) return;
  const body = panel.querySelector("[data-panel-body]");
  const toast = document.querySelector("[data-toast]");
  const TOAST_MS = 10000;
  let takeBack = null; // puts the appointment back where it was, while nobody has said yes
  let opener = null;

  const calendar = () => document.querySelector("[data-calendar]");
  const redraw = () => calendar()?.dispatchEvent(new CustomEvent("calendar:refresh"));
  const here = (url, asks) => `${url}?${new URLSearchParams(asks)}`;

  // -- The panel ------------------------------------------------------------------------------------------------------------------------

  function open(url, revert = null) {
    opener = document.activeElement;
    takeBack = revert;
    body.replaceChildren();
    hideToast();
    if (!panel.open) panel.showModal();
    window.htmx.ajax("GET", url, { target: body, swap: "innerHTML" }).catch(close);
  }

  const close = () => panel.open && panel.close();
  const typed = () => [...body.querySelectorAll("[data-keep] input:not([type=hidden]), [data-keep] textarea")].some(isChanged);

  function isChanged(field) {
    return field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  }

  // What was typed stays in the closed panel, and can be taken up until another is opened.
  panel.addEventListener("close", () => {
    if (takeBack) takeBack();
    takeBack = null;
    if (body.querySelector("[data-keep]") && (typed() || body.querySelector("[data-keep] [name=client]"))) {
      say({ words: panel.dataset.kept, resume: true });
    } else {
      body.replaceChildren();
    }
    redraw();
    if (opener?.isConnected) opener.focus();
  });

  panel.addEventListener("click", (event) => {
    if (event.target.closest("[data-panel-close]")) return close();
    // The shade beside the panel belongs to it: its own padding is none.
    if (event.target === panel && (event.clientX < panel.getBoundingClientRect().left || event.clientX > panel.getBoundingClientRect().right)) close();
  });

  // -- What the forms answer ------------------------------------------------------------------------------------------------------------

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target, requestConfig } = event.detail;
    if (target !== body) return;
    // Whoever was signed out meanwhile signs in again: the page of the sign-in is no form of ours.
    if (xhr.responseURL && !new URL(xhr.responseURL).pathname.startsWith("/desk/")) {
      window.location.assign(requestConfig.verb === "get" ? requestConfig.path : xhr.responseURL);
      event.detail.shouldSwap = false;
      return;
    }
    if ([409, 422].includes(xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    } else if (xhr.status >= 400) {
      say({ words: panel.dataset.failed, failed: true });
    }
  });
  document.addEventListener("htmx:sendError", (event) => event.detail.target === body && say({ words: panel.dataset.failed, failed: true }));

  // Some buttons lead to a page of their own, with all that was typed.
  document.addEventListener("htmx:configRequest", (event) => {
    const button = event.detail.triggeringEvent?.submitter;
    if (!button?.matches("[data-whole-page]")) return;
    event.preventDefault();
    const form = button.form;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
    form.action = button.getAttribute("formaction");
    form.submit();
  });

  // Once htmx listens to the new fields: what is typed before that would be looked up by nobody.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target !== body) return;
    (body.querySelector("[data-error-summary], [role=alert]") ?? body.querySelector("[autofocus]") ?? body.querySelector("h2"))?.focus();
  });

  document.addEventListener("desk:done", (event) => {
    const told = event.detail;
    if (!told.failed) takeBack = null;
    body.replaceChildren();
    close();
    if (!calendar() && told.url && !told.failed) return window.location.assign(told.url);
    say(told);
    redraw();
  });

  // -- What is said ---------------------------------------------------------------------------------------------------------------------

  let timer = 0;
  const hideToast = () => {
    clearTimeout(timer);
    toast.hidden = true;
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(hideToast, TOAST_MS);
  };

  function say({ words, url = "", undo = "", failed = false, resume = false }) {
    toast.querySelector("[data-toast-words]").textContent = words;
    toast.classList.toggle("toast-failed", failed);
    const link = toast.querySelector("[data-toast-open]");
    link.hidden = !url || failed;
    link.href = url || "#";
    const back = toast.querySelector("[data-toast-undo]");
    back.hidden = !undo;
    back.dataset.url = undo;
    toast.querySelector("[data-toast-resume]").hidden = !resume;
    toast.hidden = false;
    wait();
  }

  // Nobody is hurried: while it is looked at with the pointer or the keyboard, it stays.
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, wait);
  toast.querySelector("[data-toast-undo]").addEventListener("click", (event) => {
    hideToast();
    window.htmx.ajax("POST", event.currentTarget.dataset.url, { target: body, swap: "none" });
  });
  toast.querySelector("[data-toast-resume]").addEventListener("click", () => {
    hideToast();
    panel.showModal();
  });

  // -- The calendar, and links ----------------------------------------------------------------------------------------------------------

  document.addEventListener("calendar:select", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    open(here(panel.dataset.book, event.detail));
  });

  document.addEventListener("calendar:move", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const { id, resource, start, end, revert } = event.detail;
    open(here(panel.dataset.move.replace(panel.dataset.nobody, id), { resource, start, end }), revert);
  });

  // Before the calendar takes the links of its bar for its own.
  const onLink = (event) => {
    const link = event.target.closest("a[data-in-panel]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    event.stopPropagation();
    open(link.getAttribute("href"));
  };
  document.addEventListener("click", onLink, { capture: true });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-post]");
    if (button) window.htmx.ajax("POST", button.dataset.post, { target: body, swap: "none" });
  });

  // -- The form that books --------------------------------------------------------------------------------------------------------------

  // Enter takes the first who was found, and the arrows go through them.
  document.addEventListener("keydown", (event) => {
    const picks = [...document.querySelectorAll("#picks .pick")];
    const place = picks.indexOf(document.activeElement);
    const inSearch = event.target.matches?.("[data-picks]");
    if (inSearch && event.key === "Enter" && picks.length && event.target.value.trim()) {
      event.preventDefault();
      picks[0].click();
    } else if ((inSearch || place >= 0) && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const next = place + (event.key === "ArrowDown" ? 1 : -1);
      (picks[next] ?? (next < 0 ? document.querySelector("[data-picks]") : document.activeElement)).focus();
    }
  });
})();
