# SPDX-License-Identifier: GPL-3.0-or-later
"""``fihrist clean``: shows line by line what is kept of pages, what is removed, and why."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indexer import moments, scan, sources
from indexer.article import Article
from indexer.assemble import Rules, assemble, parse_clean, read_names
from indexer.catalog.catalog import Catalog
from indexer.catalog.repeated import REASON, line_prints, without
from indexer.cleaning import BODY, TITLE, LabelledLine, clean
from indexer.commands.output import harmless, print_json, print_row, say
from indexer.commands.parser import command, index_store
from indexer.errors import NoIndexError, SourceError, UsageError, naming_faults
from indexer.exhaustive import assert_never
from indexer.settings import number_setting, text_setting
from indexer.sources import Fault, Ignored, Item, Record, parse_fields, parse_own_fields

_KEPT = (TITLE, BODY)
_COLOURS = {TITLE: "1", BODY: ""}
_REMOVED = "31"
"""Bold for the headline, nothing for the article, red for what is removed."""

_INCOMPLETE = 3


def add(commands: Any) -> None:
    """Add the command of this module."""
    purpose = "show line by line what is kept of pages, what is removed, and why"
    parser = command(commands, "clean", _clean, purpose, "fihrist clean page.html")
    parser.add_argument("paths", metavar="FILE", nargs="+", type=Path, help="a file in any format that can be indexed")


def _clean(options: argparse.Namespace) -> int:
    for path in options.paths:
        if not path.is_file():
            raise UsageError(f"{path} is not a file; name the files whose cleaning you want to see")
    shown = _Shown(_Cleaner(_catalog(options)), as_json=options.json)
    for path in options.paths:
        for item in shown.cleaner.items(path):
            match item:
                case Ignored():
                    say(f"ignored {_place(path, item.where)}: {item.kind}")
                case Fault():
                    shown.skip(path, item.where, item.reason)
                case Record():
                    shown.show(path, item)
                case _:
                    assert_never(item)
    if options.json:
        print_json({"records": shown.described, "not_articles": shown.others})
    return shown.code


class _Shown:
    """Shows records as text, or collects their descriptions for JSON."""

    def __init__(self, cleaner: _Cleaner, *, as_json: bool) -> None:
        self.cleaner = cleaner
        self.described: list[dict[str, Any]] = []
        self.others: list[dict[str, Any]] = []
        self.code = 0
        self._as_json = as_json
        self._coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")

    def skip(self, path: Path, where: str, reason: str) -> None:
        """Say that a part of the file cannot be read."""
        say(f"skipped {_place(path, where)}: {reason}")
        self.code = _INCOMPLETE

    def show(self, path: Path, record: Record) -> None:
        """Show what the record is, or how it is cleaned."""
        if what := self.cleaner.refuses(record):
            say(f"no article {_place(path, record.key)}: {what}")
            self.others.append({"path": str(path), "record": record.key or None, "is": what})
            return
        for note in record.notes:
            say(f"warning {_place(path, record.key)}: {note}")
        try:
            with naming_faults():
                if self._as_json:
                    self.described.append(self.cleaner.described(path, record))
                    return
                lines = self.cleaner.lines(path, record)
        except SourceError as error:
            self.skip(path, record.key, str(error))
            return
        print_row(f"# {path}, {record.key}" if record.key else f"# {path}")
        for line in lines:
            _show_line(line, coloured=self._coloured)


def _place(path: Path, where: str) -> str:
    return f"{path}: {where}" if where else str(path)


def _catalog(options: argparse.Namespace) -> Catalog | None:
    """The catalog of the current generation; None if there is no index yet."""
    try:
        return Catalog(index_store(options).catalog_file())
    except NoIndexError:
        return None


def _show_line(line: LabelledLine, *, coloured: bool) -> None:
    row = f"{'+' if line.label in _KEPT else '-'} {line.label:<12} {harmless(line.text)}"
    colour = _COLOURS.get(line.label, _REMOVED)
    print(f"\033[{colour}m{row}\033[0m" if coloured and colour else row)


class _Cleaner:
    """Cleans records as the next run would."""

    def __init__(self, catalog: Catalog | None) -> None:
        self._rules = Rules(
            fields={**parse_fields(text_setting("fields")), **parse_own_fields(text_setting("own_fields"))},
            names=read_names(text_setting("source_names")),
            file_dates=bool(number_setting("file_dates")),
            all_pages=bool(number_setting("all_pages")),
            clean=parse_clean(text_setting("clean_sources")),
        )
        self._max_bytes = number_setting("max_file_mb") << 20
        self._repeated = catalog.repeated() if catalog else set()
        self._catalog = catalog

    def items(self, path: Path) -> Iterator[Item]:
        """What the file holds; if it cannot be read to its end, the last item is a fault."""
        try:
            for item in sources.read(path, max_bytes=self._max_bytes, fields=self._rules.fields):
                yield self._rules.as_said(item, self._key(path)) if isinstance(item, Record) else item
        except SourceError as error:
            yield Fault("", str(error))

    def refuses(self, record: Record) -> str:
        """What the record is, if a run would not take it for an article; "" otherwise."""
        return self._rules.refuses(record)

    def lines(self, path: Path, record: Record) -> list[LabelledLine]:
        """The lines of the record, each with its label, which comes from the page or from repetition in the archive."""
        lines = clean(record).lines
        article = self._article(path, record)
        if article is None or not (record.flattened or record.extracted) or without(article, self._repeated) is article:
            return list(lines)
        gone = {line for number, line in line_prints(article).items() if number in self._repeated}
        return [LabelledLine(text, REASON if label == BODY and text in gone else label) for text, label in lines]

    def described(self, path: Path, record: Record) -> dict[str, Any]:
        """The record's lines and what was read from them, for JSON."""
        article = self._article(path, record)
        published = article.published if article else None
        return {
            "path": str(path),
            "record": record.key or None,
            "title": (article.title if article else "") or None,
            "source": (article.source if article else "") or None,
            "category": (article.category if article else "") or None,
            "author": (article.author if article else "") or None,
            "published_at": published.value if published else None,
            "fetched_at": moments.written(article.fetched_at) if article and article.fetched_at is not None else None,
            **({"fields": dict(article.own)} if article and article.own else {}),
            "lines": [{"text": text, "kept": label in _KEPT, "as": label} for text, label in self.lines(path, record)],
        }

    def _article(self, path: Path, record: Record) -> Article | None:
        return assemble(record, self._key(path), _name(path), self._rules, path.stat().st_mtime_ns)

    def _key(self, path: Path) -> str:
        """The key of the file in the index; for another file, the key that a run over its folder would give it."""
        known = self._catalog.file(_name(path)) if self._catalog else None
        return known.key if known else f"{path.absolute().parent.name}/{path.name}"


def _name(path: Path) -> str:
    return scan.printable(path.absolute())
