// Around allauth's scripts for passkeys: they show where the browser knows passkeys, and what goes wrong is said.
(() => {
  const known = Boolean(window.PublicKeyCredential);
  document.querySelectorAll("[data-passkeys]").forEach((each) => { each.hidden = !known; });
  document.querySelectorAll("[data-no-passkeys]").forEach((each) => { each.hidden = known; });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    document.querySelectorAll("[data-passkey-trouble]").forEach((each) => { each.hidden = false; });
  });
})();
