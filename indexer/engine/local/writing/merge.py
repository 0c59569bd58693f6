# SPDX-License-Identifier: GPL-3.0-or-later
"""Merges segments: concatenates the postings of each term, some million postings at a time.

Terms ascend in every segment. So a range of terms in the new segment corresponds to a range in each old one, and the
new file is written from beginning to end. The memory needed does not grow with the number of postings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import TIERS, Tier
from indexer.columns import COLUMNS, own_column
from indexer.engine.copies.sketches import HASHES
from indexer.engine.local.segments.names import NameColumn, name_arrays
from indexer.engine.local.segments.packed import SegmentFile
from indexer.engine.local.segments.postings import POSITIONAL, TierWriter
from indexer.engine.local.segments.runs import NONE, Ints, places, starts_of
from indexer.engine.local.segments.sections import Arrays, SegmentWriter, narrowed, width
from indexer.engine.local.segments.terms import term_arrays, text_arrays, texts
from indexer.engine.local.writing.build import gram_arrays

_AT_ONCE = 2_000_000
"""About this many postings are in memory at a time."""


class _Part(NamedTuple):
    """A segment to be merged, which of its articles stay (``alive``), and their new numbers."""

    segment: SegmentFile
    alive: NDArray[np.bool_]
    numbers: Ints

    def places(self, tier: Tier) -> dict[Tier, Ints]:
        """For each tier that has postings of this tier's terms, the number of each term there, or -1."""
        own = np.arange(len(self.segment.terms[tier]))
        if tier != "surface":
            return {tier: own}
        has_own = self.segment.tiers[tier].sizes(own) > 0
        folded = self.segment.arrays["surface.folded"].astype(np.int64)
        return {tier: np.where(has_own, own, -1), "folded": np.where(has_own, -1, folded)}

    def sizes(self, tier: Tier) -> Ints:
        """How many postings each term has, including those of articles that do not stay."""
        sizes = np.zeros(len(self.segment.terms[tier]), np.int64)
        for where, numbers in self.places(tier).items():
            sizes[numbers >= 0] = self.segment.tiers[where].sizes(numbers[numbers >= 0])
        return sizes


class _Postings(NamedTuple):
    """Postings of several terms in any order: the term, article, weight, count and positions of each."""

    terms: Ints
    docs: Ints
    weights: Ints
    counts: Ints
    positions: NDArray[Any]


class _Terms(NamedTuple):
    """The terms of a tier in all parts, ascending, and for each part the numbers of its terms among them."""

    texts: list[bytes]
    numbers: list[Ints]


def merge(
    path: Path, segments: Sequence[SegmentFile], alive: Sequence[NDArray[np.bool_]], stored: NDArray[Any]
) -> None:
    """Write the segment that holds the ``alive`` articles of ``segments``, in their order. Raises OSError.

    ``stored`` is the section of that name of the new segment, see `stored.merge`.
    """
    bases = starts_of(np.array([mask.sum() for mask in alive], np.int64))
    parts = [
        _Part(segment, mask, base + np.cumsum(mask) - 1)
        for segment, mask, base in zip(segments, alive, bases, strict=False)
    ]
    with SegmentWriter(path, int(bases[-1])) as target:
        target.put("stored", narrowed(stored))
        target.put_all(_per_article(parts))
        _write_bases(parts, target)
        kept: dict[Tier, Ints] = {}
        terms: dict[Tier, _Terms] = {}
        for tier in TIERS:
            terms[tier] = _terms(tier, parts)
        for tier in sorted(POSITIONAL):
            everything = np.ones(len(terms[tier].texts), bool)
            kept[tier] = _write_tier(parts, target, tier, terms[tier], everything)
        _write_surface(parts, target, terms, kept["folded"])


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
    sketches = [part.segment.arrays["sketches"].reshape(-1, HASHES)[part.alive] for part in parts]
    arrays: Arrays = {
        "lengths": narrowed(alive("lengths")),
        "dates": alive("dates"),
        "precision": alive("precision"),
        "instants": alive("instants"),
        "fetched_at": alive("fetched_at"),
        "indexed_at": alive("indexed_at"),
        "addresses": alive("addresses"),
        "ids": np.concatenate(ids)[order],
        "id_docs": narrowed(np.concatenate(docs)[order]),
        "sketches": np.concatenate(sketches).reshape(-1),
        "shingles": narrowed(alive("shingles")),
        "digests": alive("digests"),
        "days": alive("days"),
    }
    mask = np.concatenate([part.alive for part in parts])
    segments = [part.segment for part in parts]
    own_fields = sorted({name for segment in segments for name in segment.own_fields})
    for column in (*COLUMNS, *map(own_column, own_fields)):
        merged = NameColumn.of(segments, column.section)
        if not column.own or merged.stated[mask].any():
            arrays |= name_arrays(column.section, merged.names(mask))
    return arrays


