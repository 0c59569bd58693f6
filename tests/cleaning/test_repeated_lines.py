# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the removal of lines that a site prints under each article, which only the whole archive shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.article import Article, Removed, article_id
from indexer.catalog.catalog import Catalog
from indexer.catalog.repeated import MANY, REASON, line_prints, without
from indexer.engine.engines import store_at
from indexer.engine.local.generations import CATALOG, IndexFolder
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.operating.verify import verify
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.conftest import Build

NOTE = "تعتمد هذه الصحيفة في أخبارها على شبكة من المراسلين المنتشرين في مدن الإقليم كافة."
PAGE = """افتتاح الجسر رقم {number}

افتتح المحافظ اليوم الجسر رقم {number} على النهر بعد أعمال استمرت {number} شهرا وشارك فيها عمال من المدينة كلها.

وقال المحافظ إن الجسر رقم {number} يختصر الطريق بين الضفتين ويخفف الزحام عن وسط المدينة في ساعات الصباح.

{note}

وأضاف أن الأعمال في الجسر الذي يلي رقم {number} تبدأ في الصيف المقبل بعد أن أقر المجلس ميزانيتها أمس.
"""


def write(folder: Path, numbers: range, note: str = NOTE) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{number}.txt").write_text(PAGE.format(number=number, note=note), encoding="utf-8")


def articles(index: Path, engine: WhooshEngine) -> list[Article]:
    found = Archive(index).search(SearchRequest(per_page=100, collapse=False))
    return [hit.article for hit in found.hits]


def having(index: Path, engine: WhooshEngine) -> tuple[int, int]:
    """Returns in how many articles the note is in the text, and in how many it is removed as repeated."""
    found = articles(index, engine)
    return (
        sum(NOTE in article.body.split("\n") for article in found),
        sum(Removed(NOTE, REASON) in article.removed for article in found),
    )


@pytest.mark.parametrize("batch", [3, 5_000])
def test_a_line_of_many_articles_is_removed(tmp_path: Path, build: Build, engine: WhooshEngine, batch: int) -> None:
    news, index = tmp_path / "news", tmp_path / "index"
    write(news / "sahil", range(20))
    build(index, news, batch=batch)
    assert having(index, engine) == (0, 20)
    assert all(len(article.body.split("\n")) == 3 for article in articles(index, engine))
    assert verify(store_at(index), "", lambda done, total: None).problems == ()
    assert build(index, news).generation == "", "nothing is new"


def test_articles_of_earlier_runs_are_cleaned_too(tmp_path: Path, build: Build, engine: WhooshEngine) -> None:
    news, index = tmp_path / "news", tmp_path / "index"
    write(news / "sahil", range(MANY - 1))
    build(index, news)
    assert having(index, engine) == (MANY - 1, 0)
    write(news / "sahil", range(MANY - 1, MANY + 2))
    report = build(index, news)
    assert (report.added, report.changed) == (3, MANY - 1)
    assert having(index, engine) == (0, MANY + 2)
    write(news / "sahil", range(MANY + 2, MANY + 4))
    assert build(index, news).changed == 0
    assert having(index, engine) == (0, MANY + 4)
    assert verify(store_at(index), "", lambda done, total: None).problems == ()


def test_lines_are_counted_for_each_source(tmp_path: Path, build: Build, engine: WhooshEngine) -> None:
    news, index = tmp_path / "news", tmp_path / "index"
    write(news / "sahil", range(MANY // 2))
    write(news / "nil", range(20, 20 + MANY // 2))
    build(index, news)
    assert having(index, engine) == (MANY, 0)


def test_a_line_of_few_articles_in_a_large_source_stays(tmp_path: Path, build: Build, engine: WhooshEngine) -> None:
    news, index = tmp_path / "news", tmp_path / "index"
    write(news / "sahil", range(90), note="")
    build(index, news)
    write(news / "sahil", range(90, 90 + MANY))
    build(index, news)
    assert having(index, engine) == (MANY, 0)


def test_articles_of_programs_keep_their_lines(tmp_path: Path, build: Build, engine: WhooshEngine) -> None:
    news, index = tmp_path / "news", tmp_path / "index"
    news.mkdir()
    rows = [{"title": f"خبر {number}", "body": f"نص رقم {number} عن الجسر.\n{NOTE}"} for number in range(20)]
    (news / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    build(index, news)
    assert having(index, engine) == (20, 0)


def test_deleted_articles_are_not_counted(tmp_path: Path, build: Build, engine: WhooshEngine) -> None:
    news, index = tmp_path / "news", tmp_path / "index"
    write(news / "sahil", range(MANY - 1))
    build(index, news)
    for number in range(3):
        (news / "sahil" / f"{number}.txt").unlink()
    build(index, news, allow_shrink=True)
    write(news / "sahil", range(20, 22))
    build(index, news)
    assert having(index, engine) == (MANY - 2, 0)
    catalog = Catalog(IndexFolder(index).current().folder / CATALOG)
    (number,) = (number for number, line in line_prints(articles(index, engine)[0]).items() if line == NOTE)
    assert len(catalog.holders(number)) == catalog.count_line(number) == MANY - 2
    catalog.close()


def test_an_article_of_repeated_lines_alone_is_not_emptied() -> None:
    second = " ".join(["جملة ثانية من الخبر"] * 3)
    article = Article(article_id("a"), "خبر", f"جملة أولى من الخبر.\n{second}", "/a", "sahil")
    assert without(article, set(line_prints(article))) is article
    first = next(iter(line_prints(article)))
    assert without(article, {first}).body == second
