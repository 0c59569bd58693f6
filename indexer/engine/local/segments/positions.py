# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds phrases and words near each other from the positions of terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.engine.local.segments.packed import BODY_POSITION
from indexer.engine.local.segments.postings import Postings
from indexer.engine.local.segments.runs import Ints, places

_POSITION_BITS = 32
_POSITION_MASK = (1 << _POSITION_BITS) - 1

_APART = 1 << 20
"""Added to positions in the body when words only have to be near each other, so that title and body stay apart."""


class Having(NamedTuple):
    """A term, and for each of some articles that all contain it the index of its posting."""

    postings: Postings
    at: Ints


def phrase_docs(terms: Sequence[Having], docs: Ints, *, in_title: bool = False) -> Ints:
    """Returns those of ``docs`` in which ``terms`` follow one another.

    ``docs`` ascend, and each term has a posting for every one of them. With ``in_title`` only titles are searched.
    """
    here, begins = np.arange(len(docs)), np.empty(0, np.int64)
    # Few articles are left after the first two terms, so the most frequent term comes last.
    by_occurrences = sorted(enumerate(terms), key=lambda pair: len(pair[1].postings.positions))
    for number, (offset, term) in enumerate(by_occurrences):
        others = _places(term, here, offset)
        if in_title:  # a phrase that begins in the title ends in it
            others = others[others & _POSITION_MASK < BODY_POSITION]
        if number and len(others):
            at = np.minimum(others.searchsorted(begins), len(others) - 1)
            others = begins[others[at] == begins]
        begins = others
        owners = begins >> _POSITION_BITS
        here = owners[np.flatnonzero(np.diff(owners, prepend=-1))]
        if not len(here):
            break
    return docs[here]


def near_docs(terms: Sequence[tuple[Having, int]], docs: Ints, span: int, *, in_title: bool = False) -> Ints:
    """Returns those of ``docs`` in which ``terms`` occur within ``span`` words, in any order.

    Each term comes with the number of times that it must occur. ``docs`` ascend, and each term has a posting for every
    one of them. With ``in_title`` only titles are searched.
    """
    places = []
    for term, _ in terms:
        own = _places(term, np.arange(len(docs)), 0)
        in_body = own & _POSITION_MASK >= BODY_POSITION
        places.append(own[~in_body] if in_title else own + in_body * _APART)
    begins = np.concatenate(places)
    ends = begins.copy()
    for own, (_, times) in zip(places, terms, strict=True):
        # The place of the last of the required occurrences from each place on.
        at = own.searchsorted(begins) + times - 1
        nowhere = np.int64(1) << 62
        ends = np.maximum(ends, np.append(own, nowhere)[np.minimum(at, len(own))])
    near = np.zeros(len(docs), bool)
    near[begins[ends - begins < span] >> _POSITION_BITS] = True
    found: Ints = docs[near]
    return found


def side_by_side(terms: Sequence[Postings], pairs: Sequence[tuple[int, int]], docs: Ints) -> list[NDArray[np.bool_]]:
    """Returns for each pair of indexes of ``terms`` in which of ``docs`` the second term directly follows the first."""
    places = []
    for term in terms:
        at = term.docs.searchsorted(docs)
        having = np.flatnonzero(term.docs[np.minimum(at, len(term.docs) - 1)] == docs) if len(term.docs) else docs[:0]
        own = np.zeros(len(docs), np.int64)
        own[having] = at[having]
        places.append(_places(Having(term, own), having, 0) if len(having) else docs[:0])
    found = []
    for first, second in pairs:
        follows, others = places[first] + 1, places[second]
        mask = np.zeros(len(docs), bool)
        if len(follows) and len(others):
            at = np.minimum(others.searchsorted(follows), len(others) - 1)
            mask[follows[others[at] == follows] >> _POSITION_BITS] = True
        found.append(mask)
    return found


def in_bodies(term: Postings, docs: Ints) -> Iterator[tuple[int, list[int]]]:
    """Yields the index of each of ``docs`` that has the term, and the word numbers of the term in its body."""
    if not len(term.docs):
        return
    places = np.minimum(term.docs.searchsorted(docs), len(term.docs) - 1)
    for index in np.flatnonzero(term.docs[places] == docs).tolist():
        first, last = term.starts[places[index]], term.starts[places[index] + 1]
        own = term.positions[first:last].tolist()
        yield index, [position - BODY_POSITION for position in own if position >= BODY_POSITION]


def _places(term: Having, here: Ints, offset: int) -> Ints:
    """Returns where phrases would begin in which this term is word number ``offset``.

    ``here`` are the indexes of the articles to look at. In the result the index of the article is in the upper bits,
    the position in the lower ones.
    """
    at = term.at[here]
    firsts = term.postings.starts[at].astype(np.int64)
    counts = term.postings.starts[at + 1] - firsts
    begins = term.postings.positions[places(firsts, counts)].astype(np.int64) - offset
    owners = np.repeat(here, counts)
    stays = begins >= 0
    return (owners << _POSITION_BITS | begins)[stays]
