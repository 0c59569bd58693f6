# SPDX-License-Identifier: GPL-3.0-or-later
"""The tokeniser: finds the words of a text and their places in the original string.

A word is a run of Arabic letters with the marks and joiners on and between them, a number with its separators, or a run
of letters and digits of another script. Everything else separates words, including ``_`` and ``#``. Python's ``\\w``
does not serve here, since it ends a word at harakat.

Five kinds of pieces are recognised first:

- Single letters separated by points or blanks are one word: أ.ف.ب, أ. ف. ب. and أ ف ب. The same holds for Latin ones:
  A.F.P. A blank followed by و separates words: «الفئتان أ و ب» has two. But three letters of which the first is و are
  one word (و م ع).
- A proclitic that stands apart from its word, as in بـ(داعش), و"قال" and و قال, is a piece of its own.
- A sign that is a whole word is one word, whatever stands beside it.
- Digits separated by a comma, a point or a no-break space are one number.
- The day, month and year of a date written with points are three numbers, as with slashes.
"""

from __future__ import annotations

import re
import sys

from indexer.arabic import letters as L

PROCLITICS = frozenset((L.WAW, L.FEH, L.BEH, L.LAM, L.KAF, L.SEEN))
MOST_INITIALS = 40
"""The most single letters in one word."""

_NO_BREAK_SPACES = "\u00a0\u2007\u2009\u202f"
_BLANK = "[ \u00a0]"

# In عبد\ufdf2 with an alef before the sign, the alef belongs to the sign.
_ARABIC_WORD = (
    f"[{L.LETTERS}]+(?:[{L.MARKS}{L.JOINERS}]+[{L.LETTERS}]+)*[{L.MARKS}{L.TATWEEL}]*"
    f"(?!{L.ALLAH_SIGN}(?<={L.ALEF}{L.ALLAH_SIGN}))"
)
_SIGN = f"[{L.WAW}{L.FEH}{L.BEH}{L.LAM}{L.KAF}{L.TEH}]{{0,2}}{L.ALEF}?{L.ALLAH_SIGN}|[{L.WORD_SIGNS}]"

# The first group must not end a longer run of digits, and the last one must not begin one.
_GROUPS = f"[{L.DIGITS}]{{1,3}}(?:[{_NO_BREAK_SPACES}][{L.DIGITS}]{{3}})+(?:[.,{L.DECIMAL_SEPARATOR}][{L.DIGITS}]+)?"
_GROUPS_BY_COMMA = f"[{L.DIGITS}]{{1,3}}(?:{L.COMMA}[{L.DIGITS}]{{3}})+"
# In 1،2،3 the Arabic comma separates the items of a list.
_WITH_COMMA = f"(?<![{L.DIGITS}]{L.COMMA})[{L.DIGITS}]+{L.COMMA}[{L.DIGITS}]{{1,3}}"
_NO_MORE_DIGITS = f"(?![.,{L.COMMA}]?[{L.DIGITS}])"
_PLAIN = f"[{L.DIGITS}]+(?:[.,{L.DECIMAL_SEPARATOR}{L.THOUSANDS_SEPARATOR}][{L.DIGITS}]+)*(?![.,]?[{L.DIGITS}])"
# A number stands alone or before Arabic letters. 100km is one word of another script, and so is the 5km of 1.5km.
_NUMBER = f"(?:(?:{_GROUPS}|{_GROUPS_BY_COMMA}|{_WITH_COMMA}){_NO_MORE_DIGITS}|{_PLAIN})(?![^\\W_{L.LETTERS}])"
_YEAR = f"[12\u0661\u0662\u06f1\u06f2][{L.DIGITS}]{{3}}"
_DAY = f"[{L.DIGITS}]{{1,2}}"
_END_OF_DATE = f"(?![.,]?[{L.DIGITS}])"
_IN_DATE = "|".join(
    (
        f"{_DAY}(?=\\.{_DAY}\\.{_YEAR}{_END_OF_DATE})",
        f"(?<=[{L.DIGITS}]\\.){_DAY}(?=\\.{_YEAR}{_END_OF_DATE})",
        f"{_YEAR}(?=\\.{_DAY}\\.{_DAY}{_END_OF_DATE})",
        f"(?<=[{L.DIGITS}]{{4}}\\.){_DAY}(?=\\.{_DAY}{_END_OF_DATE})",
    )
)

