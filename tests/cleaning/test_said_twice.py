# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that a standfirst repeated by the first paragraph is shown once, and that no two snippets of a hit are
alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser
from indexer.arabic.repetition import says_again
from indexer.article import Removed
from indexer.cleaning import clean
from indexer.search.planning.plan import plan
from indexer.search.query.request import SearchRequest
from indexer.search.snippets.evidence import EvidenceByWords
from indexer.search.snippets.marks import snippets
from indexer.sources import Record

LEAD = "بدأت ورشة النجارين في الحي القديم تدريب عشرين شابة على صناعة القوارب الخشبية."
REST = "ويقول صاحب الورشة إن القوارب تباع قبل أن يجف طلاؤها."
TITLE = "شابات يتعلمن صناعة القوارب"


@pytest.mark.parametrize(
    "standfirst",
    [
        LEAD,
        LEAD.rstrip("."),
        "بدأت ورشة النجارين في الحي القديم تدريب عشرين شابة على صناعة القو...",
        "بدأت ورشة النجارين في الحي القديم تدريب عشرين شابة",
        "بَدأت ورشة النجّارين في الحيّ القديم تدريب عشرين شابة على صناعة القوارب الخشبيّة",
        "تدريب عشرين شابة على صناعة القوارب الخشبية",
    ],
)
def test_a_repeated_standfirst_is_removed(standfirst: str) -> None:
    for record in (
        Record(key="", text=f"{standfirst}\n{LEAD} {REST}\n{REST}", flattened=False, title=TITLE),
        Record(key="", text=f"{TITLE}\n\n{standfirst}\n\n14 مارس 2023\n\n{LEAD}\n\n{REST}", flattened=True),
    ):
        cleaned = clean(record)
        assert cleaned.title == TITLE
        assert cleaned.body.startswith(LEAD)
        assert Removed(standfirst, "duplicate") in cleaned.removed


@pytest.mark.parametrize(
    "first",
    [
        "بدأت ورشة النجارين تدريب الشابات.",
        "تصنع عشرون شابة القوارب الخشبية في الحي القديم، وتباع قبل أن يجف طلاؤها.",
        f"{LEAD} وحضر الافتتاح رئيس البلدية وعدد من سكان الحي الذين جاؤوا بأطفالهم.",
    ],
)
def test_a_standfirst_with_other_content_stays(first: str) -> None:
    cleaned = clean(Record(key="", text=f"{first}\n{LEAD}\n{REST}", flattened=False))
    assert cleaned.body.split("\n") == [first, LEAD, REST]
    assert cleaned.removed == ()


def test_no_two_snippets_are_alike(analyser: Analyser) -> None:
    other = "وكانت الورشة صنعت في الصيف الماضي قاربا من خشب السدر أبحر به بحارة الحي حتى الجزيرة."
    body = "\n".join([LEAD.rstrip("."), REST, LEAD, other, f"«{LEAD}»"])
    found = snippets(body, EvidenceByWords(plan(SearchRequest(q="الورشة القوارب"), analyser).marked, analyser), most=4)
    texts = [piece.text for piece in found]
    assert sum("عشرين شابة" in text for text in texts) == 1
    assert len(texts) == 3


@given(st.lists(st.sampled_from("ابتثجح"), max_size=30), st.lists(st.sampled_from("ابتثجح"), max_size=30))
def test_a_text_repeats_itself(one: list[str], other: list[str]) -> None:
    assert says_again(one, one)
    says_again(one, other)
    if len(one) >= 6:
        assert says_again(one, one + other)
