# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the comparison of an archive with its catalog in one pass: no file is missed, whatever names and roots are."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import scan, sources
from indexer.catalog.catalog import Catalog
from indexer.catalog.compare import Changes, compare
from indexer.catalog.published import FileEntry
from indexer.run.report import Skipped

READ_AS = "4:"

# Names that sort differently from their folders, and names that are not printed unchanged.
PARTS = ("a", "a-b", "a.txt", "a b", "b", "ab", "a\\", "a\x01", os.fsdecode(b"a\xff"), "ب", "a0", ".a", "A")
PLACES = st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map(tuple)


def scanned(*roots: Path) -> scan.Scan:
    return scan.Scan(scan.roots_of(roots, None), sources.kind_by_name, None)


def compared(catalog: Catalog, *roots: Path) -> tuple[Changes, list[Skipped | scan.OtherFile]]:
    passed: list[Skipped | scan.OtherFile] = []
    return compare(scanned(*roots), catalog, READ_AS, passed.append), passed


def entry(path: Path, digest: str = READ_AS) -> FileEntry:
    status = os.stat(path)
    name = scan.printable(path)
    return FileEntry(name, name, status.st_size, status.st_mtime_ns, status.st_ctime_ns, digest)


def build(root: Path, places: list[tuple[str, ...]]) -> list[Path]:
    """Makes a file at each place that no folder or file has taken, and returns the files."""
    files = []
    for place in places:
        path = root.joinpath(*place)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                path.write_bytes(b"x")
                files.append(path)
        except (FileExistsError, NotADirectoryError):
            continue
    return files


def readable(root: Path, path: Path) -> bool:
    """Returns whether a walk of ``root`` yields the file as a candidate."""
    folders = path.relative_to(root).parts[:-1]
    return not any(part.startswith(".") for part in folders) and (path == root or not sources.kind_by_name(path))


@settings(max_examples=150)
@given(
    places=st.lists(PLACES, max_size=12),
    known=st.lists(PLACES, max_size=8),
    chosen=st.lists(PLACES, max_size=3),
    stale=st.sets(st.integers(0, 11)),
)
def test_every_file_is_compared_with_its_entry(
    tmp_path_factory: pytest.TempPathFactory,
    places: list[tuple[str, ...]],
    known: list[tuple[str, ...]],
    chosen: list[tuple[str, ...]],
    stale: set[int],
) -> None:
    top = tmp_path_factory.mktemp("news") / "root"
    top.mkdir()
    files = build(top, places)
    roots = [path for place in chosen if (path := top.joinpath(*place)).exists()] or [top]
    catalog = Catalog(None)
    entries = {}
    for number, path in enumerate(files):
        if number % 2:
            one = entry(path, "3:" if number in stale else READ_AS)
            entries[one.path] = one
    for place in known:
        name = scan.printable(top.joinpath(*place))
        entries.setdefault(name, FileEntry(name, name, 1, 1, 1, READ_AS))
    for one in entries.values():
        catalog.put_file(one)

    found = {
        scan.printable(path)
        for path in files
        for root in roots
        if (path == root or path.is_relative_to(root)) and readable(root, path)
    }
    unchanged = {
        scan.printable(path)
        for path in files
        if scan.printable(path) in found and entries.get(scan.printable(path)) == entry(path)
    }
    under = {name for name in entries if any(scan.lies_in(name, scan.printable(root)) for root in roots)}

    changes, passed = compared(catalog, *roots)
    assert [file.name for file in changes.to_read] == sorted(found - unchanged)
    assert changes.unchanged == len(unchanged)
    assert sorted(changes.gone) == sorted(under - found)
    names = [item.path if isinstance(item, Skipped) else item.name for item in passed]
    assert len(set(names)) == len(names)
    for root in roots:
        inside = [file for file in found if scan.lies_in(file, scan.printable(root))]
        assert (scan.printable(root) in changes.emptied) <= (not any(name in entries for name in inside))


@settings(max_examples=100)
@given(places=st.lists(PLACES, max_size=20))
def test_candidates_come_ascending_by_name(
    tmp_path_factory: pytest.TempPathFactory, places: list[tuple[str, ...]]
) -> None:
    top = tmp_path_factory.mktemp("news")
    files = build(top, places)
    (root,) = scan.roots_of([top], None)
    found = [item for item in scanned(top).under(root) if isinstance(item, scan.Candidate)]
    assert all(one.name < other.name for one, other in pairwise(found))
    assert [file.path for file in found] == sorted((path for path in files if readable(top, path)), key=scan.printable)
    assert all(file.key == file.name[len(scan.printable(top.parent)) + 1 :] for file in found)


def test_links_to_files_are_sorted_by_their_names(tmp_path: Path) -> None:
    for name in ("a-b.txt", "b.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "a.txt").symlink_to("b.txt")
    (tmp_path / "a").symlink_to("b.txt")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    catalog = Catalog(None)
    for name in ("a", "a-b.txt", "a.txt"):
        catalog.put_file(entry(tmp_path / name))
    changes, passed = compared(catalog, tmp_path)
    assert (changes.unchanged, changes.gone) == (3, [])
    assert [file.path.name for file in changes.to_read] == ["b.txt"]
    assert [str(item) for item in passed] == [f"{tmp_path}/link: a link to a folder; index its target by name"]


def test_a_file_replaced_by_a_link_to_a_folder_is_not_gone(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "a").symlink_to("folder")
    (tmp_path / "a-b.txt").write_text("x")
    catalog = Catalog(None)
    name = scan.printable(tmp_path / "a")
    catalog.put_file(FileEntry(name, name, 1, 1, 1, READ_AS))
    changes, _ = compared(catalog, tmp_path)
    assert changes.gone == []


def test_a_folder_with_many_files_takes_memory_for_their_names_only(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number}.txt").write_text("x")
    (root,) = scan.roots_of([tmp_path], None)
    walk = scanned(tmp_path).under(root)
    first = next(walk)
    assert isinstance(first, scan.Candidate)
    (tmp_path / "0.txt").unlink()
    (tmp_path / "999.txt").write_text("x")
    # A file is inspected at its turn, not before.
    (tmp_path / "99.txt").write_text("longer")
    last = list(walk)[-1]
    assert isinstance(last, scan.Candidate)
    assert (last.name, last.size) == (scan.printable(tmp_path / "99.txt"), 6)