_NO_ARABIC = f"(?![{L.LETTERS}{L.MARKS}{L.WORD_SIGNS}])"
_OTHER_WORD = f"(?:{_NO_ARABIC}[^\\W_])(?:{_NO_ARABIC}[\\w\u0300-\u036f{L.JOINERS}](?<!_))*"

_OPENING = "[\"'«»“”‘’(\\[{\u200e\u200f]"
_WORD_BEGINS = f"(?=[{L.LETTERS}]|[^\\W_])"
# Proclitics that stand apart. Before a space only conjunctions count, or each ب. of a list would be one.
_CONJUNCTION_APART = (
    f"[{L.WAW}{L.FEH}][{L.MARKS}]*(?:{L.TATWEEL}+[ \u00a0]?{_OPENING}*|[ \u00a0]{_OPENING}*|{_OPENING}+)"
)
_PREPOSITION_APART = f"[{L.BEH}{L.LAM}{L.KAF}{L.SEEN}][{L.MARKS}]*(?:{L.TATWEEL}+{_OPENING}*|{_OPENING}+)"
_APART = f"(?:{_CONJUNCTION_APART}|{_PREPOSITION_APART}){_WORD_BEGINS}"

# A letter that no letter follows. Letters that only end words are excluded. After a tatweel the word continues.
_MARKED = f"[{L.MARKS}{L.INVISIBLE}]*(?![^\\W_]|[{L.MARKS}{L.JOINERS}])"
_ALONE = f"[{L.ABBREVIATING}]{_MARKED}"
_ALONE_NOT_AND = f"(?!{L.WAW}|{L.FEH}){_ALONE}"
_POINT_OR_BLANK = f"(?:\\.{_BLANK}?|{_BLANK})"
# After a blank و is a conjunction, and so is ف, unless it stands between two single letters of the abbreviation.
_INNER_FEH = f"{L.FEH}{_MARKED}(?={_BLANK}{_ALONE_NOT_AND})"
_INNER_BEFORE_POINT = f"[{L.WAW}{L.FEH}]{_MARKED}(?=\\.(?:{_ALONE}|{_BLANK}{_ALONE_NOT_AND}))"
_NEXT = f"(?:\\.{_ALONE}|\\.?{_BLANK}(?:{_ALONE_NOT_AND}|{_INNER_FEH}|{_INNER_BEFORE_POINT}))"
_INITIALS = f"(?![{L.WAW}{L.FEH}]{_MARKED}{_BLANK}){_ALONE}{_NEXT}{{1,{MOST_INITIALS - 1}}}"
_THREE_WITH_AND = (
    f"(?<!^[{L.LETTERS}][ ])(?<![^{L.LETTERS}][{L.LETTERS}][ ])[{L.WAW}{L.FEH}]{_MARKED}{_BLANK}"
    f"(?!{L.WAW}){_ALONE}{_POINT_OR_BLANK}{_ALONE_NOT_AND}(?!{_POINT_OR_BLANK}{_ALONE})"
)
# After a proclitic only with points, since words such as لم and في may stand before any letter; و is an exception.
_CLITIC = f"[{L.WAW}{L.FEH}{L.BEH}{L.LAM}{L.KAF}][{L.MARKS}]*"
_CLITIC_AND_INITIALS = (
    f"{_CLITIC}{_ALONE}(?:\\.{_BLANK}?{_ALONE}){{2,{MOST_INITIALS - 1}}}|"
    f"{L.WAW}[{L.MARKS}]*{_ALONE}{_NEXT}{{2,{MOST_INITIALS - 1}}}"
)
_LATIN = f"(?![{L.LETTERS}{L.TATWEEL}])[^\\W\\d_](?![\\w\u0300-\u036f{L.MARKS}{L.JOINERS}])"
_LATIN_INITIALS = (
    f"{_LATIN}(?:(?:\\.{_BLANK}?{_LATIN}){{1,{MOST_INITIALS - 1}}}|(?:{_BLANK}{_LATIN}){{2,{MOST_INITIALS - 1}}})"
)
_ABBREVIATION = f"{_INITIALS}|{_THREE_WITH_AND}|{_CLITIC_AND_INITIALS}"

