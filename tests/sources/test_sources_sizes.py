# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that reading has linear cost and bounded memory, whatever a hostile file repeats."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest

from indexer.errors import SourceError
from indexer.sources import Fault, Record, read, registry
from indexer.sources.article_keys import ArticleKeys
from indexer.sources.formats import text, trec_docs
from tests.costs import calls, operations
from tests.sources.hostile_files import HOSTILE_FILES, HostileFile, with_number
from tests.sources.test_sources import BODY, PAGE, doc, put, read_all, reason

HUGE = 1 << 30


def reading(path: Path) -> Callable[[], object]:
    def read_whole() -> None:
        with suppress(SourceError):
            read_all(path, HUGE)

    return read_whole


def peak(path: Path) -> int:
    """Returns the most bytes held at once while ``path`` is read and its items are dropped."""
    tracemalloc.start()
    try:
        with suppress(SourceError):
            for _ in read(path, max_bytes=HUGE):
                pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("file", HOSTILE_FILES, ids=lambda file: f"{file.name} {file.make(2)[:20]!r}")
def test_the_operations_of_reading_are_proportional_to_the_size(tmp_path: Path, file: HostileFile) -> None:
    small = put(tmp_path, f"1{file.name}", file.make(file.number))
    large = put(tmp_path, f"4{file.name}", file.make(4 * file.number))
    reading(small)()  # imports modules first, which are not counted
    assert operations(reading(large)) <= 5 * operations(reading(small))


@pytest.mark.parametrize("markup", ["<!-- a -->", "<!--", "<DOC", "<?"])
def test_hostile_markup_holds_no_article(tmp_path: Path, markup: str) -> None:
    path = put(tmp_path, "a.xml", markup * 5000)
    with suppress(SourceError):
        assert not [item for item in read_all(path) if isinstance(item, Record)]


@pytest.mark.parametrize(("number", "least"), [(100, 12), (300, 12)])
def test_operations_distinguish_quadratic_work_from_linear(number: int, least: int) -> None:
    def repeated_search(count: int) -> Callable[[], object]:
        return lambda: [("a" * count).find("b") for _ in range(count)]

    def one_search(count: int) -> Callable[[], object]:
        return lambda: ("a" * count * number).find("b")

    assert operations(repeated_search(4 * number)) >= least * operations(repeated_search(number))
    assert operations(one_search(4 * number)) <= 5 * operations(one_search(number))


def test_keys_stay_unique_beside_keys_that_look_suffixed() -> None:
    keys = ArticleKeys()
    asked = ["x-3", "x", "x", "x", "x-2", "x-2", "x", "x-2-2", "x-5", "x", "x-2"]
    assert [keys.take(key) for key in asked] == [
        "x-3", "x", "x-2", "x-4", "x-2-2", "x-2-3", "x-5", "x-2-2-2", "x-5-2", "x-6", "x-2-4",
    ]  # fmt: skip


