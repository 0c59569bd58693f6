# SPDX-License-Identifier: GPL-3.0-or-later
"""Updates the stories of the last generation, so that they are those of the new one.

An article that comes, goes or changes concerns the links within `linking.REACH` days, and only these are computed
again, from the articles of twice that span. So a run costs by the days it concerns, and its result is exactly that of
building everything anew, whatever came in which order.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from indexer.engine.stories import grouping, linking
from indexer.engine.stories.linking import DatedSignatures, Links
from indexer.engine.stories.signatures import Ints, Signatures
from indexer.engine.stories.table import NO_LINKS, StoryTable, ToldArticles, day_known

Sign = Callable[[Ints], Signatures]
"""Returns the signatures of articles, given as rows of the `ToldArticles` that are to be told."""


def updated(before: StoryTable, present: ToldArticles, sign: Sign) -> StoryTable:
    """Returns the table of the articles that are ``present``, whose signatures are still empty.

    ``sign`` is asked for those that ``before`` lacks or has with another digest, if they have a day.
    """
    told, row = _signed(before.articles, present, sign)
    touched = _touched(before.articles, told, row)
    days = told.days
    # The neighbours of an article may change although its own words count as before.
    renewed = _within(days, touched, linking.REACH)
    loaded = np.flatnonzero(_within(days, touched, 2 * linking.REACH))
    loaded = loaded[np.lexsort((loaded, days[loaded]))]
    found = linking.links(
        DatedSignatures(days[loaded], told.signatures.rows(loaded)),
        renewed[loaded],
        grouping.HELD,
    )
    links = _ordered(loaded[found.first], loaded[found.second], found.strength)
    place = np.full(len(before.articles.ids), -1)
    place[row[row >= 0]] = np.flatnonzero(row >= 0)
    kept = _kept(before.links, place, renewed)
    together = _ordered(*(np.concatenate(pair) for pair in zip(kept, links, strict=True)))
    known = np.arange(len(days))
    unchanged = row >= 0
    known[unchanged] = place[before.heads[row[unchanged]]]
    return StoryTable(told, grouping.stories(known, renewed | ~unchanged, days, together), together)


def _signed(before: ToldArticles, present: ToldArticles, sign: Sign) -> tuple[ToldArticles, Ints]:
    """Returns ``present`` with signatures, and the row in ``before`` of each unchanged article, -1 for others."""
    row = np.full(len(present.ids), -1)
    if len(before.ids):
        there = np.minimum(np.searchsorted(before.ids, present.ids), len(before.ids) - 1)
        same = (before.ids[there] == present.ids) & (before.digests[there] == present.digests)
        row[same] = there[same]
    signatures = Signatures(present.signatures.terms.copy(), present.signatures.weights.copy())
    old = row >= 0
    signatures.terms[old], signatures.weights[old] = (
        before.signatures.terms[row[old]],
        before.signatures.weights[row[old]],
    )
    fresh = np.flatnonzero(~old & day_known(present.days))
    if len(fresh):
        made = sign(fresh)
        signatures.terms[fresh], signatures.weights[fresh] = made.terms, made.weights
    return present._replace(signatures=signatures), row


def _touched(before: ToldArticles, told: ToldArticles, row: Ints) -> Ints:
    """Returns the days, ascending, on which an article came, went or changed."""
    gone = np.ones(len(before.ids), bool)
    gone[row[row >= 0]] = False
    days = np.concatenate([before.days[gone], told.days[row < 0]])
    found: Ints = np.unique(days[day_known(days)])
    return found


def _within(days: Ints, touched: Ints, span: int) -> NDArray[np.bool_]:
    """Returns which of ``days`` are at most ``span`` days away from one of ``touched``."""
    near: NDArray[np.bool_] = np.searchsorted(touched, days - span) < np.searchsorted(touched, days + span, "right")
    return near & day_known(days)


def _kept(links: Links, place: Ints, renewed: NDArray[np.bool_]) -> Links:
    """Returns the links that nothing concerns, by the present rows of their articles."""
    if not len(links.first):
        return NO_LINKS
    first, second = place[links.first], place[links.second]
    kept = (first >= 0) & (second >= 0)
    kept[kept] = ~(renewed[first[kept]] | renewed[second[kept]])
    return Links(first[kept], second[kept], links.strength[kept])


def _ordered(one: Ints, other: Ints, strength: Ints) -> Links:
    first, second = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((second, first))
    return Links(first[order], second[order], strength[order])
