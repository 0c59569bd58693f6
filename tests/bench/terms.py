# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the terms that all engines get: reads, cleans and analyses the archive once, with the product's own code.

A line of a terms file is the JSON list of a `Document`'s fields. Its ``terms`` are stems separated by single spaces:
those of the title, ``BORDER``, those of the body, ``BORDER``, then the stems of names in their other spelling (عبدالله
for عبد الله). In Fihrist's index the latter have the position of the name, which other engines cannot express: after a
border they count as terms, but no phrase includes them. `queries` takes no phrase that holds one of them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from indexer import cleaning, sources
from indexer.arabic.analyser import Analyser
from tests.bench.archive import number_of

BORDER = "|"
_MAX_BYTES = 8 << 30


class Document(NamedTuple):
    """One article as the other engines get it. ``day`` is YYYY-MM-DD; ``terms`` is as the module describes."""

    number: int
    day: str
    source: str
    category: str
    title: str
    body: str
    terms: str

    @property
    def year(self) -> int:
        """The year, such as 2023."""
        return int(self.day[:4])

    @property
    def month(self) -> int:
        """The month, such as 202305."""
        return int(self.day[:4] + self.day[5:7])


@dataclass(frozen=True, slots=True)
class Made:
    """The cost of making the terms: seconds of reading and cleaning, and seconds of analysis."""

    articles: int
    read_seconds: float
    analysis_seconds: float


def make(archive: Sequence[Path], folder: Path, analyser: Analyser) -> Made:
    """Writes a terms file into the new folder ``folder`` for each file of ``archive``.

    Raises ValueError if a term holds a blank or ``BORDER``, and OSError.
    """
    folder.mkdir(parents=True)
    articles, reading, analysing = 0, 0.0, 0.0
    for path in archive:
        before = time.perf_counter()
        with (folder / f"terms-{path.stem}.jsonl").open("w", encoding="utf-8", newline="\n") as file:
            for record in sources.read(path, max_bytes=_MAX_BYTES):
                if not isinstance(record, sources.Record):
                    raise ValueError(f"{path}: not an article: {record}")
                cleaned = cleaning.clean(record)
                read = time.perf_counter()
                terms = stems(cleaned.title, cleaned.body, analyser)
                analysed = time.perf_counter()
                reading += read - before
                analysing += analysed - read
                day = cleaned.published.value if cleaned.published else ""
                number = number_of(record.url)
                document = Document(
                    number, day, record.source, cleaned.category, cleaned.title, cleaned.body, " ".join(terms)
                )
                file.write(json.dumps(document, ensure_ascii=False) + "\n")
                articles += 1
                before = time.perf_counter()
    return Made(articles, reading, analysing)


def stems(title: str, body: str, analyser: Analyser) -> list[str]:
    """Returns the terms of an article. Raises ValueError if a stem is empty, or holds a blank or ``BORDER``."""
    terms: list[str] = []
    others: list[str] = []
    for text in (title, body):
        own, extras = analyser.words(text)
        terms += [word.stem for word in own]
        terms.append(BORDER)
        others += [word.stem for _, word in extras if word.stem]
    terms += others
    if len(" ".join(terms).split()) != len(terms) or terms.count(BORDER) != 2:
        raise ValueError(f"a stem of {title!r} is empty, or holds a blank or {BORDER!r}")
    return terms


class Documents:
    """The documents in a folder of terms files, in order. ``seconds`` is how long reading them took so far."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Document]:
        before = time.perf_counter()
        for path in sorted(self._folder.glob("terms-*.jsonl")):
            with path.open("rb") as file:  # The lines of these files end in "\n" alone.
                for line in file:
                    document = Document(*json.loads(line))
                    self.seconds += time.perf_counter() - before
                    yield document
                    before = time.perf_counter()
