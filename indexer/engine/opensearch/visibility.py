# SPDX-License-Identifier: GPL-3.0-or-later
"""Which documents belong to a generation.

Each run has a number that no other run ever has. A document says by which run it was ``added`` and by which runs it
was ``removed``: several, where runs that follow a rollback went different ways. ``part`` counts the checkpoints of a
run before the document was written. A generation consists of the runs up to its own, but for those that are not part of
it: runs that died, and runs of a way that a rollback left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Visibility:
    """The runs that a generation consists of: 1 to ``run`` without those in ``excluded``."""

    run: int
    excluded: tuple[int, ...] = ()

    def holds(self, run: int) -> bool:
        """Whether the generation consists of ``run`` too."""
        return run <= self.run and run not in self.excluded

    def sees(self, added: int, removed: tuple[int, ...] = ()) -> bool:
        """Whether a document that came and went with these runs belongs to the generation."""
        return self.holds(added) and not any(map(self.holds, removed))

    def query(self) -> Json:
        """The query that the documents of the generation match; it belongs into a filter."""
        unseen = [{"range": {"removed": span}} for span in self._spans()]
        body: Json = {"filter": [{"range": {"added": {"lte": self.run}}}], "must_not": unseen}
        if excluded := [run for run in self.excluded if run <= self.run]:
            body["must_not"] = [*unseen, {"terms": {"added": excluded}}]
        return {"bool": body}

    def _spans(self) -> Iterator[Json]:
        """The spans of numbers that the generation consists of, as ranges."""
        first = 0
        for gap in (*sorted(run for run in self.excluded if run <= self.run), self.run + 1):
            if gap > first:
                yield {"gte": first, "lte": gap - 1}
            first = gap + 1
