# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the catalog on disk: the published one is only read, the first change makes a copy, and disk errors are
reported."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.article import article_id
from indexer.catalog.catalog import Catalog, Difference
from indexer.catalog.published import ArticleEntry, FileEntry, KnownMoments, read_articles
from indexer.engine.local.copying import copy_file
from indexer.errors import DamagedIndexError


def file(path: str, size: int = 1) -> FileEntry:
    return FileEntry(path, f"key of {path}", size, 2, 3, "4:abc")


def article(name: str, content: str = "", twin_of: str = "", fingerprint: str = "f") -> ArticleEntry:
    return ArticleEntry(article_id(name), f"/{name}", "ساحل", fingerprint, content or name, twin_of, None, 7)


def published(path: Path) -> Path:
    """Returns a published catalog of two articles, one twin and three files."""
    catalog = Catalog(None, lambda: path)
    for name in ("/news/a", "/news/b", "/news-b"):
        catalog.put_file(file(name))
    catalog.put_articles([article("a"), article("b"), article("twin", "a", article_id("a"))])
    catalog.put_lines({article_id("a"): [5, -5], article_id("b"): [5]})
    catalog.put_repeated([9])
    catalog.commit()
    catalog.close()
    return path


def copying(source: Path, target: Path) -> Catalog:
    def make_copy() -> Path:
        copy_file(source, target)
        return target

    return Catalog(source, make_copy)


@pytest.mark.parametrize("name", ["catalog.sqlite", "a b%20?mode=rw#x.sqlite", "كتالوج.sqlite"])
def test_a_published_catalog_is_read_where_it_lies(tmp_path: Path, name: str) -> None:
    path = published(tmp_path / name)
    before = path.read_bytes()

    def never() -> Path:
        raise AssertionError("nothing changes here")

    catalog = Catalog(path, never)
    assert catalog.file("/news/a") == file("/news/a")
    assert catalog.path_of_key("key of /news/b") == "/news/b"
    assert catalog.path_of_key("none") == ""
    assert (catalog.count(), catalog.count_twins(), catalog.sources()) == (2, 1, {"ساحل": 2})
    assert catalog.holder_of("a") == article_id("a")
    assert [twin.id for twin in catalog.twins_of(article_id("a"))] == [article_id("twin")]
    assert (catalog.count_line(5), catalog.repeated()) == (2, {9})
    assert set(catalog.holders(5)) == {article_id("a"), article_id("b")}
    assert catalog.difference(path) == Difference(0, 0, 0)
    # Putting what is there already, or nothing at all, is no change.
    catalog.put_file(file("/news/a"))
    catalog.put_articles([])
    catalog.drop_articles([])
    catalog.put_repeated([])
    assert not catalog.changed
    catalog.close()
    assert (path.read_bytes(), sorted(os.listdir(tmp_path))) == (before, [name])
    assert {entry.id for entry in read_articles(path)} == {article_id("a"), article_id("b")}
    known = KnownMoments(path, 0)
    assert (known.of_id(article_id("twin")), known.of_content("b"), known.of_id("0")) == (7, 7, None)
    known.close()


def test_the_first_change_makes_a_copy(tmp_path: Path) -> None:
    path, own = published(tmp_path / "published.sqlite"), tmp_path / "own.sqlite"
    before = path.read_bytes()
    catalog = copying(path, own)
    assert not own.exists()
    catalog.drop_articles([article_id("b")])
    catalog.put_articles([article("c"), article("a", fingerprint="other")])
    catalog.drop_file("/news/b")
    assert (catalog.changed, own.exists()) == (True, True)
    assert (catalog.count(), catalog.file("/news/b")) == (2, None)
    assert catalog.difference(path) == Difference(added=1, changed=1, deleted=1)
    catalog.commit()
    catalog.put_articles([article("lost")])
    catalog.close()
    assert path.read_bytes() == before
    assert {entry.id for entry in read_articles(own)} == {article_id("a"), article_id("c")}
    assert sorted(os.listdir(tmp_path)) == ["own.sqlite", "published.sqlite"]
    # Compared with a catalog that is not its base, every article is compared.
    assert Catalog(own).difference(path) == Difference(1, 1, 1)
    assert Catalog(path).difference(None) == Difference(2, 0, 0)


def test_without_a_place_for_a_copy_changes_stay_in_memory(tmp_path: Path) -> None:
    path = published(tmp_path / "published.sqlite")
    before = path.read_bytes()
    for catalog in (Catalog(path), Catalog(None)):
        count = catalog.count()
        catalog.put_articles([article("c")])
        assert catalog.count() == count + 1
        catalog.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"not a database, by any means", b"SQLite format 3\0" + b"x" * 5_000])
def test_an_invalid_catalog_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(content)
    with pytest.raises(DamagedIndexError, match=r"catalog\.sqlite is damaged: .*--rebuild"):
        Catalog(path)
    with pytest.raises(DamagedIndexError, match=r"catalog\.sqlite is damaged: .*--rebuild"):
        list(read_articles(path))
    with pytest.raises(DamagedIndexError, match=r"catalog\.sqlite is damaged: .*--rebuild"):
        KnownMoments(path, 0)


def test_a_disk_that_refuses_is_an_os_error_that_names_the_file(tmp_path: Path) -> None:
    catalog = Catalog(None, lambda: tmp_path / "no folder" / "own.sqlite")
    with pytest.raises(OSError, match=r"own\.sqlite: unable to open"):
        catalog.put_articles([article("a")])
    catalog.close()


@settings(max_examples=60)
@given(
    names=st.sets(st.text("ab/-.0~ب", min_size=1, max_size=6).map(lambda name: f"/{name}"), max_size=12),
    folder=st.text("ab/-.0ب", max_size=4).map(lambda name: f"/{name}"),
)
@example({"//"}, "//")
@example({"/a", "/a/b", "/a0", "/a-"}, "/a/")
def test_files_under_a_folder(names: set[str], folder: str) -> None:
    catalog = Catalog(None)
    for name in names:
        catalog.put_file(file(name))
    own = folder.rstrip("/")
    below = own + "/"
    wanted = sorted(name for name in names if name == own or (name.startswith(below) and name != below))
    assert [entry.path for entry in catalog.files_under(folder)] == wanted
    catalog.close()


@pytest.mark.parametrize("number", [0, errno.EXDEV, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_file_is_copied_on_every_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    content = os.urandom(3_000_000)
    (tmp_path / "source").write_bytes(content)

    def refuse(source: int, target: int, count: int) -> int:
        os.write(target, b"a part")
        raise OSError(number, os.strerror(number))

    if number:
        monkeypatch.setattr(os, "copy_file_range", refuse)
    copy_file(tmp_path / "source", tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == (tmp_path / "source").read_bytes() == content
    assert not (tmp_path / "target").samefile(tmp_path / "source")
    with pytest.raises(FileExistsError):
        copy_file(tmp_path / "source", tmp_path / "target")


def test_a_full_disk_ends_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: int, target: int, count: int) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "source").write_bytes(b"x")
    monkeypatch.setattr(os, "copy_file_range", full)
    with pytest.raises(OSError, match="No space left"):
        copy_file(tmp_path / "source", tmp_path / "target")
