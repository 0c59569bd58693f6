// SPDX-License-Identifier: GPL-3.0-or-later
// The button of a page of results that keeps its search (data-asked, its parameters; data-name, what it is called at
// first; data-built, the moment of the generation that answered). It is hidden until this runs. The element that
// follows says what became of it: data-saved, data-full, data-failed.

import { MOST, cleanName, keep, kept, normal } from "./searches.js";

export function saving(button) {
  const status = button.nextElementSibling;
  const asked = normal(button.dataset.asked);
  const seen = button.dataset.built;

  function tell(name) {
    status.textContent = status.dataset[name];
    button.hidden = name === "saved";
  }

  button.addEventListener("click", () => {
    try {
      const searches = kept();
      if (searches.length >= MOST) return tell("full");
      keep([...searches, { name: cleanName(button.dataset.name), asked, seen }]);
      tell("saved");
    } catch {
      tell("failed");
    }
  });
  button.hidden = false;
  try {
    const searches = kept();
    const found = searches.find((one) => one.asked === asked);
    if (!found) return;
    tell("saved");
    if (found.seen < seen) keep(searches.map((one) => (one === found ? { ...one, seen } : one))); // the reader sees it now
  } catch {
    // The browser keeps nothing for this site, or not what this page wrote; the button says so when it is used.
  }
}
