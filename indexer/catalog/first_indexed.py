"""When the archive first had an article: what a run asks the published generations before it writes the article.

An article of a known content is known, wherever its file lies by now; else one of a known id is, however its text
changed. It keeps its moment. All others are new, and have the moment of the run.

The current generation is asked, and so are those after it, which a rollback left behind. Those before it are not: what
was taken out of the archive and comes again is new. Where the current one cannot be read, the newest one before it that
can be read is asked in its place, so that also a rebuild of a damaged index keeps what can be kept.
"""

from __future__ import annotations

from functools import cached_property

from indexer import moments
from indexer.catalog.catalog import ArticleEntry, KnownMoments
from indexer.engine.local.generations import CATALOG, Generation, IndexFolder
from indexer.errors import DamagedIndexError, FihristError

_SET_BACK = 60
"""A clock that is so many seconds behind a generation was set back, and is believed."""


class FirstIndexed:
    """Answers for one run, which holds the lock of the folder; for one thread."""

    def __init__(self, folder: IndexFolder, now: int) -> None:
        """``now`` is the moment by the clock. No catalog is read before the first question."""
        self._folder = folder
        self._generations = {name: one for name in folder.names() if (one := _readable(folder, name))}
        built = max(map(_built, self._generations.values()), default=now - 1)
        self.run = built + 1 if now <= built < now + _SET_BACK else now
        """The moment of the run. It is later than that at which any generation was built, unless the clock was set
        back: so whoever knows when the generation was built that he last saw, can ask for what came after it."""

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
        names = list(self._generations)
        try:
            current = names.index(self._folder.current_name())
        except (FihristError, ValueError):
            current = len(names) - 1
        catalogs = [_opened(self._generations[name]) for name in names[current + 1 :]]
        before = (_opened(self._generations[name]) for name in reversed(names[: current + 1]))
        return [catalog for catalog in (*catalogs, next(filter(None, before), None)) if catalog]


def _readable(folder: IndexFolder, name: str) -> Generation | None:
    try:
        return folder.generation(name)
    except DamagedIndexError:
        return None


def _built(generation: Generation) -> int:
    """When it was built; 0 where it does not say so."""
    try:
        return moments.read(generation.manifest.built_at)
    except ValueError:
        return 0


def _opened(generation: Generation) -> KnownMoments | None:
    """Its catalog; None where that is not what was written, or none that can be read."""
    try:
        generation.check([CATALOG])
        return KnownMoments(generation.folder / CATALOG, _built(generation))
    except DamagedIndexError:
        return None
