# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests publishing: damage is named, an index of another program is refused, and only one run holds the lock."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from indexer.engine.local import manifest
from indexer.engine.local.generations import CATALOG, Generation, IndexFolder, Manifest
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.errors import (
    DamagedIndexError,
    FihristError,
    IncompatibleIndexError,
    LockedError,
    NoIndexError,
    UsageError,
)
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.conftest import Build


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"id": "1", "title": "جسر", "body": "نص طويل عن الجسر"}\n', encoding="utf-8")
    return folder


@pytest.fixture
def index(news: Path, tmp_path: Path, build: Build) -> Path:
    build(tmp_path / "index", news)
    return tmp_path / "index"


def current(index: Path) -> Path:
    return index / (index / "CURRENT").read_text().strip()


def test_a_published_generation_is_whole_and_named_by_its_manifest(index: Path, engine: WhooshEngine) -> None:
    generation = IndexFolder(index).current()
    generation.check()
    generation.require_engine(engine.name)
    generation.require_analyser(engine.analyser(generation.folder).fingerprint)
    assert generation.name == "gen-000001"
    assert generation.manifest.articles == 1
    assert {path.name for path in generation.folder.iterdir()} == {*generation.manifest.files, "manifest.json"}
    assert {path.name for path in index.iterdir()} == {"CURRENT", "gen-000001", "lock", "reports"}


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x20
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [truncate, flip, Path.unlink])
def test_damage_to_any_file_is_named(
    index: Path, engine: WhooshEngine, damage: Callable[[Path], None], tmp_path: Path, build: Build, news: Path
) -> None:
    for number, name in enumerate(sorted(IndexFolder(index).current().manifest.files)):
        place = tmp_path / f"copy{number}"
        build(place, news)
        victim = next(path for path in current(place).iterdir() if path.suffix == Path(name).suffix)
        damage(victim)
        with pytest.raises(DamagedIndexError, match=victim.name):
            Archive(place).search(SearchRequest())


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"files": 3}', '{"files": {}}', '{"files": {"../../etc/passwd": {}}}']
)
def test_an_invalid_manifest_is_named(index: Path, content: str) -> None:
    (current(index) / "manifest.json").write_text(content)
    with pytest.raises(DamagedIndexError, match=r"manifest\.json"):
        IndexFolder(index).current()


def test_a_manifest_cannot_name_files_outside(index: Path) -> None:
    path = current(index) / "manifest.json"
    data = json.loads(path.read_text())
    data["files"]["../lock"] = {"bytes": 0, "sha256": "0"}
    path.write_text(json.dumps(data))
    with pytest.raises(DamagedIndexError, match="outside"):
        Manifest.read(current(index))


@pytest.mark.parametrize("content", ["", "gen-1\n", "../../gen-000001\n", "gen-000001/..", "\x00\xff"])
def test_a_current_without_a_generation_is_refused(index: Path, content: str) -> None:
    (index / "CURRENT").write_text(content, encoding="latin-1")
    with pytest.raises(DamagedIndexError, match="CURRENT"):
        IndexFolder(index).current()


def test_missing_permission_to_read_is_not_reported_as_damage(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, **options: object) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(DamagedIndexError, match="CURRENT cannot be read: Permission denied; run as a user who may"):
        IndexFolder(index).current()


def test_a_generation_pruned_while_it_is_opened_is_replaced_by_the_newer_one(
    index: Path, news: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, publish = IndexFolder(index), iter((True, False))
    real = folder.current_name

    def publishing() -> str:
        name = real()
        if next(publish, False):
            (news / "b.jsonl").write_text('{"title": "متحف", "body": "نص طويل عن المتحف"}\n', encoding="utf-8")
            build(index, news, keep=1)
        return name

    monkeypatch.setattr(folder, "current_name", publishing)
    generation, _hold = folder.claim()
    assert (generation.name, folder.prune(1), folder.names()) == ("gen-000002", [], ["gen-000002"])


@pytest.mark.parametrize(("field", "value"), [("format", 99), ("engine", "other 1.0"), ("analyser", "0" * 16)])
def test_an_index_of_another_format_is_refused_with_the_remedy(
    index: Path, engine: WhooshEngine, field: str, value: object, build: Build, news: Path
) -> None:
    path = current(index) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), field: value}))
    with pytest.raises(IncompatibleIndexError, match=rf"{field} {value}.*--rebuild"):
        Archive(index).info()
    with pytest.raises(IncompatibleIndexError, match="--rebuild"):
        build(index, news)
    build(index, news, rebuild=True)
    assert Archive(index).info().generation == "gen-000002"


def test_no_index_yet(tmp_path: Path, engine: WhooshEngine) -> None:
    for place in (tmp_path, tmp_path / "missing"):
        with pytest.raises(NoIndexError, match="fihrist index"):
            Archive(place).info()


def _hold(index: Path, told: Connection) -> None:
    with IndexFolder(index).locked():
        told.send(os.getpid())
        told.recv()


def test_a_second_run_is_told_who_holds_the_lock(index: Path, news: Path, build: Build) -> None:
    here, there = multiprocessing.Pipe()
    holder = multiprocessing.get_context("spawn").Process(target=_hold, args=(index, there))
    holder.start()
    pid = here.recv()
    try:
        with pytest.raises(LockedError, match=f"process {pid}, since 2") as refused:
            build(index, news)
        assert refused.value.exit_code == 75
    finally:
        here.send("enough")
        holder.join()
    build(index, news)


