# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how long suggestions take over a published index: ``python -m tests.bench.suggest INDEX``.

Completion gets each beginning of real headlines, key by key. The speller gets correct words, and words misspelt by the
rules of `tests.search.misspell`. Similar articles and significant words get articles and headline words drawn at
random. Everything is seeded, and a first pass fills the caches, as on a running server.
"""

from __future__ import annotations

import argparse
import platform
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from indexer.engine.local.generations import IndexFolder
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.questions import ArticleQuery, PageRequest
from indexer.search.answers.related import SAMPLE, significant_words
from indexer.search.planning.column_names import ColumnNames
from indexer.search.planning.plan import plan
from indexer.search.query.request import SearchRequest
from indexer.search.suggest.completion import Completer
from indexer.search.suggest.spelling import Speller
from tests.search.misspell import misspellings

HEADLINES = 150
LONGEST = 25
MISSPELLINGS = 300
ARTICLES = 200
SEED = 11

Asked = TypeVar("Asked")


def main(arguments: Sequence[str]) -> None:
    """Measures and prints the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.suggest", description="Times of suggestions.")
    parser.add_argument("index", type=Path, help="a folder with a published index")
    index = parser.parse_args(arguments).index
    engine = WhooshEngine()
    begun = time.perf_counter()
    searcher = engine.open(IndexFolder(index).current().folder)
    opened = time.perf_counter()
    searcher.vocabulary.rows.letters  # noqa: B018  # builds what the first misspelt word would wait for
    made = time.perf_counter()
    speller = Speller(searcher.vocabulary, searcher.analyser, searcher.count())
    completer = Completer(searcher, ColumnNames.of(searcher))
    print(f"Python {platform.python_version()}, {platform.machine()}; {searcher.count():,} articles")
    print(f"opening {(opened - begun) * 1_000:.0f} ms; the {len(searcher.vocabulary.rows.words):,} words ", end="")
    print(
        f"{(made - opened) * 1_000:.0f} ms, {_megabytes(searcher.vocabulary.rows):.1f} MB, when the first is misspelt"
    )
    rng = random.Random(SEED)
    article = searcher.numbered.article
    titles = [article(rng.randrange(searcher.count())).title for _ in range(HEADLINES)]
    beginnings = [title[:length] for title in titles for length in range(1, min(len(title), LONGEST) + 1)]
    _print("completion, a key", completer_times := _times(lambda typed: completer.complete(typed, 10), beginnings))
    _print("  of the first 3 keys", [t for t, b in zip(completer_times, beginnings, strict=True) if len(b) <= 3])
    cases = misspellings(searcher.vocabulary, searcher.analyser, MISSPELLINGS, SEED)
    _print("speller, a misspelt word", _times(speller.corrections, [case.typed for case in cases]))
    _print("speller, a right word", _times(speller.corrections, [case.word for case in cases]))
    ids = [article(rng.randrange(searcher.count())).id for _ in range(ARTICLES)]
    _print("similar articles", _times(lambda one: searcher.similar(one, 5), ids))
    plans = [plan(SearchRequest(q=case.word), searcher.analyser) for case in cases]
    samples = [PageRequest(ArticleQuery(asked.ranked), "relevance", limit=SAMPLE, facets=()) for asked in plans]

    def words(sample: PageRequest) -> object:
        return significant_words(searcher, searcher.significant(sample, 10).terms)

    _print("search, significant words", _times(words, samples))


def _times(ask: Callable[[Asked], object], everything: Iterable[Asked]) -> list[tuple[float, float]]:
    """Returns the milliseconds of each, in wall-clock and processor time, in a second pass."""
    times: list[tuple[float, float]] = []
    for _ in range(2):
        times.clear()
        for one in everything:
            begun, busy = time.perf_counter(), time.process_time()
            ask(one)
            times.append(((time.perf_counter() - begun) * 1_000, (time.process_time() - busy) * 1_000))
    return times


def _print(what: str, times: Sequence[tuple[float, float]]) -> None:
    clock, processor = (np.percentile(column, [50, 95]) for column in zip(*times, strict=True))
    print(f"{what:<24} {len(times):>5} asked   p50 {clock[0]:5.1f} ms  p95 {clock[1]:5.1f} ms   ", end="")
    print(f"of the processor  p50 {processor[0]:5.1f} ms  p95 {processor[1]:5.1f} ms", flush=True)


def _megabytes(vocabulary: object) -> float:
    arrays = [value for value in vars(vocabulary).values() if isinstance(value, np.ndarray)]
    arrays += [array for value in vars(vocabulary).values() if isinstance(value, tuple) for array in value]
    return sum(array.nbytes for array in arrays) / 1e6


if __name__ == "__main__":
    main(sys.argv[1:])
