# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares foreign names by sound, so that their Arabic spellings meet: غيتس and جيتس, سانشيز and سانشيس.

Outlets write a foreign name by ear and differ in a few ways: the letter for a sound that Arabic lacks (g, v, p, ch), a
plain or an emphatic consonant (ت ط, س ص), a letter for a short vowel or none, and the end (ا or ة). The spellings of a
name are found in two steps:

1. `key` keeps the consonants and makes those equal that sound alike. Words with different keys are never compared.
2. `distance` adds up the costs of the differences, and `same_name` limits the sum. The more consonants a name has, the
   more it may differ, since another name is less likely to be that similar.

Both work on folded words (see `fold.fold`) and know no dictionary: صلاح and صالح have the same key. So only names that
no dictionary knows may be compared, see `foreign`. The classes and costs are our own, from how newspapers write names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby

from indexer.arabic import letters as L

VOWELS = L.ALEF + L.WAW + L.YEH
_SILENT = VOWELS + L.HEH + "عءئؤ"
"""Letters that stand for no consonant of a foreign name, or for none that all outlets write."""

CLASSES = ("غجقكخ" + L.TCHEH + L.GAF, "تطث", "دضذ", "سصزشظ", "ف" + L.VEH, "ب" + L.PEH, "ل", "م", "ن", "ر", "ح")
"""Consonants that may replace each other. The number of a class, from 1, stands for it in a key."""

MUTE_BEFORE = {L.TEH: "ش", "د": L.JEEM}
"""Letters that merge with the sound of the next one and are often left out: تش, دج."""

CLITICS = ("", "ف", "ب", "ل", "ك", "فب", "فل", "بال", "فال", "كال")
"""What may precede a name in a word, one for each key: و and ا are no consonants, and لل and ال sound like ل."""

_CLASS_OF = {letter: number for number, letters in enumerate(CLASSES, 1) for letter in letters}
_ONE_LETTER = str.maketrans({L.PEH: L.BEH, L.TCHEH: L.JEEM, L.VEH: L.FEH, L.GAF: L.GHAIN, "ئ": L.YEH, "ؤ": L.WAW})

_DOUBLED = re.compile(r"(?<=.)(.)\1+")

_V_OR_W = L.FEH + L.WAW
_J_OR_Y = L.JEEM + L.YEH
_NEVER = 9.0
_SWAPPED = {
    "غج": 0.25, "غق": 0.4, "غك": 0.5, "جق": 0.5, "جك": 0.6, "قك": 0.35, "خك": 0.6, "خغ": 0.9, "خق": 0.9,
    "تط": 0.25, "ثت": 0.4, "ثط": 0.8, "دض": 0.4, "دذ": 0.4, "ذض": 0.8,
    "سص": 0.3, "سز": 0.4, "صز": 0.5, "سش": 0.5, "زظ": 0.4, "صش": 0.9, "سظ": 0.9,
    "اي": 0.7, "او": 0.8, "فو": 0.6,
}  # fmt: skip
"""The cost if one spelling has the first letter where the other has the second. Other pairs never match."""
_AT_BEGINNING = {_J_OR_Y: 0.5, "اي": _NEVER, "او": _NEVER}
_AT_END = {"اه": 0.15, "اي": 0.9, "او": _NEVER}
_VOWEL, _AT_THE_END, _MUTE, _ASPIRATED, _GUTTURAL = 0.5, 1.4, 0.4, 0.5, 0.5
"""The costs of a letter that only one spelling has: a vowel inside, a vowel or ه at the end (which mostly makes another
name: جورج, جورجيو), the ت of تش, ه, and ع or hamza.
"""

_MOST = {0: 0.0, 1: 0.0, 2: 0.45, 3: 0.6, 4: 0.95, 5: 1.25}
_MOST_OF_LONG = 1.6
_FEW = 3
_ROUNDING = 1e-6
"""The most that two spellings of one name may cost, by number of consonants. A name of three letters that are all
consonants has the limit for two. `_ROUNDING` allows for rounding errors.
"""

_ENDINGS = frozenset(
    (
        "", "ا", "ه", "ي", "ات", "يه", "ين", "ون", "ان", "يين", "يون", "ها", "هم", "هن", "نا", "ته", "تها", "تي", "تين",
        "تان", "وا", "ائه", "ائها",
    )
)  # fmt: skip
_ALIKE_AT_END = {L.ALEF, L.HEH}


def key(folded: str) -> tuple[int, ...]:
    """Returns the classes of the consonants of a folded word in order. Neighbours of one class count once."""
    return tuple(number for number, _ in groupby(_heard(folded)))


