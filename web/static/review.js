// On a page of a review: the keys j and k go to the next and the previous submission, if the reader has switched
// them on. Everything is a link too.
"use strict";
(() => {
  const place = document.querySelector("[data-keys]");
  if (!place || !document.querySelector("a[rel=next], a[rel=prev]")) return;
  const box = place.querySelector("input");
  box.checked = localStorage.getItem("review-keys") === "on";
  place.hidden = false;
  box.addEventListener("change", () => localStorage.setItem("review-keys", box.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (!box.checked || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const rel = { j: "next", k: "prev" }[event.key];
    const link = rel && document.querySelector(`a[rel=${rel}]`);
    if (link) link.click();
  });
})();
