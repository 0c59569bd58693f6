"""The next generation while it is built: the engine's writer and the catalog, kept in step, and checkpoints of both.

A checkpoint is a generation that is not published: ``checkpoint/`` in the index folder holds links to the files that
were staged after some batch, the catalog that belongs to exactly these, and a manifest with a digest of each. In place
of a generation's name the manifest holds what the run started from, so that another run, over another base or with
other options, does not continue it. A run that finds its own begins there; one that finds another's removes it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from indexer.article import Article
from indexer.catalog.catalog import Catalog
from indexer.engine.base import Engine, Refused, Writer
from indexer.engine.local.generations import CATALOG, Generation, IndexFolder
from indexer.engine.local.manifest import Hold
from indexer.errors import FihristError, IndexingError, NoIndexError

_FIRST_CHECKPOINT = 10.0
"""A run that has taken fewer seconds can begin anew."""

_CHECKPOINT_SHARE = 10
"""At most one part in so many of a run's time goes into checkpoints."""


class Staging:
    """What a run adds to and takes from the generation ``base`` (None: from nothing).

    The staging folder is made at the first change. The lock must be held, except for a dry run, which writes nothing.
    """

    def __init__(
        self, folder: IndexFolder, engine: Engine, base: Generation | None, purpose: str, *, dry_run: bool = False
    ) -> None:
        """``base`` was lightly checked, its catalog in full. ``purpose``: options, paths, version of reading."""
        self._folder = folder
        self._engine = engine
        self._base = base
        self._purpose = f"{base.name} of {base.manifest.built_at}; {purpose}" if base else f"nothing; {purpose}"
        self._cleaning = ""
        self._dry_run = dry_run
        self._writer: Writer | None = None
        self._refused: list[Refused] = []
        self._staged = False
        self._next_checkpoint = time.monotonic() + _FIRST_CHECKPOINT
        found = None if dry_run else self._own_checkpoint()
        self.resumed = found is not None
        """Whether an interrupted run is continued."""
        self._origin = found or base
        # A checkpoint was compared by now, all of it; of a generation only what is read has to be.
        self._unchecked = set(base.manifest.files) if base and not found else set()
        self.catalog = Catalog.copy_of(self._origin.folder / CATALOG if self._origin else None)
        """What the generation will hold; whoever applies changes puts them in here too."""

    def apply(self, deleted: Sequence[str], added: Sequence[Article]) -> None:
        """Take out the articles with the ids ``deleted``, then put ``added`` in; on disk at the next checkpoint.

        ``catalog`` must say the same by now. Raises OSError, DamagedIndexError.
        """
        if self._dry_run or not (deleted or added):
            return
        self._opened().apply(deleted, added)
        self._drop_refused()
        started = time.monotonic()
        if started >= self._next_checkpoint:
            self._keep_checkpoint()
            now = time.monotonic()
            self._next_checkpoint = now + _CHECKPOINT_SHARE * (now - started)

    def settle(self) -> list[Refused]:
        """See that all that was applied is on disk; the articles of this run that are not, which the catalog drops."""
        if self._writer:
            self._writer.settle()
            self._drop_refused()
        return self._refused

    def find(self, article_id: str) -> Article | None:
        """The article with this id as it is on disk by now; None in a dry run."""
        return None if self._dry_run else self._opened().find(article_id)

    def open(self) -> None:
        """See that there will be something to publish: what changed may be in the catalog alone."""
        if not self._dry_run:
            self._opened()

    def finish(self, articles: int) -> bool:
        """Merge, and look whether the result holds ``articles``; False where there is nothing to publish.

        Raises IndexingError where it holds another number.
        """
        if self.resumed:
            self._opened()
        if self._dry_run or not self._writer:
            return False
        self.settle()
        self._writer.finish()
        self.catalog.save(self._folder.staging / CATALOG)
        searcher = self._engine.open(self._folder.staging)
        built = searcher.count()
        searcher.close()
        if built != articles:
            self._folder.clear_checkpoint()
            raise IndexingError(f"the new index holds {built} articles instead of {articles}; it was not published")
        return True

    def publish(self, cleaning: str, built_at: int) -> Generation:
        """Make it the current generation; `finish` must have returned True. Raises IndexingError."""
        generation = self._folder.publish(
            self._engine.name,
            self._opened().analyser.fingerprint,
            cleaning,
            self.catalog.sources(),
            self._origin,
            built_at,
        )
        self._folder.clear_checkpoint()
        return generation

    def close(self) -> None:
        """Let go of the catalog, and of what was not published; the last checkpoint stays for the next run."""
        self.catalog.close()
        if self._writer:
            self._writer.close()
        if self._staged:
            self._folder.clear_staging()

    def _opened(self) -> Writer:
        if not self._writer:
            self._staged = True  # before it is, so that an interrupted run takes it away
            self._folder.stage(self._origin)
            self._writer = self._engine.writer(self._folder.staging, fresh=self._origin is None, check=self._check)
        return self._writer

    def _drop_refused(self) -> None:
        """Let the catalog know no article that the writer refused, nor its twins; their files are to be read again."""
        if self._writer is None:
            return
        new = self._writer.refused[len(self._refused) :]
        self._refused += new
        for refused in new:
            twins = [twin.id for twin in self.catalog.twins_of(refused.id)]
            self.catalog.drop_articles([refused.id, *twins])
        known = self.catalog.files() if self._refused else {}
        for path in {refused.path for refused in self._refused} & set(known):
            self.catalog.put_file(known[path]._replace(mtime_ns=-1, digest=""))

    def _check(self, names: Iterable[str]) -> None:
        """Compare those of the base's files with their digests that were not yet. Raises DamagedIndexError."""
        names = self._unchecked.intersection(names)
        if self._base and names:
            self._base.check(names)
            self._unchecked -= names

    def _own_checkpoint(self) -> Generation | None:
        """The checkpoint that this run can begin at, whole; any other is removed."""
        try:
            found = self._folder.checkpoint()
            if found and found.manifest.generation == self._purpose:
                found.require_engine(self._engine.name)
                found.check()
                found.require_analyser(self._engine.analyser(found.folder).fingerprint)
                return found
        except FihristError:
            pass  # written in part, damaged, or of another version: as good as none
        self._folder.clear_checkpoint()
        return None

    def _keep_checkpoint(self) -> None:
        self.settle()
        self._origin = self._folder.keep_checkpoint(
            self._purpose, self._engine.name, self._opened().analyser.fingerprint, self.catalog.save, self._origin
        )


def published(folder: IndexFolder) -> Generation | None:
    """The current generation of whatever kind, where there is one that can be read."""
    try:
        return folder.current()
    except FihristError:
        return None


def base_of(folder: IndexFolder, engine: Engine) -> tuple[Generation, Hold] | None:
    """What the run starts from; held, since others may publish and prune while a dry run looks at it."""
    try:
        current, hold = folder.claim()
    except NoIndexError:
        return None
    current.require_engine(engine.name)
    current.check_lightly()
    current.check([CATALOG])
    current.require_analyser(engine.analyser(current.folder).fingerprint)
    return current, hold
