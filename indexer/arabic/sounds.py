"""How a foreign name sounds, so that its Arabic spellings meet: غيتس and جيتس, سانشيز and سانشيس, فالنسيا and فالنسية.

Outlets write a foreign name by ear, and differ in a few ways: which letter stands for a sound that Arabic lacks (g, v,
p, ch), a plain or an emphatic consonant (ت ط, س ص), whether a short vowel is written by a letter, and what stands at
the end (ا or ة). Two steps find the spellings of a name:

1. `key` keeps the consonants only, one for all that sound alike. Words with other keys are never compared.
2. `distance` adds up what the differences cost, and `most` says how much a name may differ: the more consonants it
   has, the less likely it is that another name differs in so little.

Both work on folded words (see `fold.fold`) and know nothing of dictionaries: صلاح and صالح have one key. Only names
that no dictionary knows may be compared, see `foreign`. The classes and prices are ours, from how newspapers write
names.
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
"""Letters that write no consonant of a foreign name, or none that all outlets write."""

CLASSES = ("غجقكخ" + L.TCHEH + L.GAF, "تطث", "دضذ", "سصزشظ", "ف" + L.VEH, "ب" + L.PEH, "ل", "م", "ن", "ر", "ح")
"""Consonants that may stand for each other. The number of a class, from 1 on, is its sign in a key."""

MUTE_BEFORE = {L.TEH: "ش", "د": L.JEEM}
"""Letters that are heard as part of the next one, and often left out: تش, دج."""

CLITICS = ("", "ف", "ب", "ل", "ك", "فب", "فل", "بال", "فال", "كال")
"""What may stand before a name in a word, one of each key: و and ا write no consonant, لل and ال sound as ل does."""

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
"""What it costs that one spelling has the first letter and the other one the second; other letters never swap."""
_AT_BEGINNING = {_J_OR_Y: 0.5, "اي": _NEVER, "او": _NEVER}
_AT_END = {"اه": 0.15, "اي": 0.9, "او": _NEVER}
_VOWEL, _AT_THE_END, _MUTE, _ASPIRATED, _GUTTURAL = 0.5, 1.4, 0.4, 0.5, 0.5
"""What it costs that only one spelling has a letter: a vowel inside, a vowel or ه at
the end (mostly another name: جورج, جورجيو), the ت of تش, ه, and ع or hamza."""

_MOST = {0: 0.0, 1: 0.0, 2: 0.45, 3: 0.6, 4: 0.95, 5: 1.25}
_MOST_OF_LONG = 1.6
_FEW = 3
_ROUNDING = 1e-6
"""What two spellings of one name may cost by their number of consonants; three in as many letters count as two."""

_ENDINGS = frozenset(
    (
        "", "ا", "ه", "ي", "ات", "يه", "ين", "ون", "ان", "يين", "يون", "ها", "هم", "هن", "نا", "ته", "تها", "تي", "تين",
        "تان", "وا", "ائه", "ائها",
    )
)  # fmt: skip
_ALIKE_AT_END = {L.ALEF, L.HEH}


def key(folded: str) -> tuple[int, ...]:
    """The classes of the consonants of a folded word, in order; neighbours of one class count once."""
    return tuple(number for number, _ in groupby(_heard(folded)))


def _heard(folded: str) -> list[int]:
    """The class of each consonant but those that are heard as part of the next one."""
    return [
        _CLASS_OF[letter]
        for letter, after in zip(folded, f"{folded[1:]} ", strict=False)
        if letter in _CLASS_OF and after not in MUTE_BEFORE.get(letter, "")
    ]


def keys(name: str) -> set[tuple[int, ...]]:
    """The keys of all words that may have ``name``, a folded word, in some spelling, perhaps behind clitics."""
    return {key(clitics + spelling) for clitics in CLITICS for spelling in _spellings(name)}


def spelled_keys(name: str) -> set[tuple[int, ...]]:
    """The keys of ``name`` in its spellings, without clitics."""
    return set(map(key, _spellings(name)))


def _spellings(name: str) -> Iterator[str]:
    """``name``, and what else it may be written as with letters of which one is none of a key."""
    yield name
    for at, letter in enumerate(name):
        if letter in _V_OR_W:
            yield name[:at] + _V_OR_W.replace(letter, "") + name[at + 1 :]
    if name[:1] and name[0] in _J_OR_Y:
        yield _J_OR_Y.replace(name[0], "") + name[1:]


def distance(first: str, second: str, most: float = math.inf) -> float:
    """What the differences of two folded spellings cost together, 0 for none; the same either way.

    The least sum of prices over all alignments of their letters (Wagner and Fischer 1974). Where that is more than
    ``most``, any number above ``most``, which is known sooner.
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
    """Whether two folded spellings are so near that they are taken for one name."""
    if _differ_in_endings(first, second):
        return False
    consonants = min(map(_consonants, (first, second)))
    if consonants == _FEW and min(len(first), len(second)) <= _FEW:
        consonants -= 1
    most = _MOST.get(consonants, _MOST_OF_LONG) + _ROUNDING
    return distance(first, second, most) <= most


def _consonants(folded: str) -> int:
    """How many consonants are heard in a folded word, hamza and a ه at its end aside."""
    return len(_heard(folded)) + folded[:-1].count(L.HEH)


def _differ_in_endings(first: str, second: str) -> bool:
    """Whether they are two forms of one word of Arabic, known or not: معتمديات, معتمديتي."""
    same = 0
    while same < min(len(first), len(second)) and first[same] == second[same]:
        same += 1
    endings = {first[same:], second[same:]}
    return endings <= _ENDINGS and endings != _ALIKE_AT_END


def _spelled(folded: str) -> str:
    """``folded`` in the letters of Arabic, doubled ones once."""
    return _DOUBLED.sub(r"\1", folded.translate(_ONE_LETTER))


def _both_end(one: str, row: int, other: str, column: int) -> bool:
    return row == len(one) - 1 and column == len(other) - 1


@cache
def _swapped(letter: str, opposite: str, first: bool, last: bool) -> float:
    """What it costs that one spelling has ``letter`` where the other has ``opposite``, both ``first`` or ``last``."""
    if letter == opposite:
        return 0.0
    prices = {**_SWAPPED, **(_AT_BEGINNING if first else {}), **(_AT_END if last else {})}
    return min(prices.get(letter + opposite, _NEVER), prices.get(opposite + letter, _NEVER))


def _alone(word: str, at: int) -> float:
    """What it costs that only ``word`` has its letter number ``at``."""
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
