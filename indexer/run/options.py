"""How a run of the indexer is to go, and by which version of reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from indexer import moments
from indexer.assemble import Rules

READING_VERSION = "4"
"""To be raised with every change of `sources` or `cleaning` that changes articles: a file that was read by another one
is read anew when a run comes by."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: ``batch`` articles a segment, files up to ``max_bytes``, ``keep`` generations stay.

    A run that would take out more than ``shrink`` percent of the articles is refused, unless ``allow_shrink``. The
    moment that it is comes from ``clock``.
    """

    batch: int = 5_000
    max_bytes: int = 512 << 20
    keep: int = 2
    shrink: int = 20
    allow_shrink: bool = False
    rebuild: bool = False
    dry_run: bool = False
    rules: Rules = field(default_factory=Rules)
    clock: Callable[[], int] = moments.now

    @property
    def read_as(self) -> str:
        """What begins the digest of a file that was read as now: another reading or other rules read it anew."""
        return f"{READING_VERSION}{self.rules.fingerprint}:"
