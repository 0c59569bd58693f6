# SPDX-License-Identifier: GPL-3.0-or-later
"""The Store interface: reads, writes, publishes and removes generations of an index, wherever the index is kept.

A store holds generations. A generation is one complete, immutable state of an index and has a name such as
``gen-000042``; one generation is current. A run changes the index in a `Session`, which no reader sees before the
session publishes its result as the new current generation. A store may be a folder or an address of a cluster; nothing
outside ``indexer.engine`` knows which.

With each generation the store keeps its catalog, a SQLite file that says which files and articles the generation was
made from (`indexer.catalog.catalog`). To its users the catalog is always a local file: a store on other machines
fetches it before it hands it out.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.base import Searcher

Identity = Hashable
"""Two publications never have the same identity, even if their generations have the same name."""

Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is to do."""


@dataclass(frozen=True, slots=True)
class GenerationInfo:
    """What a store knows of a generation without opening it.

    ``built_at`` is ISO 8601 in UTC, ``articles`` a count, ``sources`` maps the name of a source to its number of
    articles. ``format``, ``engine`` and ``analyser`` say what wrote the generation, ``cleaning`` which version of the
    cleaning its articles went through. ``bytes`` is its size, ``files`` the number of its files.
    """

    name: str
    built_at: str
    articles: int
    sources: Mapping[str, int]
    format: int
    engine: str
    analyser: str
    cleaning: str
    bytes: int
    files: int


class OpenGeneration(Protocol):
    """A generation that is open. The store does not remove it before it is closed or garbage collected."""

    @property
    def identity(self) -> Identity:
        """The identity of the publication that made it current, as it was when it was opened."""
        ...

    @property
    def info(self) -> GenerationInfo:
        """What the store knows of it."""
        ...

    @property
    def searcher(self) -> Searcher:
        """Answers from it."""
        ...

    def close(self) -> None:
        """Close the searcher and let the store remove the generation."""
        ...


class Refused(NamedTuple):
    """An article that was to be added and is not in the index, because the program failed on it, and why."""

    id: str
    path: str
    title: str
    reason: str


class Session(Protocol):
    """Changes to an index, made beside the current generation. For one thread, which holds the lock of the store.

    A dry session (see `Store.begin`) changes nothing: `apply`, `settle` and `checkpoint` do nothing, `find` finds
    nothing, and it cannot be published.
    """

    @property
    def base(self) -> GenerationInfo | None:
        """The generation that the session changes; None if it builds from nothing."""
        ...

    @property
    def resumed(self) -> bool:
        """Whether the session continues at the checkpoint of one that was interrupted."""
        ...

    @property
    def base_catalog(self) -> Path | None:
        """The catalog of `base`; to be read only."""
        ...

    @property
    def first_catalog(self) -> Path | None:
        """The catalog that describes the index as the session found it: that of the checkpoint, else `base_catalog`.

        To be read only.
        """
        ...

    def own_catalog(self) -> Path:
        """The session's own catalog, which the caller may change; the store publishes it with the generation.

        The first call makes it: a copy of `first_catalog`, or the path of a new file if there is none.
        Raises OSError.
        """
        ...

    @property
    def refused(self) -> Sequence[Refused]:
        """The articles that are not in the index though they were applied; complete after `settle`."""
        ...

    @property
    def changed(self) -> bool:
        """Whether there is anything to publish: something was applied, `own_catalog` was made, or work was resumed.

        Never in a dry session.
        """
        ...

    def apply(self, deleted: Sequence[str], added: Sequence[Article]) -> None:
        """Take out the articles with the ids ``deleted``, then put ``added`` in.

        No id may occur twice in ``added``. An id in ``added`` that is in the index already must also be in ``deleted``.
        Raises OSError, DamagedIndexError.
        """
        ...

    def settle(self) -> None:
        """Wait until all that was applied is stored."""
        ...

    def find(self, article_id: str) -> Article | None:
        """The article with this id as it was last applied, or None."""
        ...

    def checkpoint(self) -> None:
        """Settle, and keep the state of index and catalog, so that a later session can continue here. Raises OSError.

        The caller must have committed its changes to the catalog.
        """
        ...

    def drop_checkpoint(self) -> None:
        """Remove the checkpoint: no later session continues this one."""
        ...

    def finish(self) -> int:
        """Settle, merge, and prepare to publish; returns how many articles the new index holds.

        The caller must have closed the catalog. Only `publish` and `close` may follow.
        """
        ...

    def publish(self, cleaning: str, sources: Mapping[str, int], built_at: int) -> GenerationInfo:
        """Make the result the current generation; `finish` must have been called. Raises IndexingError.

        ``built_at`` is a moment (`indexer.moments`). If it raises, the current generation stays as it was.
        """
        ...

    def close(self) -> None:
        """Discard what was not published; the last checkpoint stays. May be called at any time."""
        ...


