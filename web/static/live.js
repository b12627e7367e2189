// Updates a page while its grading or check runs. Without this script the page offers a plain link instead.
"use strict";
(() => {
  const FIRST = 150, SECOND = 300, GROWTH = 1.5, LONGEST = 10000;
  const announce = document.getElementById("announce");
  let region = document.querySelector("[data-live]");
  let tag = "", delay = FIRST, failures = 0;

  const say = (words) => { if (announce && announce.textContent !== words) announce.textContent = words; };
  const grow = () => { delay = delay === FIRST ? SECOND : Math.min(delay * GROWTH, LONGEST); };

  function showTest(test) {
    const row = region.querySelector(`[data-test="${CSS.escape(test.id)}"]`);
    if (!row) return;
    row.className = `${test.lost ? "bad" : ""} ${test.verdict === "running" ? "running-row" : ""}`.trim();
    const dot = row.querySelector(".dot");
    dot.className = `dot v-${test.verdict}`;
    dot.querySelector("use").setAttribute("href", `#i-${test.verdict}`);
    dot.querySelector(".vh").textContent = test.word;
    const points = row.querySelector("td.num");
    points.textContent = test.points;
    points.classList.toggle("minus", test.lost);
  }

  function showFigures(figures) {
    for (const [name, words] of Object.entries(figures)) {
      for (const place of region.querySelectorAll(`[data-figure="${CSS.escape(name)}"]`)) {
        if (place.textContent !== words) place.textContent = words;
      }
    }
  }

  function showProgress(part) {
    const bar = region.querySelector(".progress .f");
    if (bar) bar.setAttribute("width", String(part));
  }

  // Where the focus is: the nearest element with an id, and the number of the element in it.
  function focusPlace(main) {
    const at = document.activeElement, home = main.contains(at) ? at.closest("[id]") : null;
    return home && { id: home.id, tag: at.localName, number: [...home.querySelectorAll(at.localName)].indexOf(at) };
  }

  function focusAgain(place) {
    const home = place && document.getElementById(place.id);
    if (!home) return;
    const at = place.number < 0 ? home : home.querySelectorAll(place.tag)[place.number];
    at?.focus({ preventScroll: true });
  }

  // In a report that is read meanwhile, what somebody has opened or closed stays so, and the text stays in place.
  function keepView(main, replace) {
    const open = [...main.querySelectorAll("details[id]")].map((part) => [part.id, part.open]);
    const seen = [...main.querySelectorAll("[id]")].find((part) => part.getBoundingClientRect().top >= 0);
    const id = seen?.id, top = seen?.getBoundingClientRect().top;
    replace();
    for (const [name, was] of open) {
      const part = document.getElementById(name);
      if (part?.localName === "details") part.open = was;
    }
    const now = id && document.getElementById(id);
    if (now) window.scrollBy(0, now.getBoundingClientRect().top - top);
  }

  // Whether somebody has typed something on the page that a new content would lose.
  const isTyping = () => [...document.querySelectorAll("main input, main textarea")]
    .some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked);

  // In another state the page is another one: fetch it and replace the content; the focus stays where it is.
  async function renew() {
    const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = document.querySelector("main");
    const place = focusPlace(main), isRead = region && "searching" in region.dataset;
    const replace = () => main.replaceChildren(...page.querySelector("main").childNodes);
    if (isRead) keepView(main, replace); else replace();
    document.title = page.title;
    focusAgain(place);
    region = document.querySelector("[data-live]");
    tag = "";
  }

  async function look() {
    const headers = tag ? { "If-None-Match": tag } : {};
    const answer = await fetch(region.dataset.live, { headers, cache: "no-store", credentials: "same-origin" });
    if (answer.status === 304) return;
    if (answer.status === 401 || answer.status === 404) { location.reload(); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    const news = await answer.json();
    const same = news.state === region.dataset.state && Boolean(news.searching) === ("searching" in region.dataset);
    if (same) {
      tag = answer.headers.get("ETag") || "";
      news.tests.forEach(showTest);
      showFigures(news.figures);
      showProgress(news.part);
    } else {
      if (isTyping()) return;
      await renew();
      delay = SECOND;
    }
    say(news.announce);
  }

  async function tick() {
    if (document.hidden) {
      document.addEventListener("visibilitychange", tick, { once: true });
      return;
    }
    try {
      await look();
      failures = 0;
    } catch {
      failures += 1;
      if (failures > 2) say("The server does not answer at the moment; this page tries again by itself.");
    }
    if (region) later();
  }

  function later() {
    setTimeout(tick, delay);
    grow();
  }

  if (region) later();

  // A link to a line leads into files that are folded: not every browser unfolds them.
  function unfold() {
    const target = document.getElementById(location.hash.slice(1));
    const folded = target?.closest("details:not([open])");
    if (!folded) return;
    folded.open = true;
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", unfold);
  unfold();

  // A page that is only reloaded at an interval, such as the status.
  const often = Number(document.querySelector("[data-renew]")?.dataset.renew || 0);
  if (often) setInterval(() => { if (!document.hidden) renew().catch(() => {}); }, often * 1000);
})();
