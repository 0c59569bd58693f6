// SPDX-License-Identifier: GPL-3.0-or-later
// From hit to hit of an article: by buttons, and by Alt with the arrows up and down, which no browser uses and which are
// no letters, so that they work in every keyboard layout.
//
// The element is hidden until this runs. It says how a place is told (data-steps, "{n}" of "{total}") and in which
// digits (data-numbers, a locale); its buttons, how far they go (data-by).

const KEYS = { ArrowUp: -1, ArrowDown: 1 };

export function jumps(steps) {
  const marks = document.querySelectorAll("mark[id^='hit-']");
  const status = steps.querySelector("[role=status]");
  const numbers = new Intl.NumberFormat(steps.dataset.numbers);

  // Where the reader is: at the hit in the address, else before the first one.
  function current() {
    return [...marks].findIndex((mark) => `#${mark.id}` === location.hash);
  }

  function tell() {
    const at = current();
    status.textContent =
      at < 0
        ? ""
        : steps.dataset.steps.replace("{n}", numbers.format(at + 1)).replace("{total}", numbers.format(marks.length));
  }

  function go(by) {
    const at = current();
    const next = at < 0 && by < 0 ? marks.length - 1 : (at + by + marks.length) % marks.length;
    // In place of the hit before, so that one step back leads to where the reader came from.
    location.replace(`#${marks[next].id}`);
  }

  for (const button of steps.querySelectorAll("button")) {
    button.addEventListener("click", () => go(Number(button.dataset.by)));
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select");
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || typing || !(event.key in KEYS)) return;
    event.preventDefault();
    go(KEYS[event.key]);
  });
  window.addEventListener("hashchange", tell);
  tell();
  steps.hidden = marks.length < 2;
}
