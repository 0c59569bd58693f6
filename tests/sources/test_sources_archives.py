# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests WARC and archives of files: what each holds, and how each can be damaged."""

from __future__ import annotations

import gzip
import io
import json
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.errors import SourceError
from indexer.sources import Fault, Item, Record, read
from tests.sources.html_pages import Story, broadcaster
from tests.sources.test_sources import BODY, HEADLINE, LIMIT, PAGE, doc, faults, put, read_all, reason, records
from tests.sources.test_sources_formats import RSS, peak

SECOND = "وأضاف أن العمال سيعودون إلى الموقع في الأسبوع المقبل، وأن الجسر سيفتح قبل نهاية العام أمام السيارات والمشاة."
STORY = Story(HEADLINE, (BODY, SECOND))
ROW = {"id": "7", "title": HEADLINE, "body": BODY, "date": "2023-03-14", "source": "الميناء"}
HUGE = 1 << 30


# WARC


def response(
    body: bytes,
    url: str = "https://almina.example/1",
    headers: str = "",
    status: str = "200 OK",
    kind: str = "text/html; charset=utf-8",
) -> bytes:
    http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{headers}\r\n".encode() + body
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2023-03-15T08:00:00Z\r\n"
    head += f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    return head.encode() + http + b"\r\n\r\n"


ARTICLE = broadcaster(STORY).encode()
LISTING = (
    b"<html><head><meta property='og:type' content='website'></head><body><p>" + BODY.encode() * 9 + b"</p></body>"
)
INFO = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 4\r\n\r\nabcd\r\n\r\n"


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gz"])
def test_articles_of_a_warc_are_read(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (ARTICLE[:100], ARTICLE[100:])) + b"0\r\n\r\n"
    parts = [
        INFO,
        response(ARTICLE),
        response(LISTING, "https://almina.example/"),
        response(ARTICLE, "https://almina.example/404", status="404 Not Found"),
        response(b"GIF89a", "https://almina.example/a.gif", kind="image/gif"),
        response(gzip.compress(ARTICLE), "https://almina.example/2", "Content-Encoding: gzip\r\n"),
        response(chunked, "https://almina.example/3", "Transfer-Encoding: chunked\r\n"),
    ]
    found = records(put(tmp_path, "a.warc", b"".join(map(pack, parts))))
    assert [record.key.rpartition("/")[2] for record in found] == ["1", "", "2", "3"]
    listing = found.pop(1)
    assert listing.no_article == "a list of links"
    assert not any(record.no_article for record in found)
    assert {(record.title, record.fetched, record.url) for record in found} == {
        (HEADLINE, "2023-03-15T08:00:00Z", STORY.url)
    }
    assert all(BODY in record.text for record in found)


