# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the cron job: changes are found, unreadable files are named, and no article is lost."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from indexer import cleaning, scan
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.errors import DamagedIndexError, IndexingError, UsageError
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.conftest import Build

PAGE = """محليات

{title}

{title}

قال المهندس سامر إن العمل في {title} سيبدأ الشهر المقبل، وإن السكان سيشاركون فيه.
"""


def page(folder: Path, name: str, title: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PAGE.format(title=title), encoding="utf-8")
    return path


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    page(folder, "sahil/bridge.txt", "جسر السنابل الجديد")
    page(folder, "sahil/museum.txt", "متحف القوارب القديم")
    page(folder, "nil/market.txt", "سوق التمور الكبير")
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def titles(index: Path, engine: WhooshEngine, q: str = "") -> set[str]:
    results = Archive(index).search(SearchRequest(q=q, per_page=100, collapse=False))
    return {hit.article.title for hit in results.hits}


def ids(index: Path, engine: WhooshEngine) -> dict[str, str]:
    results = Archive(index).search(SearchRequest(per_page=100, collapse=False))
    return {hit.article.title: hit.article.id for hit in results.hits}


def test_first_second_and_third_run(news: Path, index: Path, build: Build, engine: WhooshEngine) -> None:
    first = build(index, news)
    assert (first.added, first.changed, first.deleted, first.unchanged, first.articles) == (3, 0, 0, 0, 3)
    assert first.generation == "gen-000001"
    before = ids(index, engine)

    second = build(index, news)
    assert (second.added, second.changed, second.deleted, second.unchanged) == (0, 0, 0, 3)
    assert second.generation == ""
    assert [path.name for path in index.glob("gen-*")] == ["gen-000001"]

    page(news, "sahil/bridge.txt", "جسر النخيل الجديد")
    (news / "sahil/museum.txt").unlink()
    third = build(index, news)
    assert (third.added, third.changed, third.deleted, third.unchanged, third.articles) == (0, 1, 1, 1, 2)
    assert titles(index, engine) == {"جسر النخيل الجديد", "سوق التمور الكبير"}
    assert titles(index, engine, "السنابل") == set()
    assert ids(index, engine)["جسر النخيل الجديد"] == before["جسر السنابل الجديد"]


def test_an_edit_that_keeps_size_and_time_is_found(news: Path, index: Path, build: Build, engine: WhooshEngine) -> None:
    path = news / "sahil/bridge.txt"
    old = path.stat()
    build(index, news)
    page(news, "sahil/bridge.txt", "جسر السنابل البديل")
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    if path.stat().st_size != old.st_size:
        pytest.fail("the two titles must have the same size in bytes")
    assert build(index, news).changed == 1


def test_a_touched_file_changes_nothing(news: Path, index: Path, build: Build) -> None:
    build(index, news)
    os.utime(news / "sahil/bridge.txt", (1, 1))
    assert build(index, news).generation == ""


def test_other_paths_of_the_index_stay(news: Path, index: Path, build: Build, engine: WhooshEngine) -> None:
    build(index, news / "sahil")
    build(index, news / "nil")
    assert len(titles(index, engine)) == 3
    assert build(index, news / "nil", rebuild=True).articles == 1
    assert titles(index, engine) == {"سوق التمور الكبير"}


def test_ids_do_not_depend_on_the_place_of_the_archive(
    news: Path, index: Path, tmp_path: Path, build: Build, engine: WhooshEngine
) -> None:
    build(index, news)
    before = ids(index, engine)
    (tmp_path / "elsewhere").mkdir()
    moved = tmp_path / "elsewhere" / "news"
    shutil.move(news, moved)
    report = build(index, moved)
    assert (report.added, report.deleted, report.articles) == (0, 0, 3)
    assert ids(index, engine) == before
    assert build(index, moved).generation == ""


def test_two_archives_with_the_same_names(news: Path, index: Path, tmp_path: Path, build: Build) -> None:
    other = tmp_path / "other" / "news"
    page(other, "sahil/bridge.txt", "جسر آخر تماما")
    (other / "empty.txt").touch()
    assert build(index, news, other).articles == 4
    (other / "sahil/bridge.txt").unlink()
    assert build(index, news, other).articles == 3


