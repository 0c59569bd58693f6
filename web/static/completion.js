// SPDX-License-Identifier: GPL-3.0-or-later
// Completion of what is typed, as the pattern "editable combobox with list autocomplete" of the ARIA Authoring Practices
// describes it: what is typed stays as it is until a suggestion is chosen.
//
// The form says where suggestions come from (data-suggest), what the list is called (data-label), and how many there are
// in words, from none on, parted by "|" (data-counts).

import { direction } from "./directions.js";

const PAUSE = 150; // milliseconds without a key before the server is asked

export function completion(form) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  const status = document.createElement("span");
  const counts = form.dataset.counts.split("|");
  let suggestions = [];
  let active = -1;
  let timer = 0;
  let asking = null;

  list.id = "completions";
  list.className = "completions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.label);
  status.className = "unseen";
  status.setAttribute("role", "status");
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  })) {
    input.setAttribute(name, value);
  }
  form.append(list, status);

  function activate(number) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = number;
    const option = list.children[active];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option.id);
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function forget() {
    clearTimeout(timer);
    asking?.abort();
    asking = null;
  }

  function close() {
    forget();
    activate(-1);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    status.textContent = "";
  }

  function show(found) {
    suggestions = found;
    list.replaceChildren(...found.map(option));
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = counts[Math.min(found.length, counts.length - 1)];
  }

  function option(suggestion, number) {
    const item = document.createElement("li");
    const text = document.createElement("bdi");
    const kind = document.createElement("small");
    item.id = `completion-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    text.textContent = suggestion.text;
    text.dir = direction(suggestion.text);
    kind.textContent = suggestion.kind;
    item.append(text, " ", kind);
    item.addEventListener("click", () => choose(number));
    return item;
  }

  function choose(number) {
    const { text, address } = suggestions[number];
    close();
    if (address) {
      location.assign(address);
    } else {
      input.value = text;
      form.requestSubmit();
    }
  }

  async function ask() {
    forget();
    const typed = input.value;
    if (!typed.trim()) {
      close();
      return;
    }
    const address = new URL(form.dataset.suggest, location.href);
    address.searchParams.set("q", typed);
    const own = (asking = new AbortController());
    try {
      const answer = await fetch(address, { signal: own.signal });
      const [, texts, kinds, addresses] = answer.ok ? await answer.json() : [typed, [], [], []];
      // An answer to what is no longer in the box, or to a box that was left, comes too late.
      if (own !== asking || input.value !== typed || document.activeElement !== input) return;
      show(texts.map((text, number) => ({ text, kind: kinds[number], address: addresses[number] })));
    } catch {
      if (own === asking) close(); // The network failed; the box goes on as one without completion.
    }
  }

  function later() {
    forget();
    if (input.value.trim()) timer = setTimeout(ask, PAUSE);
    else close();
  }

  async function down(event) {
    if (list.hidden) await ask();
    if (!event.altKey && !list.hidden) activate((active + 2) % (suggestions.length + 1) - 1);
  }

  function up(event) {
    if (event.altKey) close();
    else if (!list.hidden) activate(((active + suggestions.length + 1) % (suggestions.length + 1)) - 1);
  }

  const keys = {
    ArrowDown: down,
    ArrowUp: up,
    Escape: close,
    Enter: () => choose(active),
  };

  input.addEventListener("keydown", (event) => {
    // While letters are composed the keys belong to that.
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { key } = event;
    if (key === "Escape" && list.hidden) return; // the browser's own: it empties the box
    if (key === "Enter" && active < 0) {
      close();
    } else if (key in keys) {
      event.preventDefault();
      keys[key](event);
    } else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(key)) {
      activate(-1); // the caret moves, in the text
    }
  });
  input.addEventListener("input", (event) => event.isComposing || later());
  input.addEventListener("compositionend", later);
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  // The box keeps the focus while a suggestion is clicked or touched.
  list.addEventListener("mousedown", (event) => event.preventDefault());
}
