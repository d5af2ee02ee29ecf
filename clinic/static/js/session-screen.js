// The session screen at a tap: the plan unfolds, a digit chooses a number of pain, Ctrl+Enter opens the sheet that closes
// the session and sends it. Everything here also works without this file, by buttons alone.
"use strict";

(() => {
  const sheet = document.querySelector("#finish");

  document.addEventListener("click", (event) => {
    const unfold = event.target.closest("[data-unfold]");
    if (unfold) {
      const folded = unfold.closest("#plan").classList.toggle("is-folded");
      unfold.setAttribute("aria-expanded", String(!folded));
    }
    const larger = event.target.closest("[data-larger]");
    if (larger) {
      const large = larger.parentElement.classList.toggle("is-large");
      larger.textContent = large ? larger.dataset.smaller : larger.dataset.larger;
    }
  });

  // A row of numbers takes digits: "7" is 7, "1" and "0" in a moment are 10.
  let one = null;
  let oneAt = 0;
  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.("[data-scale]");
    if (!row || !/^\d$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    const ten = event.key === "0" && one === row && Date.now() - oneAt < 1000;
    one = event.key === "1" ? row : null;
    oneAt = Date.now();
    const choice = row.querySelector(`input[value="${ten ? 10 : event.key}"]`);
    event.preventDefault();
    choice.focus();
    if (!choice.checked) choice.click();
  });

  // What could not be saved says so, and goes along with the next button.
  for (const failed of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(failed, (event) => {
      const row = event.target.closest?.("[data-scale]");
      if (row) row.querySelector("[data-scale-said]").textContent = row.dataset.away;
    });
  }

  if (!sheet) return;
  const isOpen = () => !sheet.hasAttribute("popover") || sheet.matches(":popover-open");
  // The keyboard goes where the button that opened the sheet says, else to the first row that has no number yet.
  let part = null;
  document.addEventListener("click", (event) => {
    part = event.target.closest("[popovertarget=finish]")?.dataset.to ?? part;
  }, true);
  const empty = () => [...sheet.querySelectorAll("fieldset")].find((each) => !each.querySelector("input[type=radio]:checked"));
  const arrive = () => {
    const at = (part && document.getElementById(part)) || empty() || sheet;
    part = null;
    (at.querySelector("input[type=radio]:checked, input[type=radio]") ?? sheet.querySelector(".finish-go")).focus();
  };
  sheet.addEventListener("toggle", (event) => {
    if (event.newState === "open" && !sheet.contains(document.activeElement)) arrive();
  });
  // A voucher has a number: the field for it opens by itself.
  sheet.querySelector("[data-pay]")?.addEventListener("change", (event) => {
    if (event.target.value === "voucher") sheet.querySelector("#finish-pay details").open = true;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (isOpen()) sheet.querySelector(".finish-go").click();
    else {
      sheet.showPopover();
      // At once: "toggle" comes a moment later, and a digit typed until then would go into the note.
      arrive();
    }
  });
})();
