// Focus each control in turn, as the Tab key does, and return those that no ring marks or that Tab leaves out.
// Focus has to be on a control that was reached by the keyboard, so that the browser draws rings.
() => {
  const faults = [];
  const controls = "a[href], button:not(:disabled), input:not([type=hidden], :disabled), select, textarea, summary";
  for (const element of document.querySelectorAll(`${controls}, [tabindex]`)) {
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const words = element.outerHTML.slice(0, 120);
    if (element.tabIndex > 0 || (element.tabIndex < 0 && element.matches(controls))) faults.push(`Tab leaves out ${words}`);
    if (element.tabIndex < 0) continue;
    element.focus({ preventScroll: true });
    const style = getComputedStyle(element);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    if (document.activeElement !== element) faults.push(`can't be focused: ${words}`);
    else if (!ring) faults.push(`no ring around ${words}`);
  }
  return faults;
}
