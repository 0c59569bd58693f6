"""Whether two articles are copies of each other, decided from their texts alone.

Outlets print what an agency sends under headlines of their own, cut it and change some words. But two texts that share
most of their sentences need not tell the same: telegrams of congratulation and reports on the weather are formulas in
which little but a name or a day differs, and what stood in the news yesterday is repeated below today's lead.
So the texts must share much, and then nothing of what differs may speak against it. See docs/copies.md for the rules.

How much a word says is its rarity, from the frequencies of the lexicon. These are frozen into the index, so that the
same two articles are always judged alike, whatever else the archive holds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

from indexer.engine.local.clusters.compared import LEAD, ComparedText
from indexer.engine.local.clusters.sketches import LEAST

JACCARD = 0.3
CONTAINED = 0.6
"""Copies have at least this Jaccard similarity of their shingles, or this part of the shorter one's in the longer."""

SAME_SOURCE_JACCARD = 0.45
"""As the first above, of two articles of one source: a follow-up repeats much of what it follows."""

CLOSE_JACCARD = 0.65
CLOSE_CONTAINED = 0.9
"""As above, of texts that are nearly the same."""

DAYS = 5
CLOSE_DAYS = 14
"""Copies were published at most so many days apart, nearly equal ones at most the latter."""

LACKING_CLOSE = 0.85
LACKING = 0.65
LACKING_CUT = 0.4
DEPTH = 2.0
"""How much may speak for two stories (see `_apartness`) in texts as similar as `CLOSE_JACCARD`, as `JACCARD`, and less
similar ones, of which one holds much of the other."""

SWAPPED = 0.08
IN_HEADLINE = 3.0
"""Names and other rare words that stand in place of each other: at most this part of the rarity of what is shared. One
that stands in its headline counts so many times."""

OTHER_NUMBERS = 0.5
FEW_NUMBERS = 2
"""Both texts may have numbers that the other lacks: this part of them, or so many where they share some."""

_LEAD_PART = 2 / 3
_SHORTEST_LEAD = 20
"""Of a short text this part is its lead, so many words at least: else its background would count as one."""

_BETWEEN = 10
"""So many words may stand between two pairs of words that both texts have for them to stand in the same place."""

_SPELLED_ALIKE = 0.6
_TELLING = 1.0
"""The least rarity of a word that says what a text is about."""


class Verdict(IntEnum):
    """What two articles are to each other."""

    APART = 0
    ALIKE = 1
    """Copies."""
    CLOSE = 2
    """Copies, nearly the same text."""


class Judgement(NamedTuple):
    """A `Verdict`, and the Jaccard similarity of both texts where these were compared."""

    verdict: Verdict
    similarity: float = 0.0


APART = Judgement(Verdict.APART)


def judge(one: ComparedText, other: ComparedText, days: int | None) -> Judgement:
    """What two articles are to each other; they were published so many ``days`` apart, None where that isn't known."""
    shared = len(one.shingle_set & other.shingle_set)
    sizes = sorted((len(one.shingle_set), len(other.shingle_set)))
    if sizes[0] < LEAST or not shared or (days is not None and days > CLOSE_DAYS):
        return APART
    jaccard, contained = shared / (sum(sizes) - shared), shared / sizes[0]
    close = jaccard >= CLOSE_JACCARD or contained >= CLOSE_CONTAINED
    if days is not None and days > DAYS and not close:
        return APART
    same_source = bool(one.source) and one.source == other.source
    if not _share_enough(jaccard, contained, same_source):
        return APART
    if one.words != other.words and (
        _tell_other_numbers(one.numbers, other.numbers)
        or _disjoint(one.weekdays, other.weekdays)
        or _disjoint(one.ordinals, other.ordinals)
        or _apartness(one, other) > _may_lack(jaccard, same_source)
        or _swapped(one, other) > SWAPPED
    ):
        return APART
    return Judgement(Verdict.CLOSE if close else Verdict.ALIKE, jaccard)


def _share_enough(jaccard: float, contained: float, same_source: bool) -> bool:
    if same_source:
        return jaccard >= SAME_SOURCE_JACCARD
    return jaccard >= JACCARD or contained >= CONTAINED


def _may_lack(jaccard: float, same_source: bool) -> float:
    if jaccard >= CLOSE_JACCARD:
        return LACKING_CLOSE
    return LACKING if jaccard >= JACCARD and not same_source else LACKING_CUT


