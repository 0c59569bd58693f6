# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests index files that decayed on the disk: when the damage is noticed, and that no new file is made of it
unnoticed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from indexer.engine.engines import store_at
from indexer.engine.local import manifest
from indexer.engine.local.generations import IndexFolder
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.errors import DamagedIndexError
from indexer.operating.verify import verify
from indexer.search.archive import Archive
from tests.commands.test_keeping import write
from tests.conftest import Build

FEW, MANY = range(60, 62), range(60, 100)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    write(tmp_path / "news", range(60))
    return tmp_path / "news"


@pytest.fixture
def index(news: Path, tmp_path: Path, build: Build, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of one segment with 60 articles, whose files count as large."""
    monkeypatch.setattr(manifest, "_SMALL", 100)
    build(tmp_path / "index", news)
    return tmp_path / "index"


def decay(path: Path, at: int) -> None:
    """Flips a bit of the file without changing its time, as a failing disk does."""
    status = path.stat()
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def segment_file(index: Path, extension: str) -> Path:
    (path,) = IndexFolder(index).current().folder.glob(f"*{extension}")
    return path


def problems(index: Path, engine: WhooshEngine) -> str:
    return "; ".join(verify(store_at(index), "", lambda done, total: None).problems)


@pytest.mark.parametrize("extension", [".idx", ".doc", ".hdl"])
def test_decayed_files_are_kept_unchanged_and_never_merged(
    index: Path, news: Path, build: Build, engine: WhooshEngine, extension: str
) -> None:
    path = segment_file(index, extension)
    decay(path, path.stat().st_size - 1)
    # Opening reads only what a search needs, and adding a few articles leaves the file unchanged.
    assert Archive(index).info().articles == 60
    write(news, FEW)
    assert build(index, news).generation == "gen-000002"
    assert f"gen-000002/{path.name} is damaged" in problems(index, engine)
    # A merge would write the damage into a new file with a correct checksum.
    write(news, MANY)
    with pytest.raises(DamagedIndexError, match=f"{path.name} is damaged: its content"):
        build(index, news)
    assert IndexFolder(index).current_name() == "gen-000002"
    assert build(index, news, rebuild=True).articles == 100
    assert problems(index, engine) == ""


@pytest.mark.parametrize("section", ["ids", "id_docs", "stored", "sketches", "shingles", "digests"])
def test_a_run_verifies_the_sections_that_it_reads(index: Path, news: Path, build: Build, section: str) -> None:
    path = segment_file(index, ".idx")
    content = path.read_bytes()
    header = json.loads(content[16 : 16 + int.from_bytes(content[8:16], "little")])
    decay(path, header["sections"][section][1])
    write(news, FEW)
    with pytest.raises(DamagedIndexError, match=f"section {section} does not match its checksum"):
        build(index, news)
    assert IndexFolder(index).current_name() == "gen-000001"


def test_a_large_catalog_is_verified(index: Path, news: Path, build: Build) -> None:
    path = IndexFolder(index).current().folder / "catalog.sqlite"
    decay(path, path.stat().st_size - 1)
    with pytest.raises(DamagedIndexError, match=r"catalog\.sqlite"):
        build(index, news)


@pytest.mark.parametrize("name", ["clusters.bin", "lexicon.bin", "MAIN_toc"])
def test_every_run_verifies_small_files(
    index: Path, news: Path, build: Build, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    folder = IndexFolder(index).current().folder
    name = next(path.name for path in folder.glob("*.toc")) if name == "MAIN_toc" else name
    path = IndexFolder(index).current().folder / name
    decay(path, path.stat().st_size // 2)
    with pytest.raises(DamagedIndexError, match=name):
        build(index, news)


def test_a_changed_file_is_verified(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = segment_file(index, ".doc")
    generation = IndexFolder(index).current()
    os.utime(path)  # as in a copy of the file
    generation.check_lightly()
    decay(path, 20)
    with pytest.raises(DamagedIndexError, match=path.name):
        generation.check_lightly()
    decay(path, 20)
    with path.open("ab") as file:
        file.write(b"x")
    with pytest.raises(DamagedIndexError, match="bytes"):
        generation.check_lightly()
    path.unlink()
    with pytest.raises(DamagedIndexError, match=path.name):
        generation.check_lightly()


def test_small_files_are_verified_in_any_case(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    decay(segment_file(index, ".doc"), 20)
    with pytest.raises(DamagedIndexError, match=r"\.doc is damaged: its content"):
        Archive(index).info()
