"""The cron job: find what changed in the archive, build the next generation beside the current one, publish it.

A run speaks only of the paths that it is given: what the index holds from elsewhere stays. Under those paths the index
becomes what the files are: new files are added, changed ones replaced article by article, vanished ones taken out.
Nothing is lost by accident: a file that cannot be read any more keeps the articles that it gave before, and so does a
folder that cannot be listed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from indexer import catalog as catalogs
from indexer import scan, sources
from indexer.article import Article
from indexer.assemble import Rules, assemble
from indexer.catalog import ArticleEntry, Catalog, FileEntry
from indexer.engine.base import Engine, Writer
from indexer.engine.generations import CATALOG, Generation, IndexFolder
from indexer.errors import IndexingError, NoIndexError, SourceError
from indexer.report import Report, Skipped
from indexer.sources import Fault

Progress = Callable[[int, int], None]

READING_VERSION = "2"
"""To be raised with every change of `sources` or `cleaning` that changes articles: a file that was read by another one
is read anew when a run comes by."""

_BATCH_CHARS = 50_000_000
"""A batch is written when its texts reach this length, however few articles that are."""

_RACY_NS = 2_000_000_000
"""A file changed this shortly before it was read may change again within the clock's grain; its time proves nothing."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: ``batch`` articles a segment, files up to ``max_bytes``, ``keep`` generations stay."""

    batch: int = 5_000
    max_bytes: int = 512 << 20
    keep: int = 2
    rebuild: bool = False
    dry_run: bool = False
    rules: Rules = field(default_factory=Rules)

    @property
    def read_as(self) -> str:
        """What begins the digest of a file that was read as now: another reading or other rules read it anew."""
        return f"{READING_VERSION}{self.rules.fingerprint}:"


@dataclass(slots=True)
class _Changes:
    """What a batch will change."""

    deleted: list[str] = field(default_factory=list)
    added: list[Article] = field(default_factory=list)
    chars: int = 0


def reindex(paths: Iterable[Path], folder: IndexFolder, engine: Engine, options: Options, progress: Progress) -> Report:
    """Bring the index in ``folder`` up to date with ``paths`` and publish it, if anything changed.

    ``progress`` is called with (files done, files to read). Raises UsageError on a missing path, LockedError,
    IncompatibleIndexError or DamagedIndexError on an index that must be rebuilt, IndexingError where nothing readable
    was found or the disk refuses. Whatever it raises, the published index is as before.
    """
    clock = _Clock()
    with clock.phase("scan"):
        found = scan.scan(paths, sources.accepts, folder.path)
    with nullcontext() if options.dry_run else folder.locked():
        base = None if options.rebuild else _base(folder, engine)
        with clock.phase("compare"):
            plan = _Plan.of(found, base, options.read_as)
        report = Report(skipped=list(found.skipped), dry_run=options.dry_run, seconds=clock.seconds)
        run = _Run(folder, engine, options, base, report)
        try:
            with clock.phase("read and build"):
                run.update(plan, progress)
            with clock.phase("publish"):
                run.publish()
        except OSError as error:
            raise IndexingError(f"{error}; the published index still stands") from error
        finally:
            run.close()
    return report


def _base(folder: IndexFolder, engine: Engine) -> Generation | None:
    try:
        current = folder.current()
    except NoIndexError:
        return None
    current.require_engine(engine.name)
    current.require_analyser(engine.analyser(current.folder).fingerprint)
    return current


@dataclass(frozen=True, slots=True)
class _Plan:
    """Files to read, and names of files that are gone."""

    to_read: list[scan.Candidate]
    gone: list[str]
    files: int

    @classmethod
    def of(cls, found: scan.Scan, base: Generation | None, read_as: str) -> _Plan:
        known = catalogs.read_files(base.folder / CATALOG) if base else {}
        to_read = [file for file in found.candidates if not _same_times(file, known.get(file.name), read_as)]
        seen = {file.name for file in found.candidates} | {skipped.path for skipped in found.skipped}
        gone = [name for name in known if name not in seen and found.covers(name)]
        return cls(to_read, gone, len(found.candidates))


def _same_times(file: scan.Candidate, known: FileEntry | None, read_as: str) -> bool:
    return (
        known is not None
        and known.digest.startswith(read_as)
        and (known.size, known.mtime_ns, known.ctime_ns)
        == (
            file.size,
            file.mtime_ns,
            file.ctime_ns,
        )
    )


