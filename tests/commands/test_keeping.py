# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests verify, rollback and config, and that generations in use are kept."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import sqlite3
from contextlib import closing
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from indexer.engine.engines import store_at
from indexer.engine.local.generations import IndexFolder
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.questions import ArticleQuery
from indexer.errors import DamagedIndexError
from indexer.operating.verify import verify
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from indexer.settings import SETTINGS
from tests.commands.test_cli import Streams, fihrist
from tests.conftest import Build
from tests.servers import free_ports
from tests.switching import index_address, switched


def write(news: Path, numbers: range) -> None:
    news.mkdir(exist_ok=True)
    for number in numbers:
        text = f'{{"title": "خبر رقم {number}", "body": "نص الخبر عن المدينة رقم {number}"}}\n'
        (news / f"{number}.jsonl").write_text(text, encoding="utf-8")


@pytest.fixture
def news(tmp_path: Path) -> Path:
    write(tmp_path / "news", range(3))
    return tmp_path / "news"


@pytest.fixture
def index(news: Path, tmp_path: Path, build: Build) -> Path:
    """An index with three generations of 3, 4 and 5 articles."""
    for count in (3, 4, 5):
        write(news, range(count))
        build(tmp_path / "index", news, keep=9)
    return tmp_path / "index"


def articles(index: Path) -> int:
    return Archive(index).search(SearchRequest()).total


def test_verify_reports_an_intact_index(index: Path, capsys: Streams) -> None:
    code, out, err = fihrist(capsys, "verify", "--index", str(index))
    assert (code, err) == (0, "")
    assert "gen-000003 is whole: 5 articles" in out
    code, out, _ = fihrist(capsys, "verify", "gen-000001", "--index", str(index), "--json")
    found = json.loads(out)
    assert (code, found["status"], found["generation"], found["articles"]) == (0, "ok", "gen-000001", 3)
    assert fihrist(capsys, "verify", "gen-000009", "--index", str(index))[0] == 2
    assert fihrist(capsys, "verify", "--index", str(index / "nowhere"))[0] == 1


@pytest.mark.folder
def test_verify_names_the_remedy_for_an_index_of_another_format(index: Path, capsys: Streams) -> None:
    path = IndexFolder(index).current().folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 1}))
    code, _, err = fihrist(capsys, "verify", "--index", str(index))
    assert (code, "the index has format 1, this program needs" in err) == (1, True)
    assert f"`fihrist index --index {index} --rebuild PATH...`" in err


def change_catalog(index: Path, statement: str) -> None:
    """Changes the catalog of the current generation and its digest in the manifest."""
    generation = IndexFolder(index).current()
    path = generation.folder / "catalog.sqlite"
    with closing(sqlite3.connect(path)) as catalog:
        catalog.execute(statement)
        catalog.commit()
    content = path.read_bytes()
    manifest = json.loads((generation.folder / "manifest.json").read_text())
    manifest["files"]["catalog.sqlite"] = {
        "bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }
    (generation.folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.folder
@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("DELETE FROM articles WHERE id = (SELECT min(id) FROM articles)", "the catalog holds 4 articles"),
        ("UPDATE articles SET id = '0000000000000000' WHERE id = (SELECT min(id) FROM articles)", "cannot be fetched"),
        ("UPDATE articles SET fingerprint = '' WHERE id = (SELECT min(id) FROM articles)", "the content that was read"),
        ("UPDATE articles SET source = 'x'", "is another one in the index"),
    ],
)
def test_verify_compares_every_article(index: Path, capsys: Streams, statement: str, problem: str) -> None:
    change_catalog(index, statement)
    code, out, err = fihrist(capsys, "verify", "--index", str(index), "--json")
    assert code == 1
    assert json.loads(out)["status"] == "failed"
    assert problem in err


@pytest.mark.folder
def test_verify_names_every_damaged_and_every_unknown_file(index: Path, engine: WhooshEngine) -> None:
    generation = IndexFolder(index).current()
    for name in generation.manifest.files:
        path = generation.folder / name
        content = path.read_bytes()
        path.unlink()  # The file is replaced, not written in place: earlier generations share it.
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    (generation.folder / "stranger").touch()
    found = verify(store_at(index), "", lambda done, total: None)
    assert len(found.problems) == len(generation.manifest.files) + 1
    assert found.articles == 0
    assert any("stranger" in problem for problem in found.problems)
    assert not verify(store_at(index), "gen-000001", lambda done, total: None).problems


