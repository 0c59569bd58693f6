// SPDX-License-Identifier: GPL-3.0-or-later
// In which direction a text is written, by the rule of web/texts/directions.py.

const LETTERS = /\p{L}/gu;
// The ranges that Unicode keeps for scripts from right to left.
const FROM_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const WEIGHT = 2;

export function direction(text) {
  let fromLeft = 0;
  let fromRight = 0;
  for (const word of text.split(/\s+/u)) {
    const letters = word.match(LETTERS) ?? [];
    fromRight += letters.some((letter) => FROM_RIGHT.test(letter));
    fromLeft += letters.some((letter) => !FROM_RIGHT.test(letter));
  }
  return fromRight && fromRight * WEIGHT >= fromLeft ? "rtl" : "ltr";
}
