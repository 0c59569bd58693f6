"""Segments become one: the postings of each term are put one behind the other, nothing is sorted.

The new file is written through a map of it, some million postings at a time, so that their number takes no memory. The
bases that articles hold are put together in memory, some twenty bytes each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import TIERS, Tier
from indexer.engine.build import gram_arrays
from indexer.engine.columns import Names, name_arrays
from indexer.engine.packed import (
    COLUMNS,
    POSITIONAL,
    Arrays,
    Ints,
    SegmentFile,
    allocate,
    narrowed,
    starts_of,
    term_arrays,
    text_arrays,
    texts,
    width,
)
from indexer.engine.sketches import rows

_AT_ONCE = 4_000_000
"""So many postings or positions are moved at a time."""


class _Part(NamedTuple):
    """A segment to be merged: which articles stay, and their new numbers."""

    segment: SegmentFile
    alive: NDArray[np.bool_]
    numbers: Ints

    def postings(self, tier: Tier) -> Iterator[tuple[slice, Ints, Ints]]:
        """The tier's terms, some at a time: which, how many postings each has, and the places of those that stay."""
        starts = self.segment.arrays[f"{tier}.starts"].astype(np.int64)
        docs = self.segment.arrays[f"{tier}.docs"]
        for terms in _runs(starts):
            first, last = int(starts[terms.start]), int(starts[terms.stop])
            kept = self.alive[docs[first:last]]
            of_term = starts_of(kept)[starts[terms.start : terms.stop + 1] - first]
            yield terms, np.diff(of_term), first + np.flatnonzero(kept)


class _Tier(NamedTuple):
    """What a tier of the new segment will hold: its terms, the postings and positions of each, and where parts go.

    ``numbers`` maps the terms of each part to those of the new segment.
    """

    tier: Tier
    terms: list[bytes]
    postings: Ints
    positions: Ints
    numbers: list[Ints]


def merge(
    path: Path, segments: Sequence[SegmentFile], alive: Sequence[NDArray[np.bool_]], stored: NDArray[Any]
) -> None:
    """Write the segment that holds what is ``alive`` of ``segments``, in their order. Raises OSError.

    ``stored`` is that section of the new segment, see `stored.merge`.
    """
    bases = starts_of(np.array([mask.sum() for mask in alive], np.int64))
    parts = [
        _Part(segment, mask, base + np.cumsum(mask) - 1)
        for segment, mask, base in zip(segments, alive, bases, strict=False)
    ]
    docs = int(bases[-1])
    arrays = {**_per_article(parts), **_bases(parts), "stored": narrowed(stored)}
    tiers = [_planned(tier, parts) for tier in TIERS]
    layout = {name: (array.dtype, len(array)) for name, array in arrays.items()}
    for planned in tiers:
        fixed = _term_sections(planned)
        arrays |= fixed
        layout |= {name: (array.dtype, len(array)) for name, array in fixed.items()}
        layout |= _posting_layout(planned, parts, docs)
    target = allocate(path, docs, layout)
    for name, array in arrays.items():
        target[name][:] = array
    for planned in tiers:
        _move(planned, parts, target)


def _per_article(parts: Sequence[_Part]) -> Arrays:
    def alive(name: str) -> NDArray[Any]:
        return np.concatenate([part.segment.arrays[name][part.alive] for part in parts])

    ids, docs = [], []
    for part in parts:
        own = part.segment.arrays["id_docs"]
        kept = part.alive[own]
        ids.append(part.segment.arrays["ids"][kept])
        docs.append(part.numbers[own[kept]])
    order = np.argsort(np.concatenate(ids))
    sketches = [rows(part.segment.arrays["sketches"])[part.alive] for part in parts]
    arrays: Arrays = {
        "lengths": narrowed(alive("lengths")),
        "dates": alive("dates"),
        "ids": np.concatenate(ids)[order],
        "id_docs": narrowed(np.concatenate(docs)[order]),
        "sketches": np.concatenate(sketches).reshape(-1),
        "shingles": narrowed(alive("shingles")),
        "digests": alive("digests"),
    }
    mask = np.concatenate([part.alive for part in parts])
    for column in COLUMNS:
        names = Names.of([part.segment for part in parts], column)
        arrays |= name_arrays(column, [names.values[code] for code in names.codes[mask].tolist()])
    return arrays


def _bases(parts: Sequence[_Part]) -> Arrays:
    """The bases and who holds them; those that nobody holds any more are left out."""
    own = [texts(part.segment.arrays, "base") for part in parts]
    held, sizes, weights = [], [], []
    for part in parts:
        starts = part.segment.arrays["held.starts"].astype(np.int64)
        stays = np.repeat(part.alive, np.diff(starts))
        held.append(part.segment.arrays["held.bases"][stays])
        weights.append(part.segment.arrays["held.weights"][stays])
        sizes.append(np.diff(starts)[part.alive])
    counts = [np.bincount(bases, minlength=len(names)) for bases, names in zip(held, own, strict=True)]
    kept = {name for names, count in zip(own, counts, strict=True) for name, n in zip(names, count, strict=True) if n}
    bases = sorted(kept)
    number = {name: at for at, name in enumerate(bases)}
    numbers = [np.fromiter((number.get(name, -1) for name in names), np.int64, len(names)) for names in own]
    articles = np.zeros(len(bases), np.int64)
    for to, count in zip(numbers, counts, strict=True):
        articles[to[count > 0]] += count[count > 0]
    return {
        **text_arrays("base", [base.encode("utf-8", "surrogatepass") for base in bases]),
        **gram_arrays(bases, articles),
        "base.articles": narrowed(articles),
        "held.starts": narrowed(starts_of(np.concatenate(sizes))),
        "held.bases": narrowed(np.concatenate([to[of_part] for to, of_part in zip(numbers, held, strict=True)])),
        "held.weights": narrowed(np.concatenate(weights)),
    }