class _Run:
    """One run, from the comparison to the published generation. Staging is made at the first real change."""

    def __init__(
        self, folder: IndexFolder, engine: Engine, options: Options, base: Generation | None, report: Report
    ) -> None:
        self._folder = folder
        self._engine = engine
        self._options = options
        self._base = base
        self._report = report
        self._changes = _Changes()
        self._catalog = Catalog.copy_of(base.folder / CATALOG if base else None)
        self._keys = {entry.key: entry.path for entry in self._catalog.files().values()}
        self._known = {entry.path: entry for entry in self._catalog.files().values()}
        self._writer: Writer | None = None
        self._staging: Path | None = None

    def update(self, plan: _Plan, progress: Progress) -> None:
        """Carry the plan out, batch by batch."""
        self._report.files = plan.files
        for name in plan.gone:
            self._delete(self._catalog.articles_of(name))
            self._catalog.drop_file(name)
            self._keys.pop(self._known[name].key, None)
        for done, file in enumerate(plan.to_read):
            progress(done, len(plan.to_read))
            self._read(file)
        progress(len(plan.to_read), len(plan.to_read))
        self._flush()
        total = sum(self._catalog.sources().values())
        self._report.articles = total
        self._report.unchanged = total - self._report.added - self._report.changed

    def publish(self) -> None:
        """Publish what was built; nothing where nothing changed."""
        report = self._report
        if not report.articles and not self._base and not self._options.dry_run:
            raise IndexingError(
                "; ".join(["no article was found; nothing was published", *map(str, report.skipped[:20])])
            )
        if self._options.dry_run or not (self._writer and self._staging):
            return
        self._writer.finish()
        self._catalog.save(self._staging / CATALOG)
        searcher = self._engine.open(self._staging)
        built = searcher.count()
        searcher.close()
        if built != report.articles:
            raise IndexingError(
                f"the new index holds {built} articles instead of {report.articles}; it was not published"
            )
        generation = self._folder.publish(
            self._engine.name, self._writer.analyser.fingerprint, READING_VERSION, self._catalog.sources(), self._base
        )
        report.generation = generation.name
        self._folder.prune(self._options.keep)

    def close(self) -> None:
        """Let go of the catalog, and of what was not published."""
        self._catalog.close()
        if self._staging:
            self._folder.clear_staging()

    def _read(self, file: scan.Candidate) -> None:
        known = self._known.get(file.name)
        try:
            digest = self._options.read_as + file.digest()
        except OSError as error:
            self._skip(file, error.strerror or str(error))
            return
        if known and known.digest == digest:
            return
        moved = "" if known else self._moved_from(file, digest)
        key = known.key if known else file.key if moved else self._free_key(file)
        old = self._move(moved, file) if moved else self._catalog.articles_of(file.name)
        fresh, whole = self._take(file, key, old)
        if not file.unchanged():
            self._skip(file, "it changed while it was read; it is left for the next run")
            whole = False
        if whole:
            self._delete({id_: entry for id_, entry in old.items() if id_ not in fresh})
        elif moved:
            self._catalog.put_articles(entry for id_, entry in old.items() if id_ not in fresh)
        if whole or fresh or moved:
            racy = not whole or time.time_ns() - max(file.mtime_ns, file.ctime_ns) < _RACY_NS
            entry = FileEntry(
                file.name, key, file.size, -1 if racy else file.mtime_ns, file.ctime_ns, digest if whole else ""
            )
            self._catalog.put_file(entry)
            self._keys[key] = file.name

    def _take(self, file: scan.Candidate, key: str, old: dict[str, ArticleEntry]) -> tuple[set[str], bool]:
        """Add a file's articles that are new or changed; the ids of all, and whether it was read without fault."""
        fresh: set[str] = set()
        whole = True
        try:
            options = self._options
            for record in sources.read(file.path, max_bytes=options.max_bytes, fields=options.rules.fields):
                article = None
                if not isinstance(record, Fault):
                    article = assemble(record, key, file.name, options.rules, file.mtime_ns)
                if isinstance(record, Fault) or article is None:
                    where, reason = (
                        (record.where, record.reason)
                        if isinstance(record, Fault)
                        else (record.key, "no article text in it")
                    )
                    self._skip(file, reason, where)
                    whole = False
                    continue
                fresh.add(article.id)
                self._put(article, old.get(article.id))
        except SourceError as error:
            self._skip(file, str(error), f"after {len(fresh)} articles" if fresh else "")
            whole = False
        return fresh, whole

    def _put(self, article: Article, old: ArticleEntry | None) -> None:
        entry = ArticleEntry(article.id, article.path, article.source, article.fingerprint)
        if old and old.fingerprint == entry.fingerprint:
            return
        if old:
            self._changes.deleted.append(article.id)
            self._report.changed += 1
        else:
            self._report.added += 1
        self._changes.added.append(article)
        self._changes.chars += len(article.title) + len(article.body)
        self._catalog.put_articles([entry])
        if len(self._changes.added) >= self._options.batch or self._changes.chars >= _BATCH_CHARS:
            self._flush()

    def _delete(self, entries: dict[str, ArticleEntry]) -> None:
        self._catalog.drop_articles(entries)
        self._changes.deleted += entries
        self._report.deleted += len(entries)

    def _flush(self) -> None:
        changes, self._changes = self._changes, _Changes()
        if self._options.dry_run or not (changes.added or changes.deleted):
            return
        if not (self._writer and self._staging):
            if self._base:
                self._base.check()
            # Known before it is made, so that an interrupted run takes it away.
            self._staging = self._folder.staging
            self._folder.stage(self._base)
            self._writer = self._engine.writer(self._staging, fresh=self._base is None)
        self._writer.apply(changes.deleted, changes.added)

    def _skip(self, file: scan.Candidate, reason: str, where: str = "") -> None:
        self._report.skipped.append(Skipped(file.name, reason, where))

    def _moved_from(self, file: scan.Candidate, digest: str) -> str:
        """The path that the file had before the archive moved as a whole: known by the same key, and gone; or ""."""
        holder = self._keys.get(file.key, "")
        known = self._known.get(holder)
        if not known or known.digest != digest or "\\" in holder:
            return ""  # another file, or a name whose bytes are not known any more
        try:
            return "" if Path(holder).exists() else holder
        except OSError:
            return ""

    def _move(self, origin: str, file: scan.Candidate) -> dict[str, ArticleEntry]:
        """The articles known from ``origin``, as out of date: each is written anew, under its new path and old id."""
        old = self._catalog.articles_of(origin)
        self._catalog.drop_articles(old)
        self._catalog.drop_file(origin)
        return {id_: entry._replace(path=file.name, fingerprint="") for id_, entry in old.items()}

    def _free_key(self, file: scan.Candidate) -> str:
        """The file's key, or its whole path where a file of another archive has that key already."""
        return file.key if self._keys.get(file.key, file.name) == file.name else file.name


class _Clock:
    """Wall seconds by phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
