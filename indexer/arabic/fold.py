# SPDX-License-Identifier: GPL-3.0-or-later
"""Folding: makes spellings equal that a reader does not distinguish.

`bare` removes everything that is not a letter (harakat, tatweel, zero-width and bidi controls) and keeps the letters as
written, because the stemmer must see whether an alef carries a hamza. `fold` goes on to the form of the folded tier.
Both accept any string. Neither is applied to text that is shown.
"""

from __future__ import annotations

import re
import unicodedata

from indexer.arabic import letters as L

_TO_DELETE = re.compile(f"[{L.MARKS}{L.JOINERS}]")
_ALLAH = unicodedata.normalize("NFKC", L.ALLAH_SIGN)
_TO_ALLAH = L.LAM + L.LAM + L.HEH
_PRESENTATION = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")
_COMBINING_HAMZA = re.compile("[\u0653-\u0655]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ARABIC = re.compile(f"[{L.LETTERS}]")
# Digits in groups of three, and the decimals after another separator: 1,489 and 1.489.000 and 1,489.50.
_GROUPED = re.compile("([1-9][0-9]{0,2}([,. ])[0-9]{3}(?:\\2[0-9]{3})*)(?:(?!\\2)[.,]([0-9]+))?")
_NOT_A_DIGIT = re.compile("[^0-9]")

_LETTER_FORMS = {
    **dict.fromkeys((L.KEHEH, L.SWASH_KAF), L.KAF),
    **dict.fromkeys((L.FARSI_YEH, L.YEH_WITH_SMALL_V), L.YEH),
    **dict.fromkeys((L.HEH_DOACHASHMEE, L.HEH_GOAL, L.HEH_WITH_YEH_ABOVE, L.HEH_GOAL_WITH_HAMZA, L.AE), L.HEH),
    L.TEH_MARBUTA_GOAL: L.TEH_MARBUTA,
    **dict.fromkeys((L.ALEF_WASLA, L.ALEF_WAVY_HAMZA_ABOVE, L.ALEF_WAVY_HAMZA_BELOW, L.HIGH_HAMZA_ALEF), L.ALEF),
    L.DECIMAL_SEPARATOR: ".",
    **dict.fromkeys((L.THOUSANDS_SEPARATOR, L.COMMA), ","),
    **{chr(0x0660 + digit): str(digit) for digit in range(10)},
    **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
}
_FOLDED_LETTERS = {
    **dict.fromkeys((L.ALEF_MADDA, L.ALEF_HAMZA_ABOVE, L.ALEF_HAMZA_BELOW), L.ALEF),
    L.ALEF_MAKSURA: L.YEH,
    L.TEH_MARBUTA: L.HEH,
}
_BARE_TABLE = str.maketrans(_LETTER_FORMS)
_OTHER_FORM = re.compile(f"[{''.join(_LETTER_FORMS)}]")
FOLD_TABLE = str.maketrans(_FOLDED_LETTERS)
_FOREIGN_LETTERS = {L.PEH: L.BEH, L.TCHEH: L.JEEM, L.VEH: L.FEH, L.GAF: L.GHAIN}
_HAMZA_SEATS = dict.fromkeys((L.WAW_HAMZA, L.YEH_HAMZA), L.HAMZA)
_KEY_TABLE = str.maketrans(_FOREIGN_LETTERS | _HAMZA_SEATS)
_OTHER_IN_KEY = re.compile(f"[{''.join((*_FOREIGN_LETTERS, *_HAMZA_SEATS))}]")
KEY_TABLE = str.maketrans(_FOLDED_LETTERS | _FOREIGN_LETTERS | _HAMZA_SEATS)
"""`fold_letters` and `key_letters` in one step, for long texts."""


def bare(word: str) -> str:
    """Returns ``word`` without harakat, tatweel and invisible controls, one code point per letter, hamzas kept.

    Presentation forms and Persian keyboard forms become the usual Arabic letters, Eastern digits become 0 to 9, Latin
    letters lose case and accents. Idempotent.
    """
    if not _NOT_ASCII.search(word):
        return _number(word.lower())
    if _PRESENTATION.search(word):
        # NFKC writes an isolated mark's form as a space and the mark.
        word = unicodedata.normalize("NFKC", word.replace(L.ALEF + L.ALLAH_SIGN, L.ALLAH_SIGN)).replace(" ", "")
        word = word.replace(L.LAM + _ALLAH, _TO_ALLAH)
    if _COMBINING_HAMZA.search(word):
        word = unicodedata.normalize("NFC", word)
    word = _TO_DELETE.sub("", word)
    if _OTHER_FORM.search(word):
        word = word.translate(_BARE_TABLE)
    if not _ARABIC.search(word):
        word = _without_accents(word)
    return _number(word)


def fold(word: str) -> str:
    """Returns the form in the folded tier: `bare`, then one alef, one ya, and ha for ta marbuta. Idempotent."""
    return fold_letters(bare(word))


def fold_letters(bare_word: str) -> str:
    """Returns the `fold` of a word that is already `bare`."""
    # For one word this takes a third of the time of `str.translate`.
    word = bare_word.replace(L.ALEF_HAMZA_ABOVE, L.ALEF).replace(L.ALEF_HAMZA_BELOW, L.ALEF)
    return word.replace(L.ALEF_MADDA, L.ALEF).replace(L.ALEF_MAKSURA, L.YEH).replace(L.TEH_MARBUTA, L.HEH)


def key(word: str) -> str:
    """Returns the form in the lexicon and the stem tier: `fold`, then `key_letters`. Idempotent."""
    return key_letters(fold(word))


def key_letters(folded: str) -> str:
    """Returns a folded word with one hamza for all its seats, and Arabic letters for foreign ones."""
    return folded.translate(_KEY_TABLE) if _OTHER_IN_KEY.search(folded) else folded


def _number(word: str) -> str:
    """Writes a number in one way: 1,489 and 1.489 become 1489, 1.489,5 becomes 1489.5, 12,5 becomes 12.5.

    A single separator before three digits is ambiguous: it separates thousands, unless a zero stands before it. A word
    that is no number is returned unchanged.
    """
    if not word or not "0" <= word[0] <= "9":
        return word
    if grouped := _GROUPED.fullmatch(word):
        whole, _, part = grouped.groups()
        return _NOT_A_DIGIT.sub("", whole) + (f".{part}" if part else "")
    return word.replace(",", ".")


def _without_accents(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
