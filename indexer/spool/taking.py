# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run does with the spool.

It takes the requests that wait, in their order: articles become files of ``written/``, which the run reads like others,
and removals become files of ``removed/``, which keep articles out. Only when the generation is published are the
requests done with. A run that stops before leaves them waiting; the next one takes them again, with the same result.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from indexer import scan
from indexer.article import Article
from indexer.catalog.catalog import Catalog
from indexer.catalog.published import ArticleEntry
from indexer.errors import SpoolError, UsageError
from indexer.run.report import Report, Skipped
from indexer.spool.layout import Spool, place_of
from indexer.spool.receipts import ArticleOutcome, Receipt, forget_oldest, keep_receipt
from indexer.spool.requests import WriteRequest, decoded

UNREAD = "the run could not read it; the operator's report says why"


def roots_with_spool(roots: tuple[Path, ...], spool: Spool | None, *, dry_run: bool) -> tuple[Path, ...]:
    """Returns the roots of a run, with the written articles as the last one.

    Raises UsageError if the spool cannot be written, or lies in one of the others: its requests would be read as
    articles.
    """
    if spool is None:
        return roots
    for root in roots:
        if spool.path.is_relative_to(root) or root.is_relative_to(spool.path):
            raise UsageError(f"{scan.printable(root)} and the spool {scan.printable(spool.path)} lie in each other")
    if not dry_run:
        try:
            spool.prepare()
        except OSError as error:
            raise UsageError(f"the spool {scan.printable(spool.path)} cannot be written: {error.strerror}") from error
    return (*roots, spool.written) if spool.written.is_dir() else roots


class Removal(msgspec.Struct, frozen=True):
    """Keeps an article out. ``content`` is the digest of its content (`Article.content`), "" if it was not known."""

    id: str
    content: str
    at: int
    holder: str


