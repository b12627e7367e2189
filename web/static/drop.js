// A file dropped on the zone goes into the plain input inside it, and is named. The input works alone.
"use strict";
(() => {
  for (const zone of document.querySelectorAll(".drop")) {
    const input = zone.querySelector("input[type=file]");
    const named = zone.querySelector("[data-named]");
    const size = (bytes) => (bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} KB`);
    const tell = () => {
      named.textContent = [...input.files].map((file) => `${file.name}, ${size(file.size)}`).join("; ");
    };
    const hover = (on) => (event) => {
      event.preventDefault();
      zone.classList.toggle("over", on);
    };
    zone.addEventListener("dragover", hover(true));
    zone.addEventListener("dragleave", hover(false));
    zone.addEventListener("drop", (event) => {
      hover(false)(event);
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      tell();
    });
    input.addEventListener("change", tell);
  }
})();