class Store(Protocol):
    """Where an index lives. It need not exist before the first generation is published.

    A ``name`` that is "" means the current generation. Methods that need a generation raise NoIndexError if nothing was
    published yet, and DamagedIndexError if the generation is missing or damaged.
    """

    @property
    def address(self) -> str:
        """The folder or address, for messages."""
        ...

    @property
    def local_folder(self) -> Path | None:
        """The folder of this machine that holds the index, which no run may read as articles; None if there is none."""
        ...

    def identity(self) -> Identity:
        """The identity of the current publication. Cheap enough to be asked before every search."""
        ...

    def current_name(self) -> str:
        """The name of the current generation."""
        ...

    def names(self) -> list[str]:
        """The names of the generations that are kept, oldest first; empty if there is no index."""
        ...

    def info(self, name: str = "") -> GenerationInfo:
        """What is known of a generation, without checking whether this program can read it."""
        ...

    def held(self, name: str = "") -> AbstractContextManager[GenerationInfo]:
        """Keep a generation from being removed until the block ends; gives what is known of it."""
        ...

    def open(self, name: str = "") -> OpenGeneration:
        """Open a generation for reading, after cheap checks. Raises IncompatibleIndexError too."""
        ...

    def analyser(self, name: str = "") -> Analyser:
        """The analyser that made the terms of a generation."""
        ...

    def catalog_file(self, name: str = "") -> Path:
        """The catalog of a generation, to be read only, after its content was checked."""
        ...

    def check(self, name: str = "") -> GenerationInfo:
        """Check everything that is stored of a generation. Raises IncompatibleIndexError and DamagedIndexError."""
        ...

    def damages(self, name: str = "") -> Iterator[str]:
        """One sentence for each part of a generation that is missing, damaged or does not belong to it."""
        ...

    def last_report(self) -> dict[str, Any]:
        """The report kept with the current generation; empty if there is none that can be read."""
        ...

    def locked(self) -> AbstractContextManager[None]:
        """Hold the lock that all changes need. Raises LockedError if another run has it, UsageError if not writable."""
        ...

    def begin(self, purpose: str, *, rebuild: bool = False, dry_run: bool = False) -> Session:
        """Begin a session on the current generation, or from nothing if there is none or ``rebuild`` is set.

        It continues at a checkpoint that was made with the same ``purpose`` and base; any other checkpoint is removed.
        The lock must be held, except for a dry session, which writes nothing into the store. Raises
        IncompatibleIndexError or DamagedIndexError if the current generation cannot be changed.
        """
        ...

    def switch(self, name: str) -> None:
        """Make the generation ``name`` current; the lock must be held. Raises IndexingError."""
        ...

    def prune(self, keep: int, base: str = "") -> list[str]:
        """Remove old generations until ``keep`` are left; returns the names of those removed. The lock must be held.

        The current generation and then ``base`` are the last to go. A generation that a reader has open stays.
        """
        ...

    def keep_report(self, name: str, report: Mapping[str, Any]) -> None:
        """Keep ``report``, a JSON object, with the generation ``name``. Raises OSError; the index is not affected."""
        ...


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """A snapshot ``name`` in a ``repository``: the ``generation`` that it holds, and its size in bytes."""

    repository: str
    name: str
    generation: GenerationInfo
    bytes: int


@runtime_checkable
class KeepsSnapshots(Protocol):
    """A store whose servers can copy an index into a repository of their own, and back."""

    def snapshot(self, repository: str, name: str, progress: Progress) -> SnapshotInfo:
        """Copy the current generation into the snapshot ``name``, "" for a name with the moment; waits for its end.

        Runs may go on meanwhile. ``progress`` is called with bytes. Raises UsageError if there is no such repository or
        the name cannot be used, UnavailableIndexError if the repository does not work or the snapshot is not whole.
        """
        ...

    def restore(self, repository: str, name: str, progress: Progress) -> GenerationInfo:
        """Publish the generation of a snapshot as a new one, under the lock.

        It is copied and checked beside what readers see, and the generations that were there stay. ``progress`` is
        called with bytes. Raises UsageError if there is no such snapshot, UnavailableIndexError if it is not whole or
        the repository does not work, DamagedIndexError if what it holds is damaged, IncompatibleIndexError,
        LockedError.
        """
        ...
