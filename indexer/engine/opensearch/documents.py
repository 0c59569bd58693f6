# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the document of an article: its terms as `mapping` describes them, and all that is filtered and counted."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

from indexer.arabic.analyser import Analyser, Tier, Word, grams
from indexer.article import Article, Precision
from indexer.columns import COLUMNS
from indexer.engine.opensearch import encoding, headline_terms
from indexer.engine.opensearch.mapping import REST, frequency, rest
from indexer.engine.weights import LEAD, LEAD_WORDS, TITLE
from indexer.web_addresses import address_key, normal_address

_SHORT = 30
"""In letters. The grams of shorter bases are remembered, since the same bases come again and again."""
_grams = lru_cache(maxsize=1 << 16)(grams)

PRECISIONS: tuple[Precision, ...] = ("year", "month", "day", "time")
"""What the numbers of the field ``precision`` mean."""

_LONGEST_HEADLINE = 60
"""Only this many words of a title are kept for completion; a longer text is no headline."""

Words = list[Word]
Extras = Sequence[tuple[int, Word]]
"""Further words at positions that have one already."""


@dataclass(frozen=True)
class AnalysedDocument:
    """An article with its terms.

    ``weights`` are the weighted frequencies of the terms of each tier, ``bases`` those of bases, both over title, lead
    and body. ``headline`` holds the base of each word of a headline, "" where a word has none. Terms and bases are not
    encoded.
    """

    article: Article
    weights: dict[Tier, Counter[str]]
    bases: Counter[str]
    length: int
    headline: tuple[str, ...]
    _title: tuple[Words, Extras]
    _body: tuple[Words, Extras]

    @property
    def body_words(self) -> Words:
        """The words of the body in their order."""
        return self._body[0]

    @cached_property
    def grams(self) -> Counter[str]:
        """The weighted frequencies of the grams of the bases."""
        found: defaultdict[str, int] = defaultdict(int)
        for base, weight in self.bases.items():
            for gram in _grams(base) if len(base) <= _SHORT else grams(base):
                found[gram] += weight
        return Counter(found)

    def fields(self) -> dict[tuple[Tier, str], frozenset[str]]:
        """The fields, of title, lead and body, in which each term of the tiers folded and stem stands."""
        found: dict[tuple[Tier, str], set[str]] = defaultdict(set)
        for is_title, (words, extras) in ((True, self._title), (False, self._body)):
            for at, word in chain(enumerate(words), extras):
                field = "title" if is_title else "lead" if at < LEAD_WORDS else "body"
                found["folded", word.folded].add(field)
                for stem in word.stems:
                    found["stem", stem].add(field)
        return {term: frozenset(fields) for term, fields in found.items()}

    def document(
        self,
        average: float,
        added: int,
        part: int = 0,
        cluster: str = "",
        *,
        copied: bool = False,
        removed: Sequence[int] = (),
    ) -> str:
        """The document as JSON; see `visibility` for ``added``, ``removed`` and ``part``.

        ``average`` is the average length with which its index was created.
        ``cluster`` is the id of the cluster, by default that of an article without a copy.
        """
        article = self.article
        source: dict[str, Any] = {
            "id": article.id,
            "added": added,
            "part": part,
            "cluster": cluster or article.id,
            "copied": copied,
            "article": encoding.harmless(article.to_json()),
            **{tier: self._counted(weights, average) for tier, weights in self.weights.items()},
            "gram": self._counted(self.grams, average),
            "base": encoding.terms(list(self.bases)),
        }
        if self.headline:
            source["title_base"] = headline_terms.indexed(self.headline)
            source["headline"] = headline_terms.kept(article.id, self.headline)
        for field, (words, extras) in (("title", self._title), ("body", self._body)):
            source[f"{field}_folded"] = _placed(words, extras, _folded)
            source[f"{field}_stem"] = _placed(words, extras, _stems)
        for column in COLUMNS:
            if values := list(map(encoding.name, article.names_in(column.name))):
                source[column.name] = values if len(values) > 1 else values[0]
        own = {encoding.own_field(name).partition(".")[2]: encoding.name(value) for name, value in article.own if value}
        if own:
            source["own"] = own
        if article.published:
            source["date"] = article.published.start().isoformat(timespec="seconds")
            source["precision"] = PRECISIONS.index(article.published.precision)
            if (instant := article.published.instant()) is not None:
                source["instant"] = instant
        if key := address_key(normal_address(article.url)):
            source["address"] = f"{key:016x}"
        for moment in ("fetched_at", "indexed_at"):
            if (value := getattr(article, moment)) is not None:
                source[moment] = value
        if removed:
            source["removed"] = sorted(removed)
        return json.dumps(source, ensure_ascii=False, separators=(",", ":"))

    def _counted(self, weights: Mapping[str, int], average: float) -> str:
        # An article has few different weights.
        numbers = {weight: frequency(weight, self.length, average) for weight in {*weights.values()}}
        terms = encoding.terms(list(weights))
        found = [f"{term}|{numbers[weight]}" for term, weight in zip(terms, weights.values(), strict=True)]
        if found and (missing := rest(sum(numbers[weight] for weight in weights.values()), self.length)):
            found.append(f"{REST}|{missing}")
        return " ".join(found)


