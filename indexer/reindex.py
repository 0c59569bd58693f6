# SPDX-License-Identifier: GPL-3.0-or-later
"""The cron job: finds the changes in the archive, builds the next generation beside the current one, publishes it.

A run concerns only the paths that it is given; articles from other paths stay in the index. For these paths, new files
are added, changed files are replaced article by article, and the articles of deleted files are removed. No article is
lost by accident: a file or folder that can no longer be read keeps the articles that it had.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path

from indexer import scan, sources
from indexer.catalog import compare
from indexer.catalog.first_indexed import FirstIndexed
from indexer.catalog.published import ArticleEntry, FileEntry
from indexer.catalog.repeated import RepeatedLines
from indexer.catalog.twins import entry_of
from indexer.engine.store import GenerationInfo, Progress, Session, Store
from indexer.errors import FihristError, IndexingError, SourceError
from indexer.exhaustive import assert_never
from indexer.reading import NoArticle, Reading, Warnings, read_file
from indexer.run import guard
from indexer.run.options import READING_VERSION, Options
from indexer.run.pending import MOST_CHARS, PendingChanges
from indexer.run.publishing import publish_staged
from indexer.run.report import Report, Skipped
from indexer.run.staging import Staging
from indexer.sources import Fault, Ignored
from indexer.spool.taking import WritesOfRun, roots_with_spool

_LONGEST_TITLE = 60
_RACY_NS = 2_000_000_000
"""If a file changed this shortly before it was read, it may change once more without a change of its time."""


class _Moving(Exception):
    """The file changed while it was read."""


def reindex(
    paths: Iterable[Path],
    store: Store,
    options: Options,
    progress: Progress,
    report: Report | None = None,
) -> Report:
    """Brings the index in ``store`` up to date with ``paths`` and publishes it, if anything changed.

    ``progress`` is called with (files done, files to read). Raises UsageError if a path is missing, LockedError if
    another run holds the lock, IncompatibleIndexError or DamagedIndexError if the index must be rebuilt, ShrinkError if
    too many articles would vanish, and IndexingError if nothing readable was found or the disk fails. After any error,
    the published index is unchanged, and ``report`` says how far the run came.
    """
    report = report or Report()
    report.dry_run = options.dry_run
    roots = scan.roots_of(paths, store.local_folder)
    roots = roots_with_spool(roots, options.spool, dry_run=options.dry_run)
    # The lock comes before the scan: what another run publishes meanwhile may hold newer files.
    with nullcontext() if options.dry_run else store.locked():
        before = _published(store)
        purpose = f"read by {options.read_as} files up to {options.max_bytes}, rebuild {options.rebuild}: "
        purpose += " ".join(sorted(map(scan.printable, roots)))
        try:
            session = store.begin(purpose, rebuild=options.rebuild, dry_run=options.dry_run)
        except OSError as error:
            raise _stopped(error) from error
        run = _Run(store, session, options, report)
        try:
            run.take_writes()
            with report.phase("scan"):
                changes = run.find_changes(scan.Scan(roots, sources.kind_by_name, store.local_folder))
            if not options.allow_shrink:
                guard.check_roots(run.emptied(changes), changes.gone)
            with report.phase("read"):
                run.update(changes, progress)
            with report.phase("compare"):
                run.count()
            if before and not options.allow_shrink:
                run.guard(before)
            run.publish()
        except OSError as error:
            raise _stopped(error) from error
        except MemoryError as error:
            raise IndexingError("out of memory; lower FIHRIST_BATCH; the published index still stands") from error
        finally:
            run.close()
    return report


def _published(store: Store) -> GenerationInfo | None:
    """Returns the current generation, even if this program cannot change it, or None if none can be read."""
    try:
        return store.info()
    except FihristError:
        return None


def _stopped(error: OSError) -> IndexingError:
    return IndexingError(f"{error}; the published index still stands")


class _Run:
    """One run, from comparing the files to publishing the generation."""

    def __init__(self, store: Store, session: Session, options: Options, report: Report) -> None:
        self._store = store
        self._session = session
        self._options = options
        self._report = report
        self._staging = Staging(session)
        self._catalog = self._staging.catalog
        self._repeated = RepeatedLines(self._catalog)
        self._pending = PendingChanges(self._staging, self._repeated, report, options.batch)
        self._firsts = FirstIndexed(store, options.clock())
        self._writes = WritesOfRun(options.spool, self._catalog, report) if options.spool else None
        self._touched: list[FileEntry] = []
        """Files whose time changed but not their content."""
        report.resumed = session.resumed

    def take_writes(self) -> None:
        """Takes what programs wrote since the last run."""
        if self._writes:
            self._writes.take(dry_run=self._options.dry_run)

    def emptied(self, changes: compare.Changes) -> list[str]:
        """The roots that hold no article file any more, though nobody can have meant that."""
        writes = self._writes
        return [root for root in changes.emptied if not (writes and writes.explains(root, changes.gone))]

    def find_changes(self, found: scan.Scan) -> compare.Changes:
        """Walks the archive and compares its files with the catalog."""
        changes = compare.compare(found, self._catalog, self._options.read_as, self._pass_over)
        self._report.files_unchanged = changes.unchanged
        return changes

    def _pass_over(self, item: Skipped | scan.OtherFile) -> None:
        match item:
            case scan.OtherFile():
                self._report.ignore(item.kind, item.name)
            case Skipped():
                self._report.skip(item)
                self._report.files_skipped += 1
            case _:
                assert_never(item)

    def update(self, changes: compare.Changes, progress: Progress) -> None:
        """Removes what is gone, then reads what is new or changed, batch by batch."""
        for name in changes.gone:
            self._pending.delete(self._catalog.articles_of(name))
            self._catalog.drop_file(name)
        if self._writes:
            self._pending.delete(self._writes.to_remove())
        to_read = changes.to_read
        for done, file in enumerate(to_read):
            progress(done, len(to_read))
            self._read(file, lambda done=done: progress(done, len(to_read)))  # type: ignore[misc]  # binds the current value
        progress(len(to_read), len(to_read))
        self._pending.flush()
        for refused in self._staging.settle():
            self._report.skip(Skipped(refused.path, refused.reason, f"article {refused.title[:_LONGEST_TITLE]!r}"))

    def count(self) -> None:
        """Counts for the report how the articles differ from those of the base."""
        report = self._report
        report.added, report.changed, report.deleted = self._catalog.difference(self._session.base_catalog)
        report.articles = self._catalog.count()
        report.duplicates = self._catalog.count_twins()
        report.unchanged = report.articles - report.added - report.changed
        if self._writes:
            self._writes.note()

    def guard(self, published: GenerationInfo) -> None:
        """Raises ShrinkError if more of the published articles would vanish than the options allow."""
        before = published.articles
        # A rebuild may give other ids to the same articles, so only their numbers can be compared.
        lost = self._report.deleted if self._session.base else max(0, before - self._report.articles)
        guard.check_share(lost, before, self._options.shrink)

    def publish(self) -> None:
        """Publishes the built generation, if anything changed, and removes old generations."""
        report = self._report
        if not report.articles and not self._session.base and not self._options.dry_run:
            raise IndexingError("; ".join(["no article was found; nothing was published", *report.left_out(20)]))
        if self._session.changed:
            # Changed times alone are no reason to publish. If a generation is published anyway, it notes them, so that
            # these files need not be read again.
            for entry in self._touched:
                self._catalog.put_file(entry)
        base = self._session.base
        moment = max(self._options.clock(), self._firsts.run)
        published = publish_staged(self._store, self._staging, report, READING_VERSION, moment)
        if (base or published) and not self._options.dry_run:
            if self._writes:
                self._writes.settle(report.generation or (base.name if base else ""))
            self._store.prune(self._options.keep, base.name if base else "")

    def close(self) -> None:
        """Discards what was not published."""
        self._firsts.close()
        self._staging.close()

    def _read(self, file: scan.Candidate, tick: Callable[[], None]) -> None:
        known = self._catalog.file(file.name)
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
            self._touched.append(_entry(file, known.key, digest))
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
            self._pending.delete({id_: entry for id_, entry in old.items() if id_ not in fresh})
        if whole or fresh:
            self._catalog.put_file(_entry(file, key, digest if whole else ""))

    def _kind(self, file: scan.Candidate) -> str:
        """Returns the kind of a file whose name does not tell it, or "" if it may hold articles. Raises SourceError."""
        return sources.kind_by_content(file.path, max_bytes=self._options.max_bytes)

    def _take(
        self, file: scan.Candidate, key: str, old: dict[str, ArticleEntry], fresh: set[str], tick: Callable[[], None]
    ) -> bool:
        """Adds the new and changed articles of a file. Returns whether the file was read without a fault.

        Adds the ids of all articles that were read to ``fresh``. Articles are added only after a check that the file
        did not change while it was read; a large file is checked batch by batch. Raises _Moving if it changed.
        """
        whole = True
        read: list[Reading] = []
        faults: list[Skipped] = []
        warnings = Warnings()
        chars = 0
        try:
            options = self._options
            for item in read_file(file, key, options.rules, options.max_bytes, self._repeated.clean, warnings):
                match item:
                    case Fault():
                        faults.append(Skipped(file.name, item.reason, item.where))
                        whole = False
                        continue
                    case NoArticle():
                        self._report.not_articles.append(Skipped(file.name, item.what, item.where))
                        continue
                    case Ignored():
                        self._report.ignore(item.kind, file.name, item.where)
                        continue
                    case Reading():
                        read.append(item)
                    case _:
                        assert_never(item)
                chars += len(item.article.title) + len(item.article.body)
                if len(read) >= options.batch or chars >= MOST_CHARS:
                    self._put(file, read, faults, old, fresh, tick)
                    read, faults, chars = [], [], 0
        except SourceError as error:
            taken = len(fresh) + len(read)
            faults.append(Skipped(file.name, str(error), f"after {taken} articles" if taken else ""))
            whole = False
        self._put(file, read, faults, old, fresh, tick)
        self._report.warnings += warnings.of(file.name)
        return whole

    def _put(
        self,
        file: scan.Candidate,
        read: list[Reading],
        faults: list[Skipped],
        old: dict[str, ArticleEntry],
        fresh: set[str],
        tick: Callable[[], None],
    ) -> None:
        if not file.unchanged():
            raise _Moving
        report = self._report
        report.skip(*faults)
        for reading in read:
            article = reading.article
            if self._writes and self._writes.keeps_out(article):
                report.kept_out += 1
                continue
            fresh.add(article.id)
            if reading.is_page:
                self._pending.pages.add(article.id)
            entry = entry_of(article)
            known = old.get(article.id)
            if known and known.fingerprint == entry.fingerprint:
                continue
            entry = entry._replace(indexed_at=self._firsts.of(entry, known))
            self._pending.put(article, entry, known)
        report.read += len(read)
        tick()
        self._pending.flush_if_full()

    def _moved_from(self, file: scan.Candidate, digest: str) -> str:
        """Returns the old path of a file whose archive was moved as a whole; "" if the file was not moved."""
        holder = self._catalog.path_of_key(file.key)
        known = self._catalog.file(holder)
        if not known or known.digest != digest or "\\" in holder:
            return ""  # another file, or a printable name that does not give the path
        try:
            return "" if Path(holder).exists() else holder
        except OSError:
            return ""

    def _move(self, origin: str, file: scan.Candidate, key: str) -> dict[str, ArticleEntry]:
        """Gives the articles of ``origin`` to the file. Each counts as changed, so that it is written again."""
        old = self._catalog.articles_of(origin)
        moved = {id_: entry._replace(path=file.name, fingerprint="") for id_, entry in old.items()}
        self._catalog.put_articles(moved.values())
        self._catalog.drop_file(origin)
        self._catalog.put_file(FileEntry(file.name, key, file.size, -1, file.ctime_ns, ""))
        return moved

    def _free_key(self, file: scan.Candidate) -> str:
        """Returns the file's key, or its whole path if a file of another archive has that key already."""
        return file.key if self._catalog.path_of_key(file.key) in ("", file.name) else file.name


def _entry(file: scan.Candidate, key: str, digest: str) -> FileEntry:
    """Returns the entry of a file that was read; ``digest`` is "" if it was not read as a whole."""
    racy = not digest or time.time_ns() - max(file.mtime_ns, file.ctime_ns) < _RACY_NS
    return FileEntry(file.name, key, file.size, -1 if racy else file.mtime_ns, file.ctime_ns, digest)
