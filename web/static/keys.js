// SPDX-License-Identifier: GPL-3.0-or-later
// Keys of all pages, and the list of them, which «?» opens. Keys that are signs can be switched off there, as WCAG 2.1.4
// demands; the browser remembers it (localStorage). Keys are read in Arabic keyboard layouts, too.

const SWITCH = "fihrist-keys";
const ARABIC = /\p{Script=Arabic}/u;
const STEPS = { ArrowUp: -1, ArrowDown: 1 };

export function keys(dialog) {
  const signs = dialog.querySelector("input[type=checkbox]");
  const titles = [...document.querySelectorAll(".results h3 a")];

  function open() {
    if (!dialog.open) dialog.showModal();
  }

  // The heading before or after the one that has the focus, or that is the first in sight.
  function step(by) {
    const at = titles.indexOf(document.activeElement);
    const next = at < 0 ? Math.max(0, titles.findIndex((one) => one.getBoundingClientRect().top >= 0)) : at + by;
    titles[Math.min(Math.max(next, 0), titles.length - 1)].focus();
  }

  try {
    signs.checked = localStorage.getItem(SWITCH) !== "off";
  } catch {
    // The browser keeps nothing for this site; the keys work.
  }
  signs.addEventListener("change", () => {
    try {
      localStorage.setItem(SWITCH, signs.checked ? "on" : "off");
    } catch {
      // It holds for this page alone.
    }
  });

  document.addEventListener("keydown", (event) => {
    const { key, code, target } = event;
    if (event.ctrlKey || event.metaKey || event.isComposing || dialog.open) return;
    if (target.closest?.("input, textarea, select, [contenteditable]")) return;
    if (event.altKey) {
      if (!(key in STEPS) || event.shiftKey || !titles.length) return;
      step(STEPS[key]);
    } else if (!signs.checked) {
      return;
    } else if (key === "?" || key === "\u061f") {
      open();
    } else if (key === "/" || (code === "Slash" && !event.shiftKey && ARABIC.test(key))) {
      const box = document.querySelector("form.search input[type=search]");
      if (!box) return;
      box.focus();
      box.select();
    } else {
      return;
    }
    event.preventDefault();
  });
  for (const button of document.querySelectorAll("[data-opens=keys]")) {
    button.addEventListener("click", open);
    button.hidden = false;
  }
  dialog.querySelector("button").addEventListener("click", () => dialog.close());
}
