// “None of these” and the answers beside it put each other out as they are ticked; the server refuses both anyway.
"use strict";

for (const none of document.querySelectorAll("fieldset input[type=checkbox][value=none]")) {
  const others = [...none.closest("fieldset").querySelectorAll("input[type=checkbox]")].filter((tick) => tick !== none);
  none.addEventListener("change", () => none.checked && others.forEach((tick) => (tick.checked = false)));
  others.forEach((tick) => tick.addEventListener("change", () => tick.checked && (none.checked = false)));
}
