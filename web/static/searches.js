// SPDX-License-Identifier: GPL-3.0-or-later
// The searches that a reader keeps in this browser: in localStorage, in a file, or in the fragment of an address, which
// browsers send to no server. Whatever is read there is checked, since anybody may have written it.
//
// A search is { name, asked, seen }: the reader's name for it, its parameters as the query string of an address, and the
// moment of the generation that the reader saw last ("2023-05-14T10:45:00Z", or "" for none).

export const MOST = 50; // as many searches as are kept; each of them is one request when they are counted
export const LARGEST_FILE = 1_000_000; // bytes
const KEY = "fihrist-searches";
const NAME_CHARS = 200;
const VALUE_CHARS = 1_000;
const ASKED_CHARS = 6_000; // servers refuse longer addresses
const FRAGMENT = "#searches=";
const VERSION = 1;

const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\p{Surrogate}/gu;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u;

// The searches of this browser; none where what is kept cannot be read. Throws where the browser keeps nothing.
export function kept() {
  const text = localStorage.getItem(KEY);
  try {
    return text === null ? [] : read(text, null).searches;
  } catch {
    return [];
  }
}

// Keeps the searches. Throws where the browser does not allow it.
export function keep(searches) {
  localStorage.setItem(KEY, written(searches));
}

// Calls `changed` whenever another window keeps other searches.
export function watch(changed) {
  window.addEventListener("storage", (event) => event.key === KEY && changed());
}

// The parameters in one order and one encoding, so that equal searches are equal texts.
export function normal(asked) {
  return new URLSearchParams(asked).toString();
}

// `searches` with those of `others` that they lack, and how many were added. No more than MOST are kept.
export function joined(searches, others) {
  const known = new Set(searches.map((one) => one.asked));
  const fresh = others.filter((one) => !known.has(one.asked) && known.add(one.asked)).slice(0, MOST - searches.length);
  return { searches: [...searches, ...fresh], added: fresh.length };
}

export function written(searches) {
  const listed = searches.map(({ name, asked, seen }) => ({ name, parameters: pairs(asked), seen }));
  return JSON.stringify({ fihrist: "searches", version: VERSION, searches: listed }, null, 1);
}

// The searches in `text` and how many others could not be read. `known` are the names of parameters that a search may
// have, null for any. Throws where `text` holds no searches at all.
export function read(text, known) {
  const { fihrist, version, searches } = JSON.parse(text);
  if (fihrist !== "searches" || version !== VERSION || !Array.isArray(searches)) throw new TypeError("no searches");
  return checked(searches, known);
}

// The fragment of an address that holds the searches, without what the reader has seen of them.
export function fragment(searches) {
  const bytes = new TextEncoder().encode(JSON.stringify(searches.map(({ name, asked }) => [name, pairs(asked)])));
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return FRAGMENT + btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// The searches in the fragment of an address as `read` returns them; null where it holds none.
export function inFragment(hash, known) {
  if (!hash.startsWith(FRAGMENT) || hash.length > LARGEST_FILE) return null;
  try {
    const text = atob(hash.slice(FRAGMENT.length).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(text, (byte) => byte.charCodeAt(0));
    const listed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return checked(listed.map(([name, parameters]) => ({ name, parameters, seen: "" })), known);
  } catch {
    return { searches: [], unreadable: 1 };
  }
}

// What a reader may call a search.
export function cleanName(name) {
  return name.replace(UNSAFE, " ").trim().replace(/\s+/gu, " ").slice(0, NAME_CHARS);
}

function pairs(asked) {
  return [...new URLSearchParams(asked)];
}

function checked(listed, known) {
  const found = listed.map((one) => search(one, known));
  const readable = found.filter((one) => one);
  return { searches: joined([], readable).searches, unreadable: found.length - readable.length };
}

function search(one, known) {
  const { name, parameters, seen } = one ?? {};
  if (typeof name !== "string" || !Array.isArray(parameters) || !parameters.every((pair) => right(pair, known))) {
    return null;
  }
  const asked = new URLSearchParams(parameters).toString();
  const called = cleanName(name) || cleanName(parameters.map(([, value]) => value).join(" "));
  if (!called || asked.length > ASKED_CHARS) return null;
  return { name: called, asked, seen: MOMENT.test(seen) && Date.parse(seen) ? seen : "" };
}

function right(pair, known) {
  return (
    Array.isArray(pair) &&
    pair.length === 2 &&
    pair.every((part) => typeof part === "string" && part.length <= VALUE_CHARS) &&
    (known === null || known.includes(pair[0]))
  );
}
