# SPDX-License-Identifier: GPL-3.0-or-later
"""When the archive first had an article: a run asks the published generations before it writes the article.

An article whose content is known keeps the moment of that content, wherever its file lies by now. An article whose id
is known keeps its moment, however its text changed. Any other article is new and gets the moment of the run.

The run asks the current generation and those after it, which a rollback left behind. It does not ask those before it:
an article that was taken out of the archive and comes back is new. If the current generation cannot be read, the run
asks the newest readable one before it instead, so that a rebuild of a damaged index keeps as many moments as possible.
"""

from __future__ import annotations

from functools import cached_property

from indexer import moments
from indexer.catalog.published import ArticleEntry, KnownMoments
from indexer.engine.store import Store
from indexer.errors import DamagedIndexError, FihristError

_SET_BACK = 60
"""In seconds. A clock that is this far behind a generation was set back on purpose, and is believed."""


class FirstIndexed:
    """Answers for one run, which holds the lock of the store; for one thread."""

    def __init__(self, store: Store, now: int) -> None:
        """``now`` is the moment by the clock. No catalog is read before the first question."""
        self._store = store
        self._built = {name: built for name in store.names() if (built := _built(store, name)) is not None}
        latest = max(self._built.values(), default=now - 1)
        self.run = latest + 1 if now <= latest < now + _SET_BACK else now
        """The moment of the run.

        It is later than the moment at which any generation was built, unless the clock was set back. So a reader who
        knows when the last generation that he saw was built can ask for everything that came after it.
        """

    def of(self, entry: ArticleEntry, known: ArticleEntry | None = None) -> int:
        """The moment at which the archive first had the article ``entry``; ``known`` is what the run knows of it."""
        found = [moment for one in self._catalogs if (moment := one.of_content(entry.content)) is not None]
        found = found or [moment for one in self._catalogs if (moment := one.of_id(entry.id)) is not None]
        return min(found) if found else known.indexed_at if known else self.run

    def close(self) -> None:
        """Close the catalogs that were asked."""
        for catalog in self.__dict__.pop("_catalogs", ()):
            catalog.close()

    @cached_property
    def _catalogs(self) -> list[KnownMoments]:
        """The catalogs to ask."""
        names = list(self._built)
        try:
            current = names.index(self._store.current_name())
        except (FihristError, ValueError):
            current = len(names) - 1
        catalogs = [self._opened(name) for name in names[current + 1 :]]
        before = map(self._opened, reversed(names[: current + 1]))
        return [catalog for catalog in (*catalogs, next(filter(None, before), None)) if catalog]

    def _opened(self, name: str) -> KnownMoments | None:
        """The catalog of a generation; None if it cannot be read or is not what was written."""
        try:
            return KnownMoments(self._store.catalog_file(name), self._built[name])
        except DamagedIndexError:
            return None


def _built(store: Store, name: str) -> int | None:
    """The moment at which a generation was built: 0 if it does not say, None if it cannot be read."""
    try:
        return moments.read(store.info(name).built_at)
    except DamagedIndexError:
        return None
    except ValueError:
        return 0
