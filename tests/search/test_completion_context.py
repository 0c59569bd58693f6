# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests completion inside operators, fields and quotes, and that each completion finds what it promises."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

from indexer.search.answers.results import Suggestion
from indexer.search.archive import Archive
from indexer.search.query.parameters import MAX_QUERY_CHARS
from indexer.search.query.request import SearchRequest
from indexer.search.suggest.completion_context import CompletionContext, completion_context
from tests.query.test_query import ANY

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("جسر السن", CompletionContext("", "جسر السن", plain=True)),
        (" جسر ", CompletionContext("", " جسر ", plain=True)),
        ("حرب -مت", CompletionContext("حرب -", "مت", "word")),
        ("-متحف جس", CompletionContext("-متحف ", "جس")),
        ("=وزي", CompletionContext("=", "وزي", "word")),
        ("title:جس", CompletionContext("title:", "جس", "title")),
        ("title:جسر الس", CompletionContext("title:جسر ", "الس")),
        ("سوق مصدر:الر", CompletionContext("سوق مصدر:", "الر", "source")),
        ('كاتب:"عل', CompletionContext('كاتب:"', "عل", "author", '"')),
        ('title:"جسر الس', CompletionContext('title:"', "جسر الس", "phrase", '"')),
        ("سوق «جسر الس", CompletionContext("سوق «", "جسر الس", "phrase", "»", plain=True)),
        ('"جسر" سوق "مت', CompletionContext('"جسر" سوق "', "مت", "phrase", '"', plain=True)),
        ("بغداد OR الب", CompletionContext("بغداد OR ", "الب")),
        ("(بغداد | الب", CompletionContext("(بغداد | ", "الب")),
        ("جسر^2 سو", CompletionContext("جسر^2 ", "سو")),
        ("متحف Source:", CompletionContext("متحف Source:", "", "source")),
        ("title:", None),
        ("كاظ*", None),
        ("date:20", None),
        ("جسر -", CompletionContext("", "جسر -", plain=True)),
        ("", None),
    ],
)
def test_the_word_being_typed_is_separated_from_the_text_before_it(typed: str, end: CompletionContext | None) -> None:
    assert completion_context(typed, TODAY) == end


@given(ANY)
def test_no_typed_text_is_lost(typed: str) -> None:
    end = completion_context(typed, TODAY)
    assert end is None or end.head + end.tail == typed


def completed(archive: Archive, typed: str, limit: int = 10) -> dict[str, Suggestion]:
    found = archive.suggest(SearchRequest(q=typed, per_page=limit)).suggestions
    assert len(found) <= limit
    return {one.text: one for one in found}


@pytest.mark.parametrize(
    ("typed", "completion"),
    [
        ("title:جس", "title:جسر"),
        ("عنوان:المت", "عنوان:متحف"),
        ("متحف -جس", "متحف -جسر"),
        ("=المتح", "=المتحف"),
        ("source:nil", 'source:"nile-gazette"'),
        ('مصدر:"nil', 'مصدر:"nile-gazette"'),
        ("source:", 'source:"nile-gazette"'),
        ("قسم:اق", "قسم:اقتصاد"),
        ('"جسر السن', '"جسر السنابل"'),
        ("«جسر السن", "«جسر السنابل»"),
        ("متحف OR جسر السن", "متحف OR جسر السنابل"),
    ],
)
def test_completion_keeps_the_syntax(sample_archive: Archive, typed: str, completion: str) -> None:
    assert completion in completed(sample_archive, typed)


TYPED = (
    "جس", "جسر ", "جسر م", "متحف ا", "المدينة ال", "سوق جسر م", "title:م", "title:متحف ا", "-م", "جسر -م", "=ال",
    '"جسر ', "«الم", "source:", "source:n", "قسم:ا", "متحف OR م", "(جسر | س", "جسر date:2023 م", "جسر title:م",
    "افتتاح م", "hgl", "في الم", "كاتب:ا", "-title:م", "مصدر:nile-gazette م", "جسر*  م", "م من ا", "معصرة زيتون و",
)  # fmt: skip


@pytest.mark.parametrize("typed", TYPED)
def test_every_completion_finds_as_many_articles_as_it_says(sample_archive: Archive, typed: str) -> None:
    for one in completed(sample_archive, typed, 20).values():
        asked = SearchRequest(q=one.text, match="all", collapse=False, per_page=1, facets=(), snippets=0)
        found = sample_archive.search(asked)
        assert found.total >= one.count > 0, (one.text, one.count, found.total)
        assert not found.corrections


def test_a_completion_without_results_is_not_proposed(sample_archive: Archive) -> None:
    assert completed(sample_archive, "زرافة جسر السن") == {}
    assert completed(sample_archive, "source:nobody جسر السن") == {}


@given(ANY)
def test_any_typed_text_is_completed_to_a_valid_query(sample_archive: Archive, typed: str) -> None:
    for one in completed(sample_archive, typed).values():
        assert one.count > 0
        assert one.article or len(one.text) <= MAX_QUERY_CHARS
