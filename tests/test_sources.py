"""Files of an archive become records: formats, encodings, and everything that can be wrong with a file."""

from __future__ import annotations

import gzip
import json
import os
import tarfile
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.errors import SourceError
from indexer.sources import Fault, Record, accepts, jsonl, read
from indexer.sources.decode import decode

LIMIT = 1 << 20
HEADLINE = "تأجيل أشغال الجسر أسبوعين"
BODY = "قال مدير المشروع إن الأشغال تأجلت أسبوعين، بسبب الأمطار الغزيرة؛ وأضاف: «سنعود قريبا». هل يكفي ذلك؟"
PAGE = f"{HEADLINE}\n\n{BODY}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def put(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read_all(path: Path, max_bytes: int = LIMIT) -> list[Record | Fault]:
    return list(read(path, max_bytes=max_bytes))


def records(path: Path) -> list[Record]:
    items = read_all(path)
    assert all(isinstance(item, Record) for item in items), items
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
    "name", ["a.txt", "A.TXT", "a.b.jsonl", "a.ndjson", "a.trec", "a.sgml", "a.sgm", "a.xml", "خبر.txt"]
)
def test_names_of_an_archive(name: str) -> None:
    assert accepts(Path("folder", name))
    assert accepts(Path("folder", name + ".gz"))


@pytest.mark.parametrize(
    "name",
    [".a.txt", "a.txt~", "~a.doc", "a", "a.gz", "a.pdf", "a.txt.bak", "#a.txt#", ".a.txt.swp", "a.tar.gz", "a.txt.zip"],
)
def test_names_that_are_passed_over(name: str) -> None:
    assert not accepts(Path("folder", name))


# Text


def test_a_text_file_is_one_flattened_page(folder: Path) -> None:
    assert records(put(folder, "a.txt", PAGE)) == [Record(key="", text=PAGE, flattened=True)]


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
def test_encodings_of_one_page(folder: Path, content: bytes) -> None:
    (record,) = records(put(folder, "a.txt", content))
    assert record.text.replace("(سنعود قريبا)", "«سنعود قريبا»") == PAGE


@pytest.mark.parametrize("codec", ["cp1256", "iso8859_6"])
def test_short_headlines_tell_the_two_arabic_codepages_apart(shared: Path, codec: str) -> None:
    with gzip.open(shared / "data" / "ant_v1.1.jsonl.gz", "rt", encoding="utf-8", newline="\n") as lines:
        for line in islice(lines, 500):
            data = json.loads(line)["title"].encode(codec, "ignore")
            assert decode(data) == data.decode(codec).replace("\x85", " ")


def test_controls_that_part_words_become_blanks() -> None:
    assert decode("قال\x85ثم\x0bعاد\x0cوذهب\x08\tاليوم".encode()) == "قال ثم عاد وذهب\tاليوم"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty file"),
        (b" \n\t\n", "empty file: nothing but blanks"),
        (PAGE.encode() + b"\x00", "not text: contains NUL bytes, the first at byte"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not text: contains NUL bytes, the first at byte 8"),
        # A page cut off in the middle of a letter: mojibake from Windows-1256 would be worse than an error.
        (PAGE.rstrip().encode() + b"\xd8", f"broken UTF-8: byte {len(PAGE.rstrip().encode())} is 0xd8"),
        (PAGE.encode().replace("قال".encode(), b"\xd9\xd8", 1), "broken UTF-8: byte"),
        (
            "L'été dernier, les élèves sont allés à Paris.".encode("latin-1"),
            "neither UTF-8 (byte 2 is 0xe9) nor Arabic",
        ),
        ("Президент выступил с речью в Москве".encode("cp1251"), "neither UTF-8"),
        (bytes(range(128, 256)) * 4, "neither UTF-8"),
        (b"\xff\xfe" + PAGE.encode("utf-16-le") + b"\xd8", "broken UTF-16"),
    ],
)
def test_what_is_not_text(folder: Path, content: bytes, expected: str) -> None:
    assert reason(put(folder, "a.txt", content)).startswith(expected)


# Files that cannot be read