def _write_bases(parts: Sequence[_Part], target: SegmentWriter) -> None:
    """Write the bases and the articles that hold them, without bases that no article holds any more."""
    own = [texts(part.segment.arrays, "base") for part in parts]
    counts = []
    for part, names in zip(parts, own, strict=True):
        count = np.zeros(len(names), np.int64)
        for held, _ in _held(part):
            count += np.bincount(held, minlength=len(names))
        counts.append(count)
    kept = {name for names, count in zip(own, counts, strict=True) for name, n in zip(names, count, strict=True) if n}
    bases = sorted(kept)
    number = {name: at for at, name in enumerate(bases)}
    numbers = [np.fromiter((number.get(name, -1) for name in names), np.int64, len(names)) for names in own]
    articles = np.zeros(len(bases), np.int64)
    for to, count in zip(numbers, counts, strict=True):
        articles[to[count > 0]] += count[count > 0]
    heaviest = max((part.segment.arrays["held.weights"].dtype for part in parts), key=lambda dtype: dtype.itemsize)
    sizes = []
    for part, to in zip(parts, numbers, strict=True):
        sizes.append(np.diff(part.segment.arrays["held.starts"].astype(np.int64))[part.alive])
        for held, weights in _held(part):
            target.append("held.bases", to[held].astype(width(max(len(bases) - 1, 0))))
            target.append("held.weights", weights.astype(heaviest))
    target.put("held.starts", narrowed(starts_of(np.concatenate(sizes))))
    target.put("base.articles", narrowed(articles))
    target.put_all(text_arrays("base", [base.encode("utf-8", "surrogatepass") for base in bases]))
    target.put_all(gram_arrays(bases, articles))


def _held(part: _Part) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """The bases in the articles that stay, with their weights, some articles at a time."""
    arrays = part.segment.arrays
    starts = arrays["held.starts"].astype(np.int64)
    for articles in _stretches(np.diff(starts)):
        first, last = starts[articles.start], starts[articles.stop]
        stays = np.repeat(part.alive[articles], np.diff(starts[articles.start : articles.stop + 1]))
        yield arrays["held.bases"][first:last][stays], arrays["held.weights"][first:last][stays]


def _terms(tier: Tier, parts: Sequence[_Part]) -> _Terms:
    own = [list(part.segment.terms[tier]) for part in parts]
    terms = sorted(set().union(*own))
    number = {term: at for at, term in enumerate(terms)}
    return _Terms(terms, [np.fromiter(map(number.__getitem__, names), np.int64, len(names)) for names in own])


def _write_tier(
    parts: Sequence[_Part], target: SegmentWriter, tier: Tier, terms: _Terms, wanted: NDArray[np.bool_]
) -> Ints:
    """Write all terms that an article still has, and the postings of those that are ``wanted``.

    Returns the number of each of ``terms`` in the new segment, -1 if no article has it any more.
    """
    present = np.zeros(len(terms.texts), bool)
    writer = TierWriter(target, tier)
    for stretch in _stretches(_sizes(parts, tier, terms)):
        found = _in_order(_gathered(parts, tier, terms, stretch))
        sizes = np.bincount(found.terms, minlength=stretch.stop - stretch.start)
        present[stretch] = sizes > 0
        writes = wanted[stretch]
        chosen = writes[found.terms]
        sizes = np.where(writes, sizes, 0)[present[stretch]]
        positions = found.positions[np.repeat(chosen, found.counts)] if tier in POSITIONAL else found.positions
        writer.add(sizes, found.docs[chosen], found.weights[chosen], found.counts[chosen], positions)
        for part in parts:
            part.segment.release()
    writer.close()
    target.put_all(
        term_arrays(tier, [text for text, there in zip(terms.texts, present.tolist(), strict=True) if there])
    )
    return np.where(present, np.cumsum(present) - 1, -1)


