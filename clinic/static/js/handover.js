// A browser that was handed over: pages of the desk that are still open in other tabs, or kept for Back, go away.
// What protects the desk is the server, which deleted the sign-in; this takes what is left on the screen.
(() => {
  if (!("BroadcastChannel" in window)) return;
  const channel = new BroadcastChannel("handover");
  if (document.querySelector("[data-handed-over]")) return channel.postMessage("handed-over");
  channel.onmessage = () => location.reload();
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
