// SPDX-License-Identifier: GPL-3.0-or-later
// The page of the searches that this browser keeps. All texts are in the page: `data-said-*` of its root are messages
// with "{n}" for a number and "{name}" for a name; its template is one search.

import { direction } from "./directions.js";
import { LARGEST_FILE, MOST, cleanName, fragment, inFragment, joined, keep, kept, read, watch, written } from "./searches.js";

export function savedSearches(root) {
  const part = (name) => root.querySelector(`[data-part=${name}]`);
  const list = part("list");
  const status = part("status");
  const known = root.dataset.known.split(" ");
  const built = root.dataset.built;
  const numbers = new Intl.NumberFormat(root.dataset.numbers);
  const counts = new Map(); // what the server said of a search and a moment
  let searches = [];
  let offered = null;
  let deleted = null;
  let counting = null;

  function say(name, values = {}) {
    let text = root.dataset[name];
    for (const [key, value] of Object.entries(values)) {
      text = text.replace(`{${key}}`, () => (typeof value === "number" ? numbers.format(value) : value));
    }
    status.textContent = text;
    part("undo").hidden = true;
  }

  // Shows the searches, and keeps them unless they come from the browser.
  function show(next, { save = true } = {}) {
    try {
      if (save) keep(next);
    } catch {
      say("saidFailed");
      return false;
    }
    searches = next;
    list.replaceChildren(...searches.map(row));
    part("none").hidden = Boolean(searches.length);
    for (const one of root.querySelectorAll("[data-needs=searches]")) one.hidden = !searches.length;
    count();
    return true;
  }

  function row(search, place) {
    const item = part("row").content.firstElementChild.cloneNode(true);
    const find = (name) => item.querySelector(`[data-part=${name}]`);
    const link = find("name");
    link.href = `${root.dataset.home}?${search.asked}${root.dataset.language}`;
    opens(link, search);
    for (const name of item.querySelectorAll("bdi")) {
      name.textContent = search.name;
      name.dir = direction(search.name);
    }
    opens(find("new"), search);
    told(find("new"), counts.get(key(search)));
    find("up").disabled = place === 0;
    find("down").disabled = place === searches.length - 1;
    find("up").addEventListener("click", () => move(place, place - 1, "up"));
    find("down").addEventListener("click", () => move(place, place + 1, "down"));
    find("delete").addEventListener("click", () => remove(search, place));
    find("rename").addEventListener("click", () => rename(item, find, search));
    return item;
  }

  // The moment up to which the count of a search was taken becomes the one that the reader has seen.
  function opens(link, search) {
    const seen = () => {
      const moment = counts.get(key(search))?.built;
      if (!moment || !link.href) return;
      keep(searches.map((one) => (one.asked === search.asked ? { ...one, seen: moment } : one)));
      setTimeout(refresh); // after the browser followed the link, perhaps in another window
    };
    link.addEventListener("click", seen);
    link.addEventListener("auxclick", seen);
  }

  function move(from, to, part) {
    const next = [...searches];
    next.splice(to, 0, ...next.splice(from, 1));
    if (!show(next)) return;
    const buttons = [...list.children[to].querySelectorAll("[data-part=up], [data-part=down]")];
    (buttons.find((one) => one.dataset.part === part && !one.disabled) ?? buttons.find((one) => !one.disabled)).focus();
    say("saidMoved", { name: searches[to].name, n: to + 1 });
  }

  function remove(search, place) {
    if (!show(searches.filter((_, number) => number !== place))) return;
    deleted = { search, place };
    say("saidDeleted", { name: search.name });
    part("undo").hidden = false;
    part("undo").focus();
  }

  function undo() {
    const next = [...searches];
    next.splice(deleted.place, 0, deleted.search);
    if (!show(next)) return;
    say("saidRestored", { name: deleted.search.name });
    list.children[deleted.place].querySelector("[data-part=name]").focus();
  }

  function rename(item, find, search) {
    const form = find("form");
    const field = form.querySelector("input");
    const close = () => {
      form.hidden = true;
      find("shown").hidden = false;
      find("rename").focus();
    };
    field.value = search.name;
    find("shown").hidden = true;
    form.hidden = false;
    field.focus();
    field.select();
    field.onkeydown = (event) => {
      if (event.key === "Escape" && !event.isComposing) close();
    };
    find("cancel").onclick = close;
    form.onsubmit = (event) => {
      event.preventDefault();
      const place = [...list.children].indexOf(item);
      const name = cleanName(field.value) || search.name;
      if (!show(searches.map((one, number) => (number === place ? { ...one, name } : one)))) return;
      list.children[place].querySelector("[data-part=rename]").focus();
      say("saidRenamed", { name });
    };
  }

  function key({ asked, seen }) {
    return `${seen || built} ${asked}`;
  }

  // Asks for one count after the other, so that a page of many searches is no burst of requests.
  async function count() {
    counting?.abort();
    const own = (counting = new AbortController());
    for (const [place, search] of searches.entries()) {
      if (counts.has(key(search))) continue;
      const address = `${root.dataset.count}?${search.asked}&since=${encodeURIComponent(search.seen || built)}`;
      try {
        const answer = await fetch(address + root.dataset.language, { signal: own.signal });
        if (answer.status === 429 || answer.status >= 500) {
          say("saidLater");
          return;
        }
        counts.set(key(search), answer.ok ? await answer.json() : { wrong: true });
      } catch {
        if (own === counting) say("saidLater");
        return;
      }
      if (own !== counting) return;
      told(list.children[place].querySelector("[data-part=new]"), counts.get(key(search)));
    }
  }

  function told(link, counted) {
    link.hidden = !counted;
    if (!counted) return;
    link.textContent = counted.wrong ? root.dataset.saidWrong : counted.said;
    if (counted.new) link.href = counted.href;
    else link.removeAttribute("href");
  }

  function exported() {
    const address = URL.createObjectURL(new Blob([written(searches)], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = "fihrist-searches.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  async function imported(input) {
    const [file] = input.files;
    if (!file) return;
    try {
      if (file.size > LARGEST_FILE) throw new TypeError("too large");
      added(read(await file.text(), known));
    } catch {
      say("saidNoSearches", { name: file.name });
    }
    input.value = "";
  }

  function added({ searches: found, unreadable }) {
    // Nobody has seen more than there is; what was seen of a search without a moment is what there is now.
    const others = found.map((one) => ({ ...one, seen: one.seen && one.seen < built ? one.seen : built }));
    const next = joined(searches, others);
    if (!show(next.searches)) return;
    const left = others.filter((one) => !next.searches.some((other) => other.asked === one.asked)).length;
    say("saidAdded", { n: next.added });
    if (unreadable) status.textContent += ` ${root.dataset.saidUnreadable.replace("{n}", numbers.format(unreadable))}`;
    if (left) status.textContent += ` ${root.dataset.saidFull.replace("{n}", numbers.format(MOST))}`;
  }

  function offer() {
    offered = inFragment(location.hash, known);
    part("offer").hidden = !offered;
    if (!offered) return;
    part("offered").replaceChildren(
      ...offered.searches.map(({ name }) => {
        const item = document.createElement("li");
        const text = document.createElement("bdi");
        text.textContent = name;
        text.dir = direction(name);
        item.append(text);
        return item;
      }),
    );
    part("take").hidden = !offered.searches.length;
    part("broken").hidden = Boolean(offered.searches.length);
  }

  function answered(take) {
    if (take) added(offered);
    history.replaceState(null, "", location.pathname + location.search);
    offer();
    document.getElementById("saved").focus();
  }

  function refresh() {
    let found;
    try {
      found = kept();
    } catch {
      say("saidFailed");
      found = [];
    }
    show(found, { save: false });
  }

  part("address").addEventListener("focus", () => part("address").select());
  part("undo").addEventListener("click", undo);
  part("export").addEventListener("click", exported);
  part("import").addEventListener("change", (event) => imported(event.target));
  part("take").addEventListener("click", () => answered(true));
  part("decline").addEventListener("click", () => answered(false));
  part("again").addEventListener("click", () => {
    counts.clear();
    refresh();
  });
  part("all").addEventListener("click", () => {
    const next = searches.map((one) => ({ ...one, seen: counts.get(key(one))?.built ?? (one.seen || built) }));
    if (show(next)) say("saidSeen");
  });
  part("share").addEventListener("click", async () => {
    const field = part("address");
    field.value = new URL(fragment(searches), location.href.split("#")[0]).href;
    field.closest("p").hidden = false;
    field.focus();
    try {
      await navigator.clipboard.writeText(field.value); // only where the page came by a secure way
      say("saidCopied");
    } catch {
      say("saidCopy");
    }
  });
  window.addEventListener("hashchange", offer);
  window.addEventListener("pageshow", (event) => event.persisted && refresh());
  watch(refresh);
  root.hidden = false;
  refresh();
  offer();
}
