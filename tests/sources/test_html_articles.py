# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures, in lines, how well known articles are found in HTML pages."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.article import Published
from indexer.cleaning import clean
from indexer.sources import Record, read
from tests.conftest import ROOT
from tests.sources.html_pages import LATEST, MENU, TEMPLATES, Story

LEAST = 0.97


def sample() -> list[Story]:
    """Returns every second article of sample/, as in the golden files."""
    rows = [
        row
        for part in ("1", "2")
        for row in json.loads((ROOT / "tests" / "golden" / f"sample_clean_{part}.json").read_text(encoding="utf-8"))
    ]
    return [Story(row["title"], tuple(row["body"])) for row in rows if row["title"] and len(row["body"]) > 1][::2]


def real(shared: Path) -> list[Story]:
    with gzip.open(shared / "data" / "ant_v1.1.jsonl.gz", "rt", encoding="utf-8", newline="\n") as lines:
        rows = [row for number, line in enumerate(lines) if number % 400 == 0 and (row := json.loads(line))["body"]]
    return [Story(" ".join(row["title"].split()), tuple(filter(str.strip, row["body"].split("\n")))) for row in rows]


def lines_found(path: Path, template: Callable[[Story], str], stories: list[Story]) -> tuple[float, float, float]:
    """Returns precision and recall of body lines, and the share of correct headlines."""
    kept = wanted = right = titles = 0
    for story in stories:
        path.write_bytes(template(story).encode("utf-8", "ignore"))
        (record,) = read(path, max_bytes=1 << 24)
        assert isinstance(record, Record)
        article = clean(record)
        found = [" ".join(line.split()) for line in article.body.split("\n")]
        known = [" ".join(line.split()) for line in story.paragraphs]
        kept += len(found)
        wanted += len(known)
        right += len(set(found) & set(known))
        titles += article.title == story.title
    return right / kept, right / wanted, titles / len(stories)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.__name__)
def test_lines_of_invented_articles(tmp_path: Path, template: Callable[[Story], str]) -> None:
    precision, recall, titles = lines_found(tmp_path / "a.html", template, sample())
    assert (precision >= LEAST, recall >= LEAST, titles >= LEAST) == (True, True, True), (precision, recall, titles)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.__name__)
def test_lines_of_real_articles(tmp_path: Path, shared: Path, template: Callable[[Story], str]) -> None:
    precision, recall, titles = lines_found(tmp_path / "a.html", template, real(shared))
    assert (precision >= LEAST, recall >= LEAST, titles >= LEAST) == (True, True, True), (precision, recall, titles)


@pytest.mark.parametrize(
    "wrap", ["<section><h3>عنوان فرعي</h3><p>{}</p></section>", "<li><b>أولا</b> <span>{}</span></li>"]
)
def test_an_article_in_sections_is_no_list_of_teasers(tmp_path: Path, wrap: str) -> None:
    path = tmp_path / "a.html"
    for story in sample():
        parts = "".join(wrap.format(text) for text in story.paragraphs)
        page = f"<html><title>{story.title}</title><body><h1>{story.title}</h1><div>{parts}</div></body></html>"
        path.write_text(page, encoding="utf-8")
        (record,) = read(path, max_bytes=1 << 24)
        assert isinstance(record, Record)
        body = clean(record).body
        assert all(" ".join(text.split()) in body for text in story.paragraphs)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.__name__)
def test_the_date_is_the_stated_one_or_none(tmp_path: Path, template: Callable[[Story], str]) -> None:
    path = tmp_path / "a.html"
    story = sample()[0]
    path.write_text(template(story), encoding="utf-8")
    (record,) = read(path, max_bytes=1 << 24)
    assert isinstance(record, Record)
    published = clean(record).published
    assert published is None or published.value.startswith(story.day)
    assert published != Published("2024")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.__name__)
def test_removed_lines_can_be_read(tmp_path: Path, template: Callable[[Story], str]) -> None:
    path = tmp_path / "a.html"
    story = sample()[0]
    path.write_text(template(story), encoding="utf-8")
    (record,) = read(path, max_bytes=1 << 24)
    assert isinstance(record, Record)
    article = clean(record)
    removed = " ".join(line.text for line in article.removed)
    assert MENU[2] in removed
    assert LATEST[3] in removed
    assert not {" ".join(line.split()) for line in story.paragraphs} & {line.text for line in article.removed}
