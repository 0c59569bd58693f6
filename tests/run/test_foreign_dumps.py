# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests dumps that were damaged or made by somebody else: a clear error, and the published index stands."""

from __future__ import annotations

import gzip
import json
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.article import Article
from indexer.engine.memory.store import MemoryStore
from indexer.errors import FihristError, IndexingError, UsageError
from indexer.operating.dumps import reading, writing
from indexer.operating.dumps.importing import import_dump
from indexer.run.options import Options
from indexer.run.report import Report
from tests.contract import ARTICLES, AT, made, publish

Members = list[tuple[str, bytes]]
Change = Callable[[Members], Members]


@pytest.fixture(scope="module")
def dump() -> bytes:
    """A dump with two members of articles."""
    store = MemoryStore()
    publish(store, ARTICLES)
    stream = BytesIO()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(writing, "_MOST_ARTICLES", 8)
        writing.write_dump(store, "", stream, lambda done, total: None)
    return stream.getvalue()


@pytest.fixture(scope="module")
def target() -> MemoryStore:
    """Holds one article, which every refused dump must leave alone."""
    store = MemoryStore()
    publish(store, [made("before", "سوق", "نص السوق")])
    return store


def imported(target: MemoryStore, dump: bytes, **options: Any) -> None:
    import_dump(BytesIO(dump), target, Options(allow_shrink=True, **options), lambda done, total: None, Report())


def refused(target: MemoryStore, dump: bytes, match: str, kind: type[FihristError] = IndexingError) -> None:
    before = (target.names(), target.identity())
    with pytest.raises(kind, match=match) as caught:
        imported(target, dump)
    assert any(remedy in str(caught.value) for remedy in ("fihrist dump", "same version", "TMPDIR"))
    assert "\n" not in str(caught.value)
    assert (target.names(), target.identity()) == before


def unpacked(dump: bytes) -> Members:
    with tarfile.open(fileobj=BytesIO(dump), mode="r:gz") as members:
        return [(one.name, members.extractfile(one).read()) for one in members]  # type: ignore[union-attr]  # all are files


def packed(members: Members, change: Callable[[tarfile.TarInfo], None] = lambda member: None) -> bytes:
    stream = BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as made:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            change(member)
            made.addfile(member, BytesIO(content))
    return stream.getvalue()


def test_an_unchanged_dump_is_taken(dump: bytes) -> None:
    assert [name for name, _ in unpacked(dump)] == [
        "dump.json", "catalog.sqlite", "articles/00000001.jsonl", "articles/00000002.jsonl",
    ]  # fmt: skip
    store = MemoryStore()
    imported(store, packed(unpacked(dump)))
    assert store.info().articles == len(ARTICLES)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "truncated or damaged"),
        (b"PK\x03\x04 a zip", "not a dump"),
        (b"\x1f\x8b", "truncated"),
        (gzip.compress(b""), "not a dump"),
        (gzip.compress(b"no tar" * 1_000), "not a dump"),
        (packed([("other.json", b"{}")]), "'other.json' where dump.json should be"),
        (packed([("../dump.json", b"{}")]), "where dump.json should be"),
        (packed([("dump.json", b" " * (1 << 17))]), "instead of at most"),
        (packed([("dump.json", b"[" * 60_000)]), "dump.json"),
        (packed([("dump.json", b"\xff")]), "dump.json"),
        (packed([("dump.json", b"[]")]), "dump.json"),
        (packed([("dump.json", b"{}")]), "format"),
        (packed([("dump.json", b'{"format": 2, "new": 1}')]), "has format 2, this program reads 1"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value.replace(" ", "-"),
)
def test_what_is_no_dump_is_a_wrong_command(target: MemoryStore, content: bytes, match: str) -> None:
    refused(target, content, match, UsageError)


def header(**changed: object) -> Change:
    """Changes members of dump.json."""

    def change(members: Members) -> Members:
        (name, content), *rest = members
        return [(name, json.dumps({**json.loads(content), **changed}).encode()), *rest]

    return change


def article(**changed: object) -> Change:
    """Changes the first article, and gives its entry the digests of what it becomes, as a forger might."""

    def change(members: Members) -> Members:
        name, content = members[2]
        first, *lines = content.splitlines(keepends=True)
        data = {**json.loads(first), **changed}
        text = json.dumps(data, ensure_ascii=False)
        members[2] = (name, b"".join([text.encode(), b"\n", *lines]))
        try:
            one = Article.from_json(text)
            digests = (*one.digests(), data["path"], data["source"], data["id"])
        except (ValueError, TypeError, AttributeError):
            return members
        forge = "UPDATE articles SET fingerprint = ?, content = ?, path = ?, source = ? WHERE id = ?"
        return catalog(lambda opened: opened.execute(forge, digests))(members)

    return change