@pytest.mark.folder
@pytest.mark.parametrize(("field", "value"), [("analyser", "0" * 16), ("engine", "other"), ("articles", 9)])
def test_verify_compares_what_the_manifest_says(index: Path, capsys: Streams, field: str, value: object) -> None:
    path = IndexFolder(index).current().folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), field: value}))
    code, _, err = fihrist(capsys, "verify", "--index", str(index))
    assert code == 1
    assert str(value) in err


def test_rollback_and_forward_again(index: Path, news: Path, build: Build, capsys: Streams) -> None:
    archive = Archive(index)
    assert archive.search(SearchRequest()).total == 5
    code, out, _ = fihrist(capsys, "rollback", "--index", str(index))
    assert code == 0
    assert "gen-000002" in out
    assert archive.search(SearchRequest()).total == 4
    code, out, _ = fihrist(capsys, "rollback", "gen-000003", "--index", str(index), "--json")
    assert (code, json.loads(out)["generation"], json.loads(out)["before"]) == (0, "gen-000003", "gen-000002")
    assert archive.search(SearchRequest()).total == 5
    assert fihrist(capsys, "rollback", "gen-000001", "--index", str(index))[0] == 0
    code, _, err = fihrist(capsys, "rollback", "--index", str(index))
    assert (code, "no generation before gen-000001" in err) == (2, True)
    del archive
    # The next run starts from the current generation, gets a number of its own, and keeps the generation it started
    # from.
    report = build(index, news, keep=2)
    assert (report.generation, report.added, report.articles) == ("gen-000004", 2, 5)
    assert store_at(index).names() == ["gen-000001", "gen-000004"]


@pytest.mark.parametrize("name", ["gen-000009", "../index", "", "gen-000001/..", "CURRENT"])
def test_rollback_to_a_generation_that_is_not_kept(index: Path, capsys: Streams, name: str) -> None:
    code, _, err = fihrist(capsys, "rollback", *([name] if name else ["x"]), "--index", str(index))
    assert code == 2
    assert "kept are: gen-000001, gen-000002, gen-000003" in err
    assert articles(index) == 5


@pytest.mark.folder
@pytest.mark.parametrize("content", ["", "rubbish", "gen-000077", None])
def test_rollback_repairs_an_invalid_current(index: Path, capsys: Streams, content: str | None) -> None:
    if content is None:
        (index / "CURRENT").unlink()
    else:
        (index / "CURRENT").write_text(content)
        code, _, err = fihrist(capsys, "verify", "--index", str(index))
        assert (code, f"run `fihrist rollback --index {index} gen-000003` to mend it" in err) == (1, True), err
    code, out, _ = fihrist(capsys, "rollback", "gen-000003", "--index", str(index), "--json")
    assert (code, json.loads(out)["generation"]) == (0, "gen-000003")
    assert fihrist(capsys, "verify", "--index", str(index))[0] == 0


@pytest.mark.folder
def test_rollback_refuses_a_generation_that_could_not_answer(index: Path, capsys: Streams) -> None:
    victim = index / "gen-000002" / "catalog.sqlite"
    victim.write_bytes(victim.read_bytes()[:-1])
    code, _, err = fihrist(capsys, "rollback", "--index", str(index))
    assert (code, "catalog.sqlite is damaged" in err) == (1, True)
    assert articles(index) == 5
    with IndexFolder(index).locked():
        assert fihrist(capsys, "rollback", "gen-000001", "--index", str(index))[0] == 75


def _read(index: str, told: Connection) -> None:
    archive = Archive(index)
    archive.info()
    told.send("open")
    told.recv()
    told.send(
        archive._opened is not None
        and len(next(archive._opened.generation.searcher.export(ArticleQuery()).articles)[0].id)
    )
    told.recv()


def test_a_generation_in_use_stays(index: Path, news: Path, build: Build) -> None:
    here, there = multiprocessing.Pipe()
    reader = multiprocessing.get_context("spawn").Process(target=_read, args=(index_address(index), there))
    reader.start()
    assert here.recv() == "open"
    try:
        for count in (6, 7):
            write(news, range(count))
            build(index, news, keep=1)
        assert store_at(index).names() == ["gen-000003", "gen-000005"]
        here.send("fetch")
        assert here.recv() == 16
    finally:
        here.send("enough")
        reader.join()
    # The next run after the reader's end removes it, even if that run changes nothing.
    assert build(index, news, keep=1).generation == ""
    assert store_at(index).names() == ["gen-000005"]
    if not switched():
        assert [path.name for path in (index / "reports").iterdir()] == ["gen-000005.json"]


