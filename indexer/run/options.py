# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a run of the indexer, and the version of the way in which it reads files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from indexer import moments
from indexer.assemble import Rules
from indexer.spool.layout import Spool

READING_VERSION = "5"
"""Raise it with every change of `sources` or `cleaning` that changes articles.

The next run reads files again that were read by another version."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a run.

    It writes ``batch`` articles at a time, reads files of up to ``max_bytes`` and keeps ``keep`` generations. It is
    refused if it would take out more than ``shrink`` percent of the articles, unless ``allow_shrink``. ``rebuild``
    builds from nothing, ``dry_run`` writes nothing. ``spool`` holds what programs wrote. ``clock`` returns the present
    moment (`moments`).
    """

    batch: int = 5_000
    max_bytes: int = 512 << 20
    keep: int = 2
    shrink: int = 20
    allow_shrink: bool = False
    rebuild: bool = False
    dry_run: bool = False
    rules: Rules = field(default_factory=Rules)
    spool: Spool | None = None
    clock: Callable[[], int] = moments.now

    @property
    def read_as(self) -> str:
        """Begins the digest of every file that is read: the version of reading and the rules.

        A file whose digest begins otherwise is read again.
        """
        return f"{READING_VERSION}{self.rules.fingerprint}:"
