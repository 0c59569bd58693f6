"""Segments become one: their arrays are put one behind the other, renumbered and sorted by term."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import TIERS, Tier
from indexer.engine.packed import POSITIONAL, Arrays, PackedSegment, tier_arrays

Ints = NDArray[np.int64]


def merged_arrays(segments: Sequence[PackedSegment], alive: Sequence[NDArray[np.bool_]]) -> Arrays:
    """The sections of the segment that holds what is ``alive`` of ``segments``, in their order."""
    bases = np.concatenate([[0], np.cumsum([mask.sum() for mask in alive])])
    renumbered = [base + np.cumsum(mask) - 1 for base, mask in zip(bases, alive, strict=False)]
    lengths = [segment.arrays["lengths"][mask] for segment, mask in zip(segments, alive, strict=True)]
    arrays: Arrays = {"lengths": np.concatenate(lengths).astype("<u4")}
    for tier in TIERS:
        arrays |= _tier(tier, segments, alive, renumbered)
    return arrays


def _tier(
    tier: Tier, segments: Sequence[PackedSegment], alive: Sequence[NDArray[np.bool_]], renumbered: list[Ints]
) -> Arrays:
    texts = [segment.terms(tier) for segment in segments]
    terms = sorted(set().union(*texts))
    number = {text: at for at, text in enumerate(terms)}
    term_parts, doc_parts, weight_parts, kept = [], [], [], []
    for segment, mask, numbers, own in zip(segments, alive, renumbered, texts, strict=True):
        arrays = segment.arrays
        docs = arrays[f"{tier}.docs"]
        keep = mask[docs]
        starts = arrays[f"{tier}.starts"].astype(np.int64)
        own_numbers = np.fromiter((number[text] for text in own), np.int64, len(own))
        of_posting = np.repeat(own_numbers, starts[1:] - starts[:-1])
        term_parts.append(of_posting[keep])
        doc_parts.append(numbers[docs[keep]])
        weight_parts.append(arrays[f"{tier}.weights"][keep])
        kept.append(np.flatnonzero(keep))
    term, doc, weight = (np.concatenate(parts) for parts in (term_parts, doc_parts, weight_parts))
    order = np.argsort(term, kind="stable")
    present, inverse = np.unique(term[order], return_inverse=True)
    starts = np.searchsorted(inverse, np.arange(len(present) + 1))
    merged = tier_arrays(tier, [terms[at] for at in present.tolist()], starts, doc[order], weight[order])
    return merged | _values(tier, segments, kept, order) if tier in POSITIONAL else merged


def _values(tier: Tier, segments: Sequence[PackedSegment], kept: list[Ints], order: Ints) -> Arrays:
    """The positions of the postings kept, in their new order."""
    bases = np.concatenate([[0], np.cumsum([len(segment.arrays[f"{tier}.values"]) for segment in segments])])
    firsts, sizes = [], []
    for segment, postings, base in zip(segments, kept, bases, strict=False):
        starts = segment.arrays[f"{tier}.value_starts"].astype(np.int64)
        firsts.append(base + starts[postings])
        sizes.append(starts[postings + 1] - starts[postings])
    first, size = np.concatenate(firsts)[order], np.concatenate(sizes)[order]
    ends = np.cumsum(size)
    places = np.repeat(first - (ends - size), size) + np.arange(int(ends[-1]) if len(ends) else 0)
    values = np.concatenate([segment.arrays[f"{tier}.values"] for segment in segments])[places]
    return {f"{tier}.value_starts": np.concatenate([[0], ends]).astype("<u4"), f"{tier}.values": values}
