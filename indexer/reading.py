# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns a file of the archive into articles: reads, cleans and dates each one. A fault in one does not end the run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from indexer import sources
from indexer.article import Article
from indexer.assemble import Rules, assemble
from indexer.errors import SourceError, naming_faults
from indexer.run.report import Skipped
from indexer.scan import Candidate
from indexer.sources import Fault, Ignored, Item, Record

NO_BODY = "no body, though other articles of the file have one"
_MOST_NAMED = 100


@dataclass(frozen=True, slots=True)
class Reading:
    """An article of a file. ``is_page`` says that it was a web page, whose lines may later turn out to be repeated."""

    article: Article
    is_page: bool


@dataclass(frozen=True, slots=True)
class NoArticle:
    """A page that is not an article: ``where`` it is in the file ("" for the whole file), and ``what`` it is."""

    where: str
    what: str


@dataclass(slots=True)
class Warnings:
    """Collects what was lost or replaced in the articles of a file while they were read."""

    _notes: dict[str, tuple[str, int]] = field(default_factory=dict)
    _bodyless: list[str] = field(default_factory=list)
    _bodies: int = 0
    _count: int = 0

    def take(self, record: Record, article: Article) -> None:
        """Notes the warnings about an article that was read."""
        for note in record.notes:
            where, count = self._notes.get(note, (record.key, 0))
            self._notes[note] = where, count + 1
        self._count += not article.body
        self._bodies += bool(article.body)
        if not article.body and len(self._bodyless) < _MOST_NAMED:
            self._bodyless.append(record.key)

    def of(self, name: str) -> list[Skipped]:
        """Returns the warnings for the report on the file ``name``. A warning about many articles appears once."""
        found = [
            Skipped(name, note if count == 1 else f"{note}; so it is in {count} articles of the file", where)
            for note, (where, count) in self._notes.items()
        ]
        if self._bodies:
            found += [Skipped(name, NO_BODY, where) for where in self._bodyless]
            if self._count > len(self._bodyless):
                found.append(Skipped(name, f"{NO_BODY}: {self._count - len(self._bodyless)} more"))
        return found


def read_file(
    file: Candidate, key: str, rules: Rules, max_bytes: int, clean: Callable[[Article], Article], warnings: Warnings
) -> Iterator[Reading | NoArticle | Fault | Ignored]:
    """Yields the articles of ``file`` and its other parts, in order. Raises SourceError if it cannot be read to its
    end.

    ``key`` is the key of the file. ``clean`` removes repeated lines from an article.
    """
    items = sources.read(file.path, max_bytes=max_bytes, fields=rules.fields)
    yield from readings(items, key, file.name, file.mtime_ns, rules, clean, warnings)


def readings(
    items: Iterable[Item],
    key: str,
    path: str,
    mtime_ns: int,
    rules: Rules,
    clean: Callable[[Article], Article],
    warnings: Warnings,
) -> Iterator[Reading | NoArticle | Fault | Ignored]:
    """Yields the articles among the ``items`` of a file, and its other parts; see `read_file` and `assemble`."""
    for item in items:
        if not isinstance(item, Record):
            yield item
            continue
        if what := rules.refuses(item):
            yield NoArticle(item.key, what)
            continue
        try:
            with naming_faults():
                record = rules.as_said(item, key)
                is_page = record.flattened or record.extracted
                article = assemble(record, key, path, rules, mtime_ns)
                article = clean(article) if article and is_page else article
        except SourceError as error:
            yield Fault(item.key, str(error))
            continue
        if article is None:
            yield Fault(item.key, "no article text in it")
            continue
        warnings.take(item, article)
        yield Reading(article, is_page)
