# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON answers that describe the archive: how much it holds, and how it analyses a text."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from indexer.arabic.analyser import Analyser, Token
from indexer.search.answers.json.member_types import Whole
from indexer.search.answers.json.members import AnswerJson, CountJson, Index, JsonObject, counts_json, index_json
from indexer.search.answers.listing import Analysis, Stats, terms_of


class StatsJson(AnswerJson, kw_only=True):
    """How much the archive holds."""

    articles: Annotated[Whole, Meta(description="How many articles the archive holds, copies included.", examples=[66])]
    stories: Annotated[Whole, Meta(description="How many articles it holds if copies count once.", examples=[62])]
    sources: Annotated[Whole, Meta(description="How many sources it has.", examples=[7])]
    categories: Annotated[Whole, Meta(description="How many sections it has.", examples=[27])]
    dated: Annotated[Whole, Meta(description="How many articles have a date.", examples=[56])]
    story_count: Annotated[
        Whole, Meta(description="How many groups of articles report one event, see /articles/{id}/story.", examples=[5])
    ]
    story_articles: Annotated[Whole, Meta(description="How many articles are in such a group.", examples=[14])]
    years: Annotated[
        list[CountJson],
        Meta(
            description="How many articles were published in each year, latest first.",
            examples=[[{"value": "2024", "count": 18}, {"value": "2023", "count": 21}]],
        ),
    ]
    index: Index


class StepJson(JsonObject, kw_only=True):
    """A rule that changed a word."""

    rule: Annotated[str, Meta(description="The name of the rule.", examples=["reading"])]
    result: Annotated[str, Meta(description="What the rule made of the word.", examples=["قوه"])]
    reason: Annotated[
        str, Meta(description="Why the rule applied.", examples=["2 clitic letters + the article + قوات: a noun"])
    ]


class TermsJson(JsonObject, kw_only=True):
    """The terms that a word is found by."""

    surface: Annotated[list[str], Meta(description="The term as written, without marks.", examples=[["وللقوات"]])]
    folded: Annotated[list[str], Meta(description="The folded term.", examples=[["وللقوات"]])]
    stem: Annotated[list[str], Meta(description="The stem; empty if the word has none.", examples=[["قوه"]])]
    gram: Annotated[
        list[str],
        Meta(
            description="Pieces of four letters; < and > are the ends of the word.", examples=[["<قوا", "قوات", "وات>"]]
        ),
    ]


class TokenJson(JsonObject, kw_only=True):
    """A word of a text, and what analysis makes of it."""

    text: Annotated[str, Meta(description="The word as it stands in the text: text[start:end].", examples=["وللقوات"])]
    start: Annotated[Whole, Meta(description="The code point at which it begins.", examples=[0])]
    end: Annotated[Whole, Meta(description="The code point before which it ends.", examples=[7])]
    position: Annotated[
        Whole, Meta(description="Its number among the words, from 0; phrases are found by it.", examples=[0])
    ]
    extra: Annotated[
        bool,
        Meta(
            description="Whether it is made of several words, of which it shares the position of the first: a name "
            "that is written apart."
        ),
    ]
    bare: Annotated[
        str, Meta(description="The word without marks and tatweel: its term in the surface tier.", examples=["وللقوات"])
    ]
    clitics: Annotated[
        str, Meta(description="The letters of bare before the word proper; empty if there are none.", examples=["ول"])
    ]
    folded: Annotated[
        str,
        Meta(
            description="Its term in the folded tier, where hamza, ya and the like are one; empty if none.",
            examples=["وللقوات"],
        ),
    ]
    base: Annotated[
        str, Meta(description="The folded word without clitics and article; empty if it has none.", examples=["قوات"])
    ]
    stem: Annotated[str, Meta(description="Its term in the stem tier; empty if it has none.", examples=["قوه"])]
    steps: Annotated[list[StepJson], Meta(description="The rules that changed it, in order.")]
    terms: Annotated[TermsJson, Meta(description="The terms that the word is found by, in each tier.")]


class AnalysisJson(AnswerJson, kw_only=True):
    """What analysis makes of each word of a text."""

    text: Annotated[str, Meta(description="The text as it was sent.", examples=["وللقوات"])]
    tokens: Annotated[list[TokenJson], Meta(description="Its words, in order.")]
    index: Index


def stats_json(stats: Stats) -> StatsJson:
    """Returns how much the archive holds."""
    return StatsJson(
        took_ms=round(stats.took_ms, 1),
        articles=stats.index.articles,
        stories=stats.stories,
        sources=stats.sources,
        categories=stats.categories,
        dated=stats.dated,
        story_count=stats.told.stories,
        story_articles=stats.told.articles,
        years=counts_json(stats.years),
        index=index_json(stats.index),
    )


def analysis_json(analysis: Analysis) -> AnalysisJson:
    """Returns what analysis makes of each word of a text."""
    return AnalysisJson(
        took_ms=round(analysis.took_ms, 1),
        text=analysis.text,
        tokens=[token_json(token, analysis.analyser) for token in analysis.tokens],
        index=index_json(analysis.index),
    )


def token_json(token: Token, analyser: Analyser) -> TokenJson:
    """Returns where a word stands, what the rules made of it, and its terms."""
    return TokenJson(
        text=token.text,
        start=token.start,
        end=token.end,
        position=token.position,
        extra=token.extra,
        bare=token.word.bare,
        clitics=token.word.bare[: token.word.clitics],
        folded=token.folded,
        base=token.word.base,
        stem=token.stem,
        steps=[StepJson(**step._asdict()) for step in analyser.steps(token)],
        terms=TermsJson(**terms_of(token)),
    )
