// The recall list: one box that ticks all, and how many the mail goes to. Without this the boxes work one by one.
"use strict";

for (const form of document.querySelectorAll("[data-recall]")) {
  const boxes = [...form.querySelectorAll("input[name=client]")];
  const shown = form.querySelector("[data-recall-count]");
  const row = form.querySelector("[data-recall-all]");
  const all = row && row.querySelector("input");
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    if (shown) shown.textContent = ticked ? ` (${ticked})` : "";
    if (all) {
      all.checked = ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    }
  };
  if (row) {
    row.hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
      count();
    });
  }
  form.addEventListener("change", count);
  count();
}