def _planned(tier: Tier, parts: Sequence[_Part]) -> _Tier:
    own = [list(part.segment.terms[tier]) for part in parts]
    terms = sorted(set().union(*own))
    number = {term: at for at, term in enumerate(terms)}
    numbers = [np.fromiter(map(number.__getitem__, texts), np.int64, len(texts)) for texts in own]
    postings, positions = np.zeros(len(terms), np.int64), np.zeros(len(terms), np.int64)
    for part, to in zip(parts, numbers, strict=True):
        for run, counts, kept in part.postings(tier):
            postings[to[run]] += counts
            if tier in POSITIONAL:
                positions[to[run]] += _summed(part.segment.arrays[f"{tier}.counts"][kept], counts)
    present = postings > 0
    # Terms that nothing holds any more have no number; they get the one behind the last, as nothing is put there.
    renumbered = np.where(present, np.cumsum(present) - 1, present.sum())
    return _Tier(
        tier,
        [term for term, there in zip(terms, present.tolist(), strict=True) if there],
        postings[present],
        positions[present],
        [renumbered[to] for to in numbers],
    )


def _term_sections(planned: _Tier) -> Arrays:
    tier = planned.tier
    arrays = {**term_arrays(tier, planned.terms), f"{tier}.starts": narrowed(starts_of(planned.postings))}
    if tier in POSITIONAL:
        arrays[f"{tier}.position_starts"] = narrowed(starts_of(planned.positions))
    return arrays


def _posting_layout(planned: _Tier, parts: Sequence[_Part], docs: int) -> dict[str, tuple[np.dtype[Any], int]]:
    tier, postings = planned.tier, int(planned.postings.sum())

    def widest(name: str) -> np.dtype[Any]:
        return max((part.segment.arrays[name].dtype for part in parts), key=lambda dtype: dtype.itemsize)

    layout = {
        f"{tier}.docs": (width(max(docs - 1, 0)), postings),
        f"{tier}.weights": (widest(f"{tier}.weights"), postings),
    }
    if tier in POSITIONAL:
        layout[f"{tier}.counts"] = (widest(f"{tier}.counts"), postings)
        layout[f"{tier}.positions"] = (widest(f"{tier}.positions"), int(planned.positions.sum()))
    return layout


def _move(planned: _Tier, parts: Sequence[_Part], target: Arrays) -> None:
    """Put the postings of all ``parts`` to their places."""
    tier = planned.tier
    next_posting = starts_of(planned.postings)
    next_position = starts_of(planned.positions)
    for part, to in zip(parts, planned.numbers, strict=True):
        arrays = part.segment.arrays
        for run, counts, kept in part.postings(tier):
            terms = to[run]
            there = _places(next_posting[terms], counts)
            next_posting[terms] += counts
            target[f"{tier}.docs"][there] = part.numbers[arrays[f"{tier}.docs"][kept]]
            target[f"{tier}.weights"][there] = arrays[f"{tier}.weights"][kept]
            if tier not in POSITIONAL:
                continue
            sizes = arrays[f"{tier}.counts"][kept].astype(np.int64)
            target[f"{tier}.counts"][there] = sizes
            of_term = _summed(sizes, counts)
            there = _places(next_position[terms], of_term)
            next_position[terms] += of_term
            first = arrays[f"{tier}.position_starts"][[run.start, run.stop]].astype(np.int64)
            positions = arrays[f"{tier}.positions"][first[0] : first[1]]
            if not part.alive.all():
                begin, end = arrays[f"{tier}.starts"][[run.start, run.stop]].tolist()
                stays = np.zeros(end - begin, bool)
                stays[kept - begin] = True
                positions = positions[np.repeat(stays, arrays[f"{tier}.counts"][begin:end])]
            target[f"{tier}.positions"][there] = positions


def _runs(starts: Ints) -> Iterator[slice]:
    """Terms, as many at a time as have about `_AT_ONCE` postings."""
    first, terms = 0, len(starts) - 1
    while first < terms:
        last = max(first + 1, int(np.searchsorted(starts, starts[first] + _AT_ONCE, side="right")) - 1)
        last = min(last, terms)
        yield slice(first, last)
        first = last


def _places(firsts: Ints, counts: Ints) -> Ints:
    """The numbers from each of ``firsts`` on, as many as ``counts`` says, one behind the other."""
    return np.repeat(firsts - starts_of(counts)[:-1], counts) + np.arange(int(counts.sum()))


def _summed(numbers: NDArray[Any], counts: Ints) -> Ints:
    """The sums of runs of ``numbers`` that are as long as ``counts`` says."""
    return np.diff(np.concatenate([[0], np.cumsum(numbers, dtype=np.int64)])[starts_of(counts)])