def catalog(work: Callable[[sqlite3.Connection], object]) -> Change:
    """Changes the catalog, and its digest with it."""

    def change(members: Members) -> Members:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "catalog.sqlite"
            path.write_bytes(members[1][1])
            with closing(sqlite3.connect(path, isolation_level=None)) as opened:
                work(opened)
            content = path.read_bytes()
        changed = header(catalog_bytes=len(content), catalog_digest=sha256(content).hexdigest())(members)
        return [changed[0], (members[1][0], content), *changed[2:]]

    return change


def run(statement: str) -> Change:
    return catalog(lambda opened: opened.executescript(statement))


def writable(statement: str) -> Change:
    """Changes the tables of the catalog behind SQLite's back."""
    return run(f"PRAGMA writable_schema = ON; {statement}")


def last(line: bytes) -> Change:
    def change(members: Members) -> Members:
        name, content = members[-1]
        return [*members[:-1], (name, content + line)]

    return change


VIEW = """
ALTER TABLE files RENAME TO hidden;
CREATE VIEW files AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;
"""
DEEP = b'{"removed": ' + b"[" * 100_000 + b"\n"

CHANGES: dict[str, tuple[Change, str]] = {
    "no catalog": (lambda members: [members[0], *members[2:]], "where catalog.sqlite should be"),
    "only a header": (lambda members: members[:1], "ends before catalog.sqlite"),
    "no articles": (lambda members: members[:2], "fewer articles"),
    "a member less": (lambda members: members[:-1], "fewer articles"),
    "members in another order": (lambda members: [*members[:2], members[3], members[2]], "00000001.jsonl should be"),
    "an empty member": (lambda members: [*members, ("articles/00000003.jsonl", b"")], "00000003.jsonl is empty"),
    "a member twice": (lambda members: [*members, members[-1]], "00000003.jsonl should be"),
    "a member more": (lambda members: [*members, ("x", b"")], "'x' where"),
    "a path upwards": (lambda members: [*members[:2], ("../../x", b""), *members[2:]], "where articles/"),
    "an absolute path": (lambda members: [*members[:2], ("/etc/passwd", b""), *members[2:]], "where articles/"),
    "an article twice": (lambda members: [*members[:-1], (members[-1][0], members[-1][1] * 2)], "more articles"),
    "an empty line": (last(b"\n"), "not an article"),
    "no JSON": (last(b"{\n"), "not an article"),
    "no UTF-8": (last(b"\xff\n"), "not an article"),
    "a list": (last(b"[]\n"), "not an article"),
    "another object": (last(b'{"id": "x"}\n'), "not an article"),
    "deep JSON": (last(DEEP), "not an article"),
    "more promised": (header(articles=99), "not 99"),
    "another digest": (header(catalog_digest="0" * 64), "not what was written"),
    "a smaller catalog": (header(catalog_bytes=10), "at most 10"),
    "a changed title": (lambda members: [*members[:2], (members[2][0], members[2][1].replace("جسر".encode(), b"x")),
                                         members[3]], "not the one that the catalog describes"),
    "a number as path": (article(path=5), "another type"),
    "a list as url": (article(url=["x"]), "not an article"),
    "a text as moment": (article(fetched_at="soon"), "another type"),
    "a truth as moment": (article(fetched_at=True), "another type"),
    "a moment of no calendar": (article(fetched_at=10**15), "another type"),
    "a date of no calendar": (article(published="2023-02-31"), "not an article"),
    "a reserved field": (article(own=[["source", "x"]]), "not an article"),
    "a field of no name": (article(own=[["", "x"]]), "not an article"),
    "a number as field": (article(own=[["desk", 5]]), "not an article"),
    "fields in no order": (article(own=[["topic", "x"], ["desk", "x"]]), "another type"),
    "a long field": (article(own=[["desk", "x" * 201]]), "another type"),
    "no database": (lambda members: header(catalog_digest=sha256(b"x" * len(members[1][1])).hexdigest())(
        [members[0], (members[1][0], b"x" * len(members[1][1])), *members[2:]]), "catalog is damaged"),
    "a view": (run(VIEW), "tables are not"),
    "a trigger": (run("CREATE TRIGGER t AFTER UPDATE ON files BEGIN DELETE FROM articles; END"), "tables are not"),
    "a table more": (run("CREATE TABLE more (x)"), "tables are not"),
    "an index less": (run("DROP INDEX articles_by_path"), "tables are not"),
    "a missing index": (writable("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'lines_by_id'"), "damaged"),
    "a word as size": (run("INSERT INTO files VALUES ('/x', '/x', 'large', 0, 0, '')"), "1 rows of the table files"),
    "a zero byte": (run("INSERT INTO files VALUES ('/x' || char(0), '/x', 0, 0, 0, '')"), "1 rows of the table files"),
    "bytes as path": (run("INSERT INTO files VALUES (x'ff', '/x', 0, 0, 0, '')"), "1 rows of the table files"),
    "no UTF-8 as path": (run("INSERT INTO files VALUES (CAST(x'ff' AS TEXT), '/x', 0, 0, 0, '')"), "damaged"),
    "a short id": (run("UPDATE articles SET id = 'x' WHERE path = '/month'"), "1 rows of the table articles"),
    "a wrong moment": (run(f"UPDATE articles SET indexed_at = {10**15}"), "rows of the table articles"),
    "a twin of nothing": (run("INSERT INTO articles VALUES ('0000000000000000', '/x', '', "
                              f"'{'0' * 32}', '{'0' * 32}', 'ffffffffffffffff', 0, 0)"), "1 rows of the table art"),
    "an article of the catalog less": (run("DELETE FROM articles WHERE path = '/month'"), "not 13"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_dump_is_refused(target: MemoryStore, dump: bytes, name: str) -> None:
    change, match = CHANGES[name]
    refused(target, packed(change(unpacked(dump))), match)


def of_type(kind: bytes) -> Callable[[tarfile.TarInfo], None]:
    def change(member: tarfile.TarInfo) -> None:
        if member.name.endswith("2.jsonl"):
            member.type, member.linkname, member.size = kind, "/etc/passwd", 0

    return change


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_a_member_that_is_no_file(target: MemoryStore, dump: bytes, kind: bytes) -> None:
    refused(target, packed(unpacked(dump), of_type(kind)), "not a regular file")


def test_what_tar_reads_into_memory_is_refused_before_it_is_read(target: MemoryStore, dump: bytes) -> None:
    """The header says that a long name of 2 GB follows."""
    for kind in (tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.XGLTYPE):
        member = tarfile.TarInfo("x")
        member.type, member.size = kind, 1 << 31
        content = gzip.compress(member.tobuf(tarfile.GNU_FORMAT) + b"x" * 512)
        refused(target, content, "not a regular file", UsageError)


def test_a_line_that_is_too_long_is_not_read_to_its_end(
    target: MemoryStore, dump: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    lengths: list[int] = []
    real = reading._article

    def noted(line: bytes) -> Article:
        lengths.append(len(line))
        return real(line)

    monkeypatch.setattr(reading, "_article", noted)
    before = target.identity()
    members = unpacked(dump)
    members[-1] = (members[-1][0], b'{"title": "' + b"x" * (5 << 20))
    with pytest.raises(IndexingError, match="more than 1 MB; raise FIHRIST_MAX_FILE_MB"):
        imported(target, packed(members), max_bytes=1 << 20)
    assert max(lengths) < 1 << 20
    assert target.identity() == before


@pytest.mark.parametrize(
    ("tail", "match"),
    [(b"x", "damaged"), (gzip.compress(b"x"), "follows"), (gzip.compress(b"\0" * (2 << 20)), "follows")],
    ids=["a letter", "more in gzip", "much padding"],
)
def test_something_after_the_end(target: MemoryStore, dump: bytes, tail: bytes, match: str) -> None:
    refused(target, dump + tail, match)


def test_a_catalog_larger_than_the_disk(target: MemoryStore, dump: bytes) -> None:
    refused(target, packed(header(catalog_bytes=1 << 60)(unpacked(dump))), "has room for")


def contents(dump: bytes) -> dict[str, Article]:
    lines = b"".join(content for name, content in unpacked(dump) if name.startswith("articles/")).splitlines()
    return {one.id: one for one in (Article.from_json(line.decode()) for line in lines)}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_dump_is_taken_whole_or_not_at_all(dump: bytes, data: st.DataObject) -> None:
    """Bytes are changed, cut out, put in or doubled: in the file, or in what gzip holds, so that it is sound."""
    inside = data.draw(st.booleans())
    content = bytearray(gzip.decompress(dump) if inside else dump)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content)))
        size = data.draw(st.sampled_from([0, 1, 2, 512, 5_000]))
        piece = data.draw(st.binary(max_size=3) | st.just(bytes(content[:at][-size:])))
        content[at : at + size] = piece
    store = MemoryStore()
    try:
        imported(store, gzip.compress(bytes(content)) if inside else bytes(content))
    except FihristError:
        assert store.names() == []
        return
    with closing(store.open()) as opened:
        wanted = {one.id: replace(one, indexed_at=AT) for one in contents(dump).values()}
        assert opened.searcher.articles(list(wanted)) == wanted


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9))
def test_a_dump_that_is_cut_off_is_refused(target: MemoryStore, dump: bytes, at: int) -> None:
    before = target.identity()
    with pytest.raises((IndexingError, UsageError)):
        imported(target, dump[: at % len(dump)])
    assert target.identity() == before
