// Answers that put each other out, as they are given; the server refuses both anyway.
"use strict";

// “None of these” and the answers beside it.
for (const none of document.querySelectorAll("fieldset input[type=checkbox][value=none]")) {
  const others = [...none.closest("fieldset").querySelectorAll("input[type=checkbox]")].filter((tick) => tick !== none);
  none.addEventListener("change", () => none.checked && others.forEach((tick) => (tick.checked = false)));
  others.forEach((tick) => tick.addEventListener("change", () => tick.checked && (none.checked = false)));
}

// A no takes back what was ticked after a yes.
for (const no of document.querySelectorAll(".gate-answers input[value=no]")) {
  const ticks = no.closest(".gate").querySelectorAll(".gate-list input[type=checkbox]");
  no.addEventListener("change", () => ticks.forEach((tick) => (tick.checked = false)));
}