def test_a_damaged_warc(tmp_path: Path) -> None:
    whole = response(ARTICLE)
    assert reason(put(tmp_path, "a.warc", b"WARC/1.0\r\n")).startswith(("damaged", "not WARC"))
    items = read_all(put(tmp_path, "b.warc", whole + whole[: len(whole) // 2]))
    assert isinstance(items[0], Record)
    assert isinstance(items[1], Fault)
    assert "truncated" in items[1].reason
    packed = gzip.compress(whole)
    found: list[Item] = []
    with pytest.raises(SourceError, match="truncated gzip"):
        found.extend(read(put(tmp_path, "c.warc.gz", packed + packed[:-50]), max_bytes=LIMIT))
    for hostile in (b"a" * (4 << 20), b"a: b\r\n" * 20_000):
        assert "too long" in reason(put(tmp_path, "d.warc", whole[:100] + hostile), HUGE)
    bomb = response(gzip.compress(b"<html>" + b"a" * (50 << 20)), headers="Content-Encoding: gzip\r\n")
    path = put(tmp_path, "e.warc", bomb)
    assert peak(lambda: [str(item) for item in read(path, max_bytes=HUGE)]) < 40 << 20
    ((_, why),) = faults(path)
    assert "a page of HTML, which holds more than the limit" in why


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2000), st.binary(max_size=40))
def test_any_damage_of_a_warc_is_reported(tmp_path: Path, at: int, noise: bytes) -> None:
    whole = INFO + response(ARTICLE)
    with suppress(SourceError):
        for item in read_all(put(tmp_path, "a.warc", whole[:at] + noise + whole[at:])):
            assert isinstance(item, Item)


# Archives


def zipped(**members: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(*members: tuple[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]  # a mode of two
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


MEMBERS = {
    "news/alwatan/1.txt": PAGE.encode(),
    "news/2.html": ARTICLE,
    "news/3.jsonl": json.dumps(ROW).encode(),
    "news/4.trec.gz": gzip.compress(doc().encode()),
    "../../etc/5.txt": PAGE.encode("utf-16"),
    "/abs/6.txt": PAGE.encode("cp1256"),
    "news/.hidden.txt": b"\0",
    "news/style.css": b"\0",
}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", zipped(**MEMBERS)),
        ("a.tar", tarred(*MEMBERS.items())),
        ("a.tar.gz", tarred(*MEMBERS.items(), mode="w:gz")),
        ("a.tgz", tarred(*MEMBERS.items(), mode="w:gz")),
        ("a.txt", zipped(**MEMBERS)),
    ],
)
def test_members_are_read_in_place(tmp_path: Path, name: str, content: bytes) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    before = sorted(tmp_path.rglob("*"))
    path = put(folder, name, content)
    found = records(path)
    assert [record.place for record in found] == [name for name in MEMBERS if not name.endswith(("css", "hidden.txt"))]
    assert [record.key for record in found] == [
        "news/alwatan/1.txt", "news/2.html", "news/3.jsonl: 7", "news/4.trec.gz: A-1", "../../etc/5.txt", "/abs/6.txt",
    ]  # fmt: skip
    assert all(BODY in record.text for record in found)
    assert sorted(tmp_path.rglob("*")) == [*before, path]


def test_a_bad_member_does_not_stop_the_others(tmp_path: Path) -> None:
    inner = zipped(**{"a.txt": PAGE})
    members = {
        "1.txt": b"\0",
        "2.zip": inner,
        "3.txt": inner,
        "4.html": b"",
        "5.jsonl.gz": gzip.compress(b"{}")[:-3],
        "6.txt": PAGE.encode(),
    }
    for name, content in (("a.zip", zipped(**members)), ("b.tar", tarred(*members.items()))):
        *bad, good = read_all(put(tmp_path, name, content))
        assert isinstance(good, Record)
        assert [item.where for item in bad if isinstance(item, Fault)] == list(members)[:-1]


def test_damaged_archives(tmp_path: Path) -> None:
    whole = zipped(**{"1.txt": PAGE * 50, "2.txt": PAGE})
    assert reason(put(tmp_path, "a.zip", whole[:-30])).startswith("damaged or truncated zip")
    crc = whole.replace(struct.pack("<L", zlib.crc32((PAGE * 50).encode())), b"\1\2\3\4")
    fault, record = read_all(put(tmp_path, "b.zip", crc))
    assert isinstance(fault, Fault)
    assert isinstance(record, Record)
    assert fault.where == "1.txt"
    tar = tarred(("1.txt", PAGE.encode()), ("2.txt", PAGE.encode() * 50))
    for end in (1024, 1600, 3000):
        found: list[Item] = []
        with suppress(SourceError):
            found.extend(read(put(tmp_path, "c.tar", tar[:end]), max_bytes=LIMIT))
            assert any(isinstance(item, Fault) for item in found), end
        assert isinstance(found[0], Record)
    flipped = tar[:1024] + b"\xff" + tar[1025:]
    with pytest.raises(SourceError, match="damaged or truncated tar"):
        read_all(put(tmp_path, "d.tar", flipped))
    assert reason(put(tmp_path, "e.zip", zipped(**{"a.css": b"a"}))).startswith("an archive without")
    assert reason(put(tmp_path, "f.zip", zipped())).startswith("an archive without")


def test_archives_that_are_bombs(tmp_path: Path) -> None:
    many = {f"{n}.txt": PAGE.encode() + b" " * 300_000 for n in range(40)}
    for name, content in (("a.zip", zipped(**many)), ("b.tar.gz", tarred(*many.items(), mode="w:gz"))):
        found: list[Item] = []
        with pytest.raises(SourceError, match=r"the unpacked (archive|file) holds more than the limit"):
            found.extend(read(put(tmp_path, name, content), max_bytes=LIMIT))
        assert 1 <= len(found) < 5
    encrypted = bytearray(zipped(**{"1.txt": PAGE, "2.txt": PAGE}))
    encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
    fault, record = read_all(put(tmp_path, "c.zip", bytes(encrypted)))
    assert isinstance(fault, Fault)
    assert isinstance(record, Record)
    assert "encrypted" in fault.reason
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 400 << 20
    assert "a header of" in reason(put(tmp_path, "d.tar", header.tobuf() + bytes(4096)), HUGE)


def test_links_in_archives_are_not_followed(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo("a.txt")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    items = read_all(put(tmp_path, "a.tar", out.getvalue()))
    assert items == [Fault("a.txt", "a link or device, which is not followed")] * 3
    link = zipfile.ZipInfo("b.txt")
    link.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive_:
        archive_.writestr(link, "/etc/passwd")
        archive_.writestr("c.txt", PAGE)
    fault, record = read_all(put(tmp_path, "b.zip", out.getvalue()))
    assert fault == Fault("b.txt", "a link, which is not followed")
    assert isinstance(record, Record)


def test_names_of_members_that_are_not_utf8_or_not_unique(tmp_path: Path) -> None:
    twice = tarred(("a\udcff\n.txt", PAGE.encode()), ("a.txt", PAGE.encode()), ("a.txt", PAGE.encode()))
    found = records(put(tmp_path, "a.tar", twice))
    assert [record.key for record in found] == ["a\\xff\\n.txt", "a.txt", "a.txt-2"]


def test_archives_take_no_more_memory_than_a_member(tmp_path: Path) -> None:
    page = PAGE.encode() * 100
    path = put(tmp_path, "a.tar.gz", tarred(*((f"{n}.txt", page) for n in range(1500)), mode="w:gz"))
    assert peak(lambda: sum(1 for _ in read(path, max_bytes=HUGE))) < 20 << 20


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    base=st.sampled_from(
        [zipped(**{"1.txt": PAGE, "2.jsonl": json.dumps(ROW)}), tarred(("1.txt", PAGE.encode())), ARTICLE, RSS.encode()]
    ),
    at=st.integers(0, 3000),
    noise=st.binary(min_size=1, max_size=30),
)
def test_any_damage_is_records_faults_or_a_source_error(tmp_path: Path, base: bytes, at: int, noise: bytes) -> None:
    path = put(tmp_path, "a.xml", base[:at] + noise + base[at + len(noise) :])
    with suppress(SourceError):
        assert all(isinstance(item, Item) for item in read_all(path, HUGE))