def test_a_page_of_text_has_a_limit_of_its_own(tmp_path: Path) -> None:
    whole = ("ب" * text.LONGEST_PAGE)[: text.LONGEST_PAGE // 2]
    assert len(records_of(tmp_path, "a.txt.gz", gzip.compress(whole.encode()))) == 1
    expected = f"a page of text, which holds more than the limit of {text.LONGEST_PAGE} bytes"
    assert reason(put(tmp_path, "a.txt", whole + "a"), HUGE) == expected
    for codec in ("utf-8", "utf-16"):
        bomb = put(tmp_path, "bomb.txt.gz", gzip.compress((PAGE * 200_000).encode(codec)))
        assert bomb.stat().st_size < 1 << 20
        assert reason(bomb, HUGE) == expected
        assert peak(bomb) < 4 * text.LONGEST_PAGE


def records_of(folder: Path, name: str, content: bytes | str) -> list[Record]:
    return [item for item in read_all(put(folder, name, content), HUGE) if isinstance(item, Record)]


def test_files_of_many_articles_may_be_larger_than_a_page(tmp_path: Path) -> None:
    number = text.LONGEST_PAGE // len(BODY.encode())
    lines = f"{json.dumps({'body': BODY}, ensure_ascii=False)}\n" * number
    assert len(records_of(tmp_path, "a.jsonl", lines)) == number
    assert len(records_of(tmp_path, "b.jsonl", lines.encode("utf-16"))) == number
    assert len(records_of(tmp_path, "c.trec", doc() * number)) == number


def test_utf16_takes_no_more_memory_than_a_line(tmp_path: Path) -> None:
    lines = (f"{json.dumps({'body': BODY}, ensure_ascii=False)}\n" * 10_000).encode("utf-16")
    path = put(tmp_path, "a.jsonl.gz", gzip.compress(lines + b"\n\0\0\xd8\n\0"))
    assert peak(path) < 3 << 20
    items = read(path, max_bytes=HUGE)
    assert isinstance(next(items), Record)
    with pytest.raises(SourceError, match=f"broken UTF-16: byte {len(lines) + 2} is 0x00"):
        list(items)


@pytest.mark.parametrize(
    "size", [trec_docs.LONGEST_DOC - 1, trec_docs.LONGEST_DOC, trec_docs.LONGEST_DOC + 1, 40 << 20]
)
@pytest.mark.parametrize("end", ["</DOC>", "<DOC>"])
def test_the_length_of_a_doc_is_limited(tmp_path: Path, size: int, end: str) -> None:
    frame = with_number("<TEXT></TEXT>")
    closed = end == "</DOC>"
    long = with_number(f"<TEXT>{'a' * (size - len(frame))}</TEXT>")
    if not closed:
        long = long.replace("</DOC>", " " * len("</DOC>"))
    items = read_all(put(tmp_path, "a.trec", f"{doc()}\n{long}{doc(number='<DOCNO>last</DOCNO>')}"), HUGE)
    first, middle, last = items
    assert isinstance(first, Record)
    assert isinstance(last, Record)
    assert last.key == "last"
    if size > trec_docs.LONGEST_DOC:
        assert middle == Fault("line 17", f"longer than {trec_docs.LONGEST_DOC} bytes")
    elif closed:
        assert isinstance(middle, Record)
    else:
        assert middle == Fault("line 17", "<DOC> is not closed")


@pytest.mark.parametrize("start", ["<DOC>", "<DOC></DOC>", "<DOC></DOC><!-- "])
def test_an_endless_element_is_not_kept_in_memory(tmp_path: Path, start: str) -> None:
    path = put(tmp_path, "a.trec.gz", gzip.compress(start.encode() + b"a" * (100 << 20)))
    assert peak(path) < 5 * trec_docs.LONGEST_DOC


def test_marks_of_docs_are_found_across_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = f"<!-- a -->\n{doc()}<DOC>b\n{doc()}c\n{doc()}</DOC>\n\nd<DOC\n id=e>".encode()
    path = put(tmp_path, "a.trec", content)
    expected = read_all(path)
    assert [item.where for item in expected if isinstance(item, Fault)] == ["line 17", "line 33", "line 51", "line 51"]
    for size in (1, 2, 3, 5, 7, 64):
        monkeypatch.setattr(trec_docs, "_CHUNK", size)
        assert read_all(path) == expected


def test_blank_lines_cost_hardly_anything_and_are_counted(tmp_path: Path) -> None:
    content = b'{"body": "a"}\n' + b"\n \t\r\n" * (5 << 20) + b'x\n{"body": "b"}'
    path = put(tmp_path, "a.jsonl.gz", gzip.compress(content))
    first, fault, last = read_all(path, HUGE)
    assert isinstance(first, Record)
    assert isinstance(fault, Fault)
    assert fault.where == f"line {2 + (10 << 20)}"
    assert isinstance(last, Record)
    assert last.key == f"line-{3 + (10 << 20)}"
    assert calls(reading(path)) < (10 << 20) / 100


@pytest.mark.parametrize(("name", "good", "bad"), [("a.jsonl", '{"body": "a"}\n', "x\n"), ("a.trec", doc(), "<DOC>")])
def test_a_file_with_too_many_faults_is_given_up(tmp_path: Path, name: str, good: str, bad: str) -> None:
    most = registry.MOST_FAULTS
    assert len(read_all(put(tmp_path, name, good + bad * most), HUGE)) == most + 1
    assert len(read_all(put(tmp_path, name, good * (most + 5) + bad * (most + 5)), HUGE)) == 2 * most + 10
    items = read(put(tmp_path, name, good * 7 + bad * 3 * most), max_bytes=HUGE)
    assert sum(1 for _ in islice(items, most + 8)) == most + 8
    with pytest.raises(SourceError, match=f"more than {most} parts of the file cannot be read"):
        next(items)


def test_a_file_of_text_between_end_tags_is_no_trec(tmp_path: Path) -> None:
    path = put(tmp_path, "a.trec", "</DOC>a" * 200_000)
    assert reason(path, HUGE) == "not TREC SGML: 1000 texts before any <DOC>"
