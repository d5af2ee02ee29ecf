// Says on the page before a sign-in ends, and keeps it while somebody types. A clock of its own never keeps it: asking how
// long it lasts is a GET, which the server does not count as something done (clinic/accounts/sessions.py).
(() => {
  const box = document.querySelector("[data-session]");
  if (!box) return;
  const form = box.querySelector("form");
  const warn = Number(box.dataset.warn) * 1000;
  let end = Date.now() + Number(box.dataset.seconds) * 1000;
  let typedAt = 0;
  let toldAt = Date.now();

  const show = (name) => {
    for (const part of box.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== name;
  };

  const ask = async (method) => {
    const headers = { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
    const answer = await fetch(form.getAttribute("action"), { method, headers, credentials: "same-origin" });
    if (answer.status === 401) return show("over");
    if (!answer.ok) return;
    const left = await answer.json();
    end = Date.now() + left.seconds * 1000;
    show(left.seconds * 1000 > warn ? "" : left.can_stay ? "soon" : "last");
  };

  const look = () => {
    const now = Date.now();
    if (typedAt > toldAt && now - toldAt > Math.min(warn, 60000)) {
      toldAt = now;
      return ask("POST").catch(() => {});
    }
    if (end - now <= warn) ask("GET").catch(() => {});
  };

  document.addEventListener("input", () => { typedAt = Date.now(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    toldAt = Date.now();
    ask("POST").catch(() => form.submit());
  });
  setInterval(look, 15000);
})();
