"""Completion: what a reader may be about to type, out of the archive's own words, phrases and headlines.

Words are those of the articles; phrases, and the names among them, are runs of words that several headlines have: what
newsrooms write there is what readers look for, and bodies would need an index of all pairs of words. A phrase counts as
a name where it has a word that the dictionary lacks, as surnames are. Clitics, the article and the spelling of what was
typed do not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise, product
from typing import NamedTuple

from indexer import deadline
from indexer.arabic import letters as L
from indexer.arabic.analyser import Analyser, Token
from indexer.arabic.stem import ARTICLE, CONJUNCTIONS
from indexer.engine.base import Continuation, Searcher
from indexer.search import keyboard
from indexer.search.results import Suggestion

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


class _Reading(NamedTuple):
    """The bases of the words that are typed, and what that of the next one begins with."""

    words: tuple[str, ...]
    prefix: str

    def behind(self, dropped: int) -> _Reading:
        """Without the first words."""
        return self._replace(words=self.words[dropped:])


class Completer:
    """Completions out of one generation. Safe to share between threads."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._analyser: Analyser = searcher.analyser
        self._function_words = searcher.analyser.function_words

    def complete(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        """At most ``limit`` suggestions: words, then names and phrases, then headlines, each the most frequent first.

        Of words that no headline has side by side, only the last ones are completed. Where nothing begins with what was
        typed, it is read as typed with the other keyboard layout on.
        """
        found = self._complete(typed, limit)
        if not found and (other := keyboard.in_arabic(typed)):
            found = self._complete(other, limit)
        return found

    def frequent(self, most: int) -> list[Suggestion]:
        """The phrases and names that most headlines have."""
        return list(islice(self._chosen(self._searcher.continuations((), "", _LOOKED_AT)), most))

    def _complete(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        tokens = [token for token in self._analyser.tokens(typed) if not token.extra]
        if not tokens:
            return ()
        whole = bool(typed[tokens[-1].end :].strip(L.TATWEEL))
        readings = self._readings(tokens, whole)
        words = () if whole else islice(self._words(tokens[-1].folded), round(_WORDS_SHARE * limit))
        found = list(words) if len(tokens) == 1 else []
        phrases: list[Suggestion] = []
        for dropped, likely in product(range(max(0, len(tokens) - 1 - _CONTEXT), len(tokens)), readings):
            deadline.check()
            several = islice(self._phrases({reading.behind(dropped) for reading in likely}), limit)
            phrases = [replace(one, text=typed[: tokens[dropped].start] + one.text) for one in several]
            if phrases:
                break
        found += phrases[: limit - len(found) - round(_HEADLINES_SHARE * limit)]
        headlines = (self._headlines(likely, limit - len(found)) for likely in readings)
        found += next(filter(None, headlines), [])
        if not found and "" not in _behind_article(tokens[-1].folded):
            found = [replace(one, text=typed[: tokens[-1].start] + one.text) for one in words]
        asked = " ".join(typed.split())
        unlike = {one.text: one for one in found if one.text != asked}
        return tuple(unlike.values())

    def _readings(self, tokens: Sequence[Token], whole: bool) -> list[list[_Reading]]:
        """What headlines may have for what was typed, the likelier readings first; those of one list are as likely."""
        if whole:
            # Behind the sign at the end of a headline nothing follows.
            return [[_Reading(words, "") for words in self._combined(tokens)], *self._readings(tokens, False)]
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
