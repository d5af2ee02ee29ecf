// A note that is typed is saved by itself, a moment after each pause. While it cannot be, the text stays in the page, the
// page says why, and tries again; closing the page then asks first.
"use strict";

const PAUSE = 2000;
const RETRY = 5000;

for (const part of document.querySelectorAll("[data-autosave]")) {
  const form = part.closest("form");
  const said = part.querySelector("[data-autosave-said]");
  const shown = part.querySelector("input[name=note_shown]");
  let timer = null;
  let running = null;
  let typed = 0;
  let saved = 0;

  const tell = (words) => said.textContent !== words && (said.textContent = words);
  const wait = (time) => {
    clearTimeout(timer);
    timer = setTimeout(() => (running = save()), time);
  };
  const token = () => form.querySelector("input[name=csrfmiddlewaretoken]");

  // After a new sign-in in another tab the page's proof of origin is out of date: take the one of the page as it is now.
  async function renewToken() {
    const page = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    const found = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("#appointment-form input[name=csrfmiddlewaretoken]");
    if (!page.ok || page.redirected || !found) return false;
    for (const each of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) each.value = found.value;
    return true;
  }

  async function send(leaving = false) {
    const sent = new FormData();
    for (const field of part.querySelectorAll("textarea, input")) {
      if (field.name && (field.type !== "checkbox" || field.checked)) sent.append(field.name, field.value);
    }
    sent.append("csrfmiddlewaretoken", token().value);
    return fetch(part.dataset.autosave, { method: "POST", body: sent, keepalive: leaving });
  }

  async function save() {
    const upTo = typed;
    try {
      let answer = await send();
      if (answer.status === 403 && (await renewToken())) answer = await send();
      if (answer.redirected || answer.status === 401 || answer.status === 403) {
        tell(part.dataset.signedOut);
        return wait(RETRY);
      }
      if (!answer.ok) throw new Error(answer.statusText);
      const now = await answer.json();
      shown.value = now.shown;
      saved = upTo;
      if (saved === typed) tell(now.said);
      else wait(PAUSE);
    } catch {
      tell(part.dataset.away);
      wait(RETRY);
    } finally {
      running = null;
    }
  }

  const changed = () => {
    typed += 1;
    tell(part.dataset.waiting);
    if (!running) wait(PAUSE);
  };
  part.addEventListener("input", (event) => event.target.name && event.target.type !== "checkbox" && changed());
  // A place of the body chart: ticked in the list, or tapped in the figure.
  part.addEventListener("change", (event) => (event.target.type === "checkbox" || "bodyChart" in event.target.dataset) && changed());
  window.addEventListener("pagehide", () => typed !== saved && send(true));
  document.addEventListener("visibilitychange", () => document.hidden && typed !== saved && !running && wait(0));
  window.addEventListener("online", () => typed !== saved && !running && wait(0));
  // A button sends the text itself; one that is being saved at this moment is waited for, so that nobody answers twice.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (running) {
      event.preventDefault();
      running.finally(() => form.requestSubmit(event.submitter));
      return;
    }
    saved = typed;
  });
  window.addEventListener("beforeunload", (event) => typed !== saved && event.preventDefault());
}
