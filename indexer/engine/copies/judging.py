# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides from the texts of two articles whether they are copies.

Outlets print the text of an agency under their own headlines, shorten it and change some words. But two texts that
share most of their sentences may still report different things: telegrams of congratulation and weather reports are
formulas that differ in little more than a name or a day, and an article may repeat yesterday's news below today's lead.
So the texts must share much, and none of their differences may be of a kind that tells two stories apart.
docs/copies.md states the rules.

The weight of a word is its rarity, from the frequencies of the lexicon. The lexicon is frozen into the index, so two
articles are always judged alike, whatever else the archive holds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

from indexer.engine.copies.compared_text import LEAD, ComparedText
from indexer.engine.copies.sketches import LEAST

JACCARD = 0.3
CONTAINED = 0.6
"""Copies have at least this Jaccard similarity of their shingles (`JACCARD`), or at least this share of the shorter
text's shingles in the longer text (`CONTAINED`).
"""

SAME_SOURCE_JACCARD = 0.45
"""The least Jaccard similarity for two articles of one source: a follow-up repeats much of the first report."""

CLOSE_JACCARD = 0.65
CLOSE_CONTAINED = 0.9
"""The same two limits for texts that are nearly equal."""

DAYS = 5
CLOSE_DAYS = 14
"""The most days between the publication of two copies (`DAYS`), and of two nearly equal texts (`CLOSE_DAYS`)."""

LACKING_CLOSE = 0.85
LACKING = 0.65
LACKING_CUT = 0.4
DEPTH = 2.0
"""How much `_apartness` is allowed: for texts at least as similar as `CLOSE_JACCARD`, for those at least as similar as
`JACCARD`, and for less similar texts of which one holds much of the other (`LACKING_CUT`). `DEPTH` is a factor in
`_apartness`.
"""

SWAPPED = 0.08
IN_HEADLINE = 3.0
"""The most that words swapped for each other may weigh, as a share of the rarity of what both texts have (`SWAPPED`). A
swapped word that stands in the headline of its text weighs `IN_HEADLINE` times as much.
"""

OTHER_NUMBERS = 0.5
FEW_NUMBERS = 2
"""How many numbers each text may have that the other lacks: this share of them (`OTHER_NUMBERS`), or `FEW_NUMBERS` if
the texts share some numbers.
"""

_LEAD_PART = 2 / 3
_SHORTEST_LEAD = 20
"""The lead of a short text is this part of it (`_LEAD_PART`), but at least so many words (`_SHORTEST_LEAD`). With the
usual lead its background would count as lead.
"""

_BETWEEN = 10
"""The most words between two pairs of words common to both texts for the words between them to count as standing in the
same place.
"""

_SPELLED_ALIKE = 0.6
_TELLING = 1.0
"""The least rarity of a word that tells what a text is about."""


class Verdict(IntEnum):
    """The relation of two articles."""

    APART = 0
    ALIKE = 1
    """The articles are copies."""
    CLOSE = 2
    """The articles are copies with nearly the same text."""


class Judgement(NamedTuple):
    """A `Verdict`, and the Jaccard similarity of the texts if they were compared."""

    verdict: Verdict
    similarity: float = 0.0


APART = Judgement(Verdict.APART)


def judge(one: ComparedText, other: ComparedText, days: int | None) -> Judgement:
    """Returns how two articles are related.

    ``days`` is the number of days between their publication, None if unknown.
    """
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
    """Returns how much suggests that two texts are different stories with a common background, from 0 to 2.

    The result is the share, by rarity, of one lead that the other text lacks, plus `DEPTH` times how far behind the
    middle of a text the shared part stands. The lead that lacks more and the text that shares later count.
    """
    depth = max(_depth(one, other), _depth(other, one))
    return max(_lacking(one, other), _lacking(other, one)) + DEPTH * max(0.0, depth - 0.5)


def _lacking(one: ComparedText, other: ComparedText) -> float:
    end = min(LEAD, max(_SHORTEST_LEAD, round(_LEAD_PART * len(one.words))))
    whole = sum(one.rarities[:end])
    lead = zip(one.stems[:end], one.rarities[:end], strict=True)
    return sum(rarity for stem, rarity in lead if stem not in other.everything) / whole if whole else 0.0


def _depth(one: ComparedText, other: ComparedText) -> float:
    """Returns where in ``one`` the shingles of ``other`` stand on average: 0 is its beginning, 1 its end."""
    found = [at for at, shingle in enumerate(one.shingles) if shingle in other.shingle_set]
    return sum(found) / (len(found) * len(one.shingles)) if found else 1.0


def _swapped(one: ComparedText, other: ComparedText) -> float:
    """Returns the share of rare stems, by rarity, that are swapped.

    A stem is swapped if each text has a stem of its own in the same place that the other text lacks everywhere. Words
    with similar spelling, such as ستيرلينج and ستيرلينغ, are not swapped.
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
    """Returns for each place where two texts differ between two common pairs of words the words of each text there."""
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
        # A pair found far away continues the text only if the next word agrees too: "in the city" stands in any text.
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
