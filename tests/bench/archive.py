# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a seeded archive of news in JSON Lines: bodies of real sentences in a new order, under real headlines.

Real sentences keep the frequencies of words (Zipf's law) and their neighbours, which phrases need. Two things are not
realistic: the vocabulary stays that of the corpus however many articles are made, and an article has no subject of its
own.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from indexer import cleaning, sources
from indexer.errors import SourceError

FILE_ARTICLES = 10_000
"""Articles a file of the archive."""

WORDS = 235
"""Words that a body has on average when its last sentence is begun, so about 250 in all."""

ADDED = "zqxfihristadded"
"""A word that no article has but those that `write_added` makes."""

FIRST_DAY = date(2014, 1, 1)
DAYS = 3_652

SOURCES = (
    "وكالة الميناء",
    "صحيفة الضفتين",
    "إذاعة السهل",
    "موقع الشرفة",
    "قناة المنارة",
    "يومية الرواق",
    "مجلة الفصول",
    "وكالة القوافل",
    "صدى الجبل",
    "بريد الساحل",
    "منبر الواحة",
    "أخبار المرسى",
)
CATEGORIES = ("سياسة", "اقتصاد", "رياضة", "مجتمع", "ثقافة", "العالم", "صحة", "علوم", "بيئة", "تعليم")

_SENTENCE_END = re.compile(r"(?<=[.!؟?…])\s+|\n+")
_SENTENCE_WORDS = range(4, 81)
_PARAGRAPH_SENTENCES = 3
_MAX_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Corpus:
    """The headlines and sentences that an archive is drawn from; neither list is empty. ``name`` says where they come
    from."""

    name: str
    headlines: Sequence[str]
    sentences: Sequence[str]


def read_corpus(path: Path) -> Corpus:
    """Reads a corpus from a file of JSON Lines (perhaps gzipped), or from a folder of any files that Fihrist reads.

    Raises ValueError if it holds no headline or no sentence, and OSError.
    """
    headlines: dict[str, None] = {}  # A dict is a set that keeps the order of the files, on which the seed depends.
    found: dict[str, None] = {}
    for title, body in _folder(path) if path.is_dir() else _lines(path):
        if title:
            headlines[" ".join(title.split())] = None
        for sentence in _SENTENCE_END.split(body):
            if len(sentence.split()) in _SENTENCE_WORDS:
                found[" ".join(sentence.split())] = None
    if not headlines or not found:
        raise ValueError(f"{path} holds {len(headlines)} headlines and {len(found)} sentences; some of each are needed")
    return Corpus(path.name, list(headlines), list(found))


def write(folder: Path, articles: int, seed: int, corpus: Corpus) -> list[Path]:
    """Writes an archive of ``count`` articles into ``folder`` and returns its files, in order.

    The same seed and corpus give the same bytes; a smaller archive is the beginning of a larger one. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for first in range(0, articles, FILE_ARTICLES):
        number = first // FILE_ARTICLES
        path = folder / f"articles-{number:05}.jsonl"
        rng = random.Random(f"{seed}/{number}")
        _write(path, (_article(first + at, rng, corpus) for at in range(min(FILE_ARTICLES, articles - first))))
        paths.append(path)
    return paths


def write_added(path: Path, first: int, articles: int, seed: int, corpus: Corpus) -> None:
    """Writes ``count`` more articles, numbered from ``first``, each with the word ``ADDED`` in its body."""
    rng = random.Random(f"{seed}/added")
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, (_article(first + at, rng, corpus, ADDED) for at in range(articles)))


def number_of(url: str) -> int:
    """Returns the number, from 0, of the article with this address."""
    return int(url.rsplit("/", 1)[1])


def _write(path: Path, articles: Iterator[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for article in articles:
            file.write(json.dumps(article, ensure_ascii=False) + "\n")


def _article(number: int, rng: random.Random, corpus: Corpus, also: str = "") -> dict[str, str]:
    # Only random() is used: Python promises the same numbers in every version for it alone.
    def draw(items: Sequence[str]) -> str:
        return items[int(rng.random() * len(items))]

    length = WORDS * (0.25 + 0.5 * (rng.random() + rng.random() + rng.random()))  # from 0.25 to 1.75, 1 on average
    if rng.random() < 0.02:
        length *= 3 / 1.75
    sentences, words = [also] if also else [], 0
    while words < length:
        sentence = draw(corpus.sentences)
        sentences.append(sentence)
        words += sentence.count(" ") + 1
    # Several sentences make a paragraph: a line that many articles share would look like page furniture.
    paragraphs = [
        " ".join(sentences[at : at + _PARAGRAPH_SENTENCES]) for at in range(0, len(sentences), _PARAGRAPH_SENTENCES)
    ]
    return {
        "id": f"{number:07}",
        "title": draw(corpus.headlines),
        "body": "\n".join(paragraphs),
        "date": (FIRST_DAY + timedelta(int(rng.random() * DAYS))).isoformat(),
        "source": _skewed(rng, SOURCES),
        "category": _skewed(rng, CATEGORIES),
        "url": f"https://archive.example/articles/{number:07}",
    }


def _skewed(rng: random.Random, names: Sequence[str]) -> str:
    """Returns one of ``names``; the n-th is drawn 1/n times as often as the first."""
    bounds = list(accumulate(1 / rank for rank in range(1, len(names) + 1)))
    at = rng.random() * bounds[-1]
    return next(name for name, bound in zip(names, bounds, strict=True) if at < bound)


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        for line in file:
            article = json.loads(line)
            yield article["title"] or "", article["body"] or ""


def _folder(path: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(file for file in path.rglob("*") if file.is_file() and sources.accepts(file)):
        try:
            for record in sources.read(file, max_bytes=_MAX_BYTES):
                if isinstance(record, sources.Record):
                    cleaned = cleaning.clean(record)
                    yield cleaned.title, cleaned.body
        except SourceError:
            continue  # sample/ holds a broken file on purpose