def test_limits_before_and_after_unpacking(folder: Path) -> None:
    size = len(PAGE.encode())
    assert read_all(put(folder, "a.txt", PAGE), max_bytes=size)
    assert (
        reason(put(folder, "a.txt", PAGE), max_bytes=size - 1) == f"holds {size} bytes, above the limit of {size - 1}"
    )
    bomb = put(folder, "bomb.txt.gz", gzip.compress(b"a" * (50 << 20)))
    assert reason(bomb) == f"the unpacked file holds more than the limit of {LIMIT} bytes"


def test_a_bomb_of_lines_yields_what_lies_below_the_limit(folder: Path) -> None:
    line = json.dumps({"body": BODY}).encode() + b"\n"
    items = read(put(folder, "a.jsonl.gz", gzip.compress(line * 20_000)), max_bytes=LIMIT)
    assert isinstance(next(items), Record)
    with pytest.raises(SourceError, match="more than the limit"):
        list(items)


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.trec"])
def test_damaged_gzip(folder: Path, name: str) -> None:
    packed = gzip.compress(os.urandom(5000))
    assert reason(put(folder, name, packed[:-20])) == "truncated gzip"
    assert reason(put(folder, name, packed[:2000] + bytes(100) + packed[2100:])).startswith("damaged gzip")
    assert reason(put(folder, name, packed[:5])) == "truncated gzip"


def test_what_is_no_regular_file_is_not_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    (folder / "folder.txt").mkdir()
    for name in ("pipe.txt", "folder.txt"):
        assert reason(folder / name) == "not a regular file"
    assert reason(Path("/dev/zero")) == "not a regular file"
    assert reason(folder / "missing.txt") == "No such file or directory"
    (folder / "loop.txt").symlink_to("loop.txt")
    assert reason(folder / "loop.txt") == "Too many levels of symbolic links"
    (folder / "link.txt").symlink_to(put(folder, "a.txt", PAGE))
    assert len(read_all(folder / "link.txt")) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_permission(folder: Path) -> None:
    path = put(folder, "a.txt", PAGE)
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
def test_any_bytes_are_records_faults_or_a_source_error(folder: Path, content: bytes, name: str) -> None:
    path = put(folder, name, content)
    items: list[Record | Fault] = []
    with suppress(SourceError):
        items += read_all(path)
    keys = [item.key for item in items if isinstance(item, Record)]
    assert len(set(keys)) == len(keys)
    for item in items:
        if isinstance(item, Record):
            item.text.encode("utf-8")
            assert "\r" not in item.text + item.title
            assert item.text.strip() or item.title.strip()


# JSON Lines


def test_every_name_of_a_field(folder: Path) -> None:
    lines = [
        {
            "id": "a",
            "title": HEADLINE,
            "body": BODY,
            "date": "2017",
            "source": "س",
            "category": "ق",
            "author": "ك",
            "url": "u",
        },
        {"id": 7, "title": None, "text": BODY, "published": "2018", "outlet": "س", "section": "ق"},
        {"url": "http://a.example/", "content": BODY, "published_at": "2019", "extra": [1, {}]},
    ]
    content = "\n".join(json.dumps(line, ensure_ascii=index == 1) for index, line in enumerate(lines))
    first, second, third = records(put(folder, "a.jsonl", "\ufeff" + content))
    assert first == Record("a", BODY, False, HEADLINE, "س", "ق", "ك", "u", "2017")
    assert second == Record("7", BODY, False, "", "س", "ق", "", "", "2018")
    assert third == Record("http://a.example/", BODY, False, "", "", "", "", "http://a.example/", "2019")


def test_lines_end_in_newline_alone(folder: Path) -> None:
    body = "سطر\u2028ثان\u0085ثالث"
    content = json.dumps({"body": body}, ensure_ascii=False) + "\r\n\n" + json.dumps({"body": BODY}) + "\n"
    first, second = records(put(folder, "a.ndjson.gz", gzip.compress(content.encode())))
    assert first.text == "سطر\u2028ثان ثالث"
    assert (second.text, second.key) == (BODY, "line-3")


