// A day, other weeks or a therapist replace the calendar alone (htmx). Anything else that comes back is a page of its own.
(() => {
  // What the browser keeps of a page for going back is left to the browser.
  htmx.config.historyCacheSize = 0;
  htmx.config.refreshOnHistoryMiss = true;

  const goThere = (event) => {
    event.preventDefault();
    location.assign(event.detail.pathInfo.requestPath);
  };

  document.addEventListener("htmx:beforeSwap", (event) => {
    const text = event.detail.xhr.responseText;
    if (event.detail.xhr.status !== 200 || !text.includes('id="choose-time"')) goThere(event);
  });
  document.addEventListener("htmx:sendError", goThere);

  document.addEventListener("htmx:afterSettle", (event) => {
    const said = document.querySelector("[data-times-said]");
    const day = document.getElementById("day-title");
    // Who chose a day goes on to its times: by keyboard the next weeks would lie between.
    if (event.detail.requestConfig?.elt?.matches(".weeks-day")) day?.focus({ preventScroll: true });
    else if (said && day) said.textContent = day.textContent.trim();
  });
})();
