"""Completion: what a reader may be about to type, out of the archive's own words, phrases and headlines.

Words are those of the articles; phrases, and the names among them, are runs of words that several headlines have: what
newsrooms write there is what readers look for, and bodies would need an index of all pairs of words. A phrase counts as
a name where it has a word that the dictionary lacks, as surnames are. Clitics, the article and the spelling of what was
typed do not matter.

A completion is a query that finds as many articles as it says, or more: where something stands before it, how many is
counted (`Searcher.matches`), and what finds none is not proposed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice, pairwise, product
from typing import NamedTuple

from indexer import deadline
from indexer.arabic import letters as L
from indexer.arabic.analyser import Analyser, Token
from indexer.arabic.readings import ARTICLE, CONJUNCTIONS
from indexer.engine.base import Continuation, Searcher
from indexer.engine.queries import Filters, Ranked, TermQuery, Words
from indexer.search.answers.results import Suggestion
from indexer.search.planning.column_names import ColumnNames
from indexer.search.planning.plan import plan
from indexer.search.query.parameters import MAX_QUERY_CHARS
from indexer.search.query.request import SearchRequest
from indexer.search.query.tree import NameNode, is_plain_name
from indexer.search.suggest import keyboard
from indexer.search.suggest.completion_context import Unfinished, unfinished

MOST = 20
_PREPOSITIONS = (L.BEH, L.LAM, L.KAF)
_CLITICS = (*CONJUNCTIONS, *_PREPOSITIONS)
_LEAST_BEHIND_CLITIC = 2
"""A first word that was begun with no more letters is not taken to begin with a clitic: too many others would."""
_LOOKED_AT = 20
_LEAST_HEADLINES = 2
_NEARLY_ALWAYS = 0.8
"""A phrase that so often goes on in the same way is only proposed with what follows."""
_CONTEXT = 3
_MOST_COMBINED = 4
_WORDS_SHARE, _HEADLINES_SHARE = 0.4, 0.3
_MOST_COUNTED = 5
"""So many completions behind operators are read and counted."""
_MOST_NAMES = 50
"""So many names of a column are counted, to find the most frequent ones."""


class _Reading(NamedTuple):
    """The bases of the words that are typed, and what that of the next one begins with."""

    words: tuple[str, ...]
    prefix: str

    def behind(self, dropped: int) -> _Reading:
        """Without the first words."""
        return self._replace(words=self.words[dropped:])


class Completer:
    """Completions out of one generation. Safe to share between threads."""

    def __init__(self, searcher: Searcher, columns: ColumnNames) -> None:
        self._searcher = searcher
        self._columns = columns
        self._analyser: Analyser = searcher.analyser
        self._function_words = searcher.analyser.function_words

    def complete(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        """At most ``limit`` suggestions: words, then names and phrases, then headlines, each the most frequent first.

        Of words that no headline has side by side, only the last ones are completed; so is what stands behind an
        operator, in the form that it asks for. Where nothing begins with what was typed, it is read as typed with the
        other keyboard layout on.
        """
        end = unfinished(typed, date.today(), self._columns.own_fields)
        if not end:
            return ()
        found = self._completed(end, limit)
        if not found and (other := keyboard.in_arabic(end.tail)):
            found = self._completed(end._replace(tail=other), limit)
        return found

    def _completed(self, end: Unfinished, limit: int) -> tuple[Suggestion, ...]:
        if end.place == "words" and not end.head:
            return self._complete(end.tail, limit)
        if end.place in ("words", "phrase"):
            found = list(self._complete(end.tail, limit, alone=False))
        elif end.column:
            found = self._names(NameNode(end.column, end.tail, begins=True), quoted=bool(end.closing))
        else:
            found = self._single(end.tail, of_titles=end.place == "title")
        counted = self._counted(end.head, found if end.column else found[: min(limit, _MOST_COUNTED)], end.closing)
        if end.column:
            counted.sort(key=lambda one: -one.count)
        elif end.plain:
            counted += self._of_headlines(end.head + end.tail, limit - len(counted))
        return tuple(counted[:limit])

    def _counted(self, head: str, found: Iterable[Suggestion], closing: str = "") -> list[Suggestion]:
        """Each behind ``head``, with the number of articles that the whole finds; those that find none left out."""
        whole = [replace(one, text=head + one.text + closing) for one in found]
        whole = [one for one in whole if len(one.text) <= MAX_QUERY_CHARS]
        plans = []
        for one in whole:
            deadline.check()
            asked = SearchRequest(q=one.text, match="all")
            plans.append(plan(asked, self._analyser, self._columns))
        counts = self._searcher.matches([(asked.ranked, asked.filters) for asked in plans])
        return [
            replace(one, count=count)
            for one, asked, count in zip(whole, plans, counts, strict=True)
            if count and not asked.nothing
        ]

    def _names(self, begun: NameNode, *, quoted: bool) -> list[Suggestion]:
        """The names of a column that have a word which begins so."""
        names = self._columns.meant(begun) if begun.name.strip() else self._columns.names(begun.column)
        free = [name for name in names if name and '"' not in name][:_MOST_NAMES]
        return [Suggestion(name if quoted or is_plain_name(name) else f'"{name}"', "name", 0) for name in free]

    def _single(self, typed: str, *, of_titles: bool) -> list[Suggestion]:
        """Single words that begin with what was typed."""
        tokens = [token for token in self._analyser.tokens(typed) if not token.extra]
        if len(tokens) != 1 or typed[tokens[0].end :].strip(L.TATWEEL):
            return []
        if not of_titles:
            return list(islice(self._words(tokens[0].folded), _LOOKED_AT))
        likely = dict.fromkeys((tokens[0].folded, *filter(None, _behind_article(tokens[0].folded))))
        runs = [one for prefix in likely for one in self._searcher.continuations((), prefix, _LOOKED_AT)]
        words = sorted((one for one in runs if len(one.words) == 1), key=lambda one: (-one.headlines, one.words))
        by_stem: dict[str, Suggestion] = {}  # other forms of a word would find the same
        for shown in filter(None, map(self._shown, words)):
            by_stem.setdefault(self._analyser.word(shown.text).stem, replace(shown, kind="word"))
        return list(by_stem.values())

    def frequent(self, most: int) -> list[Suggestion]:
        """The phrases and names that most headlines have."""
        return list(islice(self._chosen(self._searcher.continuations((), "", _LOOKED_AT)), most))

    def _complete(self, typed: str, limit: int, *, alone: bool = True) -> tuple[Suggestion, ...]:
        """Completions of plain words; where these are not ``alone``, no headlines, and no counts of the whole."""
        tokens = [token for token in self._analyser.tokens(typed) if not token.extra]
        if not tokens:
            return ()
        readings, whole = self._readings(tokens, typed)
        words = () if whole else islice(self._words(tokens[-1].folded), round(_WORDS_SHARE * limit))
        found = list(words) if len(tokens) == 1 else []
        phrases: list[Suggestion] = []
        most = limit - len(found) - round(_HEADLINES_SHARE * limit)
        for dropped, likely in product(range(max(0, len(tokens) - 1 - _CONTEXT), len(tokens)), readings):
            deadline.check()
            phrases = list(islice(self._phrases({reading.behind(dropped) for reading in likely}), most))
            if dropped and phrases:
                phrases = self._whole(typed[: tokens[dropped].start], phrases, alone=alone)
            if phrases:
                break
        found += phrases
        if alone:
            found += self._likeliest_headlines(readings, limit - len(found))
        if not found and "" not in _behind_article(tokens[-1].folded):
            found = list(words)
            if len(tokens) > 1:
                found = self._whole(typed[: tokens[-1].start], found, alone=alone)
        asked = " ".join(typed.split())
        unlike = {one.text: one for one in found if one.text != asked}
        return tuple(unlike.values())

    def _whole(self, before: str, found: Iterable[Suggestion], *, alone: bool) -> list[Suggestion]:
        """Each behind the words ``before``; where these are ``alone``, those that find the most articles first.

        These are counted by the stems of their words, which takes a tenth of the time that reading each takes.
        """
        whole = [replace(one, text=before + one.text) for one in found]
        if not alone:
            return whole
        queries = [Ranked(Words(self._stems(one.text))) for one in whole]
        counts = self._searcher.matches([(query, Filters()) for query in queries])
        some = [replace(one, count=count) for one, count in zip(whole, counts, strict=True) if count]
        return sorted(some, key=lambda one: -one.count)

    def _stems(self, text: str) -> tuple[TermQuery, ...]:
        tokens = [token for token in self._analyser.tokens(text) if not token.extra]
        sought = [token.stem for token in tokens if not self._analyser.is_function_word(token)]
        return tuple(TermQuery("stem", stem) for stem in dict.fromkeys(sought))

    def _readings(self, tokens: Sequence[Token], typed: str) -> tuple[list[list[_Reading]], bool]:
        """What headlines may have for what was typed, the likelier readings first; those of one list are as likely.

        And whether the last word is whole.
        """
        begun = self._begun(tokens)
        if not typed[tokens[-1].end :].strip(L.TATWEEL):
            return begun, False
        # Behind the sign at the end of a headline nothing follows.
        return [[_Reading(words, "") for words in self._combined(tokens)], *begun], True

    def _begun(self, tokens: Sequence[Token]) -> list[list[_Reading]]:
        before, last = self._combined(tokens[:-1]), tokens[-1]
        rests = list(dict.fromkeys(_behind_article(last.folded)))
        if before[0] and "" in rests:
            return [[_Reading(words, "") for words in before]]
        likely = dict.fromkeys((last.folded, last.word.base, *filter(None, rests)))
        found = [[_Reading(words, prefix) for words in before for prefix in likely]]
        if last.folded.startswith(_CLITICS) and (before[0] or len(last.folded) > _LEAST_BEHIND_CLITIC):
            found.append([_Reading(words, last.folded[1:]) for words in before])
        return found

    def _combined(self, tokens: Sequence[Token]) -> list[tuple[str, ...]]:
        """The bases of ``tokens``, and other ones that headlines have: a few of their combinations."""
        return list(islice(product(*map(self._bases, tokens)), _MOST_COMBINED))

    def _bases(self, token: Token) -> list[str]:
        """The base of a word; and, if headlines have such a base, the word with what may be no article: الماني."""
        others = dict.fromkeys((token.folded[token.word.clitics :], token.folded))
        others.pop(token.word.base, None)
        return [token.word.base, *filter(self._searcher.heads, others)]

    def _words(self, prefix: str) -> Iterator[Suggestion]:
        vocabulary = self._searcher.vocabulary
        found = vocabulary.with_prefix(prefix, MOST)
        if not prefix.startswith(ARTICLE):
            found += vocabulary.with_prefix(ARTICLE + prefix, MOST)
        found.sort(key=lambda pair: -pair[1])
        for term, _ in found:
            if len(term) > len(prefix) and term not in self._function_words and (count := vocabulary.articles(term)):
                yield Suggestion(vocabulary.spelling(term), "word", count)

    def _phrases(self, readings: Iterable[_Reading]) -> Iterator[Suggestion]:
        """Phrases that go on so, the most frequent first."""
        known = [reading for reading in readings if any(reading) and len(reading.words) <= _CONTEXT]
        return self._chosen([one for reading in known for one in self._searcher.continuations(*reading, _LOOKED_AT)])

    def _chosen(self, found: Sequence[Continuation]) -> Iterator[Suggestion]:
        """Those of ``found`` that are phrases of two words or more, the most frequent first."""
        longer: Counter[tuple[str, ...]] = Counter()
        for one in found:
            longer[one.words[:-1]] = max(longer[one.words[:-1]], one.headlines)
        for one in sorted(found, key=lambda one: (-one.headlines, one.words)):
            ends_badly = one.words[0] in self._function_words or one.words[-1] in self._function_words
            if len(one.words) < 2 or one.headlines < _LEAST_HEADLINES or ends_badly:
                continue
            if longer[one.words] < _NEARLY_ALWAYS * one.headlines and (shown := self._shown(one)):
                yield shown

    def _shown(self, phrase: Continuation) -> Suggestion | None:
        """The phrase as a headline has it; None where it is no phrase: signs part its words, or it ends in the air."""
        for doc, at in phrase.places:
            title = self._searcher.fetch(doc).title
            tokens = [token for token in self._analyser.tokens(title) if not token.extra]
            run = tokens[at : at + len(phrase.words)]
            if tuple(token.word.base for token in run) != phrase.words:
                continue
            if not self._has_meaning(run[-1]):
                return None
            if not all(title[one.end : other.start].isspace() for one, other in pairwise(run)):
                continue
            # What لل leaves when its first letter goes is no word.
            if title[run[0].start : run[0].core].endswith(L.LAM) and title[run[0].core] == L.LAM:
                continue
            text = " ".join(title[run[0].core : run[-1].end].split())
            strange = any(self._has_meaning(one) and not self._analyser.lexicon.lemma(one.word.base) for one in run)
            return Suggestion(text, "name" if strange else "phrase", phrase.headlines)
        return None

    def _has_meaning(self, token: Token) -> bool:
        return not self._analyser.is_function_word(token) and token.folded.isalpha()

    def _of_headlines(self, typed: str, most: int) -> list[Suggestion]:
        """The headlines that have what was typed."""
        tokens = [token for token in self._analyser.tokens(typed) if not token.extra]
        return self._likeliest_headlines(self._readings(tokens, typed)[0], most) if tokens and most > 0 else []

    def _likeliest_headlines(self, readings: Iterable[Iterable[_Reading]], most: int) -> list[Suggestion]:
        return next(filter(None, (self._headlines(likely, most) for likely in readings)), [])

    def _headlines(self, readings: Iterable[_Reading], most: int) -> list[Suggestion]:
        found: dict[str, Suggestion] = {}
        for reading in readings:
            for doc in self._searcher.headlines(*reading, most)[1]:
                article = self._searcher.fetch(doc)
                if len(found) < most and article.title not in found:
                    own = [word.base for word in self._analyser.words(article.title)[0]]
                    count = self._searcher.headlines(own[:-1], own[-1], 0)[0]
                    found[article.title] = Suggestion(article.title, "headline", max(1, count), article.id)
        return list(found.values())


def _behind_article(folded: str) -> Iterator[str]:
    """What is behind the article, perhaps nothing, and behind clitics before it, where ``folded`` begins so."""
    for clitics in ("", *_CLITICS):
        if folded.startswith(clitics + ARTICLE):
            yield folded.removeprefix(clitics + ARTICLE)
    if folded.startswith(L.LAM * 2):
        yield folded[2:]
