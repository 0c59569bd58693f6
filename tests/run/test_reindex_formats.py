# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests a run over an archive of every format: sources are named, rules are followed, one bad file stops no other."""

from __future__ import annotations

import json
import os
import zipfile
from functools import cache
from pathlib import Path

import pytest

from indexer.article import Published
from indexer.assemble import Rules, assemble, read_names
from indexer.catalog.catalog import Catalog
from indexer.commands.cli import main
from indexer.engine.engines import store_at
from indexer.engine.local.generations import CATALOG, IndexFolder
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.errors import UsageError
from indexer.reindex import reindex
from indexer.run.options import Options
from indexer.run.report import Report
from indexer.sources import Record, parse_fields
from tests.sources.html_pages import TEMPLATES, Story

TEXT = "قال مدير المشروع إن الأشغال تأجلت أسبوعين بسبب الأمطار الغزيرة التي هطلت على المدينة."
STORY = Story("تأجيل أشغال الجسر الكبير أسبوعين", (TEXT, "وأضاف أن العمال سيعودون إلى الموقع في الأسبوع المقبل."))


@cache
def engine() -> WhooshEngine:
    return WhooshEngine()


def run(index: Path, *paths: Path, **options: object) -> Report:
    chosen = Options(**options)  # type: ignore[arg-type]  # each option has its own type
    return reindex(paths, store_at(index), chosen, lambda done, total: None)


def sources(index: Path) -> dict[str, int]:
    return Catalog(IndexFolder(index).current().folder / CATALOG).sources()


def record(**values: str) -> Record:
    return Record(key="", flattened=False, **{"text": TEXT, "title": "ت", **values})  # type: ignore[arg-type]  # only texts


def named(stated: Record, key: str = "news/alwatan/2024/x.txt", **names: str) -> str:
    article = assemble(stated, key, "/x", Rules(names=names), 0)
    assert article is not None
    return article.source


def test_a_source_is_named_by_the_most_reliable_statement() -> None:
    url = "https://www.almina.example/1"
    agency = f"بغداد-(شينخوا)- {TEXT}"
    assert named(record(source=" صحيفة  الميناء ", url=url)) == "صحيفة الميناء"
    assert named(record(url=url, text=agency)) == "almina.example"
    assert named(record(text=agency)) == "alwatan"
    assert named(record(text=agency), "news/x.txt") == "شينخوا"
    assert named(record(), "news/x.txt") == "news"
    assert named(record(place="/2024/../alwatan/x.txt"), "news/dump.zip") == "alwatan"
    assert named(record(url="http://[")) == "alwatan"


def test_names_are_looked_up_in_the_same_order(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text(
        "# أسماء\n\nwww.Almina.example = الميناء\nalwatan=الوطن\nصحيفة الميناء = الميناء\n", encoding="utf-8-sig"
    )
    names = read_names(str(path))
    assert named(record(source="صحيفة  الميناء"), **names) == "الميناء"
    assert named(record(url="https://almina.example/1"), **names) == "الميناء"
    assert named(record(), **names) == "الوطن"
    assert named(record(source="غيرها", url="https://almina.example/1"), **names) == "الميناء"
    assert named(record(), "news/nil/x.txt", **names) == "nil"
    assert read_names("-") == {}


@pytest.mark.parametrize("content", [b"almina", b"= x", b"a =", b"\xff\xfe\xff"])
def test_an_invalid_file_of_names_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"names\.txt"):
        read_names(str(path))
    with pytest.raises(UsageError, match="cannot be read"):
        read_names(str(tmp_path / "missing"))


def test_the_time_of_a_file_is_a_date_only_by_a_rule() -> None:
    noon = 1_678_795_200_000_000_000  # 2023-03-14T12:00:00Z
    for rules, stated, expected in (
        (Rules(), record(), None),
        (Rules(file_dates=True), record(), "2023-03-14"),
        (Rules(file_dates=True), record(published="أمس"), "2023-03-13"),
        (Rules(file_dates=True), record(published="2021"), "2021"),
    ):
        article = assemble(stated, "a/b.txt", "/x", rules, noon)
        assert article is not None
        assert article.published == (Published(expected) if expected else None)


def test_changed_rules_read_files_anew(tmp_path: Path) -> None:
    news = tmp_path / "news"
    news.mkdir()
    (news / "a.jsonl").write_text(json.dumps({"headline": "عنوان", "t": TEXT}), encoding="utf-8")
    index = tmp_path / "index"
    assert run(index, news).added == 1
    assert run(index, news).generation == ""
    rules = Rules(fields=parse_fields("body=t"), names={"news": "الأخبار"})
    assert run(index, news, rules=rules).changed == 1
    assert run(index, news, rules=rules).generation == ""
    assert sources(index) == {"الأخبار": 1}


def test_every_format_is_indexed_and_bad_files_are_named(tmp_path: Path) -> None:
    news = tmp_path / "news" / "almina"
    news.mkdir(parents=True)
    for template in TEMPLATES:
        (news / f"{template.__name__}.html").write_text(template(STORY), encoding="utf-8")
    (news / "a.csv").write_text(f"title,body\nعنوان,{TEXT}\n", encoding="utf-8")
    (news / "b.json").write_text(json.dumps([{"title": "عنوان", "body": TEXT}] * 3), encoding="utf-8")
    with zipfile.ZipFile(news / "c.zip", "w") as archive:
        archive.writestr("x/1.txt", TEXT)
        archive.writestr("x/2.txt", b"\0")
    (news / os.fsdecode(b"bad-\xff.txt")).write_text(TEXT, encoding="utf-8")
    bad = {
        "empty.html": b"", "cut.jsonl.gz": b"\x1f\x8b\x08\x00", "cut.zip": b"PK\x03\x04abc",
        "cut.warc": b"WARC/1.0\r\n",
        "picture.html": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "many.html": b"<html>" + b"<b>" * 1_000_000,
        "deep.html": b"<html>" + b"<div>" * 5000, "deep.json": b"[" * 100_000, "large.txt": b"a" * (100 << 20),
    }  # fmt: skip
    for name, content in bad.items():
        (news / name).write_bytes(content)
    (news / "loop").symlink_to(news)
    (news / "loop.txt").symlink_to("loop.txt")
    report = run(tmp_path / "index", tmp_path / "news")
    # Pages with the same text of the same article are one article.
    assert (report.articles + report.duplicates, report.exit_code) == (len(TEMPLATES) + 1 + 3 + 1 + 1, 3)
    named_files = {Path(skipped.path).name for skipped in report.skipped}
    assert named_files == {*bad, "c.zip", "loop", "loop.txt"}
    assert all(skipped.reason for skipped in report.skipped)


def test_settings_reach_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.jsonl").write_text(json.dumps({"t": "عنوان", "b": TEXT}), encoding="utf-8")
    (tmp_path / "names.txt").write_text("news = الأخبار", encoding="utf-8")
    monkeypatch.setenv("FIHRIST_FIELDS", "title=t,body=b")
    monkeypatch.setenv("FIHRIST_SOURCE_NAMES", str(tmp_path / "names.txt"))
    monkeypatch.setenv("FIHRIST_FILE_DATES", "1")
    index = tmp_path / "index"
    assert main(["index", str(tmp_path / "news"), "--index", str(index)]) == 0
    assert sources(index) == {"الأخبار": 1}
    monkeypatch.setenv("FIHRIST_FIELDS", "titel=t")
    assert main(["index", str(tmp_path / "news"), "--index", str(index)]) == 2
    assert "FIELD=NAME" in capsys.readouterr().err
