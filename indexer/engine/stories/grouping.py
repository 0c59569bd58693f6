# SPDX-License-Identifier: GPL-3.0-or-later
"""Joins linked articles into stories.

The strongest links are joined first. Two groups are joined only if they hang together: of the pairs across them a
part of `_SHARE` must be linked, and at least `_HOLD` pairs, or as many as the smaller group has articles. So one
article that mentions two events does not make them one. A story ends after `LONGEST` days: what goes on for longer is
told as several stories.

The result depends on the links and the days alone. Articles that no links connect, directly or through others, do not
influence each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.engine.copies.joining import components
from indexer.engine.stories.linking import Links
from indexer.engine.stories.signatures import Ints

LINKED = 100
"""The least strength of a link that joins two groups."""

HELD = 60
"""The least strength of a link that counts for whether two groups hang together."""

_HOLD = 3
_SHARE = 0.3
LONGEST = 14
"""A story spans at most this many days, from its first article to its last."""


def stories(known: Ints, changed: NDArray[np.bool_], days: Ints, found: Links) -> Ints:
    """Returns the story of each article, given as the number of one of its articles; ``days`` are theirs.

    An article without a story is one of its own. ``known`` are the stories before the change; they stay valid for
    articles that no strong link connects with one that ``changed``.
    """
    strong = found.strength >= LINKED
    component = components(len(days), found.first[strong], found.second[strong])
    anew = np.zeros(len(days), bool)
    anew[component[changed]] = True
    anew = anew[component]
    heads = np.where(anew, np.arange(len(days)), known)
    own = component[found.first]
    rows = np.flatnonzero(anew[found.first] & (own == component[found.second]))
    order = np.lexsort((found.second[rows], found.first[rows], -found.strength[rows], own[rows]))
    rows = rows[order]
    begins = np.flatnonzero(own[rows][1:] != own[rows][:-1]) + 1
    for some in np.split(rows, begins):
        for members in _Groups(days, found, some).groups():
            heads[members] = members[0]
    return heads


class _Groups:
    """The groups of one component; ``rows`` are its links, the strongest first."""

    def __init__(self, days: Ints, found: Links, rows: Ints) -> None:
        self._pairs = list(zip(found.first[rows].tolist(), found.second[rows].tolist(), strict=True))
        self._strong = int((found.strength[rows] >= LINKED).sum())
        self._group = {one: one for pair in self._pairs for one in pair}
        self._members = {one: [one] for one in self._group}
        self._span = {one: (day, day) for one, day in ((one, int(days[one])) for one in self._group)}
        # How many links cross between two groups.
        self._across: dict[int, dict[int, int]] = {one: {} for one in self._group}
        for one, other in self._pairs:
            self._across[one][other] = self._across[other][one] = 1

    def groups(self) -> list[list[int]]:
        """Returns the articles, ascending, of each group with more than one article."""
        # A pair that does not hang together may do so once each has grown.
        waiting, grown = self._pairs[: self._strong], True
        while grown:
            grown, again = False, []
            for one, other in waiting:
                first, second = sorted((self._group[one], self._group[other]))
                if first == second:
                    continue
                if self._hang_together(first, second):
                    self._join(first, second)
                    grown = True
                else:
                    again.append((one, other))
            waiting = again
        return [sorted(members) for members in self._members.values() if len(members) > 1]

    def _hang_together(self, one: int, other: int) -> bool:
        (begun, ended), (other_begun, other_ended) = self._span[one], self._span[other]
        if max(ended, other_ended) - min(begun, other_begun) > LONGEST:
            return False
        sizes = len(self._members[one]), len(self._members[other])
        least = max(min(_HOLD, *sizes), _SHARE * sizes[0] * sizes[1])
        return self._across[one].get(other, 0) >= least

    def _join(self, one: int, other: int) -> None:
        """Put the group ``other`` into ``one``."""
        members = self._members.pop(other)
        self._members[one] += members
        self._group.update(dict.fromkeys(members, one))
        (begun, ended), (other_begun, other_ended) = self._span[one], self._span.pop(other)
        self._span[one] = min(begun, other_begun), max(ended, other_ended)
        for third, links in self._across.pop(other).items():
            self._across[third].pop(other, None)
            if third != one:
                self._across[one][third] = self._across[third][one] = self._across[one].get(third, 0) + links