class WritesOfRun:
    """The writes that a run publishes."""

    def __init__(self, spool: Spool, catalog: Catalog, report: Report) -> None:
        """``catalog`` is that of the next generation."""
        self._spool = spool
        self._catalog = catalog
        self._report = report
        self._root = scan.printable(spool.written)
        self._taken: dict[str, WriteRequest] = {}
        self._removals: dict[str, Removal] = {}
        self._contents: set[str] = set()
        self._receipts: dict[str, Receipt] = {}

    def take(self, *, dry_run: bool) -> None:
        """Takes the requests that wait, unless nothing may be written; then what earlier runs took still holds.

        A request that is damaged is set aside and reported. Raises OSError.
        """
        if not dry_run:
            self._spool.clear_temporary()
            places: dict[str, Path] = {}
            for path in self._spool.waiting():
                try:
                    request = decoded(self._spool.read(path))
                except SpoolError as error:
                    self._set_aside(path, str(error))
                    continue
                self._apply(request, places)
                self._taken[path.stem] = request
        self._learn_removals()

    def _set_aside(self, path: Path, reason: str) -> None:
        os.replace(path, self._spool.damaged / path.name)
        self._report.skip(Skipped(scan.printable(path), f"{reason}; it lies in {self._spool.damaged.name}/ now"))
        keep_receipt(self._spool, path.stem, Receipt(0, "", "", (), f"the file of the request is damaged: {reason}"))

    def _apply(self, request: WriteRequest, places: dict[str, Path]) -> None:
        """Makes the files of a request. ``places`` are the files of articles that no generation has yet, by id."""
        for article in request.articles:
            place = self._spool.path / place_of(article.name)
            data = f"{article.line}\n".encode()
            places[article.id] = place
            if not (place.exists() and place.read_bytes() == data):
                place.parent.mkdir(exist_ok=True)
                self._spool.write(place, data)
            self._spool.remove(self._spool.removed / f"{article.id}.json")
        for article_id in request.removed:
            known = self._catalog.article(article_id)
            removal = Removal(article_id, known.content if known else "", request.at, request.holder)
            tombstone = self._spool.removed / f"{article_id}.json"
            if not tombstone.exists():  # the first one knows the content
                self._spool.write(tombstone, msgspec.json.encode(removal))
            if article_id in places:
                self._spool.remove(places.pop(article_id))
            elif known and self._is_written(known.path):
                self._spool.remove(Path(known.path))

    def _learn_removals(self) -> None:
        for path in sorted(self._spool.removed.iterdir()) if self._spool.removed.is_dir() else ():
            try:
                removal = msgspec.json.decode(path.read_bytes(), type=Removal)
            except (msgspec.DecodeError, UnicodeDecodeError):
                removal = Removal(path.stem, "", 0, "")  # its name says what matters most
            self._removals[removal.id] = removal
        self._contents = {removal.content for removal in self._removals.values() if removal.content}

    def _is_written(self, path: str) -> bool:
        return scan.lies_in(path, self._root)

    def explains(self, root: str, gone: Iterable[str]) -> bool:
        """Whether the files in ``gone`` are not in ``root`` any more because a program removed all their articles."""
        held = (self._catalog.articles_of(name) for name in gone if scan.lies_in(name, root))
        return root == self._root and all(article_id in self._removals for ids in held for article_id in ids)

    def to_remove(self) -> dict[str, ArticleEntry]:
        """The articles in the catalog, by id, that are kept out, and those of the same content in files of others."""
        return {entry.id: entry for entry in self._held()}

    def _held(self) -> Iterator[ArticleEntry]:
        for removal in self._removals.values():
            if known := self._catalog.article(removal.id):
                yield known
        for content in self._contents:
            holder = self._catalog.holder_of(content)
            held = [self._catalog.article(holder), *self._catalog.twins_of(holder)] if holder else []
            yield from (one for one in held if one and one.id not in self._removals and not self._is_written(one.path))

    def keeps_out(self, article: Article) -> bool:
        """Whether ``article``, which a file holds, was removed.

        Who writes an article after its content was removed wants it back, so only its own id keeps it out.
        """
        if article.id in self._removals:
            return True
        return bool(self._contents) and not self._is_written(article.path) and article.content in self._contents

    def note(self) -> None:
        """Notes what became of each article; call it when the catalog holds what will be published."""
        unread = {skipped.path: skipped.reason for skipped in self._report.skipped}
        last = {id_: receipt for receipt, request in self._taken.items() for id_ in request.ids}
        for receipt, request in self._taken.items():
            outcomes = [
                self._outcome(one.id, place_of(one.name), unread) if last[one.id] == receipt else _replaced(one.id)
                for one in request.articles
            ]
            outcomes += [
                ArticleOutcome(id_, "removed") if last[id_] == receipt else _replaced(id_) for id_ in request.removed
            ]
            self._receipts[receipt] = Receipt(request.at, request.holder, "", tuple(outcomes))

    def _outcome(self, article_id: str, place: str, unread: dict[str, str]) -> ArticleOutcome:
        if known := self._catalog.article(article_id):
            return ArticleOutcome(article_id, "published", known.twin_of)
        path = scan.printable(self._spool.path / place)
        return ArticleOutcome(article_id, "refused", reason=unread.get(path, UNREAD))

    def settle(self, generation: str) -> None:
        """Says that ``generation``, which is published, holds all that was taken.

        If the disk refuses, that is reported; the next run takes the requests again.
        """
        try:
            for receipt, noted in self._receipts.items():
                keep_receipt(self._spool, receipt, msgspec.structs.replace(noted, generation=generation))
            if self._receipts:
                forget_oldest(self._spool)
        except OSError as error:
            name = scan.printable(self._spool.path)
            self._report.skip(Skipped(name, f"the receipts cannot be written: {error.strerror}"))


def _replaced(article_id: str) -> ArticleOutcome:
    return ArticleOutcome(article_id, "replaced")
