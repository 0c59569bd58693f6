# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one step of the benchmark in a process of its own, so that memory and caches belong to that step alone.

``python -m tests.bench.worker STEP FOLDER ...`` does ``analyse``, ``draw`` (with the number of queries and the seed),
``build`` or ``ask`` (with an engine) in the folder of one archive (`Layout`), and prints its measurements as JSON.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from itertools import cycle, islice
from pathlib import Path
from typing import Any, TypeVar

from indexer.arabic.analyser import Analyser
from indexer.arabic.lexicon import lexicon
from indexer.arabic.lexicon.lexicon import Lexicon
from tests.bench import engines, queries, terms
from tests.bench.engines.base import Engine, Searcher, Tiered
from tests.bench.measure import Peak, Times, private_bytes, timed
from tests.bench.queries import Expected, Queries, headline_terms

Question = TypeVar("Question")

MEMORY_AFTER = 5
"""Memory is looked at after so many times as many pages as are timed (1,000 for 200), by engines that are not slow."""


class Layout:
    """The paths of the files and folders for one archive."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = folder / "archive"
        self.lexicon = folder / "lexicon.bin"
        self.terms = folder / "terms"
        self.queries = folder / "queries.json"
        self.added = folder / "added" / "added.jsonl"
        self.added_terms = folder / "added-terms"

    def index(self, engine: str) -> Path:
        """Returns the folder of the index that an engine builds."""
        return self.folder / f"index-{engine}"


def analyse(layout: Layout) -> dict[str, Any]:
    """Makes the terms of the archive and of the articles to add."""
    start = time.perf_counter()
    words = lexicon.shipped()
    words.write(layout.lexicon)
    analyser = Analyser(words)
    lexicon_seconds = time.perf_counter() - start
    made = terms.make(sorted(layout.archive.glob("*.jsonl")), layout.terms, analyser)
    terms.make([layout.added], layout.added_terms, analyser)
    return {**asdict(made), "lexicon_seconds": lexicon_seconds}


def draw(layout: Layout, count: int, seed: int) -> dict[str, Any]:
    """Draws the queries and counts what some of them must find."""
    analyser = Analyser(Lexicon.open(layout.lexicon))
    queries.draw(terms.Documents(layout.terms), count, seed, analyser).save(layout.queries)
    return {}


def build(layout: Layout, engine: Engine) -> dict[str, Any]:
    """Builds an engine's index; ``seconds`` leave out the reading of terms."""
    index = layout.index(engine.name)
    shutil.rmtree(index, ignore_errors=True)
    index.mkdir(parents=True)
    documents = terms.Documents(layout.terms)
    with Peak() as peak:
        start = time.perf_counter()
        articles = engine.build(index, layout.archive, documents)
        seconds = time.perf_counter() - start - documents.seconds
    return {
        "articles": articles,
        "seconds": seconds,
        "peak_bytes": peak.bytes,
        "sizes": asdict(engine.sizes(index)),
        "version": engine.version(),
    }


def ask(layout: Layout, engine: Engine) -> dict[str, Any]:
    """Runs all queries on an engine, then adds articles to a copy of its index."""
    asked = Queries.load(layout.queries)
    analyser = Analyser(Lexicon.open(layout.lexicon))
    start = time.perf_counter()
    searcher = engine.open(layout.index(engine.name), analyser)
    opening = time.perf_counter() - start
    times = {}
    if engine.pages:
        times["page"] = _page_times(engine, searcher, asked)
    memory = private_bytes()
    times |= _top_times(engine, searcher, asked, analyser)
    return {
        "open_seconds": opening,
        "times": {name: asdict(taken) for name, taken in times.items()},
        "private_bytes": memory,
        "found": [_found(searcher, check) for check in asked.checks],
        "pages": [asdict(searcher.page(headline)) for headline in asked.warm_up] if engine.pages else [],
        "add": _add(layout, engine) if engine.adds else None,
    }


def _page_times(engine: Engine, searcher: Searcher, asked: Queries) -> Times:
    """Times whole pages. Runs before memory is measured, because that should be after many pages."""
    for headline in asked.warm_up:
        searcher.page(headline)
    taken = timed(searcher.page, _share(engine, asked.pages))
    if not engine.slow:
        for headline in islice(cycle(asked.headlines), (MEMORY_AFTER - 1) * taken.queries):
            searcher.page(headline)
    return taken


def _top_times(engine: Engine, searcher: Searcher, asked: Queries, analyser: Analyser) -> dict[str, Times]:
    for headline in asked.warm_up:
        searcher.top(headline_terms(headline, analyser))
    headlines = _share(engine, asked.headlines)
    times = {"stem": timed(searcher.top, [headline_terms(headline, analyser) for headline in headlines])}
    # Other engines have one tier, so for them the stem tier is everything.
    times["top"] = times["stem"]
    if isinstance(searcher, Tiered):
        times["top"] = timed(searcher.best, [searcher.read(headline) for headline in headlines])
        asked_for = [searcher.read(headline, any_word=False) for headline in headlines]
        times["reader_top"] = timed(searcher.best, asked_for)
        times["reader_page"] = timed(searcher.reader_page, _share(engine, asked.pages))
    if engine.pages:
        pages = [headline_terms(headline, analyser) for headline in _share(engine, asked.pages)]
        times["summary"] = timed(searcher.summary, pages)
        times["phrase"] = timed(searcher.phrase, _share(engine, asked.phrases))
    return times


def _share(engine: Engine, questions: Sequence[Question]) -> Sequence[Question]:
    """Returns all queries, or a quarter of them (at least 50) for a slow engine."""
    return questions[: max(50, len(questions) // 4)] if engine.slow else questions


def _found(searcher: Searcher, check: Expected) -> dict[str, Any]:
    summary = searcher.summary(check.terms) if check.kind == "any" else None
    return {
        "total": searcher.total(check.kind, check.terms),
        "facets": summary and asdict(summary[0]),
        "top": searcher.numbers(searcher.top(check.terms)) if check.kind == "any" else [],
    }


def _add(layout: Layout, engine: Engine) -> dict[str, Any]:
    """Adds articles to a copy of the index. Returns the seconds until they are found."""
    copy = layout.folder / f"added-{engine.name}"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(layout.index(engine.name), copy)
    documents = list(terms.Documents(layout.added_terms))
    try:
        start = time.perf_counter()
        found = engine.add(copy, layout.archive, layout.added, documents)
        return {"seconds": time.perf_counter() - start, "articles": len(documents), "found": found}
    finally:
        shutil.rmtree(copy)


def main(arguments: Sequence[str]) -> None:
    """Runs the step that the command line names."""
    step, folder, *rest = arguments
    layout = Layout(Path(folder))
    if step == "analyse":
        answer = analyse(layout)
    elif step == "draw":
        answer = draw(layout, *map(int, rest))
    else:
        answer = {"build": build, "ask": ask}[step](layout, engines.load(rest[0]))
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