def test_keys_are_unique(folder: Path) -> None:
    lines = [
        {"id": "a", "body": "1"},
        {"id": "a", "url": "u", "body": "2"},
        {"id": "a", "url": "u", "body": "3"},
        {"id": "line-5", "body": "4"},
        {"body": "5"},
        {"id": " ", "url": "u", "body": "6"},
    ]
    found = records(put(folder, "a.jsonl", "\n".join(map(json.dumps, lines))))
    assert [record.key for record in found] == ["a", "u", "line-3", "line-5", "line-5-2", "line-6"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", "not JSON"),
        ("نص", "not JSON"),
        ('["a"]', "not a JSON object"),
        ('"a"', "not a JSON object"),
        ('{"title": "", "body": " "}', "no text"),
        ('{"id": "a"}', "no text"),
        ('{"body": ["a"]}', "body is a list, not a text"),
        ('{"body": "a", "title": 7}', "title is a number, not a text"),
        ('{"body": "a", "author": {}}', "author is an object, not a text"),
        ('{"body": "a", "id": true}', "id is true or false, not a text"),
        ('{"body": "a\\ud800"}', "body holds a lone surrogate"),
        ('{"body": "a", "x": NaN}', "not JSON: NaN"),
        ('{"body": "a", "x": -Infinity}', "not JSON: -Infinity"),
        ('{"body": "a", "x": ' + "9" * 10_000 + "}", "a number of 10000 digits"),
        ('{"body": ' + "[" * 200_000 + "}", "not JSON"),
        ('{"body": "' + "a" * jsonl.LONGEST_LINE + '"}', "longer than"),
    ],
)
def test_a_bad_line_is_a_fault_and_the_others_go_on(folder: Path, line: str, expected: str) -> None:
    good = json.dumps({"id": "good", "body": BODY})
    items = read_all(put(folder, "a.jsonl", f"{good}\n{line}\n{good}\n"), max_bytes=1 << 30)
    first, fault, last = items
    assert isinstance(first, Record)
    assert isinstance(last, Record)
    assert isinstance(fault, Fault)
    assert fault.where == "line 2"
    assert fault.reason.startswith(expected)
    assert reason(put(folder, "b.jsonl", line), max_bytes=1 << 30).startswith(f"no usable line; line 1: {expected}")


def test_a_broken_byte_spoils_its_line_only(folder: Path) -> None:
    good = json.dumps({"body": BODY}, ensure_ascii=False).encode()
    path = put(folder, "a.jsonl", good + b"\n" + good[:-3] + b'\xd8"}\n' + good)
    ((where, why),) = faults(path)
    assert where == "line 2"
    assert why.startswith("broken UTF-8: byte")


def test_utf16_lines(folder: Path) -> None:
    content = "\n".join(json.dumps({"body": body}, ensure_ascii=False) for body in (HEADLINE, BODY))
    assert [record.text for record in records(put(folder, "a.jsonl", content.encode("utf-16")))] == [HEADLINE, BODY]


def test_jsonl_by_content(folder: Path) -> None:
    line = json.dumps({"id": "a", "body": BODY})
    assert records(put(folder, "a.txt", f"\n  {line}\n"))[0].key == "a"
    long = json.dumps({"id": "a", "body": BODY * 2000})
    assert records(put(folder, "b.txt", long))[0].key == "a"
    assert records(put(folder, "c.txt", "{ هذا ليس JSON }"))[0].flattened
    assert records(put(folder, "d.txt", "{}ليس" + BODY))[0].flattened


# TREC


def test_every_element(folder: Path) -> None:
    (record,) = records(put(folder, "a.txt", doc(abstract="ملخص آخر")))
    assert record == Record(
        "A-1", f"ملخص آخر\n{BODY}", False, HEADLINE, "راديو", "sport", "", "http://a.example/1", "31/08/2016"
    )


def test_the_abstract_comes_once(folder: Path) -> None:
    (record,) = records(put(folder, "a.trec", doc(abstract=BODY.replace(" ", "\n "))))
    assert record.text == BODY
    (record,) = records(put(folder, "b.trec", doc(abstract=BODY, text="")))
    assert record.text == BODY


def test_entities_are_unescaped_once(folder: Path) -> None:
    (record,) = records(put(folder, "a.trec", doc(title="AT&amp;T &amp;quot; &lt;TEXT&gt; &copy &#1575;&#13;&#0;")))
    assert record.title == "AT&T &quot; <TEXT> &copy ا \ufffd"


