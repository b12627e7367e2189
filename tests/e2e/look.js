// What can be measured of a page's layout: each function returns the faults that it sees, as sentences.
() => {
  const hidden = (element) => !element.checkVisibility({ visibilityProperty: true })
    || element.closest(".vh, .skip") || heard.some((part) => part.contains(element));
  // Heads of tables that are only read aloud where each row is a card.
  const heard = [...document.querySelectorAll("thead")].filter((part) => getComputedStyle(part).clipPath !== "none");
  const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
  const inScroller = (element) => {
    for (let up = element.parentElement; up; up = up.parentElement) if (scrolls(up)) return true;
    return false;
  };
  const name = (element) => {
    const own = element.getAttribute("class") ? `.${element.getAttribute("class").trim().replace(/\s+/g, ".")}` : "";
    const text = element.textContent.trim().replace(/\s+/g, " ").slice(0, 50);
    const up = element.parentElement;
    return `${up.tagName.toLowerCase()}.${up.getAttribute("class") || ""} > ${element.tagName.toLowerCase()}${own} "${text}"`;
  };

  const sideways = () => {
    const width = document.documentElement.clientWidth, faults = [];
    if (document.documentElement.scrollWidth > width)
      faults.push(`the page is ${document.documentElement.scrollWidth} px wide in a window of ${width}`);
    for (const element of document.body.querySelectorAll("*:not(svg *, math *)")) {
      if (hidden(element) || inScroller(element)) continue;
      const box = element.getBoundingClientRect();
      if (box.width && (box.right > width + 1 || box.left < -1))
        faults.push(`${name(element)} goes from ${box.left | 0} to ${box.right | 0} of ${width} px`);
    }
    return faults;
  };

  const clipped = () => {
    const faults = [];
    for (const element of document.body.querySelectorAll("*:not(svg *, math, math *)")) {
      if (hidden(element) || element.matches("input, textarea, svg, br")) continue;
      const style = getComputedStyle(element);
      if (style.display === "inline" || !element.clientWidth || scrolls(element)) continue;
      if (element.matches("select") && style.appearance !== "base-select") {
        const pen = document.createElement("canvas").getContext("2d");
        pen.font = style.font;
        const chosen = element.selectedOptions[0]?.text || "", needs = pen.measureText(chosen).width;
        const room = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 16;
        if (needs > room && chosen.length < 28) faults.push(`"${chosen}" needs ${needs | 0} px and has ${room | 0}`);
        continue;
      }
      if (element.scrollWidth > element.clientWidth + 1)
        faults.push(`${name(element)} needs ${element.scrollWidth} px and has ${element.clientWidth}`);
      if (/hidden|clip/.test(style.overflowY) && element.scrollHeight > element.clientHeight + 1)
        faults.push(`${name(element)} needs ${element.scrollHeight} px of height and has ${element.clientHeight}`);
    }
    return faults;
  };

  const pictures = () => {
    const faults = [];
    for (const svg of document.querySelectorAll("main svg:not(svg svg)")) {
      if (hidden(svg)) continue;
      const named = svg.closest("[aria-hidden=true]") || svg.getAttribute("aria-label")
        || svg.getAttribute("aria-labelledby") || svg.querySelector(":scope > title");
      if (!named) faults.push(`${name(svg)} has neither a name nor aria-hidden`);
      const frame = svg.getBoundingClientRect(), labels = [];
      for (const text of svg.querySelectorAll("text")) {
        const box = text.getBoundingClientRect();
        if (!box.width) continue;
        if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 3 || box.bottom > frame.bottom + 3)
          faults.push(`${name(text)} is cut off at the edge of its picture`);
        labels.push([text, box]);
      }
      labels.forEach(([text, one], place) => labels.slice(place + 1).forEach(([other, two]) => {
        const across = Math.min(one.right, two.right) - Math.max(one.left, two.left);
        const down = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
        if (across > 3 && down > 5) faults.push(`${name(text)} and ${name(other)} lie on each other`);
      }));
    }
    return faults;
  };

  return [...sideways(), ...clipped(), ...pictures()];
}
