# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how files of an archive become records: names, encodings, and all faults of a whole file."""

from __future__ import annotations

import gzip
import json
import os
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.errors import SourceError
from indexer.sources import Fault, Item, Record, accepts, read
from indexer.sources.decoding.decode import decode

LIMIT = 1 << 20
HEADLINE = "تأجيل أشغال الجسر أسبوعين"
BODY = "قال مدير المشروع إن الأشغال تأجلت أسبوعين، بسبب الأمطار الغزيرة؛ وأضاف: «سنعود قريبا». هل يكفي ذلك؟"
PAGE = f"{HEADLINE}\n\n{BODY}\n"


def put(tmp_path: Path, name: str, content: bytes | str) -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read_all(path: Path, max_bytes: int = LIMIT) -> list[Item]:
    return list(read(path, max_bytes=max_bytes))


def records(path: Path) -> list[Record]:
    items = read_all(path)
    assert not any(isinstance(item, Fault) for item in items), items
    return [item for item in items if isinstance(item, Record)]


def faults(path: Path) -> list[tuple[str, str]]:
    return [(item.where, item.reason) for item in read_all(path) if isinstance(item, Fault)]


def reason(path: Path, max_bytes: int = LIMIT) -> str:
    with pytest.raises(SourceError) as caught:
        read_all(path, max_bytes)
    assert str(path) not in str(caught.value)
    return str(caught.value)


def doc(number: str = "<DOCNO>A-1</DOCNO>", title: str = HEADLINE, abstract: str = "", text: str = BODY) -> str:
    return (
        f"<DOC>\n{number}\n<URL>http://a.example/1</URL>\n<SRC>راديو</SRC>\n<CAT>sport</CAT>\n<TITLE>{title}</TITLE>\n"
        f"<TIME>31/08/2016</TIME>\n<AUTHOR></AUTHOR>\n<ABSTRACT>\n{abstract}\n</ABSTRACT>\n<TEXT>\n{text}\n</TEXT>\n</DOC>\n"
    )


# Names


@pytest.mark.parametrize(
    "name",
    [
        "a.txt",
        "A.TXT",
        "a.b.jsonl",
        "a.ndjson",
        "a.json",
        "a.trec",
        "a.sgml",
        "a.sgm",
        "a.xml",
        "خبر.txt",
        "a.html",
        "a.htm",
        "a.xhtml",
        "a.csv",
        "a.tsv",
        "a.warc",
        "a.rss",
        "a.atom",
        "a.zip",
        "a.tar",
    ],
)
def test_names_of_an_archive(name: str) -> None:
    assert accepts(Path("folder", name))
    assert accepts(Path("folder", name + ".gz"))


@pytest.mark.parametrize(
    "name",
    [
        ".a.txt",
        "a.txt~",
        "~a.doc",
        "a",
        "a.gz",
        "a.pdf",
        "a.txt.bak",
        "#a.txt#",
        ".a.txt.swp",
        "a.tar.bz2",
        ".a.zip",
        "a.rar",
    ],
)
def test_names_that_are_skipped(name: str) -> None:
    assert not accepts(Path("folder", name))


# Text


def test_a_text_file_is_one_flattened_page(tmp_path: Path) -> None:
    assert records(put(tmp_path, "a.txt", PAGE)) == [Record(key="", text=PAGE, flattened=True)]


@pytest.mark.parametrize(
    "content",
    [
        PAGE.encode("utf-8"),
        PAGE.encode("utf-8-sig"),
        PAGE.encode("utf-16"),
        PAGE.encode("utf-16-le"),
        PAGE.encode("utf-16-be"),
        b"\xfe\xff" + PAGE.encode("utf-16-be"),
        PAGE.encode("cp1256"),
        PAGE.replace("«", "(").replace("»", ")").encode("iso8859_6"),
        gzip.compress(PAGE.encode("utf-8")),
        gzip.compress(PAGE.encode("cp1256")),
        PAGE.replace("\n", "\r\n").encode("utf-8"),
        PAGE.replace("\n", "\r").encode("utf-8"),
        PAGE.replace(" ", "\x00 ").replace("\x00", "\x07\x7f\x9c").encode("utf-8"),
    ],
)
def test_encodings_of_one_page(tmp_path: Path, content: bytes) -> None:
    (record,) = records(put(tmp_path, "a.txt", content))
    assert record.text.replace("(سنعود قريبا)", "«سنعود قريبا»") == PAGE


@pytest.mark.parametrize("codec", ["cp1256", "iso8859_6"])
def test_short_headlines_distinguish_the_two_arabic_codepages(shared: Path, codec: str) -> None:
    with gzip.open(shared / "data" / "ant_v1.1.jsonl.gz", "rt", encoding="utf-8", newline="\n") as lines:
        for line in islice(lines, 500):
            data = json.loads(line)["title"].encode(codec, "ignore")
            assert decode(data).text == data.decode(codec).replace("\x85", " ")