def _write_surface(
    parts: Sequence[_Part], target: SegmentWriter, terms: dict[Tier, _Terms], folded_numbers: Ints
) -> None:
    """Write the surface tier: only terms that share their folded term with another term have postings."""
    surface = terms["surface"]
    folded = np.zeros(len(surface.texts), np.int64)
    there = np.zeros(len(surface.texts), bool)
    for part, to, to_folded in zip(parts, surface.numbers, terms["folded"].numbers, strict=True):
        folded[to] = to_folded[part.segment.arrays["surface.folded"]]
        there[to] |= part.alive.all() | _has_any(part, "surface")
    sharing = np.bincount(folded[there], minlength=len(terms["folded"].texts))[folded] > 1
    numbers = _write_tier(parts, target, "surface", surface, sharing)
    target.put("surface.folded", narrowed(folded_numbers[folded[numbers >= 0]]))


def _has_any(part: _Part, tier: Tier) -> NDArray[np.bool_]:
    """Which terms of a tier occur in an article that stays."""
    sizes = part.sizes(tier)
    found = np.zeros(len(sizes), bool)
    everything = _Terms([], [np.arange(len(sizes))])
    for stretch in _stretches(sizes):
        found[stretch.start + _gathered([part], tier, everything, stretch).terms] = True
        part.segment.release()
    return found


def _sizes(parts: Sequence[_Part], tier: Tier, terms: _Terms) -> Ints:
    """How many postings each of ``terms`` has in all parts."""
    sizes = np.zeros(len(terms.texts), np.int64)
    for part, to in zip(parts, terms.numbers, strict=True):
        sizes[to] += part.sizes(tier)
    return sizes


def _gathered(parts: Sequence[_Part], tier: Tier, terms: _Terms, stretch: slice) -> _Postings:
    """The postings of a range of ``terms`` in articles that stay, part by part; terms are numbered within the range."""
    found: list[_Postings] = []
    for part, to in zip(parts, terms.numbers, strict=True):
        first, last = to.searchsorted([stretch.start, stretch.stop])
        for where, all_numbers in part.places(tier).items():
            numbers = all_numbers[first:last]
            own = to[first:last][numbers >= 0] - stretch.start
            numbers = numbers[numbers >= 0]
            reader = part.segment.tiers[where]
            docs = reader.docs(numbers)
            weights, counts = reader.weights(numbers)
            stays = part.alive[docs]
            positions: NDArray[Any] = NONE
            if tier in POSITIONAL:
                begins = reader.position_starts[numbers].astype(np.int64)
                ends = reader.position_starts[numbers + 1].astype(np.int64)
                positions = reader.positions[places(begins, ends - begins)][np.repeat(stays, counts)]
            of_term = np.repeat(own, reader.sizes(numbers))
            found.append(_Postings(of_term[stays], part.numbers[docs[stays]], weights[stays], counts[stays], positions))
    return _Postings(*map(np.concatenate, zip(*found, strict=True)))


def _in_order(found: _Postings) -> _Postings:
    """``found`` ordered by term and article; each part is in that order already."""
    order = np.argsort(found.terms, kind="stable")
    positions = found.positions
    if len(positions):
        positions = positions[places(starts_of(found.counts)[:-1][order], found.counts[order])]
    return _Postings(found.terms[order], found.docs[order], found.weights[order], found.counts[order], positions)


def _stretches(sizes: Ints) -> Iterator[slice]:
    """Ranges of a list whose entries have these ``sizes``, about `_AT_ONCE` in sum; one, empty, if it is empty."""
    starts = starts_of(sizes)
    first = 0
    if not len(sizes):
        yield slice(0, 0)
    while first < len(sizes):
        last = max(first + 1, int(starts.searchsorted(starts[first] + _AT_ONCE, side="right")) - 1)
        yield slice(first, min(last, len(sizes)))
        first = last
