# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that a file which someone put beside the files of a generation is never opened: a pickle could run code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from indexer.engine.local.generations import IndexFolder
from indexer.engine.local.segments.schema import schema
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.errors import DamagedIndexError
from indexer.search.archive import Archive
from tests.commands.test_keeping import write
from tests.conftest import Build


class Planted:
    """Its pickle makes a file when it is read."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


@pytest.fixture
def index(tmp_path: Path, build: Build) -> Path:
    write(tmp_path / "news", range(5))
    build(tmp_path / "index", tmp_path / "news")
    return tmp_path / "index"


def plant(folder: Path, mark: Path, number: int) -> None:
    """Writes a table of contents that is newer than the one of the generation."""
    TOC(schema(), Planted(mark), number).write(FileStorage(str(folder)), "MAIN")


@pytest.mark.parametrize("number", [2, 99])
def test_a_table_of_contents_that_the_manifest_does_not_name_is_not_opened(
    index: Path, tmp_path: Path, number: int
) -> None:
    before = Archive(str(index)).info()
    plant(IndexFolder(index).current().folder, tmp_path / "ran", number)
    assert Archive(str(index)).info() == before
    assert not (tmp_path / "ran").exists()


def test_a_run_does_not_take_it_over(index: Path, tmp_path: Path, build: Build) -> None:
    plant(IndexFolder(index).current().folder, tmp_path / "ran", 99)
    write(tmp_path / "news", range(5, 7))
    build(index, tmp_path / "news")
    assert Archive(str(index)).info().articles == 7
    assert not (tmp_path / "ran").exists()


def test_no_table_of_contents_but_the_named_one_can_be_asked_for(index: Path, tmp_path: Path) -> None:
    """Where the named one is missing, the planted one is no replacement."""
    folder = IndexFolder(index).current().folder
    names = [path.name for path in folder.iterdir() if path.suffix != ".toc"]
    plant(folder, tmp_path / "ran", 99)
    with pytest.raises(DamagedIndexError, match="cannot be opened"):
        WhooshEngine().open(folder, names)
    assert not (tmp_path / "ran").exists()