def test_many_docs_some_of_them_bad(folder: Path) -> None:
    content = "".join(
        [
            '<?xml version="1.0"?>\n<!-- ملف -->\n',
            doc(),
            doc(number=""),
            "<DOC>\n<DOCNO>B</DOCNO>\n<TEXT>\nلم يغلق\n</TEXT>\n",
            doc(number="<DOCNO>C</DOCNO>"),
            doc(),
            "نص خارج الوثائق\n",
            doc(number="<DOCNO>D</DOCNO>", title="", text=""),
            doc(number="<DOCNO>E</DOCNO>").replace("</TEXT>", ""),
            doc(number="<DOCNO>F</DOCNO>").lower(),
            "<DOC>\n<DOCNO>G</DOCNO>",
        ]
    )
    items = read_all(put(folder, "a.sgml", content))
    assert [item.key for item in items if isinstance(item, Record)] == ["A-1", "C", "A-1-2", "f"]
    found = [(item.where, item.reason) for item in items if isinstance(item, Fault)]
    assert [why for _, why in found] == [
        "no <DOCNO>",
        "<DOC> is not closed",
        "text outside of <DOC>",
        "no text: neither a title nor a body",
        "<TEXT> is not closed",
        "<DOC> is not closed",
    ]
    lines = content.split("\n")
    for where, why in found:
        line = lines[int(where.removeprefix("line ")) - 1]
        assert line == ("نص خارج الوثائق" if why == "text outside of <DOC>" else "<DOC>")


def test_gigaword(folder: Path) -> None:
    content = (
        f'<DOC id="AFP_ARB_1" type="story" >\n<HEADLINE>\n{HEADLINE}\n</HEADLINE>\n'
        f"<TEXT>\n<P>\n{BODY}\n</P>\n</TEXT>\n</DOC>"
    )
    (record,) = records(put(folder, "afp.sgml.gz", gzip.compress(content.encode())))
    assert (record.key, record.title, record.text) == ("AFP_ARB_1", HEADLINE, BODY)


def test_docs_in_windows_1256(folder: Path) -> None:
    assert [record.text for record in records(put(folder, "a.trec", doc().encode("cp1256")))] == [BODY]


def test_a_file_without_doc(folder: Path) -> None:
    assert reason(put(folder, "a.xml", f"<rss><title>{HEADLINE}</title></rss>")) == "not TREC SGML: holds no <DOC>"


def test_hostile_markup_takes_linear_time(folder: Path) -> None:
    start = time.process_time()
    for content in (
        "<!-- a -->" * 5000,
        "<!--" * 200_000,
        "<DOC>" + "<TEXT>" * 150_000,
        "<DOC" * 200_000,
        "<?" * 200_000,
    ):
        path = put(folder, "a.xml", content)
        with suppress(SourceError):
            assert not [item for item in read_all(path) if isinstance(item, Record)]
    assert time.process_time() - start < 5


def test_the_ant_corpus(shared: Path, folder: Path) -> None:
    """The corpus as JSON Lines was made from the same files, whose elements it gives."""
    with gzip.open(shared / "data" / "ant_v1.1.jsonl.gz", "rt", encoding="utf-8", newline="\n") as lines:
        articles = {article["id"]: article for article in map(json.loads, lines)}
    compared = 0
    with tarfile.open(shared / "data" / "ant_v1.1_trec.tar.gz", "r|gz") as tar:
        for member in islice((member for member in tar if member.isfile()), 1500):
            file = tar.extractfile(member)
            assert file is not None
            (record,) = records(put(folder, "a.txt", file.read()))
            assert not record.flattened
            assert record.key == Path(member.name).stem or len(record.key) < 4
            article = articles.get(record.key)
            if article and article["title"] and article["body"]:
                compared += 1
                assert record.title == " ".join(article["title"].split())
                assert article["body"].split() == record.text.split()[-len(article["body"].split()) :]
                assert (record.url, record.source, record.category) == (
                    article["url"],
                    article["source"],
                    article["category"],
                )
    assert compared > 1000