def _tell_other_numbers(one: frozenset[str], other: frozenset[str]) -> bool:
    missing = min(len(one - other), len(other - one))
    fewer = min(len(one), len(other))
    return missing > OTHER_NUMBERS * fewer and (missing > FEW_NUMBERS or missing == fewer == FEW_NUMBERS)


def _disjoint(one: frozenset[int], other: frozenset[int]) -> bool:
    return bool(one and other) and not one & other


def _apartness(one: ComparedText, other: ComparedText) -> float:
    """How much speaks for two stories that share their background, from 0 to 2.

    That is the part of a lead that the other text lacks, by rarity; and, `DEPTH` times, how far behind the middle of a
    text stands what it shares with the other. The lead that lacks more and the text that shares later count.
    """
    depth = max(_depth(one, other), _depth(other, one))
    return max(_lacking(one, other), _lacking(other, one)) + DEPTH * max(0.0, depth - 0.5)


def _lacking(one: ComparedText, other: ComparedText) -> float:
    end = min(LEAD, max(_SHORTEST_LEAD, round(_LEAD_PART * len(one.words))))
    whole = sum(one.rarities[:end])
    lead = zip(one.stems[:end], one.rarities[:end], strict=True)
    return sum(rarity for stem, rarity in lead if stem not in other.everything) / whole if whole else 0.0


def _depth(one: ComparedText, other: ComparedText) -> float:
    """Where the shingles that ``other`` has too stand in ``one`` on average: 0 at its beginning, 1 at its end."""
    found = [at for at, shingle in enumerate(one.shingles) if shingle in other.shingle_set]
    return sum(found) / (len(found) * len(one.shingles)) if found else 1.0


def _swapped(one: ComparedText, other: ComparedText) -> float:
    """Which part of the rare stems, by rarity, are swapped: each text has its own at the same place, and only there.

    Words that are spelled alike are not swapped: ستيرلينج, ستيرلينغ.
    """
    first, second = sorted((one, other), key=lambda text: (len(text.words), text.words))
    own: dict[str, float] = {}
    others: dict[str, float] = {}
    for here, there in _same_places(first.stems, second.stems):
        ours = _only_here(first, here, second)
        theirs = _only_here(second, there, first)
        apart = {stem: rarity for stem, rarity in ours.items() if not _spelled_like_one_of(stem, theirs)}
        theirs = {stem: rarity for stem, rarity in theirs.items() if not _spelled_like_one_of(stem, ours)}
        if apart and theirs:
            own |= apart
            others |= theirs
    swapped = min(_weighed(own, first), _weighed(others, second))
    if not swapped:
        return 0.0
    shared = {
        stem: rarity for stem, rarity in zip(first.stems, first.rarities, strict=True) if stem in second.everything
    }
    return swapped / (swapped + sum(rarity for rarity in shared.values() if rarity > _TELLING))


def _weighed(swapped: Mapping[str, float], text: ComparedText) -> float:
    return sum(rarity * (IN_HEADLINE if stem in text.headline else 1.0) for stem, rarity in swapped.items())


def _same_places(one: Sequence[str], other: Sequence[str]) -> list[tuple[slice, slice]]:
    """Where two texts differ between two pairs of words that both have: the words there in each."""
    places: dict[tuple[str, str], list[int]] = {}
    for at, pair in enumerate(pairwise(other)):
        places.setdefault(pair, []).append(at)
    found = []
    here, there = -1, -1
    for at, pair in enumerate(pairwise(one)):
        if pair not in places:
            continue
        place = _nearest(places[pair], there + at - here)
        follows = 0 < place - there <= _BETWEEN + 2
        # A pair found far away is where the text goes on only if the next word is there, too: all have "in the city".
        if not follows and here >= 0 and tuple(one[at : at + 3]) != tuple(other[place : place + 3]):
            continue
        if follows and here >= 0 and 2 < at - here <= _BETWEEN + 2 and place - there > 2:
            found.append((slice(here + 2, at), slice(there + 2, place)))
        here, there = at, place
    return found


def _nearest(places: Sequence[int], wanted: int) -> int:
    after = bisect_left(places, wanted)
    return min(places[max(0, after - 1) : after + 1], key=lambda place: abs(place - wanted))


def _only_here(text: ComparedText, part: slice, other: ComparedText) -> dict[str, float]:
    words = zip(text.stems[part], text.rarities[part], strict=True)
    return {stem: rarity for stem, rarity in words if rarity > _TELLING and stem not in other.everything}


def _spelled_like_one_of(word: str, others: Mapping[str, float]) -> bool:
    return any(SequenceMatcher(None, word, other, autojunk=False).ratio() >= _SPELLED_ALIKE for other in others)