def analysed(article: Article, analyser: Analyser) -> AnalysedDocument:
    """``article`` with its terms."""
    title, title_extras = analyser.words(article.title)
    body, body_extras = analyser.words(article.body)
    weights: Counter[Word] = Counter()
    for word in title:
        weights[word] += TITLE
    for word in body[:LEAD_WORDS]:
        weights[word] += LEAD
    weights.update(body[LEAD_WORDS:])
    length = sum(weights.values())
    for _, word in title_extras:
        weights[word] += TITLE
    for at, word in body_extras:
        weights[word] += LEAD if at < LEAD_WORDS else 1
    surface, folded, stem, bases = (defaultdict[str, int](int) for _ in range(4))
    for word, weight in weights.items():
        if word.bare:
            surface[word.bare] += weight
        if word.folded:
            folded[word.folded] += weight
        for one in _stems(word):
            stem[one] += weight
        if word.base:
            bases[word.base] += weight
    return AnalysedDocument(
        article,
        {"surface": Counter(surface), "folded": Counter(folded), "stem": Counter(stem)},
        Counter(bases),
        length,
        tuple(word.base for word in title[:_LONGEST_HEADLINE]),
        (list(title), title_extras),
        (list(body), body_extras),
    )


def length_of(article: Article, analyser: Analyser) -> int:
    """`AnalysedDocument.length`, without the analysis of all words."""
    title, body = len(analyser.spans(article.title)), len(analyser.spans(article.body))
    return TITLE * title + LEAD * min(body, LEAD_WORDS) + max(0, body - LEAD_WORDS)


def document_id(article_id: str, run: int, part: int = 0) -> str:
    """The ``_id`` of the document of an article that the run ``run`` added, in this part of it."""
    return f"{article_id}.{run}.{part}" if part else f"{article_id}.{run}"


def article_of(source: dict[str, Any]) -> Article:
    """The article in the source of a document."""
    return Article.from_json(source["article"])


def _folded(word: Word) -> tuple[str, ...]:
    return (word.folded,) if word.folded else ()


def _stems(word: Word) -> tuple[str, ...]:
    return word.stems if word.second else (word.stem,) if word.stem else ()


def _placed(words: Words, extras: Extras, terms: Callable[[Word], tuple[str, ...]]) -> str:
    places = list(map(terms, words))
    for at, word in extras:
        places[at] += terms(word)
    if not encoding.are_plain(list(chain.from_iterable(places))):
        places = [tuple(map(encoding.term, place)) for place in places]
    return " ".join(["|".join(place) or encoding.NOWHERE for place in places])
