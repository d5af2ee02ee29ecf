// After a refused form the keyboard starts at the summary; its links put the cursor into the field.
"use strict";

for (const summary of document.querySelectorAll("[data-error-summary]")) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const place = event.target.closest("a") && document.getElementById(event.target.closest("a").hash.slice(1));
    const field = place?.matches("input, select, textarea") ? place : place?.querySelector("input, select, textarea");
    if (!field) return;
    event.preventDefault();
    (place.querySelector("legend, label") ?? place).scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  });
}
