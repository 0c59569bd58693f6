"""``fihrist clean``: what is kept of pages and what is removed, line by line, and why."""

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
from indexer.commands.parser import command, index_folder
from indexer.engine.local.generations import CATALOG
from indexer.errors import NoIndexError, SourceError, UsageError, naming_faults
from indexer.settings import number_setting, text_setting
from indexer.sources import Fault, Ignored, Item, Record, parse_fields

_KEPT = (TITLE, BODY)
_COLOURS = {TITLE: "1", BODY: ""}
_REMOVED = "31"
"""The headline is bold, the article as it is, what is removed red."""

_INCOMPLETE = 3


def add(commands: Any) -> None:
    """Add the command of this module."""
    purpose = "show what is kept of pages and what is removed, line by line, with the reasons"
    parser = command(commands, "clean", _clean, purpose, "fihrist clean page.html")
    parser.add_argument("paths", metavar="FILE", nargs="+", type=Path, help="a file of any format that is read")


def _clean(options: argparse.Namespace) -> int:
    for path in options.paths:
        if not path.is_file():
            raise UsageError(f"{path} is no file; name the files whose cleaning you want to see")
    cleaner = _Cleaner(_catalog(options))
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    described: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    code = 0
    for path in options.paths:
        for item in cleaner.items(path):
            if isinstance(item, Ignored):
                say(f"ignored {path}: {item.where}: {item.kind}")
                continue
            if isinstance(item, Fault):
                say(f"skipped {path}: {f'{item.where}: ' if item.where else ''}{item.reason}")
                code = _INCOMPLETE
                continue
            if what := cleaner.refuses(item):
                say(f"no article {path}: {f'{item.key}: ' if item.key else ''}{what}")
                others.append({"path": str(path), "record": item.key or None, "is": what})
                continue
            for note in item.notes:
                say(f"warning {path}: {f'{item.key}: ' if item.key else ''}{note}")
            try:
                with naming_faults():
                    if options.json:
                        described.append(cleaner.described(path, item))
                        continue
                    lines = cleaner.lines(path, item)
            except SourceError as error:
                say(f"skipped {path}: {f'{item.key}: ' if item.key else ''}{error}")
                code = _INCOMPLETE
                continue
            print_row(f"# {path}, {item.key}" if item.key else f"# {path}")
            for line in lines:
                _show(line, coloured=coloured)
    if options.json:
        print_json({"records": described, "not_articles": others})
    return code


def _catalog(options: argparse.Namespace) -> Catalog | None:
    """What the archive knows; None where there is no index yet."""
    try:
        current = index_folder(options).current()
    except NoIndexError:
        return None
    current.check([CATALOG])
    return Catalog.copy_of(current.folder / CATALOG)


def _show(line: LabelledLine, *, coloured: bool) -> None:
    row = f"{'+' if line.label in _KEPT else '-'} {line.label:<12} {harmless(line.text)}"
    colour = _COLOURS.get(line.label, _REMOVED)
    print(f"\033[{colour}m{row}\033[0m" if coloured and colour else row)


class _Cleaner:
    """Cleans records as the next run would."""

    def __init__(self, catalog: Catalog | None) -> None:
        self._rules = Rules(
            fields=parse_fields(text_setting("fields")),
            names=read_names(text_setting("source_names")),
            file_dates=bool(number_setting("file_dates")),
            all_pages=bool(number_setting("all_pages")),
            clean=parse_clean(text_setting("clean_sources")),
        )
        self._max_bytes = number_setting("max_file_mb") << 20
        self._repeated = catalog.repeated() if catalog else set()
        self._files = catalog.files() if catalog else {}

    def items(self, path: Path) -> Iterator[Item]:
        """What the file holds; one that cannot be read on is a fault as its parts are."""
        try:
            for item in sources.read(path, max_bytes=self._max_bytes, fields=self._rules.fields):
                yield self._rules.as_said(item, self._key(path)) if isinstance(item, Record) else item
        except SourceError as error:
            yield Fault("", str(error))

    def refuses(self, record: Record) -> str:
        """What the record is, where a run would not take it for an article; else ""."""
        return self._rules.refuses(record)

    def lines(self, path: Path, record: Record) -> list[LabelledLine]:
        """The lines of the record as they stand, with what each is taken for, by the page or by the archive."""
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
            "lines": [{"text": text, "kept": label in _KEPT, "as": label} for text, label in self.lines(path, record)],
        }

    def _article(self, path: Path, record: Record) -> Article | None:
        return assemble(record, self._key(path), _name(path), self._rules, path.stat().st_mtime_ns)

    def _key(self, path: Path) -> str:
        """That of the file in the index; of one that is not there, as if its folder were given to a run."""
        known = self._files.get(_name(path))
        return known.key if known else f"{path.absolute().parent.name}/{path.name}"


def _name(path: Path) -> str:
    return scan.printable(path.absolute())
