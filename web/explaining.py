"""What the pages say of how a query was understood: its expansions, each with a link that refuses it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from indexer.search.expansions import removed
from indexer.search.request import SearchRequest
from indexer.search.results import Expansion
from web import texts

Address = Callable[[SearchRequest], str]


@dataclass(frozen=True, slots=True)
class Widened:
    """A word of the query, what it was looked for as besides, why, and the search without that."""

    kind: str
    text: str
    by: str
    href: str


@dataclass(frozen=True, slots=True)
class Understood:
    """``names`` are the expansions that stand open; ``forms``, of which each word has one, unfold."""

    names: tuple[Widened, ...]
    forms: tuple[Widened, ...]


def understood(expansions: Iterable[Expansion], request: SearchRequest, address: Address) -> Understood:
    """The expansions of a search as links; that some articles have a part of the words only is told elsewhere."""
    shown = [
        Widened(texts.EXPANSIONS[one.kind], one.text, one.by, address(removed(one, request)))
        for one in expansions
        if one.kind != "relaxed"
    ]
    forms = texts.EXPANSIONS["variant"]
    return Understood(
        tuple(one for one in shown if one.kind != forms), tuple(one for one in shown if one.kind == forms)
    )


def refusals(request: SearchRequest, address: Address) -> list[tuple[str, str]]:
    """What the request refuses, and the search that does not refuse it."""
    return [
        (_refusal(name), address(replace(request, without=tuple(o for o in request.without if o != name), offset=0)))
        for name in request.without
    ]


def _refusal(name: str) -> str:
    kind, colon, text = name.partition(":")
    return f"{texts.EXPANSIONS[kind]}: {text}" if colon else texts.EXPANSIONS[kind]
