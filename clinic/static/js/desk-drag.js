// An appointment dragged onto a free stretch of the day opens the page that asks whether to move it there. The page, not the drop,
// moves it, so whoever uses the keyboard or has no scripts misses only a shortcut.
"use strict";

const KIND = "text/x-warmstone-appointment";

for (const appointment of document.querySelectorAll("[data-drag]")) {
  appointment.draggable = true;
  appointment.addEventListener("dragstart", (event) => event.dataTransfer.setData(KIND, appointment.dataset.drag));
}

for (const gap of document.querySelectorAll("[data-drop]")) {
  gap.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes(KIND)) return;
    event.preventDefault();
    gap.classList.add("gap-here");
  });
  gap.addEventListener("dragleave", () => gap.classList.remove("gap-here"));
  gap.addEventListener("drop", (event) => {
    event.preventDefault();
    gap.classList.remove("gap-here");
    window.location.assign(`${event.dataTransfer.getData(KIND)}?${gap.dataset.drop}`);
  });
}
