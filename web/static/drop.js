// A file dropped on the zone is put into the file input inside it, and its name is shown. The input also works
// without this script.
"use strict";
(() => {
  for (const zone of document.querySelectorAll(".drop")) {
    const input = zone.querySelector("input[type=file]");
    const named = zone.querySelector("[data-named]");
    const size = (bytes) => (bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} KB`);
    const showNames = () => {
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
      showNames();
    });
    input.addEventListener("change", showNames);
  }
})();
