"""Where terms stand in articles, and where they follow one another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.engine.packed import BODY_POSITION
from indexer.engine.postings import Postings
from indexer.engine.runs import Ints, places

_POSITION_BITS = 32
_POSITION_MASK = (1 << _POSITION_BITS) - 1

_APART = 1 << 20
"""So far apart title and body are put where words have only to be near each other."""


def phrase_docs(terms: Sequence[Postings], docs: Ints, *, in_title: bool = False) -> Ints:
    """Those of ``docs`` in which ``terms`` follow one another; each of ``docs``, which ascend, has all of them.

    With ``in_title`` only the title counts.
    """
    places = [_places(term, docs, offset) for offset, term in enumerate(terms)]
    if in_title:  # where it begins there, it ends there
        places[0] = places[0][places[0] & _POSITION_MASK < BODY_POSITION]
    places.sort(key=len)
    common = places[0]
    for others in places[1:]:
        if not len(common):
            break
        at = np.minimum(others.searchsorted(common), len(others) - 1)
        common = common[others[at] == common]
    here = common >> _POSITION_BITS
    found: Ints = docs[here[np.flatnonzero(np.diff(here, prepend=-1))]]
    return found


def near_docs(terms: Sequence[tuple[Postings, int]], docs: Ints, span: int, *, in_title: bool = False) -> Ints:
    """Those of ``docs`` in which ``terms`` stand within ``span`` words, in any order, each so many times.

    Each of ``docs``, which ascend, has all of them. With ``in_title`` only the title counts.
    """
    places = []
    for term, _ in terms:
        own = _places(term, docs, 0)
        in_body = own & _POSITION_MASK >= BODY_POSITION
        places.append(own[~in_body] if in_title else own + in_body * _APART)
    begins = np.concatenate(places)
    ends = begins.copy()
    for own, (_, times) in zip(places, terms, strict=True):
        # From each place on, where the last of so many occurrences stands.
        at = own.searchsorted(begins) + times - 1
        nowhere = np.int64(1) << 62
        ends = np.maximum(ends, np.append(own, nowhere)[np.minimum(at, len(own))])
    near = np.zeros(len(docs), bool)
    near[begins[ends - begins < span] >> _POSITION_BITS] = True
    found: Ints = docs[near]
    return found


def side_by_side(terms: Sequence[Postings], pairs: Sequence[tuple[int, int]], docs: Ints) -> list[NDArray[np.bool_]]:
    """For each of ``pairs`` of numbers of ``terms``: in which of ``docs`` the second follows the first somewhere."""
    places = []
    for term in terms:
        at = term.docs.searchsorted(docs)
        having = np.flatnonzero(term.docs[np.minimum(at, len(term.docs) - 1)] == docs) if len(term.docs) else docs[:0]
        owners = _places(term, docs[having], 0) if len(having) else docs[:0]
        places.append((having[owners >> _POSITION_BITS] << _POSITION_BITS) + (owners & _POSITION_MASK))
    found = []
    for first, second in pairs:
        follows, others = places[first] + 1, places[second]
        mask = np.zeros(len(docs), bool)
        if len(follows) and len(others):
            at = np.minimum(others.searchsorted(follows), len(others) - 1)
            mask[follows[others[at] == follows] >> _POSITION_BITS] = True
        found.append(mask)
    return found


def _places(term: Postings, docs: Ints, offset: int) -> Ints:
    """Where a phrase would begin whose word number ``offset`` this is: the index among ``docs`` above the position."""
    at = term.docs.searchsorted(docs)
    firsts, counts = term.spans(at)
    index = places(firsts, counts)
    begins = term.positions[index].astype(np.int64) - offset
    owners = np.repeat(np.arange(len(docs)), counts)
    stays = begins >= 0
    return (owners << _POSITION_BITS | begins)[stays]
