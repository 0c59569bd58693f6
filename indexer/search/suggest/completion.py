# SPDX-License-Identifier: GPL-3.0-or-later
"""Completes what a reader types by words, phrases and headlines of the archive.

Words are those of the articles. Phrases, and the names among them, are runs of words that several headlines have: what
newsrooms write there is what readers look for, and bodies would need an index of all pairs of words. A phrase with a
word that the dictionary lacks, as it lacks surnames, counts as a name. Clitics, the article and the spelling of what
was typed do not matter.

A completion is a query that finds at least as many articles as it says. Where something stands before it, the articles
are counted (`Searcher.matches`), and a completion that finds none is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, islice, pairwise, product
from typing import Literal

from indexer import deadline
from indexer.arabic import keyboard
from indexer.arabic import letters as L
from indexer.arabic.analyser import Analyser, Token
from indexer.arabic.readings import ARTICLE, CONJUNCTIONS
from indexer.article import Article
from indexer.engine.base import Searcher
from indexer.engine.queries import Ranked, TermQuery, Words
from indexer.engine.questions import ArticleQuery, Continuation, HeadlinePlace, HeadlineStart
from indexer.search.answers.results import Suggestion
from indexer.search.planning.column_names import ColumnNames
from indexer.search.planning.plan import plan
from indexer.search.query.parameters import MAX_QUERY_CHARS
from indexer.search.query.request import SearchRequest
from indexer.search.query.tree import NameNode, is_plain_name
from indexer.search.suggest.completion_context import CompletionContext, completion_context

MOST = 20
"""The most completions of one request."""
_PREPOSITIONS = (L.BEH, L.LAM, L.KAF)
_CLITICS = (*CONJUNCTIONS, *_PREPOSITIONS)
_LEAST_BEHIND_CLITIC = 2
"""A first word of up to this many letters is not taken to begin with a clitic: too many words could follow it."""
_LOOKED_AT = 20
_LEAST_HEADLINES = 2
_NEARLY_ALWAYS = 0.8
"""A phrase that goes on in the same way in this part of its headlines is only proposed with what follows."""
_CONTEXT = 3
_MOST_COMBINED = 4
_WORDS_SHARE, _HEADLINES_SHARE = 0.4, 0.3
_MOST_COUNTED = 5
"""At most this many completions after operators are planned and counted."""
_MOST_NAMES = 50
"""At most this many names of a column are counted, to find the most frequent ones."""


_NOT_SHOWN: Literal["not shown"] = "not shown"


class Completer:
    """Completes by the words and headlines of one generation. Safe to share between threads."""

    def __init__(self, searcher: Searcher, columns: ColumnNames) -> None:
        self._searcher = searcher
        self._columns = columns
        self._analyser: Analyser = searcher.analyser
        self._function_words = searcher.analyser.function_words

    def complete(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        """At most ``limit`` suggestions: words, then names and phrases, then headlines, each the most frequent first.

        Of words that no headline has side by side, only the last ones are completed. The words after an operator are
        completed in the form that it asks for. Where nothing begins with what was typed, it is read as typed with the
        other keyboard layout on.
        """
        context = completion_context(typed, date.today(), self._columns.own_fields)
        if not context:
            return ()
        found = self._completed(context, limit)
        if not found and (other := keyboard.in_arabic(context.tail)):
            found = self._completed(context._replace(tail=other), limit)
        return found

    def _completed(self, context: CompletionContext, limit: int) -> tuple[Suggestion, ...]:
        head, tail, column = context.head, context.tail, context.column
        if context.place == "words" and not head:
            return self._complete(tail, limit)
        if context.place in ("words", "phrase"):
            found = list(self._complete(tail, limit, alone=False))
        elif column:
            found = self._names(NameNode(column, tail, begins=True), quoted=bool(context.closing))
        else:
            found = self._single(tail, of_titles=context.place == "title")
        counted = self._counted(head, found if column else found[: min(limit, _MOST_COUNTED)], context.closing)
        if column:
            counted.sort(key=lambda one: -one.count)
        elif context.plain:
            counted += self._of_headlines(head + tail, limit - len(counted))
        return tuple(counted[:limit])

    def _counted(self, head: str, found: Iterable[Suggestion], closing: str = "") -> list[Suggestion]:
        """Those of ``found`` that find articles after ``head``, with the number of articles that the whole finds."""
        whole = [replace(one, text=head + one.text + closing) for one in found]
        whole = [one for one in whole if len(one.text) <= MAX_QUERY_CHARS]
        plans = []
        for one in whole:
            deadline.check()
            asked = SearchRequest(q=one.text, match="all")
            plans.append(plan(asked, self._analyser, self._columns))
        counts = self._searcher.matches([ArticleQuery(asked.ranked, asked.filters) for asked in plans])
        return [
            replace(one, count=count)
            for one, asked, count in zip(whole, plans, counts, strict=True)
            if count and not asked.nothing
        ]

    def _names(self, begun: NameNode, *, quoted: bool) -> list[Suggestion]:
        """The names of a column in which a word begins as ``begun`` says."""
        names = self._columns.meant(begun) if begun.name.strip() else self._columns.names(begun.column)
        free = [name for name in names if name and '"' not in name][:_MOST_NAMES]
        return [Suggestion(name if quoted or is_plain_name(name) else f'"{name}"', "name", 0) for name in free]

    def _single(self, typed: str, *, of_titles: bool) -> list[Suggestion]:
        """Single words that begin with ``typed``; with ``of_titles`` those of headlines."""
        tokens = [token for token in self._analyser.tokens(typed) if not token.extra]
        if len(tokens) != 1 or typed[tokens[0].end :].strip(L.TATWEEL):
            return []
        if not of_titles:
            return self._words(tokens[0].folded, _LOOKED_AT)
        likely = dict.fromkeys((tokens[0].folded, *filter(None, _behind_article(tokens[0].folded))))
        phrases = self._continuations([HeadlineStart((), prefix) for prefix in likely])
        words = sorted((one for one in phrases if len(one.words) == 1), key=lambda one: (-one.headlines, one.words))
        by_stem: dict[str, Suggestion] = {}  # other forms of a word would find the same articles
        for shown in self._shown(words, len(words)):
            by_stem.setdefault(self._analyser.word(shown.text).stem, replace(shown, kind="word"))
        return list(by_stem.values())

    def frequent(self, most: int) -> list[Suggestion]:
        """The phrases and names that most headlines have."""
        return self._chosen(self._continuations([HeadlineStart((), "")]), most)

    def _continuations(self, starts: Sequence[HeadlineStart]) -> list[Continuation]:
        """The frequent phrases that begin with any of ``starts``."""
        return [one for found in self._searcher.continuations(starts, _LOOKED_AT) for one in found]

    def _complete(self, typed: str, limit: int, *, alone: bool = True) -> tuple[Suggestion, ...]:
        """Completions of plain words; where these are not ``alone``, without headlines and counts of the whole."""
        tokens = [token for token in self._analyser.tokens(typed) if not token.extra]
        if not tokens:
            return ()
        readings, whole = self._readings(tokens, typed)
        most_words = 0 if whole else round(_WORDS_SHARE * limit)
        found = self._words(tokens[-1].folded, most_words) if len(tokens) == 1 else []
        phrases: list[Suggestion] = []
        most = limit - len(found) - round(_HEADLINES_SHARE * limit)
        for dropped, likely in product(range(max(0, len(tokens) - 1 - _CONTEXT), len(tokens)), readings):
            deadline.check()
            behind = {one._replace(words=one.words[dropped:]) for one in likely}
            phrases = self._phrases(behind, most)
            if dropped and phrases:
                phrases = self._whole(typed[: tokens[dropped].start], phrases, alone=alone)
            if phrases:
                break
        found += phrases
        if alone:
            found += self._likeliest_headlines(readings, limit - len(found))
        if not found and len(tokens) > 1 and "" not in _behind_article(tokens[-1].folded):
            words = self._words(tokens[-1].folded, most_words)
            found = self._whole(typed[: tokens[-1].start], words, alone=alone)
        asked = " ".join(typed.split())
        unlike = {one.text: one for one in found if one.text != asked}
        return tuple(unlike.values())

    def _whole(self, before: str, found: Iterable[Suggestion], *, alone: bool) -> list[Suggestion]:
        """Each of ``found`` after the words ``before``; where these are ``alone``, the most frequent first.

        The articles are counted by the stems of the words, which takes a tenth of the time of planning each query.
        """
        whole = [replace(one, text=before + one.text) for one in found]
        if not alone:
            return whole
        counts = self._searcher.matches([ArticleQuery(Ranked(Words(self._stems(one.text)))) for one in whole])
        some = [replace(one, count=count) for one, count in zip(whole, counts, strict=True) if count]
        return sorted(some, key=lambda one: -one.count)

    def _stems(self, text: str) -> tuple[TermQuery, ...]:
        tokens = [token for token in self._analyser.tokens(text) if not token.extra]
        sought = [token.stem for token in tokens if not self._analyser.is_function_word(token)]
        return tuple(TermQuery("stem", stem) for stem in dict.fromkeys(sought))

    def _readings(self, tokens: Sequence[Token], typed: str) -> tuple[list[list[HeadlineStart]], bool]:
        """What headlines may have for what was typed, and whether the last word is whole.

        Likelier readings come first; those of one list are equally likely.
        """
        begun = self._begun(tokens)
        if not typed[tokens[-1].end :].strip(L.TATWEEL):
            return begun, False
        # After the sign at the end of a headline nothing follows.
        return [[HeadlineStart(words, "") for words in self._combined(tokens)], *begun], True

    def _begun(self, tokens: Sequence[Token]) -> list[list[HeadlineStart]]:
        before, last = self._combined(tokens[:-1]), tokens[-1]
        rests = list(dict.fromkeys(_behind_article(last.folded)))
        if before[0] and "" in rests:
            return [[HeadlineStart(words, "") for words in before]]
        likely = dict.fromkeys((last.folded, last.word.base, *filter(None, rests)))
        found = [[HeadlineStart(words, prefix) for words in before for prefix in likely]]
        if last.folded.startswith(_CLITICS) and (before[0] or len(last.folded) > _LEAST_BEHIND_CLITIC):
            found.append([HeadlineStart(words, last.folded[1:]) for words in before])
        return found

    def _combined(self, tokens: Sequence[Token]) -> list[tuple[str, ...]]:
        """The bases of ``tokens``, and a few combinations of these with other bases that headlines have.

        Another base of a word is the word with what may be no article, as in الماني.
        """
        others = [
            [
                base
                for base in dict.fromkeys((token.folded[token.word.clitics :], token.folded))
                if base != token.word.base
            ]
            for token in tokens
        ]
        known = self._searcher.headline_words(list(chain.from_iterable(others))) if any(others) else frozenset()
        bases = (
            [token.word.base, *filter(known.__contains__, more)] for token, more in zip(tokens, others, strict=True)
        )
        return list(islice(product(*bases), _MOST_COMBINED))

    def _words(self, prefix: str, most: int) -> list[Suggestion]:
        """The ``most`` frequent words that begin with ``prefix`` or with the article and ``prefix``."""
        vocabulary = self._searcher.vocabulary
        found = vocabulary.with_prefix(prefix, MOST)
        if not prefix.startswith(ARTICLE):
            found += vocabulary.with_prefix(ARTICLE + prefix, MOST)
        found.sort(key=lambda pair: -pair[1])
        rest = [term for term, _ in found if len(term) > len(prefix) and term not in self._function_words]
        there: list[tuple[str, int]] = []
        while rest and len(there) < most:
            some, rest = rest[: most - len(there)], rest[most - len(there) :]
            there += [pair for pair in zip(some, vocabulary.counts(some), strict=True) if pair[1]]
        texts = vocabulary.spellings([term for term, _ in there])
        return [Suggestion(text, "word", count) for text, (_, count) in zip(texts, there, strict=True)]

    def _phrases(self, readings: Iterable[HeadlineStart], most: int) -> list[Suggestion]:
        """Phrases that begin with one of ``readings``, the most frequent first."""
        known = [reading for reading in readings if any(reading) and len(reading.words) <= _CONTEXT]
        return self._chosen(self._continuations(known), most)

    def _chosen(self, found: Sequence[Continuation], most: int) -> list[Suggestion]:
        """Those of ``found`` that are phrases of two words or more, the most frequent first."""
        longer: Counter[tuple[str, ...]] = Counter()
        for one in found:
            longer[one.words[:-1]] = max(longer[one.words[:-1]], one.headlines)

        def is_phrase(one: Continuation) -> bool:
            if len(one.words) < 2 or one.headlines < _LEAST_HEADLINES:
                return False
            ends = one.words[0], one.words[-1]
            return self._function_words.isdisjoint(ends) and longer[one.words] < _NEARLY_ALWAYS * one.headlines

        return self._shown(sorted(filter(is_phrase, found), key=lambda one: (-one.headlines, one.words)), most)

    def _shown(self, phrases: Sequence[Continuation], most: int) -> list[Suggestion]:
        """The first ``most`` of ``phrases`` as headlines have them.

        Phrases whose words are parted by signs, and phrases that end in a function word, are left out.
        """
        found: list[Suggestion] = []
        rest = list(phrases)
        while rest and len(found) < most:
            # One question, because each question to an engine on other machines costs a round trip.
            size = max(most - len(found), _LOOKED_AT)
            some, rest = rest[:size], rest[size:]
            # The first headline that has a phrase nearly always shows it.
            articles = self._searcher.articles([one.places[0].article_id for one in some])
            shown = {one.words: self._shown_by(one, one.places[:1], articles) for one in some}
            unclear = [one for one in some if shown[one.words] == _NOT_SHOWN and len(one.places) > 1]
            if unclear:
                articles = self._searcher.articles([place.article_id for one in unclear for place in one.places[1:]])
                shown |= {one.words: self._shown_by(one, one.places[1:], articles) for one in unclear}
            found += [suggestion for suggestion in shown.values() if isinstance(suggestion, Suggestion)]
        return found[:most]

    def _shown_by(
        self, phrase: Continuation, places: Iterable[HeadlinePlace], articles: Mapping[str, Article]
    ) -> Suggestion | Literal["no phrase", "not shown"]:
        """The phrase as the first of the headlines at ``places`` has it in which no sign parts its words."""
        for place in places:
            if place.article_id not in articles:
                continue
            title = articles[place.article_id].title
            tokens = [token for token in self._analyser.tokens(title) if not token.extra]
            run = tokens[place.word : place.word + len(phrase.words)]
            if tuple(token.word.base for token in run) != phrase.words:
                continue
            if not self._has_meaning(run[-1]):
                return "no phrase"
            if not all(title[one.end : other.start].isspace() for one, other in pairwise(run)):
                continue
            # What is left of لل without its first letter is no word.
            if title[run[0].start : run[0].core].endswith(L.LAM) and title[run[0].core] == L.LAM:
                continue
            text = " ".join(title[run[0].core : run[-1].end].split())
            strange = any(self._has_meaning(one) and not self._analyser.lexicon.lemma(one.word.base) for one in run)
            return Suggestion(text, "name" if strange else "phrase", phrase.headlines)
        return _NOT_SHOWN

    def _has_meaning(self, token: Token) -> bool:
        return not self._analyser.is_function_word(token) and token.folded.isalpha()

    def _of_headlines(self, typed: str, most: int) -> list[Suggestion]:
        """The headlines that have what was typed."""
        tokens = [token for token in self._analyser.tokens(typed) if not token.extra]
        return self._likeliest_headlines(self._readings(tokens, typed)[0], most) if tokens and most > 0 else []

    def _likeliest_headlines(self, readings: Iterable[Iterable[HeadlineStart]], most: int) -> list[Suggestion]:
        return next(filter(None, (self._headlines(likely, most) for likely in readings)), [])

    def _headlines(self, readings: Iterable[HeadlineStart], most: int) -> list[Suggestion]:
        ids: dict[str, str] = {}
        for found in self._searcher.headlines(list(readings), most):
            for article_id, title in found.articles:
                ids.setdefault(title, article_id)
        titles = list(islice(ids, max(0, most)))
        bases = [[word.base for word in self._analyser.words(title)[0]] for title in titles]
        counted = self._searcher.headlines([HeadlineStart(tuple(own[:-1]), own[-1]) for own in bases], 0)
        return [
            Suggestion(title, "headline", max(1, found.count), ids[title])
            for title, found in zip(titles, counted, strict=True)
        ]


def _behind_article(folded: str) -> Iterator[str]:
    """The letters after the article and the clitics before it, perhaps none; for each way to read them."""
    for clitics in ("", *_CLITICS):
        if folded.startswith(clitics + ARTICLE):
            yield folded.removeprefix(clitics + ARTICLE)
    if folded.startswith(L.LAM * 2):
        yield folded[2:]
