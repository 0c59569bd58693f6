"""The cron job: find what changed in the archive, build the next generation beside the current one, publish it.

A run speaks only of the paths that it is given: what the index holds from elsewhere stays. Under those paths the index
becomes what the files are: new files are added, changed ones replaced article by article, vanished ones taken out.
Nothing is lost by accident: a file that cannot be read any more keeps the articles that it gave before, and so does a
folder that cannot be listed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from indexer import scan, sources
from indexer.article import Article
from indexer.catalog.catalog import ArticleEntry, FileEntry
from indexer.catalog.compare import Plan
from indexer.catalog.first_indexed import FirstIndexed
from indexer.catalog.repeated import RepeatedLines
from indexer.catalog.twins import as_twin, entry_of, heir_of
from indexer.engine.base import Engine
from indexer.engine.local.generations import CATALOG, Generation, IndexFolder
from indexer.errors import IndexingError, SourceError
from indexer.reading import NoArticle, Warnings, read_file
from indexer.run import guard
from indexer.run.options import READING_VERSION, Options
from indexer.run.report import Report, Skipped
from indexer.run.staging import Staging, base_of, published
from indexer.sources import Fault, Ignored

Progress = Callable[[int, int], None]

_BATCH_CHARS = 50_000_000
"""A batch is written when its texts reach this length, however few articles that are."""

_LONGEST_TITLE = 60
_RACY_NS = 2_000_000_000
"""A file changed this shortly before it was read may change again within the clock's grain; its time proves nothing."""


@dataclass(slots=True)
class _Changes:
    """What a batch will change."""

    deleted: list[str] = field(default_factory=list)
    added: list[Article] = field(default_factory=list)
    heirs: set[str] = field(default_factory=set)
    """The ids of those added that took a twin's place, so that they may yet be taken back."""
    chars: int = 0


class _Moving(Exception):
    """The file changed while it was read."""


def reindex(
    paths: Iterable[Path],
    folder: IndexFolder,
    engine: Engine,
    options: Options,
    progress: Progress,
    report: Report | None = None,
) -> Report:
    """Bring the index in ``folder`` up to date with ``paths`` and publish it, if anything changed.

    ``progress`` is called with (files done, files to read). Raises UsageError on a missing path, LockedError,
    IncompatibleIndexError or DamagedIndexError on an index that must be rebuilt, ShrinkError where too many articles
    would vanish, IndexingError where nothing readable was found or the disk refuses. Whatever it raises, the published
    index is as before, and ``report`` says how far the run came.
    """
    report = report or Report()
    report.dry_run = options.dry_run
    roots = scan.roots_of(paths, folder.path)
    with nullcontext() if options.dry_run else folder.locked():
        with report.phase("scan"):  # not before: what another run publishes meanwhile may hold newer files
            found = scan.scan(roots, sources.kind_by_name, folder.path)
            report.skip(*found.skipped)
            report.files_skipped += len(found.skipped)
            for kind, name in found.ignored:
                report.ignore(kind, name)
        before = published(folder)
        claim = None if options.rebuild else base_of(folder, engine)
        run = _Run(found, folder, engine, options, claim and claim[0], report)
        if not options.dry_run:
            claim = None  # the lock keeps it, and it may be this run's to remove
        try:
            with report.phase("compare"):
                plan = Plan.of(found, run.known, options.read_as)
            if not options.allow_shrink:
                guard.check_roots(plan.emptied, plan.gone)
            with report.phase("read"):
                run.update(plan, progress)
            run.count()
            if before and not options.allow_shrink:
                run.guard(before)
            run.publish()
        except OSError as error:
            raise IndexingError(f"{error}; the published index still stands") from error
        except MemoryError as error:
            raise IndexingError("out of memory; lower FIHRIST_BATCH; the published index still stands") from error
        finally:
            run.close()
    return report


