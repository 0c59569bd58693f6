# SPDX-License-Identifier: GPL-3.0-or-later
"""Divides a byline at its separators: «الرياض: أحمد علي - تصوير: واس» has four parts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from indexer.cleaning.lines.cues import word_list
from indexer.cleaning.lines.folding import fold_word

_LONGEST = 300
_OPENING, _CLOSING = '«"“”„‟‹', '»"”“‟›'
_QUOTED = re.compile(f"[{_OPENING}]([^{_OPENING}{_CLOSING}]*)[{_CLOSING}]")
_DASH = "-‐-―−﹘"
_SEPARATOR = re.compile(
    rf"\s*(?P<colon>[:：])\s*|\s+ـ+\s+|\s+[{_DASH}]+\s*|\s*[{_DASH}]+(?=\s|$)\s*|\s*[(\[{{)\]}}/\\|•·*،,;؛&+]+\s*|\s+(?:and|مع)\s+|(?<=[^\W\d_]{{3}})\.\s+|[.…]{{2,}}|…",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\S*@\S*|(?:https?://|www\.)\S*|(?<![^\s(/|-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,10}(?:/\S*)?(?![^\s)/|-])"
)
_MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")
_TITLE = re.compile(r"(?<![^\W_])(?:[أا]\s?\.?\s?د|[دمأاع])\s*[./\\]+\s*(?=[^\W\d_]{2})")
"""A title in one letter before a name: د. and م/ and أ.د."""
EDGES = " \t.!؟?'’‘`*_~#" + _DASH + _OPENING + _CLOSING
"""Signs that no name begins or ends with."""


@dataclass(frozen=True, slots=True)
class BylinePart:
    """A part of a byline without its label (كتب, تصوير), which may have been all of it.

    ``quoted`` means that the part stood in quotation marks, ``before_colon`` that a colon follows it.
    """

    text: str
    quoted: bool = False
    labelled: bool = False
    before_colon: bool = False


def byline_parts(byline: str) -> list[BylinePart]:
    """The parts of ``byline`` in their order; addresses, harakat, and titles of one letter are left out. Never raises.

    Takes time in proportion to the first 300 letters.
    """
    shown = "".join(" " if unicodedata.category(one) in ("Cc", "Cf") else one for one in byline[:_LONGEST])
    shown = _TITLE.sub("", _ADDRESS.sub(" ", shown))
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(found[1])
        return f" \x00{len(held) - 1}\x00 "

    # What stands in quotation marks is one name, whatever separators it has.
    shown = _QUOTED.sub(hold, shown)
    parts: list[BylinePart] = []
    at = 0
    for separator in [*_SEPARATOR.finditer(shown), None]:
        text = shown[at : separator.start() if separator else len(shown)]
        found = _of_text(text, held)
        if separator and separator["colon"] and found:
            last = found[-1]
            found[-1] = BylinePart(last.text, last.quoted, last.labelled, before_colon=True)
        parts += found
        at = separator.end() if separator else len(shown)
    return parts


def _of_text(text: str, held: list[str]) -> list[BylinePart]:
    """The parts of ``text``, which has no separator: what stood in quotation marks, and what stands around it."""
    parts = []
    for number, piece in enumerate(text.split("\x00")):
        quoted = number % 2 == 1
        words = _MARKS.sub("", held[int(piece)] if quoted else piece).strip(EDGES).split()
        first = 0 if quoted else _labels(words)
        if words:
            parts.append(BylinePart(" ".join(words[first:]).strip(EDGES), quoted, labelled=first > 0))
    return parts


def _labels(words: list[str]) -> int:
    """How many of ``words`` are labels: كتب, and roles with what tells them apart, as in الكاتب الكبير."""
    labels, roles = word_list("bylines"), word_list("roles")
    first, in_role = 0, False
    for word in words:
        if _is_label(word, roles):
            in_role = True
        elif not (_is_label(word, labels) or (in_role and word.startswith("ال"))):
            break
        first += 1
    return first


def _is_label(word: str, labels: frozenset[str]) -> bool:
    folded = fold_word(word.strip("."))
    return folded in labels or (folded[:1] == "و" and folded[1:] in labels)
