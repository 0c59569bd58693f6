# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans a query: makes the engine's query from its tree, and the terms to mark in the texts that it finds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from indexer import deadline
from indexer.arabic.analyser import Analyser, Token
from indexer.engine.queries import (
    AnyOf,
    Filters,
    PhraseQuery,
    PrefixQuery,
    Query,
    Ranked,
    TermQuery,
    Words,
)
from indexer.engine.weights import ENOUGH, FUNCTION_WORD, HEADLINE, MOST, NEARLY, SENTENCE, SOUND, SYNONYM
from indexer.exhaustive import assert_never
from indexer.search.answers.results import Expansion, QueryTerm
from indexer.search.answers.warnings import QueryWarning, of_fields, of_limits, of_names, of_query
from indexer.search.planning.column_names import ColumnNames
from indexer.search.planning.expansions import operator, refused, sounding, synonyms, variant, year
from indexer.search.planning.foreign_names import ForeignNames, Spelling
from indexer.search.planning.marked_terms import MarkCollector, MarkedTerms, stem_prefixes
from indexer.search.planning.query_merging import merged
from indexer.search.planning.query_names import Name, Stems, names, own, phrase_terms
from indexer.search.planning.restrictions import filters_of, matching, narrowed
from indexer.search.planning.word_queries import either, in_any_form, name_query, published_in
from indexer.search.planning.years import Years, years
from indexer.search.query.canonical import read
from indexer.search.query.request import SearchRequest
from indexer.search.query.tree import (
    OR_WORD,
    All,
    Either,
    Every,
    NameNode,
    Node,
    Not,
    Period,
    Phrase,
    Prefix,
    Stated,
    TextNode,
)

_MOST_RELATED = 8
"""At most this many other words of a word's root add to scores, the most frequent ones."""

_SEVERAL = 2
"""A query of fewer words has no partial matches."""


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """A query that is ready to be run.

    ``ranked`` is None where no words were typed. ``nothing`` says that no article can match: because what was typed has
    no word and no filter in it (``wordless``), or because its filters contradict each other. ``filters`` are those of
    the request and of the query. ``marked_in_title`` is marked in titles, ``marked`` in bodies. ``warnings`` are to be
    shown to the caller.
    """

    ranked: Ranked | None
    filters: Filters
    marked: MarkedTerms
    marked_in_title: MarkedTerms
    terms: tuple[QueryTerm, ...]
    expansions: tuple[Expansion, ...]
    read_as: str
    node: Node | None
    nothing: bool = False
    wordless: bool = False
    warnings: tuple[QueryWarning, ...] = ()


@dataclass(slots=True)
class _Draft:
    """The engine's queries of the parts of a query; ``loose`` are the required ones with phrases taken apart."""

    required: list[Query] = field(default_factory=list)
    loose: list[Query] = field(default_factory=list)
    optional: list[Query] = field(default_factory=list)
    without: list[Query] = field(default_factory=list)
    literal: bool = False
    """Whether a phrase is among them: a reader who quotes does not ask for its words one by one."""

    def words(self) -> Query:
        """All parts as one query."""
        required, optional = map(merged, (self.required, self.optional) if self.required else (self.optional, []))
        if len(required) == 1 and not optional and not self.without:
            return required[0]
        return Words(required, tuple(dict.fromkeys(self.without)), optional)