def test_an_index_folder_that_cannot_be_written(news: Path, tmp_path: Path, build: Build) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(UsageError, match="cannot be written"):
        build(tmp_path / "file" / "index", news)


def test_old_generations_are_pruned_to_the_number_kept(index: Path, news: Path, build: Build) -> None:
    for turn in range(4):
        (news / "b.jsonl").write_text(f'{{"title": "خبر {turn}", "body": "نص"}}\n', encoding="utf-8")
        build(index, news, keep=3)
    assert sorted(path.name for path in index.glob("gen-*")) == ["gen-000003", "gen-000004", "gen-000005"]


def test_a_run_without_changes_removes_what_a_killed_run_left(index: Path, news: Path, build: Build) -> None:
    build(index, news)
    (index / "staging").mkdir()
    (index / "staging" / "part.bin").write_bytes(b"part")
    assert build(index, news, dry_run=True).generation == ""
    assert (index / "staging").exists()
    assert build(index, news).generation == ""
    assert not (index / "staging").exists()


def test_a_later_generation_shares_the_files_that_did_not_change(index: Path, news: Path, build: Build) -> None:
    first = current(index)
    with sqlite3.connect(first / CATALOG) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (1,)
    connection.close()
    before = {path.name: path.read_bytes() for path in first.iterdir()}
    (news / "b.jsonl").write_text('{"title": "خبر", "body": "نص"}\n', encoding="utf-8")
    build(index, news)
    assert {path.name: path.read_bytes() for path in first.iterdir()} == before
    Generation(current(index), Manifest.read(current(index))).check()


def test_the_archive_moves_to_a_new_generation_and_survives_a_damaged_one(
    index: Path, news: Path, build: Build, engine: WhooshEngine, caplog: pytest.LogCaptureFixture
) -> None:
    archive = Archive(index)
    assert archive.search(SearchRequest()).total == 1
    (news / "b.jsonl").write_text('{"title": "خبر", "body": "نص"}\n', encoding="utf-8")
    build(index, news)
    assert archive.search(SearchRequest()).total == 2
    (news / "c.jsonl").write_text('{"title": "خبر", "body": "نص ثالث"}\n', encoding="utf-8")
    build(index, news)
    # A file that only the newest generation has: shared files are mapped into this very process.
    truncate(next(path for path in current(index).glob("*.idx") if path.stat().st_nlink == 1))
    assert archive.search(SearchRequest()).total == 2
    assert "still answering from gen-000002" in caplog.text


def test_a_generation_whose_files_hold_nonsense_is_not_answered_from(
    index: Path,
    news: Path,
    build: Build,
    engine: WhooshEngine,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Large files are not read before opening, so damage inside them shows only later."""
    monkeypatch.setattr(manifest, "_SMALL", 0)
    archive = Archive(index)
    archive.info()
    rows = (f'{{"title": "جسر السنابل الكبير {number}", "body": "نص {number}"}}\n' for number in range(20))
    (news / "b.jsonl").write_text("".join(rows), encoding="utf-8")
    build(index, news)
    for headlines in current(index).glob("*.hdl"):
        status = headlines.stat()
        content = bytearray(headlines.read_bytes())
        header = json.loads(content[16 : 16 + int.from_bytes(content[8:16], "little")])
        _, start, size, _ = header["sections"]["title.text"]
        content[start : start + size] = b"\xff" * size
        headlines.unlink()  # the previous generation may have the same file
        headlines.write_bytes(content)
        os.utime(headlines, ns=(status.st_atime_ns, status.st_mtime_ns))
    for _ in range(3):
        assert not archive.refresh()
        assert archive.search(SearchRequest()).total == 1
    assert caplog.text.count("still answering from gen-000001") == 1
    assert "fihrist verify" in caplog.text


def test_a_missing_current_is_reported_once(
    index: Path, engine: WhooshEngine, caplog: pytest.LogCaptureFixture
) -> None:
    archive = Archive(index)
    archive.info()
    for times in (1, 2):
        (index / "CURRENT").rename(index / "CURRENT.new")
        assert [archive.refresh() for _ in range(3)] == [False] * 3
        assert caplog.text.count("still answering from gen-000001") == times
        (index / "CURRENT.new").rename(index / "CURRENT")
        assert not archive.refresh()


def test_a_deleted_and_rebuilt_index_is_noticed(index: Path, news: Path, build: Build, engine: WhooshEngine) -> None:
    archive = Archive(index)
    assert archive.search(SearchRequest()).total == 1
    shutil.rmtree(index)
    (news / "b.jsonl").write_text('{"title": "خبر", "body": "نص"}\n', encoding="utf-8")
    build(index, news)
    results = archive.search(SearchRequest())
    assert (results.total, results.index.generation) == (2, "gen-000001")


def test_searches_during_publications_are_never_refused(
    index: Path, news: Path, build: Build, engine: WhooshEngine
) -> None:
    archive = Archive(index)
    wrong: list[object] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                results = archive.search(SearchRequest(per_page=100))
                if (
                    results.total != results.index.articles
                    or len({hit.article.id for hit in results.hits}) != results.total
                ):
                    wrong.append(results)
            except FihristError as error:
                wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(8):
        (news / f"more{turn}.jsonl").write_text(f'{{"title": "خبر {turn}", "body": "نص"}}\n', encoding="utf-8")
        build(index, news)
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert archive.search(SearchRequest()).total == 9