def test_an_archive_that_uses_a_newer_generation_releases_the_old_one(index: Path, news: Path, build: Build) -> None:
    archive = Archive(index)
    assert archive.info().generation == "gen-000003"
    write(news, range(6))
    build(index, news, keep=1)
    assert store_at(index).names() == ["gen-000003", "gen-000004"]
    assert archive.search(SearchRequest()).total == 6
    build(index, news, keep=1)
    assert store_at(index).names() == ["gen-000004"]
    assert archive.search(SearchRequest()).total == 6


@pytest.mark.folder
def test_a_generation_being_removed_cannot_be_taken(index: Path) -> None:
    folder = IndexFolder(index)
    first = folder.generation("gen-000001")
    hold = first.hold()
    assert folder.prune(1) == ["gen-000002"]
    del hold
    assert folder.prune(1) == ["gen-000001"]
    with pytest.raises(DamagedIndexError, match="gone"):
        first.hold()
    shutil.rmtree(index)
    with pytest.raises(DamagedIndexError, match="gone"):
        first.hold()


@pytest.mark.folder
def test_remains_of_a_half_removed_generation_are_removed(index: Path) -> None:
    (index / "gen-000002" / "manifest.json").unlink()
    assert IndexFolder(index).names() == ["gen-000001", "gen-000003"]
    assert IndexFolder(index).prune(1) == ["gen-000002", "gen-000001"]
    assert sorted(path.name for path in index.glob("gen-*")) == ["gen-000003"]


def test_a_mistyped_variable_is_an_error_that_names_the_nearest(
    capsys: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIHRIST_CLUSTER_PASSWORD", "no setting, but known")
    assert fihrist(capsys, "config")[0] == 0
    monkeypatch.setenv("FIHRIST_API_KEY_NEEDED", "1")
    for command in (("config",), ("serve",), ("analyze", "word")):
        code, out, err = fihrist(capsys, *command)
        assert (code, out, len(err.splitlines())) == (2, "", 1)
        assert "FIHRIST_API_KEY_NEEDED is no setting; did you mean FIHRIST_API_KEYS_NEEDED?" in err


def test_a_faulty_file_of_keys_is_named_before_the_server_starts(
    capsys: Streams, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "keys"
    keys.write_text("no key\n", encoding="utf-8")
    monkeypatch.setenv("FIHRIST_API_KEYS", str(keys))
    monkeypatch.setenv("FIHRIST_PORT", str(free_ports(1)[0]))
    for command in (("config",), ("serve", "--index", str(tmp_path / "none"))):
        code, _, err = fihrist(capsys, *command)
        assert (code, len(err.splitlines())) == (2, 1)
        assert f"{keys}, line 1" in err


def test_config_says_where_each_setting_comes_from(
    capsys: Streams, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIHRIST_PORT", "8080")
    code, out, err = fihrist(capsys, "config", "--index", str(tmp_path), "--json")
    rows = {row["name"]: row for row in json.loads(out)["settings"]}
    assert (code, err, set(rows)) == (0, "", set(SETTINGS))
    assert (rows["index"]["value"], rows["index"]["origin"]) == (str(tmp_path), "--index")
    assert (rows["port"]["value"], rows["port"]["origin"]) == (8080, "FIHRIST_PORT")
    assert (rows["workers"]["value"], rows["workers"]["origin"]) == (2, "default")
    code, out, _ = fihrist(capsys, "config")
    assert len(out.splitlines()) == len(SETTINGS)
    assert any(line.split() == ["FIHRIST_PORT", "8080", "FIHRIST_PORT"] for line in out.splitlines())
    monkeypatch.setenv("FIHRIST_PORT", "many\x1b[2J")
    monkeypatch.setenv("FIHRIST_BATCH", "0")
    code, out, err = fihrist(capsys, "config", "--json")
    assert (code, len(err.splitlines())) == (2, 2)
    assert [row["name"] for row in json.loads(out)["settings"] if row["value"] is None] == ["port", "batch"]