def test_controls_between_words_become_blanks() -> None:
    assert decode("قال\x85ثم\x0bعاد\x0cوذهب\x08\tاليوم".encode()).text == "قال ثم عاد وذهب\tاليوم"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty file"),
        (b" \n\t\n", "empty file: nothing but blanks"),
        (b"\x00" + PAGE.encode(), "not text: contains NUL bytes, the first at byte 0"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not text: contains NUL bytes, the first at byte 8"),
        # Reading the rest would hide how much is lost, and mojibake from Windows-1256 would be worse.
        (PAGE.replace("ا", "\udcd8").encode("utf-8", "surrogateescape"), "broken UTF-8: byte"),
        (
            "L'été dernier, les élèves sont allés à Paris.".encode("latin-1"),
            "neither UTF-8 (byte 2 is 0xe9) nor Arabic",
        ),
        ("Президент выступил с речью в Москве".encode("cp1251"), "neither UTF-8"),
        (bytes(range(128, 256)) * 4, "neither UTF-8"),
        (b"\xff\xfe" + PAGE.encode("utf-16-le") + b"\xd8", "broken UTF-16"),
    ],
)
def test_content_that_is_not_text(tmp_path: Path, content: bytes, expected: str) -> None:
    assert reason(put(tmp_path, "a.txt", content)).startswith(expected)


# Files that cannot be read


def test_limits_before_and_after_unpacking(tmp_path: Path) -> None:
    size = len(PAGE.encode())
    assert read_all(put(tmp_path, "a.txt", PAGE), max_bytes=size)
    assert (
        reason(put(tmp_path, "a.txt", PAGE), max_bytes=size - 1)
        == f"holds {size} bytes, above the limit of {size - 1}, which FIHRIST_MAX_FILE_MB sets"
    )
    bomb = put(tmp_path, "bomb.txt.gz", gzip.compress(b"a" * (50 << 20)))
    assert (
        reason(bomb) == f"the unpacked file holds more than the limit of {LIMIT} bytes, which FIHRIST_MAX_FILE_MB sets"
    )


def test_a_bomb_of_lines_gives_the_records_below_the_limit(tmp_path: Path) -> None:
    line = json.dumps({"body": BODY}).encode() + b"\n"
    items = read(put(tmp_path, "a.jsonl.gz", gzip.compress(line * 20_000)), max_bytes=LIMIT)
    assert isinstance(next(items), Record)
    with pytest.raises(SourceError, match="more than the limit"):
        list(items)


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.trec"])
def test_damaged_gzip(tmp_path: Path, name: str) -> None:
    packed = gzip.compress(os.urandom(5000))
    assert reason(put(tmp_path, name, packed[:-20])) == "truncated gzip"
    assert reason(put(tmp_path, name, packed[:2000] + bytes(100) + packed[2100:])).startswith("damaged gzip")
    assert reason(put(tmp_path, name, packed[:5])) == "truncated gzip"


def test_a_file_that_is_not_regular_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    for name in ("pipe.txt", "folder.txt"):
        assert reason(tmp_path / name) == "not a regular file"
    assert reason(Path("/dev/zero")) == "not a regular file"
    assert reason(tmp_path / "missing.txt") == "No such file or directory"
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    assert reason(tmp_path / "loop.txt") == "Too many levels of symbolic links"
    (tmp_path / "link.txt").symlink_to(put(tmp_path, "a.txt", PAGE))
    assert len(read_all(tmp_path / "link.txt")) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_permission(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", PAGE)
    path.chmod(0)
    assert reason(path) == "Permission denied"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(),
        st.binary().map(gzip.compress),
        st.binary().map(lambda data: b"<DOC>" + data + b"</DOC>"),
        st.binary().map(lambda data: b'{"body": "a"}\n' + data),
        st.text().map(lambda text: doc(text=text).encode("utf-8", "ignore")),
        st.text().map(lambda text: text.encode("utf-16", "ignore")),
    ),
    name=st.sampled_from(["a.txt", "a.jsonl", "a.trec", "a.xml.gz"]),
)
def test_any_bytes_are_records_faults_or_a_source_error(tmp_path: Path, content: bytes, name: str) -> None:
    path = put(tmp_path, name, content)
    items: list[Item] = []
    with suppress(SourceError):
        items += read_all(path)
    keys = [item.key for item in items if isinstance(item, Record)]
    assert len(set(keys)) == len(keys)
    for item in items:
        if isinstance(item, Record):
            item.text.encode("utf-8")
            assert "\r" not in item.text + item.title
            assert item.text.strip() or item.title.strip()
