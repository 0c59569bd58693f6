# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes numbers in running text in one form, so that 1,489 and 1.489 and 1489 are the same.

Outlets write a number in many ways: with a comma or a point between thousands, with or without zeros after the decimal
point, and with a word for thousands, millions or milliards: 115.2 مليون is 115,200,000.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# A point before three digits separates thousands, as in 1.489. After a zero, or with no digit before it, it begins
# decimals.
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_DECIMAL = re.compile(r"([0-9][0-9.]*?)(?:\.([0-9]*))?")
_MOST_DIGITS = 18

_SCALES = {
    **dict.fromkeys(("الف", "الفا", "الاف"), 3),
    **dict.fromkeys(("مليون", "مليونا", "ملاين", "ملايين"), 6),
    **dict.fromkeys(("مليار", "مليارا", "مليارات", "بليون", "بلايين"), 9),
}
"""Folded words after a number that multiply it -> the power of ten."""


def is_number(word: str) -> bool:
    """Returns whether a word, folded or returned by `read`, is a number."""
    return word[:1].isdecimal()


def read(words: Sequence[str]) -> list[str]:
    """Returns the folded ``words`` with each number in one form: digits, then a point and decimals if there are any.

    A word that multiplies a number is applied to the number and also stays in its place.
    """
    found = list(words)
    for at, word in enumerate(words):
        if is_number(word):
            scale = _SCALES.get(words[at + 1], 0) if at + 1 < len(words) else 0
            found[at] = _plain(word, scale)
    return found


def _plain(number: str, scale: int) -> str:
    """Returns ``number`` times ten to the power of ``scale``, without needless zeros.

    Other words are returned unchanged.
    """
    if _THOUSANDS.fullmatch(number):
        whole, decimals = number.replace(".", ""), ""
    elif (parts := _DECIMAL.fullmatch(number)) is not None:
        whole, decimals = parts[1].replace(".", ""), parts[2] or ""
    else:
        return number
    if len(whole) + scale > _MOST_DIGITS:
        return number
    moved = decimals[:scale].ljust(scale, "0")
    rest = decimals[scale:].rstrip("0")
    plain = (whole + moved).lstrip("0") or "0"
    return f"{plain}.{rest}" if rest else plain