def test_bad_files_are_named_and_the_others_published(news: Path, index: Path, build: Build) -> None:
    bad = {
        "empty.txt": b"",
        "binary.txt": bytes(range(256)) * 20,
        "wrong.txt": "عنوان".encode()[:-1] + b"\xff\xfe\x81" * 5,
        "torn.jsonl.gz": b"\x1f\x8b\x08\x00garbage",
        "lines.jsonl": '{"title": "خبر سليم", "body": "نص"}\n{"title": \n[1]\n'.encode(),
    }
    for name, content in bad.items():
        (news / name).write_bytes(content)
    (news / "pipe.txt").unlink(missing_ok=True)
    os.mkfifo(news / "pipe.txt")
    report = build(index, news)
    assert report.exit_code == 3
    assert report.articles == 4
    named = {Path(skipped.path).name for skipped in report.skipped}
    assert named == {*bad, "pipe.txt"}
    assert {skipped.where for skipped in report.skipped if skipped.path.endswith("lines.jsonl")} == {"line 2", "line 3"}
    assert all(skipped.reason and "\n" not in skipped.reason for skipped in report.skipped)
    again = build(index, news)
    assert again.exit_code == 3
    assert again.generation == ""


def test_a_file_that_can_no_longer_be_read_keeps_its_articles(
    news: Path, index: Path, build: Build, engine: WhooshEngine
) -> None:
    build(index, news)
    (news / "sahil/bridge.txt").write_bytes(b"\x00\x01\x02" * 100)
    report = build(index, news)
    assert report.exit_code == 3
    assert report.deleted == 0
    assert len(titles(index, engine)) == 3