def plan(
    request: SearchRequest,
    analyser: Analyser,
    columns: ColumnNames | None = None,
    today: date | None = None,
    foreign: ForeignNames | None = None,
    published: Collection[int] = (),
) -> QueryPlan:
    """The plan of ``request``.

    ``columns`` are the names of sources, sections and so on, none where it is None; ``published`` are the years in
    which articles are dated; relative dates count from ``today``. Without ``foreign`` names are looked for only as they
    were typed. Raises TooSlowError.
    """
    columns = columns or ColumnNames(analyser, lambda column: ())
    bare = "operator" not in request.without
    reading = read(request.q, analyser, today or date.today(), columns.own_fields, bare=bare)
    node = reading.node
    parts = node.nodes if isinstance(node, All) else (node,) if node else ()
    within = narrowed(Filters(), parts, columns)
    filters = filters_of(request, within)
    planner = _Planner(request, analyser, columns, foreign, published)
    draft = _Draft()
    for part in parts:
        if not isinstance(part, (Period, NameNode, Stated)):
            planner.add(draft, part, counts=True)
    wordless = node is None and bool(request.q.strip())
    warnings = [*of_query(reading.notes, nothing=wordless), *of_limits(request), *of_names(request, columns)]
    if within is None:
        warnings += of_fields(parts, columns)
    return QueryPlan(
        ranked=_with_related(_ranked(request, draft, planner.neighbours(node), tuple(planner.grams)), planner),
        filters=filters,
        marked=planner.anywhere.marked_terms(),
        marked_in_title=planner.anywhere.marked_terms(planner.in_title),
        terms=tuple(planner.terms),
        expansions=(*(operator(word) for word in reading.operators), *planner.expansions),
        # A query without words finds nothing; it must not be taken for an empty one, which finds everything.
        read_as=reading.text or request.q.strip(),
        node=node,
        nothing=within is None or wordless,
        wordless=wordless,
        warnings=tuple(warnings),
    )


def _ranked(
    request: SearchRequest, draft: _Draft, neighbours: tuple[tuple[str, str], ...], grams: tuple[str, ...]
) -> Ranked | None:
    required, loose, optional = map(merged, (draft.required, draft.loose, draft.optional))
    without = tuple(dict.fromkeys(draft.without))
    if not (required or without or optional):
        return None
    if not required and optional:
        required, optional = optional, ()  # a query of function words alone requires them
    if request.match == "any" and required:
        any_of_them = Words(loose or required, without, optional, least=0)
        return Ranked(any_of_them, neighbours=neighbours, grams=grams)
    words = Words(required, without, optional)
    if request.match == "all" or len(loose) < (HEADLINE if draft.literal else _SEVERAL):
        return Ranked(words, neighbours=neighbours, grams=grams)
    wider = replace(words, children=loose, least=MOST)
    if len(loose) >= SENTENCE and not draft.literal:
        words = replace(words, least=NEARLY)
    return Ranked(words, wider, ENOUGH, neighbours, grams)


def _with_related(ranked: Ranked | None, planner: _Planner) -> Ranked | None:
    return ranked and replace(ranked, related=tuple(dict.fromkeys(planner.related)))


