# SPDX-License-Identifier: GPL-3.0-or-later
"""The tools of assistants, asked by the protocol's own client in this process."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp.types import CallToolResult, Tool

from indexer.engine.memory.store import MemoryStore
from indexer.search.archive import Archive
from tests.contract import publish
from tests.stories.invented import events
from web.assistants.answers import Citing
from web.assistants.server import UNAVAILABLE, ArchiveTools
from web.assistants.tools import MOST_RESULTS, TOOLS

SITE = "https://news.example.org/archive"
BRIDGE = "dd17c50d1a401cd6"

Ask = Callable[..., CallToolResult]


def asked(archive: Archive, *calls: tuple[str, dict[str, Any]], site: str = SITE) -> list[CallToolResult]:
    async def ask() -> list[CallToolResult]:
        async with Client(ArchiveTools(archive, Citing(site), 10).server()) as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return asyncio.run(ask())


def listed(archive: Archive) -> dict[str, Tool]:
    async def ask() -> list[Tool]:
        async with Client(ArchiveTools(archive, Citing(SITE), 10).server()) as client:
            return (await client.list_tools()).tools

    return {tool.name: tool for tool in asyncio.run(ask())}


def data(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, result.content
    content: dict[str, Any] = result.structured_content
    return content


def error(result: CallToolResult) -> str:
    assert result.is_error
    (content,) = result.content
    return str(getattr(content, "text", ""))


EXAMPLES: dict[str, dict[str, Any]] = {
    "search": {"q": "جسر السنابل", "limit": 2, "source": ["alrafidain-today", "nile-gazette"], "exact": False},
    "article": {"id": BRIDGE, "chars": 200},
    "similar": {"id": BRIDGE, "limit": 3},
    "story": {"id": BRIDGE, "limit": 3},
    "timeline": {"q": "جسر", "by": "year"},
    "sources": {},
}


def test_every_tool_answers_as_it_describes_itself(sample_archive: Archive) -> None:
    tools = listed(sample_archive)
    assert list(tools) == list(TOOLS) == list(EXAMPLES)
    results = asked(sample_archive, *EXAMPLES.items())
    for (name, arguments), result in zip(EXAMPLES.items(), results, strict=True):
        tool = tools[name]
        assert tool.annotations
        assert tool.annotations.read_only_hint
        Draft202012Validator.check_schema(tool.input_schema)
        Draft202012Validator(tool.input_schema).validate(arguments)
        assert tool.output_schema
        assert "$ref" not in str(tool.output_schema)
        Draft202012Validator(tool.output_schema).validate(data(result))


def test_answers_cite_permanent_addresses(sample_archive: Archive) -> None:
    found, read, alike = asked(sample_archive, *((name, EXAMPLES[name]) for name in ("search", "article", "similar")))
    cited = [*data(found)["results"], data(read), data(alike)["article"], *data(alike)["similar"]]
    assert len(cited) >= 5
    for one in cited:
        assert one["address"] == f"{SITE}/articles/{one['id']}"
    (without,) = asked(sample_archive, ("article", EXAMPLES["article"]), site="")
    assert data(without)["address"] is None


def test_the_parts_of_an_article_make_up_its_text(sample_archive: Archive) -> None:
    body = sample_archive.article(BRIDGE).article.body
    offset: int | None = 0
    read = ""
    while offset is not None:
        (result,) = asked(sample_archive, ("article", {"id": BRIDGE, "offset": offset, "chars": 200}))
        part = data(result)
        assert 0 < len(part["text"]) <= 200
        read += part["text"]
        offset = part["next_offset"]
    assert read == body
    assert "characters" in error(asked(sample_archive, ("article", {"id": BRIDGE, "offset": len(body)}))[0])


def test_a_story_is_told_from_the_first_article_to_the_last() -> None:
    told = events(14, random.Random(3))
    first, second, third = told[1]
    copy = replace(first, id="00000000000000aa", source="الوطن", published=third.published)
    store = MemoryStore()
    publish(store, [*chain.from_iterable(told), copy])
    calls = [("story", {"id": second.id, "limit": limit}) for limit in (60, 1)]
    whole, begun = map(data, asked(Archive(store), *calls))
    assert whole["article"]["id"] == second.id
    assert whole["story"] == {"id": first.id, "articles": 4, "sources": 4, "begun": "2023-03-03", "ended": "2023-03-05"}
    reports = whole["reports"]
    assert [one["id"] for one in reports] == [first.id, second.id, third.id]
    for one, article in zip(reports, (first, second, third), strict=True):
        assert one["address"] == f"{SITE}/articles/{article.id}"
        assert one["added"]
        assert all(sentence in article.body for sentence in one["added"])
    assert [[again["id"] for again in one["repeated_by"]] for one in reports] == [[copy.id], [], []]
    assert [one["repeated_total"] for one in reports] == [1, 0, 0]
    assert (whole["unlisted"], begun["unlisted"]) == (0, 2)
    assert begun["reports"] == reports[:1]


def test_an_article_without_a_story_says_so(sample_archive: Archive) -> None:
    (result,) = asked(sample_archive, ("story", {"id": BRIDGE}))
    alone = data(result)
    assert alone["article"]["id"] == BRIDGE
    assert (alone["story"], alone["reports"], alone["unlisted"]) == (None, [], 0)


def test_pages_of_results_follow_each_other(sample_archive: Archive) -> None:
    ids: list[str] = []
    page: int | None = 1
    while page is not None:
        (result,) = asked(sample_archive, ("search", {"q": "جسر", "limit": 2, "page": page}))
        found = data(result)
        ids += [one["id"] for one in found["results"]]
        page = found["next_page"]
    assert len(ids) == len(set(ids)) == found["total"] + found["partial_total"] > 4


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("search", {"q": "جسر", "limit": MOST_RESULTS + 1}, "limit must be a whole number from 1 to 20"),
        ("search", {"query": "جسر"}, "Did you mean q?"),
        ("search", {"q": "ب" * 1_001}, "at most 1,000"),
        ("search", {"q": {"$ne": 1}}, "must be a text"),
        ("search", {"q": ["a", "b"]}, "q is given 2 times"),
        ("search", {"source": ["x"] * 101}, "at most 100"),
        ("search", {"q": "جسر", "page": 9_999, "limit": 20}, "10,000th"),
        ("search", {"q": "جسر", "page": 400}, "there is no page 400"),
        ("search", {"from": "2023", "to": "2021"}, "exchange them"),
        ("article", {}, "id is missing"),
        ("article", {"id": "../../etc/passwd"}, "16 digits"),
        ("article", {"id": "0" * 16}, "ids come from search"),
        ("similar", {"id": None}, "id is missing"),
        ("story", {"id": "0" * 16}, "ids come from search"),
        ("story", {"id": BRIDGE, "limit": 61}, "from 1 to 60"),
        ("timeline", {"by": "eon"}, "must be one of"),
    ],
)
def test_what_cannot_be_answered_is_an_error_of_the_tool(
    sample_archive: Archive, tool: str, arguments: dict[str, Any], said: str
) -> None:
    assert said in error(asked(sample_archive, (tool, arguments))[0])


def test_an_unknown_tool_is_an_error_of_the_protocol(sample_archive: Archive) -> None:
    async def ask() -> None:
        async with Client(ArchiveTools(sample_archive, Citing(SITE), 10).server()) as client:
            with pytest.raises(MCPError, match="the tools are search, article"):
                await client.call_tool("drop_table", {})

    asyncio.run(ask())


def test_what_only_the_operator_can_repair_is_not_told(tmp_path: Path) -> None:
    (nothing,) = asked(Archive(tmp_path / "secret-place"), ("search", {"q": "جسر"}))
    assert error(nothing) == "No index has been published yet; try again later."
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "CURRENT").write_text("gen-000009\n")
    (broken,) = asked(Archive(tmp_path / "broken"), ("search", {"q": "جسر"}))
    assert error(broken) == UNAVAILABLE


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_NAMES = [*sorted({one.name for tool in TOOLS.values() for one in tool.parameters}), "", "\ud800", "constructor"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(TOOLS)), st.dictionaries(st.sampled_from(_NAMES), _JSON, max_size=4))
def test_any_arguments_get_an_answer_or_an_explanation(
    sample_archive: Archive, name: str, arguments: dict[str, Any]
) -> None:
    tools = ArchiveTools(sample_archive, Citing(SITE), 10)
    result = tools._answer(TOOLS[name], arguments)
    result.model_dump_json().encode()
    assert not result.is_error or error(result) != UNAVAILABLE