_TOKEN = re.compile(
    f"{_ABBREVIATION}|{_APART}|{_SIGN}|{_ARABIC_WORD}|{_IN_DATE}|{_NUMBER}|{_LATIN_INITIALS}|{_OTHER_WORD}"
)
_BEYOND_A_WORD = re.compile(f"[{L.MARKS}{L.TATWEEL} \u00a0]*{_OPENING}*")
_BETWEEN_INITIALS = re.compile("[. \u00a0]+")
_NUMERIC = re.compile(f"[{L.DIGITS}]")

_TITLE = re.compile(f"(?:{_CLITIC})?[{L.ABBREVIATING}]|[{L.ABBREVIATING}]\\.{_BLANK}?[{L.ABBREVIATING}]")
_BEHIND_A_TITLE = re.compile(f"[./]{_BLANK}?[{L.LETTERS}][{L.MARKS}{L.JOINERS}]*[{L.LETTERS}]")

MAX_WORD_CHARS = 255
"""Longer words are cut to this many characters, so that a hostile file costs no more than its size."""

# The end of a text whose last word depends on what follows after a blank.
_LETTER_AT_THE_END = f"[{L.LETTERS}][{L.MARKS}{L.JOINERS}]*"
_OPEN = re.compile(
    f"(?:^|[^{L.LETTERS}{L.MARKS}])[{L.MARKS}{L.JOINERS}]*"
    f"(?:(?:{L.WAW}[{L.MARKS}]*)?{_LETTER_AT_THE_END}\\.?|{_CLITIC}{_LETTER_AT_THE_END}\\.)$|"
    f"(?:^|[\\W_{L.LETTERS}])(?![{L.LETTERS}])[^\\W\\d_]\\.?$"
)


def pieces(text: str) -> list[str]:
    """Returns the words of ``text`` as written, and the proclitics that stand apart with the signs after them.

    `proclitic` returns the letter of such a piece.
    """
    return _TOKEN.findall(text)


def places(text: str, start: int = 0, end: int = sys.maxsize) -> list[tuple[int, int]]:
    """Returns (start, end) in ``text`` of the `pieces` of ``text[start:end]``: ascending, disjoint, never empty."""
    return [match.span() for match in _TOKEN.finditer(text, start, end)]


def proclitic(piece: str) -> str:
    """Returns the letter of a proclitic that stands apart, "" for a word."""
    return piece[0] if len(piece) > 1 and piece[0] in PROCLITICS and _BEYOND_A_WORD.fullmatch(piece, 1) else ""


def initials(piece: str) -> list[str]:
    """Returns the parts of an abbreviation in single letters, an empty list for any other piece.

    Each part is a letter; the first may have a proclitic before it.
    """
    parts = _BETWEEN_INITIALS.split(piece)
    return parts if len(parts) > 1 and not _NUMERIC.match(piece) else []


def is_title(text: str, start: int, end: int) -> bool:
    """Returns whether the piece from ``start`` to ``end`` is one or two Arabic letters as a title before a name.

    Examples are د. أحمد, م.سعاد, د/ هالة and أ.د. خالد: a point or a slash follows, then a word of several letters.
    """
    return text.startswith((".", "/"), end) and bool(
        _TITLE.fullmatch(text, start, end) and _BEHIND_A_TITLE.match(text, end)
    )


def is_open(text: str) -> bool:
    """Returns whether the last word of ``text`` could continue after a blank, because a single letter ends the text."""
    return _OPEN.search(text) is not None