class _Planner:
    """Makes the queries of the nodes of one tree, and collects what is to be marked and said about them."""

    def __init__(
        self,
        request: SearchRequest,
        analyser: Analyser,
        columns: ColumnNames,
        foreign: ForeignNames | None,
        published: Collection[int],
    ) -> None:
        self._published = published
        self._request = request
        self._analyser = analyser
        self._columns = columns
        self._foreign = None if request.exact else foreign
        self.anywhere = MarkCollector()
        self.in_title = MarkCollector()
        self.terms: list[QueryTerm] = []
        self.expansions: list[Expansion] = []
        self.grams: list[str] = []
        self.related: list[str] = []

    def add(self, draft: _Draft, node: Node, *, counts: bool) -> None:
        """Add to ``draft`` what ``node`` asks for; with ``counts`` it is also marked and shown to the reader."""
        deadline.check()
        match node:
            case All():
                for child in node.nodes:
                    self.add(draft, child, counts=counts)
            case Every():
                pass
            case Not():
                draft.without.append(self._query(node.node, counts=False))
            case TextNode(exact=False):
                before = len(draft.required)
                self._add_words(draft, node, counts=counts)
                draft.loose += draft.required[before:]
            case Phrase():
                self._add_phrase(draft, node, counts=counts)
                draft.literal = True
            case TextNode() | Prefix() | NameNode() | Stated() | Period() | Either():
                if isinstance(node, Either) and node.by_word:
                    (token,) = self._analyser.tokens(OR_WORD)
                    draft.optional.append(in_any_form(token, exact=self._request.exact, weight=FUNCTION_WORD))
                query = self._other(node, counts=counts)
                draft.required.append(query)
                draft.loose.append(query)
            case _:
                assert_never(node)

    def _query(self, node: Node, *, counts: bool) -> Query:
        draft = _Draft()
        self.add(draft, node, counts=counts)
        return draft.words()

    def _other(self, node: TextNode | Prefix | NameNode | Stated | Period | Either, *, counts: bool) -> Query:
        if isinstance(node, Either):
            return AnyOf(merged(self._query(child, counts=counts) for child in node.nodes))
        if isinstance(node, (NameNode, Stated, Period)):
            return matching(node, self._columns)
        (token,) = own(self._analyser.tokens(node.text))
        marks = self.in_title if node.title else self.anywhere
        if counts:
            self.terms.append(QueryTerm(node.text, token.folded, token.stem))
        if isinstance(node, Prefix):
            if counts:
                marks.prefixes.append(token.folded)
            stems = [PrefixQuery("stem", begin, in_title=node.title) for begin in stem_prefixes(token.folded)]
            return AnyOf((PrefixQuery("folded", token.folded, in_title=node.title), *stems))
        if counts:
            marks.folded.add(token.folded)
        return in_any_form(token, exact=True, title=node.title)

    def _add_phrase(self, draft: _Draft, node: Phrase, *, counts: bool) -> None:
        found = self._analyser.tokens(node.text)
        tokens, folded = own(found), phrase_terms(found)
        if len(folded) > 1 or node.title:
            draft.required.append(PhraseQuery("folded", folded, within=node.within, in_title=node.title))
        else:
            draft.required.append(TermQuery("folded", folded[0]))
        if node.title:
            draft.loose.append(draft.required[-1])
        else:
            draft.loose += [in_any_form(token, exact=self._request.exact) for token in self._content(tokens)]
        if counts:
            marks = self.in_title if node.title else self.anywhere
            if node.within:
                marks.folded |= set(folded)
            else:
                marks.phrases.append(folded)
            self._tell(tokens)

    def _add_words(self, draft: _Draft, node: TextNode, *, counts: bool) -> None:
        """Add plain words: each in any of its forms, names of two words also in one word, names with synonyms."""
        tokens = self._analyser.tokens(node.text)
        marks = self.in_title if node.title else self.anywhere
        pairs = self._foreign.joined(tokens) if self._foreign else {}
        dated = self._kept_years(node, own(tokens), counts=counts)
        for name in names(tokens, self._analyser, pairs):
            deadline.check()
            exact = [self._is_exact(token, counts=counts) for token in name.tokens]
            forms = [
                either(in_any_form(token, exact=only, title=node.title), self._sounding(token, node, counts=counts))
                for token, only in zip(name.tokens, exact, strict=True)
            ]
            together = forms[0] if len(forms) == 1 else Words(tuple(forms))
            in_one_word = pairs.get(name.tokens[0].position, ()) if len(name.tokens) > 1 else ()
            if in_one_word:
                text = node.text[name.tokens[0].start : name.tokens[-1].end]
                draft.required.append(either(together, self._spelled(text, in_one_word, node, counts=counts)))
            elif name.joined:
                draft.required.append(AnyOf((in_any_form(name.joined, exact=all(exact), title=node.title), together)))
            elif not all(exact) and (others := self._kept_synonyms(name, counts=counts)):
                also = [name_query(stems, SYNONYM, title=node.title) for stems in others]
                draft.required.append(AnyOf((together, *also)))
                if counts:
                    marks.stems |= {stems[0] for stems in others if len(stems) == 1}
                    marks.stem_phrases += [stems for stems in others if len(stems) > 1]
            else:
                for token, form, only in zip(name.tokens, forms, exact, strict=True):
                    if days := dated.days.get(token.position):
                        draft.required.append(AnyOf((form, published_in(token, days))))
                    elif self._analyser.is_function_word(token) or token.position in dated.beside:
                        draft.optional.append(in_any_form(token, exact=only, weight=FUNCTION_WORD, title=node.title))
                    else:
                        draft.required.append(form)
            if counts:
                varied = [token for token, only in zip(name.tokens, exact, strict=True) if not only]
                content = self._content(varied)
                self.grams += [gram for token in content for gram in token.word.grams()]
                relatives = self._analyser.lexicon.relatives
                self.related += [stem for token in content for stem in relatives(token.stem)[:_MOST_RELATED]]
                marks.stems |= {stem for token in varied for stem in token.word.stems}
                if name.joined and varied:
                    marks.stems.add(name.joined.stem)
        if counts:
            marks.folded |= {token.folded for token in tokens}
            self._tell(own(tokens))

    def _sounding(self, token: Token, node: TextNode, *, counts: bool) -> list[Query]:
        """The queries of a foreign name in the other spellings that the archive has; none of other words."""
        if not self._foreign:
            return []
        return self._spelled(token.text, self._foreign.spellings(token), node, counts=counts)

    def _spelled(self, text: str, spellings: Sequence[Spelling], node: TextNode, *, counts: bool) -> list[Query]:
        """The queries of the name ``text`` in those of ``spellings`` that the request does not refuse."""
        queries: list[Query] = []
        marks = self.in_title if node.title else self.anywhere
        for spelling in spellings:
            if not self._allows(sounding(text, spelling), counts=counts):
                continue
            if spelling.stems:
                queries.append(name_query(spelling.stems, SOUND, title=node.title))
            elif node.title:
                queries += [PhraseQuery("folded", (term,), SOUND, in_title=True) for term in spelling.terms]
            else:
                queries += [TermQuery("folded", term, SOUND) for term in spelling.terms]
            if counts:
                marks.spellings |= set(spelling.terms)
                marks.stem_phrases += [spelling.stems] if spelling.stems else []
        return queries

    def _kept_years(self, node: TextNode, words: Sequence[Token], *, counts: bool) -> Years:
        """The years among plain words that are also looked for as dates.

        There are none in titles, among excluded words, and among those that the request refuses.
        """
        found = years(words, self._published, self._analyser)
        if node.title or not counts or self._request.exact:
            return found._replace(days={}, beside=frozenset())
        refused_ones = {
            token.position
            for token in words
            if (days := found.days.get(token.position)) and not self._allows(year(token.text, days), counts=counts)
        }
        if not refused_ones:
            return found
        kept = {position: days for position, days in found.days.items() if position not in refused_ones}
        return Years(kept, found.beside if kept else frozenset())

    def _kept_synonyms(self, name: Name, *, counts: bool) -> list[Stems]:
        """The synonyms of ``name`` that the request does not refuse."""
        return [stems for stems, expansion in synonyms(name, self._analyser) if self._allows(expansion, counts=counts)]

    def _is_exact(self, token: Token, *, counts: bool) -> bool:
        """Whether a word is looked for only in the form that was typed."""
        if self._request.exact:
            return True
        expansion = variant(token)
        return expansion is not None and not self._allows(expansion, counts=counts)

    def _allows(self, expansion: Expansion, *, counts: bool) -> bool:
        allowed = not refused(expansion, self._request)
        if allowed and counts and expansion not in self.expansions:
            self.expansions.append(expansion)
        return allowed

    def _tell(self, tokens: Sequence[Token]) -> None:
        self.terms += [QueryTerm(token.text, token.folded, token.stem, token.word.second) for token in tokens]

    def _content(self, tokens: Sequence[Token]) -> list[Token]:
        """``tokens`` without the function words."""
        return [token for token in tokens if not self._analyser.is_function_word(token)]

    def neighbours(self, node: Node | None) -> tuple[tuple[str, str], ...]:
        """The pairs of stems of plain words that stand side by side in the query."""
        line = list(self._line(node)) if node else []
        content = [token if token and not self._analyser.is_function_word(token) else None for token in line]
        return tuple(dict.fromkeys((a.stem, b.stem) for a, b in pairwise(content) if a and b))

    def _line(self, node: Node) -> Iterator[Token | None]:
        """The plain words in order, with None between words that do not stand side by side.

        The line goes on after the last of several alternatives.
        """
        if isinstance(node, TextNode) and not (node.exact or node.title):
            yield from own(self._analyser.tokens(node.text))
        elif isinstance(node, (All, Either)):
            for number, child in enumerate(node.nodes):
                if number and isinstance(node, Either):
                    yield None
                yield from self._line(child)
        else:
            yield None
