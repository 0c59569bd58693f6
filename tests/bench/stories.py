# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures stories on judged pairs: ``python -m tests.bench.stories --archive ant_v1.1.jsonl.gz``.

Builds an index of the ANT corpus v1.1 in a temporary folder, and compares the stories with the pairs in
``tests/golden/stories_judged.tsv``. Prints precision, recall and F1 of pairs for both halves, how many stories there
are, and the processor time that stories take of the build. ``--sample N`` prints N pairs that have a story in common
and are not among the judged ones, for a judgement of precision.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any

from indexer.article import Article, article_id
from indexer.commands.cli import main as fihrist
from indexer.engine.base import Searcher
from indexer.engine.engines import store_at
from indexer.engine.local import telling
from indexer.engine.local.writing import writer
from indexer.engine.questions import ArticleQuery

JUDGED = Path(__file__).parent.parent / "golden" / "stories_judged.tsv"
SEED = 7
SHOWN_WORDS = 40


def main(arguments: Sequence[str]) -> int:
    """Builds the index and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archive", type=Path, required=True, help="the corpus, as one file or a folder")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="pairs to print")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="fihrist-bench-") as folder, timed() as spent:
        os.environ["FIHRIST_JOBS"] = "1"  # so that all of the build is in this process
        begun = time.process_time()
        if code := fihrist(["index", str(options.archive), "--index", folder]):
            return code
        whole = time.process_time() - begun
        told = sum(spent)
        print(f"build {whole:.1f} s of processor time, of which stories {told:.1f} s: +{told / (whole - told):.1%}")
        opened = store_at(folder).open()
        articles = [article for article, _ in opened.searcher.export(ArticleQuery()).articles]
        report(opened.searcher, articles)
        for one, other in sample(opened.searcher, articles, options.sample):
            print(f"\n{shown(one)}\n{shown(other)}")
        opened.close()
    return 0


@contextmanager
def timed() -> Iterator[list[float]]:
    """The seconds of processor time that each call of `telling.tell` takes."""
    spent: list[float] = []
    whole = telling.tell

    def tell(*arguments: Any) -> None:
        begun = time.process_time()
        whole(*arguments)
        spent.append(time.process_time() - begun)

    setattr(writer, "tell", tell)  # noqa: B010  # to watch it; mypy takes the name for private
    try:
        yield spent
    finally:
        setattr(writer, "tell", whole)  # noqa: B010


def report(searcher: Searcher, articles: Sequence[Article]) -> None:
    """Prints the figures of each half of the judged pairs."""
    ids = {article_id(article.url): article.id for article in articles if article.url}
    for half in ("tune", "joined", "report"):
        rows = [row for row in judged() if row[0] == half and row[1] in ids and row[2] in ids]
        found = [ids[other] in searcher.stories.articles(ids[one]) for _, one, other, _ in rows]
        same = [judgement == "same" for *_, judgement in rows]
        right = sum(map(lambda one, other: one and other, found, same))
        precision, recall = right / max(1, sum(found)), right / max(1, sum(same))
        f1 = 2 * right / max(1, sum(found) + sum(same))
        print(f"{half}: {len(rows)} pairs, {sum(same)} same; P {precision:.3f}, R {recall:.3f}, F1 {f1:.3f}")
    counts = searcher.stories.counts
    largest = max((len(searcher.stories.articles(article.id)) for article in articles), default=0)
    print(f"{counts.stories} stories with {counts.articles} of {len(articles)} articles; the largest has {largest}")


def judged() -> list[list[str]]:
    """The judged pairs, see the head of the file."""
    lines = JUDGED.read_text(encoding="utf-8").split("\n")
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def sample(searcher: Searcher, articles: Sequence[Article], most: int) -> list[tuple[Article, Article]]:
    """Pairs with a story in common, each of another story, without judged pairs and copies."""
    by_id = {article.id: article for article in articles}
    known = {frozenset(row[1:3]) for row in judged()}
    stories = sorted({tuple(searcher.stories.articles(article.id)) for article in articles} - {()})
    chance = random.Random(SEED)
    chance.shuffle(stories)
    found = []
    for members in stories:
        pairs = list(combinations(members, 2))
        chance.shuffle(pairs)
        for pair in pairs:
            one, other = (by_id[each] for each in pair)
            is_known = frozenset(article_id(each.url) for each in (one, other)) in known
            if not is_known and searcher.copies(one.id, 0)[0] != searcher.copies(other.id, 0)[0]:
                found.append((one, other))
                break
    return found[:most]


def shown(article: Article) -> str:
    """The beginning of an article, for a judge."""
    day = article.published.value[:10] if article.published else ""
    return f"{article_id(article.url)} {day} | {article.title} | {' '.join(article.body.split()[:SHOWN_WORDS])}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