def _heard(folded: str) -> list[int]:
    """Returns the class of each consonant, without those that merge with the sound of the next one."""
    return [
        _CLASS_OF[letter]
        for letter, after in zip(folded, f"{folded[1:]} ", strict=False)
        if letter in _CLASS_OF and after not in MUTE_BEFORE.get(letter, "")
    ]


def keys(name: str) -> set[tuple[int, ...]]:
    """Returns the keys of all words that may contain the folded ``name`` in some spelling, perhaps after clitics."""
    return {key(clitics + spelling) for clitics in CLITICS for spelling in _spellings(name)}


def spelled_keys(name: str) -> set[tuple[int, ...]]:
    """Returns the keys of the spellings of ``name``, without clitics."""
    return set(map(key, _spellings(name)))


def _spellings(name: str) -> Iterator[str]:
    """Yields ``name``, and its other spellings that differ by a letter without a class."""
    yield name
    for at, letter in enumerate(name):
        if letter in _V_OR_W:
            yield name[:at] + _V_OR_W.replace(letter, "") + name[at + 1 :]
    if name[:1] and name[0] in _J_OR_Y:
        yield _J_OR_Y.replace(name[0], "") + name[1:]


def distance(first: str, second: str, most: float = math.inf) -> float:
    """Returns the sum of the costs of the differences of two folded spellings, 0 for none. Symmetric.

    It is the least sum over all alignments of their letters (Wagner and Fischer 1974). If it exceeds ``most``, the
    result is some number above ``most``, which takes less time.
    """
    one, other = _spelled(first), _spelled(second)
    before = [0.0]
    for at in range(len(other)):
        before.append(before[-1] + _alone(other, at))
    for row, letter in enumerate(one):
        dropped = _alone(one, row)
        here = [before[0] + dropped]
        for column, opposite in enumerate(other):
            here.append(
                min(
                    before[column] + _swapped(letter, opposite, row + column == 0, _both_end(one, row, other, column)),
                    before[column + 1] + dropped,
                    here[column] + _alone(other, column),
                )
            )
        if min(here) > most:
            return min(here)
        before = here
    return before[-1]


def same_name(first: str, second: str) -> bool:
    """Returns whether two folded spellings are similar enough to be one name."""
    if _differ_in_endings(first, second):
        return False
    consonants = min(map(_consonants, (first, second)))
    if consonants == _FEW and min(len(first), len(second)) <= _FEW:
        consonants -= 1
    most = _MOST.get(consonants, _MOST_OF_LONG) + _ROUNDING
    return distance(first, second, most) <= most


def _consonants(folded: str) -> int:
    """Returns the number of consonants heard in a folded word, without hamza and a final ه."""
    return len(_heard(folded)) + folded[:-1].count(L.HEH)


def _differ_in_endings(first: str, second: str) -> bool:
    """Returns whether two words may be forms of one Arabic word, known or not: معتمديات, معتمديتي."""
    same = 0
    while same < min(len(first), len(second)) and first[same] == second[same]:
        same += 1
    endings = {first[same:], second[same:]}
    return endings <= _ENDINGS and endings != _ALIKE_AT_END


def _spelled(folded: str) -> str:
    """Returns ``folded`` in Arabic letters, with doubled letters written once."""
    return _DOUBLED.sub(r"\1", folded.translate(_ONE_LETTER))


def _both_end(one: str, row: int, other: str, column: int) -> bool:
    return row == len(one) - 1 and column == len(other) - 1


@cache
def _swapped(letter: str, opposite: str, first: bool, last: bool) -> float:
    """Returns the cost if one spelling has ``letter`` where the other has ``opposite``.

    ``first`` and ``last`` say whether both begin or end the word.
    """
    if letter == opposite:
        return 0.0
    prices = {**_SWAPPED, **(_AT_BEGINNING if first else {}), **(_AT_END if last else {})}
    return min(prices.get(letter + opposite, _NEVER), prices.get(opposite + letter, _NEVER))


def _alone(word: str, at: int) -> float:
    """Returns the cost if only ``word`` has its letter at index ``at``."""
    letter = word[at]
    if at == len(word) - 1 and letter in VOWELS + L.HEH:
        return _AT_THE_END
    if letter in VOWELS:
        return _VOWEL
    if letter == L.HEH:
        return _ASPIRATED
    if word[at + 1 : at + 2] in MUTE_BEFORE.get(letter, ()):
        return _MUTE
    return _GUTTURAL if letter in _SILENT else _NEVER
