# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws seeded queries from the archive and counts, by brute force, what some of them must find.

All queries of an archive go into one JSON file, so that every engine gets the same queries in the same order.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from indexer.arabic.analyser import Analyser
from tests.bench.terms import BORDER, Document

Item = TypeVar("Item")
Kind = Literal["any", "all", "phrase"]
KINDS: tuple[Kind, ...] = ("any", "all", "phrase")

WARM_UP = 20
"""So many headlines, or as many as are asked if those are fewer, come before anything is timed."""
CHECKED = 40
"""So many queries of each kind are counted by brute force."""

_PHRASE = 3
_ALL = 2
_PHRASES_FROM = 50
"""Every so many articles one is looked at for a phrase."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a query must find: how many articles, and for "any" also how many of each source, category and month."""

    kind: Kind
    terms: tuple[str, ...]
    total: int
    facets: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Queries:
    """The queries for every engine: headlines for the top ten, others for whole pages, phrases as terms, and
    expectations."""

    warm_up: tuple[str, ...]
    headlines: tuple[str, ...]
    pages: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    checks: tuple[Expected, ...]

    def save(self, path: Path) -> None:
        """Writes the file. Raises OSError."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Queries:
        """Reads what `save` wrote. Raises OSError."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            tuple(data["warm_up"]),
            tuple(data["headlines"]),
            tuple(data["pages"]),
            tuple(tuple(phrase) for phrase in data["phrases"]),
            tuple(Expected(row["kind"], tuple(row["terms"]), row["total"], row["facets"]) for row in data["checks"]),
        )


def headline_terms(headline: str, analyser: Analyser) -> list[str]:
    """Returns the stems to search for a headline: those of its words except function words, each once, in order."""
    tokens = [token for token in analyser.tokens(headline) if not token.extra]
    return list(dict.fromkeys(token.stem for token in tokens if not analyser.is_function_word(token)))


def draw(documents: Iterable[Document], count: int, seed: int, analyser: Analyser) -> Queries:
    """Returns ``count`` queries of each kind, and what the first ``CHECKED`` of each must find. Reads ``documents``
    twice.

    If an archive has too few headlines or phrases (as one made from sample/), they are repeated.
    """
    rng = random.Random(f"{seed}/queries")
    titles, phrases = _candidates(documents, count, analyser)
    titles, phrases = _shuffled(titles, rng), _shuffled(phrases, rng)
    if not titles or not phrases:
        raise ValueError("the archive has no headline of two words, or no phrase, to ask for")
    warm_up = min(WARM_UP, count)
    chosen = [titles[at % len(titles)] for at in range(warm_up + 2 * count)]
    headlines = chosen[warm_up : warm_up + count]
    phrases = [phrases[at % len(phrases)] for at in range(count)]
    sample = [tuple(headline_terms(title, analyser)) for title in headlines[:CHECKED]]
    asked: dict[Kind, list[tuple[str, ...]]] = {
        "any": sample,
        "all": [terms[:_ALL] for terms in sample],
        "phrase": phrases[:CHECKED],
    }
    checks = tuple(_counted(documents, asked))
    return Queries(tuple(chosen[:warm_up]), tuple(headlines), tuple(chosen[warm_up + count :]), tuple(phrases), checks)


def _candidates(
    documents: Iterable[Document], count: int, analyser: Analyser
) -> tuple[list[str], list[tuple[str, ...]]]:
    """Returns headlines with two or more words that are not function words, and phrases from the texts of articles."""
    titles: set[str] = set()
    phrases: set[tuple[str, ...]] = set()
    others: set[str] = set()
    for document in documents:
        if document.title:
            titles.add(document.title)
        _, body, extras = _parts(document)
        others.update(extras)
        if document.number % _PHRASES_FROM == 0 and len(body) >= _PHRASE and len(phrases) < 20 * count:
            at = (document.number // _PHRASES_FROM * 7) % (len(body) - _PHRASE + 1)
            phrases.add(tuple(body[at : at + _PHRASE]))
    usable = [title for title in sorted(titles) if len(headline_terms(title, analyser)) >= _ALL]
    return usable, [phrase for phrase in sorted(phrases) if others.isdisjoint(phrase)]


def _parts(document: Document) -> tuple[list[str], list[str], list[str]]:
    """Returns the terms of the title, of the body, and of names in their other spelling."""
    terms = document.terms.split(" ")
    first = terms.index(BORDER)
    second = terms.index(BORDER, first + 1)
    return terms[:first], terms[first + 1 : second], terms[second + 1 :]


def _shuffled(items: Sequence[Item], rng: random.Random) -> list[Item]:
    # Uses random() alone, as `archive` does.
    return [item for _, item in sorted(((rng.random(), item) for item in items), key=lambda pair: pair[0])]


def _counted(documents: Iterable[Document], asked: dict[Kind, list[tuple[str, ...]]]) -> Iterator[Expected]:
    """Returns each query with what it must find, by looking at every article for every query."""
    wanted = frozenset(term for kind in ("any", "all") for terms in asked[kind] for term in terms)
    totals: Counter[tuple[Kind, int]] = Counter()
    facets: list[dict[str, Counter[str]]] = [
        {name: Counter() for name in ("source", "category", "month")} for _ in asked["any"]
    ]
    needles = [f" {' '.join(terms)} " for terms in asked["phrase"]]
    for document in documents:
        present = wanted.intersection(document.terms.split(" "))
        for at, terms in enumerate(asked["any"]):
            if not present.isdisjoint(terms):
                totals["any", at] += 1
                facets[at]["source"][document.source] += 1
                facets[at]["category"][document.category] += 1
                facets[at]["month"][document.day[:7]] += 1
        for at, terms in enumerate(asked["all"]):
            totals["all", at] += present.issuperset(terms)
        text = f" {document.terms} "
        for at, needle in enumerate(needles):
            totals["phrase", at] += needle in text
    for kind in KINDS:
        for at, terms in enumerate(asked[kind]):
            counts = {name: dict(counter) for name, counter in facets[at].items()} if kind == "any" else {}
            yield Expected(kind, terms, totals[kind, at], counts)