class _Run:
    """One run, from the comparison to the published generation."""

    def __init__(
        self,
        found: scan.Scan,
        folder: IndexFolder,
        engine: Engine,
        options: Options,
        base: Generation | None,
        report: Report,
    ) -> None:
        self._folder = folder
        self._options = options
        self._base = base
        self._report = report
        self._changes = _Changes()
        roots = " ".join(sorted(map(scan.printable, found.roots)))
        purpose = f"read by {options.read_as} files up to {options.max_bytes}, rebuild {options.rebuild}: {roots}"
        self._staging = Staging(folder, engine, base, purpose, dry_run=options.dry_run)
        self._catalog = self._staging.catalog
        self.known = self._catalog.files()
        self._keys = {entry.key: entry.path for entry in self.known.values()}
        self._repeated = RepeatedLines(self._catalog)
        self._firsts = FirstIndexed(folder, options.clock())
        self._pages: set[str] = set()
        report.resumed = self._staging.resumed

    def update(self, plan: Plan, progress: Progress) -> None:
        """Carry the plan out, batch by batch."""
        self._report.files_unchanged = plan.unchanged
        for name in plan.gone:
            self._delete(self._catalog.articles_of(name))
            self._catalog.drop_file(name)
            self._keys.pop(self.known[name].key, None)
        for done, file in enumerate(plan.to_read):
            progress(done, len(plan.to_read))
            self._read(file, lambda done=done: progress(done, len(plan.to_read)))  # type: ignore[misc]  # bound as it is now
        progress(len(plan.to_read), len(plan.to_read))
        self._flush()
        for refused in self._staging.settle():
            self._report.skip(Skipped(refused.path, refused.reason, f"article {refused.title[:_LONGEST_TITLE]!r}"))

    def count(self) -> None:
        """Say how the articles differ from those that the run began with."""
        report = self._report
        difference = self._catalog.difference(self._base.folder / CATALOG if self._base else None)
        report.added, report.changed, report.deleted = difference
        report.articles = self._catalog.count()
        report.duplicates = self._catalog.count_twins()
        report.unchanged = report.articles - report.added - report.changed

    def guard(self, published: Generation) -> None:
        """Raises ShrinkError where more of the published articles would vanish than may."""
        before = published.manifest.articles
        # Whoever rebuilds may get other ids for the same articles, so that there only their number tells.
        lost = self._report.deleted if self._base else max(0, before - self._report.articles)
        guard.check_share(lost, before, self._options.shrink)

    def publish(self) -> None:
        """Publish what was built; nothing where nothing changed."""
        report = self._report
        if not report.articles and not self._base and not self._options.dry_run:
            raise IndexingError("; ".join(["no article was found; nothing was published", *report.left_out(20)]))
        with report.phase("merge and verify"):
            built = self._staging.finish(report.articles)
        if built:
            with report.phase("publish"):
                built_at = max(self._options.clock(), self._firsts.run)
                report.generation = self._staging.publish(READING_VERSION, built_at).name
            try:
                self._folder.keep_report(report.generation, report.to_dict())
            except OSError as error:
                report.skip(Skipped(report.generation, f"its report could not be kept: {error.strerror}"))
        if self._base or built:
            self._folder.prune(self._options.keep, self._base.name if self._base else "")

    def close(self) -> None:
        """Let go of what was not published."""
        self._firsts.close()
        self._staging.close()

    def _read(self, file: scan.Candidate, tick: Callable[[], None]) -> None:
        known = self.known.get(file.name)
        report = self._report
        try:
            if not (known or file.is_sure) and (kind := self._kind(file)):
                report.ignore(kind, file.name)
                return
            sources.require_size(file.size, self._options.max_bytes)
            digest = self._options.read_as + file.digest(sources.open_regular)
        except (OSError, SourceError) as error:
            report.skip(Skipped(file.name, getattr(error, "strerror", None) or str(error)))
            report.files_skipped += 1
            return
        if known and known.digest == digest:
            report.files_unchanged += 1
            return
        moved = "" if known else self._moved_from(file, digest)
        key = known.key if known else file.key if moved else self._free_key(file)
        old = self._move(moved, file, key) if moved else self._catalog.articles_of(file.name)
        fresh: set[str] = set()
        try:
            whole = self._take(file, key, old, fresh, tick)
        except _Moving:
            report.skip(Skipped(file.name, scan.MOVED))
            whole = False
        report.files_read += whole or bool(fresh)
        report.files_skipped += not (whole or fresh)
        if whole:
            self._delete({id_: entry for id_, entry in old.items() if id_ not in fresh})
        if whole or fresh:
            racy = not whole or time.time_ns() - max(file.mtime_ns, file.ctime_ns) < _RACY_NS
            mtime_ns = -1 if racy else file.mtime_ns
            entry = FileEntry(file.name, key, file.size, mtime_ns, file.ctime_ns, digest if whole else "")
            self._catalog.put_file(entry)
            self._keys[key] = file.name

    def _kind(self, file: scan.Candidate) -> str:
        """The kind of a file whose name tells nothing, "" where it may hold articles. Raises SourceError."""
        return sources.kind_by_content(file.path, max_bytes=self._options.max_bytes)

    def _take(
        self, file: scan.Candidate, key: str, old: dict[str, ArticleEntry], fresh: set[str], tick: Callable[[], None]
    ) -> bool:
        """Add a file's articles that are new or changed; whether it was read without fault.

        ``fresh`` receives the ids of those taken. Nothing is taken, of a large file no batch, before the file was seen
        to stand still after it was read. Raises _Moving where it did not.
        """
        whole = True
        pending: list[Article] = []
        faults: list[Skipped] = []
        warnings = Warnings()
        chars = 0
        try:
            options = self._options
            for item in read_file(file, key, options.rules, options.max_bytes, self._repeated.clean, warnings):
                if isinstance(item, Fault):
                    faults.append(Skipped(file.name, item.reason, item.where))
                    whole = False
                    continue
                if isinstance(item, NoArticle):
                    self._report.not_articles.append(Skipped(file.name, item.what, item.where))
                    continue
                if isinstance(item, Ignored):
                    self._report.ignore(item.kind, file.name, item.where)
                    continue
                article = item.article
                if item.is_page:
                    self._pages.add(article.id)
                pending.append(article)
                chars += len(article.title) + len(article.body)
                if len(pending) >= self._options.batch or chars >= _BATCH_CHARS:
                    self._put(file, pending, faults, old, fresh, tick)
                    pending, faults, chars = [], [], 0
        except SourceError as error:
            taken = len(fresh) + len(pending)
            faults.append(Skipped(file.name, str(error), f"after {taken} articles" if taken else ""))
            whole = False
        self._put(file, pending, faults, old, fresh, tick)
        self._report.warnings += warnings.of(file.name)
        return whole

    def _put(
        self,
        file: scan.Candidate,
        articles: list[Article],
        faults: list[Skipped],
        old: dict[str, ArticleEntry],
        fresh: set[str],
        tick: Callable[[], None],
    ) -> None:
        if not file.unchanged():
            raise _Moving
        self._report.skip(*faults)
        for article in articles:
            fresh.add(article.id)
            entry = entry_of(article)
            known = old.get(article.id)
            if known and known.fingerprint == entry.fingerprint:
                continue
            if known and (known.twin_of or known.content != entry.content):
                self._delete({known.id: known})
            elif known:
                self._take_out(article.id)
            entry = entry._replace(indexed_at=self._firsts.of(entry, known))
            if twin := as_twin(entry, self._catalog):
                self._catalog.put_articles([twin])
                self._staging.open()
                continue
            self._changes.added.append(replace(article, indexed_at=entry.indexed_at))
            self._changes.chars += len(article.title) + len(article.body)
            self._catalog.put_articles([entry])
        self._report.read += len(articles)
        tick()
        if len(self._changes.added) >= self._options.batch or self._changes.chars >= _BATCH_CHARS:
            self._flush()

    def _delete(self, entries: dict[str, ArticleEntry]) -> None:
        if not entries:
            return
        self._catalog.drop_articles(entries)
        self._staging.open()
        for entry in entries.values():
            if entry.twin_of:
                continue
            if heir := heir_of(entry, entries, self._catalog, self._find):
                self._changes.added.append(heir)
                self._changes.heirs.add(heir.id)
            self._take_out(entry.id)

    def _take_out(self, article_id: str) -> None:
        changes = self._changes
        if article_id in changes.heirs:
            changes.heirs.remove(article_id)
            changes.added = [article for article in changes.added if article.id != article_id]
        changes.deleted.append(article_id)

    def _find(self, article_id: str) -> Article | None:
        """An article of the index as it will be."""
        if article_id in self._changes.heirs:
            return next(article for article in self._changes.added if article.id == article_id)
        return self._staging.find(article_id)

    def _flush(self) -> None:
        changes, self._changes = self._changes, _Changes()
        older = self._clean_again(changes)
        with self._report.phase("index"):
            self._staging.apply(changes.deleted, changes.added)
            for first in range(0, len(older), self._options.batch):
                found = map(self._staging.find, older[first : first + self._options.batch])
                stored = [article for article in found if article]
                cleaned = [self._repeated.clean(article) for article in stored]
                differing = [new for new, old in zip(cleaned, stored, strict=True) if new != old]
                self._catalog.put_articles(map(entry_of, differing))
                self._staging.apply([article.id for article in differing], differing)

    def _clean_again(self, changes: _Changes) -> list[str]:
        """Take out of the articles to be added what their lines show to be repeated; the ids of older such articles."""
        concerned = self._repeated.learn([article for article in changes.added if article.id in self._pages])
        places = {article.id: at for at, article in enumerate(changes.added)}
        for at in (places[article_id] for article_id in concerned if article_id in places):
            changes.added[at] = self._repeated.clean(changes.added[at])
            self._catalog.put_articles([entry_of(changes.added[at])])
        return [article_id for article_id in concerned if article_id not in places]

    def _moved_from(self, file: scan.Candidate, digest: str) -> str:
        """The path that the file had before the archive moved as a whole: known by the same key, and gone; or ""."""
        holder = self._keys.get(file.key, "")
        known = self.known.get(holder)
        if not known or known.digest != digest or "\\" in holder:
            return ""  # another file, or a name whose bytes are not known any more
        try:
            return "" if Path(holder).exists() else holder
        except OSError:
            return ""

    def _move(self, origin: str, file: scan.Candidate, key: str) -> dict[str, ArticleEntry]:
        """The articles known from ``origin``, now the file's, and out of date: each is to be written anew."""
        old = self._catalog.articles_of(origin)
        moved = {id_: entry._replace(path=file.name, fingerprint="") for id_, entry in old.items()}
        self._catalog.put_articles(moved.values())
        self._catalog.drop_file(origin)
        self._catalog.put_file(FileEntry(file.name, key, file.size, -1, file.ctime_ns, ""))
        return moved

    def _free_key(self, file: scan.Candidate) -> str:
        """The file's key, or its whole path where a file of another archive has that key already."""
        return file.key if self._keys.get(file.key, file.name) == file.name else file.name
