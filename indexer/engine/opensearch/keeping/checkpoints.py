# SPDX-License-Identifier: GPL-3.0-or-later
"""The checkpoint of a run: where a later one can continue if this one is interrupted.

The document ``checkpoint`` in the index of state::

    purpose      the base and the options of the run: only a run with the same ones continues it
    run, index   the number of the run, and the run whose indexes it writes into
    part         documents of this part and of earlier ones belong to the checkpoint, later ones do not
    abandoned    parts that were interrupted: their documents do not belong to it, however late the cluster writes them
    analyser     the fingerprint of the analyser
    finishing    whether the run had begun to mark documents and to write clusters, which must be undone then
    catalog, lexicon, layer, ids    blobs

``layer`` holds the changes of the dictionary so far; ``ids`` holds as JSON the articles of the base that are to be
removed (``deleted``), and documents of this run that later ones replaced or that were deleted (``superseded``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from indexer.engine.opensearch.keeping.blobs import Blob, Blobs
from indexer.errors import DamagedIndexError

Json = dict[str, Any]

CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """See the head of this module."""

    purpose: str
    run: int
    index: int
    part: int
    analyser: str
    catalog: Blob
    lexicon: Blob
    layer: Blob
    ids: Blob
    abandoned: tuple[int, ...] = ()
    finishing: bool = False

    @property
    def blobs(self) -> tuple[Blob, ...]:
        """All blobs that it needs."""
        return (self.catalog, self.lexicon, self.layer, self.ids)

    def continued(self) -> Checkpoint:
        """The same checkpoint, once a session continues it: what was written after it is abandoned."""
        return replace(self, abandoned=(*self.abandoned, max(self.part, *self.abandoned, 0) + 1))

    def begun_to_finish(self) -> Checkpoint:
        """The same checkpoint, once documents are marked and clusters written."""
        return replace(self, finishing=True)

    def source(self) -> Json:
        """The document."""
        return {
            "purpose": self.purpose,
            "run": self.run,
            "index": self.index,
            "part": self.part,
            "analyser": self.analyser,
            "abandoned": list(self.abandoned),
            "finishing": self.finishing,
            **{name: list(getattr(self, name)) for name in ("catalog", "lexicon", "layer", "ids")},
        }

    @classmethod
    def of(cls, source: Mapping[str, Any] | None) -> Checkpoint | None:
        """The checkpoint in a document; None if there is none, or none that can be read."""
        if source is None:
            return None
        try:
            return cls(
                purpose=str(source["purpose"]),
                run=int(source["run"]),
                index=int(source["index"]),
                part=int(source["part"]),
                analyser=str(source["analyser"]),
                catalog=_blob(source["catalog"]),
                lexicon=_blob(source["lexicon"]),
                layer=_blob(source["layer"]),
                ids=_blob(source["ids"]),
                abandoned=tuple(map(int, source["abandoned"])),
                finishing=bool(source["finishing"]),
            )
        except (KeyError, TypeError, ValueError, IndexError):
            return None


@dataclass(slots=True)
class Leaving:
    """What a run is to mark as removed when it finishes: ids of articles of the base, and of documents of its own."""

    deleted: set[str]
    superseded: set[str]

    def put(self, blobs: Blobs) -> Blob:
        """Store it."""
        content = {"deleted": sorted(self.deleted), "superseded": sorted(self.superseded)}
        return blobs.put(json.dumps(content).encode())

    @classmethod
    def fetch(cls, blob: Blob, blobs: Blobs) -> Leaving:
        """Read it. Raises DamagedIndexError."""
        try:
            content = json.loads(blobs.fetch(blob))
            return cls(set(map(str, content["deleted"])), set(map(str, content["superseded"])))
        except (KeyError, TypeError, ValueError) as error:
            raise DamagedIndexError(f"the checkpoint of the index is damaged: {error}") from error


def _blob(source: Any) -> Blob:
    digest, size = source
    return Blob(str(digest), int(size))
