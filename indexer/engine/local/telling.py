# SPDX-License-Identifier: GPL-3.0-or-later
"""Updates the file of stories so that it matches the segments of an index, and opens it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Analyser
from indexer.engine.local.clusters.clusters import alive_ids
from indexer.engine.local.segments.codec import Segment, open_arrays
from indexer.engine.local.segments.forward import held_by
from indexer.engine.local.segments.packed import SegmentFile
from indexer.engine.stories import table
from indexer.engine.stories.files import opened_stories, read_stories
from indexer.engine.stories.lookup import NO_STORIES, StoryLookup
from indexer.engine.stories.signatures import HeldBases, Ints, Signatures, empty_signatures, signatures
from indexer.engine.stories.table import ToldArticles
from indexer.engine.stories.telling import source_number
from indexer.engine.stories.updating import updated

_HELD = ("held.starts", "held.bases", "held.weights", "base.text", "base.text_starts")


def tell(folder: Path, segments: Sequence[Segment], analyser: Analyser) -> None:
    """Writes the file of stories for ``segments``, from the old file. Raises OSError and DamagedIndexError."""
    files = [open_arrays(folder, segment) for segment in segments]
    for file in files:
        file.check("ids", "id_docs", "digests", "days")
    bases = np.cumsum([0, *(file.docs for file in files)])
    docs, ids = alive_ids(files, [segment.alive() for segment in segments], bases)
    none = np.empty(0, np.int64)
    present = ToldArticles(
        ids,
        np.concatenate([none, *(file.arrays["digests"] for file in files)]).astype(np.uint32)[docs],
        np.concatenate([none, *(file.arrays["days"] for file in files)]).astype(np.int64)[docs],
        np.concatenate([none, *map(_sources, files)]).astype(np.uint32)[docs],
        empty_signatures(len(ids)),
    )
    path = folder / table.NAME
    before = read_stories(path) if path.exists() else table.EMPTY
    told = updated(before, present, lambda rows: _sign(files, bases, docs[rows], analyser))
    # Other generations may hold hard links to the file.
    path.unlink(missing_ok=True)
    path.write_bytes(table.content(told))


def open_stories(folder: Path) -> StoryLookup:
    """Opens the stories in ``folder``. Generations of earlier versions have none. Raises DamagedIndexError."""
    path = folder / table.NAME
    return opened_stories(path) if path.exists() else NO_STORIES


def _sources(file: SegmentFile) -> NDArray[np.int64]:
    """Returns the column of sources for all articles of a segment."""
    hashes: NDArray[np.int64] = np.fromiter(map(source_number, file.names("source")), np.int64)
    found: NDArray[np.int64] = hashes[file.codes("source")]
    return found


def _sign(files: Sequence[SegmentFile], bases: Ints, docs: Ints, analyser: Analyser) -> Signatures:
    """Returns the signatures of ``docs``, which are numbered over all segments."""
    found = empty_signatures(len(docs))
    segment = np.searchsorted(bases, docs, side="right") - 1
    for number in np.unique(segment).tolist():
        file, rows = files[number], np.flatnonzero(segment == number)
        file.check(*_HELD)
        made = signatures(_held(file, docs[rows] - bases[number]), analyser)
        found.terms[rows], found.weights[rows] = made.terms, made.weights
    return found


def _held(file: SegmentFile, docs: Ints) -> HeldBases:
    held = held_by(file, docs)
    used, bases = np.unique(held.bases, return_inverse=True)
    return HeldBases(held.counts, bases.reshape(-1), held.weights, [held.texts[base] for base in used.tolist()])