def test_a_folder_that_cannot_be_listed_keeps_its_articles(
    news: Path, index: Path, build: Build, engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(index, news)
    real = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("sahil"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    report = build(index, news)
    assert report.deleted == 0
    assert [Path(skipped.path).name for skipped in report.skipped] == ["sahil"]
    assert len(titles(index, engine)) == 3


def test_links_out_of_the_archive_are_refused(news: Path, index: Path, tmp_path: Path, build: Build) -> None:
    page(tmp_path, "secret.txt", "سر من أسرار الناس")
    (news / "link.txt").symlink_to(tmp_path / "secret.txt")
    (news / "loop").symlink_to(news)
    (news / "dangling.txt").symlink_to(news / "nothing.txt")
    (news / "inside.txt").symlink_to(news / "nil/market.txt")
    report = build(index, news)
    assert report.articles == 4
    assert {Path(skipped.path).name for skipped in report.skipped} == {"link.txt", "dangling.txt", "loop"}


def test_names_that_are_not_utf8(news: Path, index: Path, build: Build) -> None:
    path = os.fsencode(news) + b"/\xe3\xde\xc7\xe1.txt"
    with open(path, "wb") as file:
        file.write(PAGE.format(title="خبر باسم غريب").encode())
    assert build(index, news).articles == 4
    assert build(index, news).generation == ""
    os.unlink(path)
    assert build(index, news).deleted == 1


def test_a_missing_path_changes_nothing(news: Path, index: Path, build: Build) -> None:
    build(index, news)
    with pytest.raises(UsageError, match="nowhere"):
        build(index, news, news / "nowhere")
    assert build(index, news).generation == ""


def test_an_archive_without_articles_is_reported(tmp_path: Path, index: Path, build: Build) -> None:
    (tmp_path / "void").mkdir()
    with pytest.raises(IndexingError, match="no article"):
        build(index, tmp_path / "void")
    assert not (index / "CURRENT").exists()


def test_a_dry_run_counts_and_writes_nothing(news: Path, index: Path, build: Build) -> None:
    report = build(index, news, dry_run=True)
    assert (report.added, report.generation) == (3, "")
    assert not list(index.glob("gen-*"))
    build(index, news)
    page(news, "sahil/bridge.txt", "جسر النخيل الجديد")
    assert build(index, news, dry_run=True).changed == 1
    assert build(index, news).changed == 1


def test_lines_of_a_file_change_one_by_one(news: Path, index: Path, build: Build, engine: WhooshEngine) -> None:
    lines = [f'{{"id": "{n}", "title": "خبر رقم {n}", "body": "نص الخبر"}}' for n in range(5)]
    feed = news / "feed.jsonl"
    feed.write_text("\n".join(lines), encoding="utf-8")
    build(index, news)
    lines[1] = lines[1].replace("نص الخبر", "نص آخر")
    del lines[3]
    lines.append('{"id": "9", "title": "خبر رقم 9", "body": "نص الخبر"}')
    feed.write_text("\n".join(lines), encoding="utf-8")
    report = build(index, news)
    assert (report.added, report.changed, report.deleted, report.unchanged) == (1, 1, 1, 6)


def test_many_small_batches_are_one_generation(news: Path, index: Path, build: Build, engine: WhooshEngine) -> None:
    for number in range(12):
        page(news, f"more/{number}.txt", f"حي السلام رقم {number}")
    assert build(index, news, batch=2).articles == 15
    assert len(titles(index, engine)) == 15
    assert len(titles(index, engine, "حي السلام")) == 12


def test_an_index_folder_inside_the_archive_is_skipped(news: Path, build: Build) -> None:
    build(news / "index", news)
    (news / "index" / "notes.txt").write_text(PAGE.format(title="ليس مقالا"), encoding="utf-8")
    assert build(news / "index", news).articles == 3


def test_sources_are_named_by_folder_unless_it_is_a_date(tmp_path: Path, index: Path, build: Build) -> None:
    news = tmp_path / "archive"
    page(news, "2023/05/alwatan/x.txt", "خبر أول")
    page(news, "2023-05/y.txt", "خبر ثان")
    page(news, "sahil/2023/z.txt", "خبر ثالث")
    build(index, news)
    results = Archive(index).search(SearchRequest(collapse=False))
    assert {hit.article.source for hit in results.hits} == {"alwatan", "archive", "sahil"}


def test_a_moved_archive_with_an_unreadable_file_can_be_published(
    news: Path, index: Path, tmp_path: Path, build: Build, engine: WhooshEngine
) -> None:
    build(index, news)
    (tmp_path / "elsewhere").mkdir()
    moved = tmp_path / "elsewhere" / "news"
    shutil.move(news, moved)
    (moved / "sahil/bridge.txt").write_bytes(b"\x00\x01\x02" * 100)
    report = build(index, moved)
    assert report.exit_code == 3
    assert len(titles(index, engine)) == 3


def test_an_archive_whose_disk_is_away_keeps_its_articles(
    news: Path, index: Path, tmp_path: Path, build: Build, engine: WhooshEngine
) -> None:
    build(index, news)
    news.rename(tmp_path / "away")
    other = tmp_path / "other" / "news"
    page(other, "sahil/bridge.txt", "جسر آخر تماما")
    build(index, other)
    assert titles(index, engine) >= {"جسر آخر تماما", "جسر السنابل الجديد"}


def test_names_that_look_alike_are_different_articles(tmp_path: Path, index: Path, build: Build) -> None:
    news = tmp_path / "news"
    page(news, "a.jsonl#1.txt", "خبر أول")
    (news / "a.jsonl").write_text('{"id": "1.txt", "title": "خبر ثان", "body": "نص"}', encoding="utf-8")
    page(news, "\\xff.txt", "خبر ثالث")
    with open(os.fsencode(news) + b"/\xff.txt", "wb") as file:
        file.write(PAGE.format(title="خبر رابع").encode())
    assert build(index, news).articles == 4
    assert build(index, news).generation == ""


def test_an_index_in_a_folder_of_articles_is_refused(news: Path, build: Build) -> None:
    with pytest.raises(UsageError, match="not an index folder"):
        build(news / "sahil", news)


def test_files_read_by_another_version_are_read_anew_under_each_path(
    news: Path, index: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(index, news / "sahil", news / "nil")
    monkeypatch.setattr("indexer.run.options.READING_VERSION", "other")
    real = cleaning.clean
    monkeypatch.setattr(cleaning, "clean", lambda record: replace(real(record), author="كاتب"))
    assert build(index, news / "sahil").changed == 2
    assert build(index, news / "nil").changed == 1


def test_a_damaged_catalog_is_named(news: Path, index: Path, build: Build) -> None:
    build(index, news)
    catalog = next(index.glob("gen-*/catalog.sqlite"))
    for content in (b"", b"x" * 4096):
        catalog.write_bytes(content)
        with pytest.raises(DamagedIndexError, match="catalog"):
            build(index, news)


def test_new_times_are_kept_with_the_next_generation(
    news: Path, index: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(index, news)
    for path in news.rglob("*.txt"):
        os.utime(path, ns=(1, 10**18))
    digested: list[str] = []
    real = scan.Candidate.digest

    def digest(file: scan.Candidate, open_: Any) -> str:
        digested.append(file.name)
        return real(file, open_)

    monkeypatch.setattr(scan.Candidate, "digest", digest)
    # `utime` sets the time of the last change of the inode, so that none of them may have just been written.
    monkeypatch.setattr("indexer.reindex._RACY_NS", 0)
    touched = len(list(news.rglob("*.txt")))
    for _ in range(2):
        digested.clear()
        report = build(index, news)
        assert (report.generation, len(digested), report.files_unchanged) == ("", touched, touched)
    page(news, "more.txt", "خبر جديد")
    assert build(index, news).generation == "gen-000002"
    digested.clear()
    report = build(index, news)
    assert (report.generation, digested, report.files_unchanged) == ("", [], touched + 1)


def test_files_that_are_read_anew_without_a_change_are_read_once(
    news: Path, index: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = build(index, news)
    monkeypatch.setattr("indexer.run.options.READING_VERSION", "other")
    report = build(index, news)
    assert (report.files_read, report.changed, report.added) == (before.files_read, 0, 0)
    assert report.generation == "gen-000002"
    report = build(index, news)
    assert (report.files_read, report.generation) == (0, "")
