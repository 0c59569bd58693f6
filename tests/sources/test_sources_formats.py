# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests HTML, JSON documents, tables, feeds, WARC and archives: what each holds, and how each can be damaged."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.errors import SourceError, UsageError
from indexer.sources import Fault, Item, Record, parse_fields, read
from indexer.sources.formats.text import LONGEST_PAGE
from indexer.sources.pages import markup
from tests.sources.html_pages import Story, broadcaster, tables
from tests.sources.test_sources import BODY, HEADLINE, LIMIT, PAGE, faults, put, read_all, reason, records

SECOND = "وأضاف أن العمال سيعودون إلى الموقع في الأسبوع المقبل، وأن الجسر سيفتح قبل نهاية العام أمام السيارات والمشاة."
STORY = Story(HEADLINE, (BODY, SECOND))
ROW = {"id": "7", "title": HEADLINE, "body": BODY, "date": "2023-03-14", "source": "الميناء"}
HUGE = 1 << 30


def peak(action: Callable[[], object]) -> int:
    """Returns the most bytes that ``action`` holds at once."""
    action()  # imports modules first, which are not counted
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# HTML


def test_a_page_states_its_article(tmp_path: Path) -> None:
    (record,) = records(put(tmp_path, "a.html", broadcaster(STORY)))
    assert record.extracted
    assert not record.flattened
    assert [line for line in record.text.split("\n") if line in (BODY, SECOND)] == [BODY, SECOND]
    assert (record.title, record.source, record.author) == (HEADLINE, STORY.site, STORY.author)
    assert (record.category, record.url) == (STORY.section, STORY.url)
    assert record.published == f"{STORY.day}T09:30:00+03:00"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
@pytest.mark.parametrize("name", ["a.html", "a.txt", "a.json", "a.htm.gz"])
def test_html_in_any_encoding_under_any_name(tmp_path: Path, codec: str, name: str) -> None:
    content = tables(STORY).encode(codec, "ignore")
    (record,) = records(put(tmp_path, name, gzip.compress(content) if name.endswith("gz") else content))
    assert record.title == HEADLINE
    assert BODY in record.text


def test_a_declared_encoding_of_another_language_is_tried_last(tmp_path: Path) -> None:
    page = "<html><head><meta charset='iso-8859-1'><title>Le pont</title></head><body><p>L'été dernier, le pont a été fermé.</p>"
    assert "été" in records(put(tmp_path, "a.html", page.encode("latin-1")))[0].text
    arabic = page.replace("L'été dernier, le pont a été fermé.", BODY).encode("cp1256")
    assert BODY in records(put(tmp_path, "b.html", arabic))[0].text


def test_a_page_without_tags_is_flattened_text(tmp_path: Path) -> None:
    assert records(put(tmp_path, "a.html", PAGE)) == [Record(key="", text=PAGE, flattened=True)]


def test_a_page_without_text_is_no_article(tmp_path: Path) -> None:
    (record,) = records(put(tmp_path, "a.html", "<html><body></body></html>"))
    assert (record.text, record.no_article) == ("", "a page without text")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<p>a" * 1_000_000, "HTML of 1000000 tags, above the limit"),
        ("<html><body>" + "<div>" * 300 + BODY, "HTML that cannot be read: nested too deeply"),
        ("<html><p " + " ".join(f"a{n}" for n in range(20_000)) + ">", "HTML that cannot be read: a tag of more than"),
        ("<html>" + "<p a=1 b=2 c=3 d=4 e=5 f=6 g=7>" * 24_000, "HTML of more than"),
        ("<html><body>" + "ب" * LONGEST_PAGE, "a page of HTML, which holds more than the limit"),
        (b"<html>\x00<p>", "not text: contains NUL bytes"),
        (b"%PDF-1.7\n" + bytes(range(128, 256)) * 9, "not text: PDF"),
    ],
)
def test_pages_that_cannot_be_read(tmp_path: Path, content: bytes | str, expected: str) -> None:
    assert reason(put(tmp_path, "a.html", content), HUGE).startswith(expected)


@pytest.mark.parametrize(
    "page",
    [
        "<html><script type='application/ld+json'>" + "[" * 300_000 + "</script>",
        '<html><script type=\'application/ld+json\'>{"@type": [7, null], "headline": [[]], "author": {"name": []}}</script>',
        '<html><script type=\'application/ld+json\'>{"@type":"NewsArticle","author":[[],7,{"name":7}],"headline":{}}</script>',
        "<html><meta property='og:url' content='javascript:alert(1)'><link rel=canonical href='\x01'>",
        "<html><title>" + " - ".join("أبجد" * 9000) + "</title>",
    ],
)
def test_hostile_metadata_is_no_metadata(tmp_path: Path, page: str) -> None:
    (record,) = records(put(tmp_path, "a.html", f"{page}<body><p>{BODY}</p><p>{SECOND}</p></body>"))
    assert BODY in record.text
    assert "javascript" not in record.url


@pytest.mark.parametrize("odd", ["&#1;", "&#x1F;", "&#0;", "&#xD800;", "&#65535;", "\ufffe", "&#99999999;", "&#x8;"])
def test_characters_that_no_tree_may_hold_are_removed(tmp_path: Path, odd: str) -> None:
    page = (
        f"<html><body><div>a{odd}</div>{odd}<h1>{HEADLINE}</h1>{odd}<p>{BODY}{odd}</p>{odd}<p>{SECOND}</p><n.x;c>{odd}"
    )
    (record,) = records(put(tmp_path, "a.html", page))
    assert f"{BODY}\n\n{SECOND}" in record.text


def test_text_with_tags_becomes_lines() -> None:
    assert markup.as_text("<p>سطر</p><p>آخر &amp; غيره</p>ثالث<br>رابع") == "سطر\nآخر & غيره\nثالث\nرابع"
    assert markup.as_text("5 < 7 و 8 > 2 &amp; &#1575;") == "5 < 7 و 8 > 2 & ا"


# Mojibake


@pytest.mark.parametrize("codec", ["cp1256", "cp1252", "latin-1"])
def test_text_misread_once_is_repaired(tmp_path: Path, codec: str) -> None:
    misread = "".join(
        bytes([byte]).decode(codec, "ignore") or bytes([byte]).decode("latin-1") for byte in PAGE.encode()
    )
    (record,) = records(put(tmp_path, "a.txt", misread))
    assert record.text == PAGE
    (record,) = records(put(tmp_path, "a.jsonl", json.dumps({"title": HEADLINE, "body": misread})))
    assert (record.title, record.text.strip()) == (HEADLINE, PAGE.strip())


def test_text_misread_beyond_repair_is_named(tmp_path: Path) -> None:
    misread = PAGE.encode().decode("latin-1")
    lost = "".join(character for character in misread if not "\x7f" < character < "\xa0")
    assert reason(put(tmp_path, "a.txt", lost)).startswith("mojibake")


def test_intact_arabic_is_not_repaired(shared: Path) -> None:
    from indexer.sources.decoding.mojibake import without_mojibake  # noqa: PLC0415  # used only here

    with gzip.open(shared / "data" / "ant_v1.1.jsonl.gz", "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            assert without_mojibake(line) == line


# JSON documents and fields


@pytest.mark.parametrize(
    "data",
    [
        [ROW, ROW | {"id": 8}],
        {"status": "ok", "articles": [ROW, ROW | {"id": 8}]},
        {"hits": {"total": 2, "hits": [{"_id": "7", "_source": ROW}, {"_id": "8", "_source": ROW | {"id": 8}}]}},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "cp1256"])
def test_json_documents(tmp_path: Path, data: object, indent: int | None, codec: str) -> None:
    content = json.dumps(data, ensure_ascii=False, indent=indent).encode(codec)
    found = records(put(tmp_path, "a.json", content))
    assert [(record.key, record.title, record.text) for record in found] == [
        ("7", HEADLINE, BODY),
        ("8", HEADLINE, BODY),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[]", "no article"),
        ("[" + json.dumps(ROW), "not JSON: it ends within the array"),
        ('{\n "title": "', "not JSON: it ends within the object"),
        ('[{"title": 7}]', "no article; article 1: title is a number, not a text"),
        ("[" * 1_000_000, "not JSON: it ends within the array"),
        ("[[" * 20 + "]]" * 20, "no article"),
    ],
)
def test_json_documents_that_cannot_be_read(tmp_path: Path, content: str, expected: str) -> None:
    path = put(tmp_path, "a.json", content)
    with pytest.raises(SourceError) as caught:
        read_all(path, HUGE)
    assert str(caught.value).startswith(expected)


@given(
    rows=st.lists(st.dictionaries(st.sampled_from(["title", "x", "y"]), st.text() | st.lists(st.text())), min_size=1)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_arrays_are_split_by_the_rules_of_json(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    from indexer.sources.formats.json_elements import json_elements  # noqa: PLC0415  # used only here

    path = put(tmp_path, "a.json", json.dumps(rows, indent=1))
    with path.open("rb") as stream:
        assert [json.loads(element or b"") for element in json_elements(stream)] == rows


def test_a_long_array_takes_little_memory(tmp_path: Path) -> None:
    element = json.dumps({"body": BODY * 400}, ensure_ascii=False)
    path = put(tmp_path, "a.json", "[" + ",".join([element] * 250) + "]")
    assert path.stat().st_size > 16 << 20
    assert peak(lambda: sum(1 for _ in read(path, max_bytes=HUGE))) < 8 << 20


def test_a_long_export_is_read_message_by_message(tmp_path: Path) -> None:
    messages = [
        {"id": n, "type": "message", "date": "2023-03-14T08:00:00", "text": f"{n} {BODY * 400}"} for n in range(300)
    ]
    export = {"name": "قناة", "list": [1], "empty": [], "messages": messages, "after": [{"a": 1}]}
    path = put(tmp_path, "a.json", json.dumps(export, ensure_ascii=False, indent=1))
    assert path.stat().st_size > 20 << 20
    found = [item for item in read(path, max_bytes=HUGE) if isinstance(item, Record)]
    assert [record.key for record in found] == [str(n) for n in range(300)]
    assert {record.source for record in found} == {"قناة"}
    cut = put(tmp_path, "b.json", path.read_bytes()[: 18 << 20])
    taken: list[Item] = []
    with pytest.raises(SourceError, match="it ends within the array"):
        taken.extend(read(cut, max_bytes=HUGE))


def test_fields_may_be_named(tmp_path: Path) -> None:
    path = put(tmp_path, "a.jsonl", json.dumps({"t": HEADLINE, "content": {"text": BODY}, "authors": ["س", "ص"]}))
    fields = parse_fields("title=t, body=content.text, author=authors")
    (record,) = list(read(path, max_bytes=LIMIT, fields=fields))
    assert isinstance(record, Record)
    assert (record.title, record.text, record.author) == (HEADLINE, BODY, "س، ص")
    wordpress = {"title": {"rendered": "خبر &amp; صورة"}, "content": {"rendered": f"<p>{BODY}</p><p>{SECOND}</p>"}}
    (record,) = records(put(tmp_path, "b.jsonl", json.dumps(wordpress)))
    assert (record.title, record.text) == ("خبر & صورة", f"{BODY}\n{SECOND}")


@pytest.mark.parametrize("text", ["title", "titel=t", "title=", "=t", "title=a,,body=b"])
def test_invalid_field_settings(text: str) -> None:
    with pytest.raises(UsageError, match="FIELD=NAME, where FIELD is one of id, title"):
        parse_fields(text)


# Tables


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
@pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ","), ("a.csv", ";"), ("a.tsv", "\t")])
def test_tables(tmp_path: Path, codec: str, name: str, delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["id", "Title", "body", "x"], delimiter=delimiter)
    writer.writeheader()
    writer.writerow({"id": "a", "Title": HEADLINE, "body": f'{BODY}\n"{SECOND}"', "x": "1"})
    writer.writerow({"id": "a", "Title": "قصير", "body": "", "x": ""})
    writer.writerow({"id": "", "Title": "", "body": "", "x": "1"})
    first, second, fault = read_all(put(tmp_path, name, out.getvalue().encode(codec)))
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.key, first.title, first.text) == ("a", HEADLINE, f'{BODY}\n"{SECOND}"')
    assert (second.key, second.title) == ("row-2", "قصير")
    assert fault == Fault("row 3", "no text: neither a title nor a body")


def test_tables_that_cannot_be_read(tmp_path: Path) -> None:
    assert reason(put(tmp_path, "a.csv", PAGE)).startswith("not CSV: the first line names no column")
    assert reason(put(tmp_path, "b.csv", "title,body\n")) == "no row"
    long = put(tmp_path, "c.csv", "title,body\n" + '"' + "a" * (40 << 20))
    assert "more than" in reason(long, HUGE) or "limit" in reason(long, HUGE)
    ((where, why),) = faults(put(tmp_path, "d.csv", f"title,body\nأ,{BODY}\nأ,ب,ج\n"))
    assert (where, why) == ("row 2", "3 fields, but the first line names 2 columns")


# Feeds

RSS = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>أخبار الميناء</title><link>https://almina.example/</link>
<item><title>{HEADLINE}</title><link>https://almina.example/1</link><guid>g-1</guid><category>محليات</category><dc:creator>سلمى</dc:creator>
<pubDate>Tue, 14 Mar 2023 10:45:00 +0100</pubDate><description>ملخص</description><content:encoded><![CDATA[<p>{BODY}</p><p>{SECOND}</p>]]></content:encoded></item>
<item><title>قصير</title><description>&lt;b&gt;ملخص&lt;/b&gt; الخبر</description></item></channel></rss>"""
ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>أخبار</title><entry><id>urn:1</id><title>{HEADLINE}</title>
<link href="https://almina.example/1"/><published>2023-03-14T10:45:00Z</published><author><name>سلمى</name></author><content type="html">&lt;p&gt;{BODY}&lt;/p&gt;</content></entry></feed>"""


@pytest.mark.parametrize("name", ["a.rss", "a.xml", "a.txt"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "cp1256"])
def test_feeds(tmp_path: Path, name: str, codec: str) -> None:
    first, second = records(put(tmp_path, name, RSS.encode(codec)))
    assert (first.key, first.title, first.text) == ("g-1", HEADLINE, f"{BODY}\n{SECOND}")
    assert (first.source, first.category, first.author) == ("أخبار الميناء", "محليات", "سلمى")
    assert (first.url, first.published) == ("https://almina.example/1", "Tue, 14 Mar 2023 10:45:00 +0100")
    assert (second.key, second.text) == ("entry-2", "ملخص الخبر")


def test_atom(tmp_path: Path) -> None:
    (record,) = records(put(tmp_path, "a.atom", ATOM))
    assert (record.key, record.text, record.published) == ("urn:1", BODY, "2023-03-14T10:45:00Z")


def test_feeds_that_are_damaged(tmp_path: Path) -> None:
    cut = RSS[: RSS.index("قصير")]
    items = read_all(put(tmp_path, "a.rss", cut))
    assert isinstance(items[0], Record)
    assert isinstance(items[-1], Fault)
    assert "damaged feed" in items[-1].reason
    assert reason(put(tmp_path, "b.rss", "<rss></rss>")).startswith("not a feed")
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = (
        f'<!DOCTYPE rss [<!ENTITY e0 "ها">{entities}]><rss><channel><item><title>&e11;</title></item></channel></rss>'
    )
    with suppress(SourceError):
        assert all(
            len(item.title) < 1000 for item in read_all(put(tmp_path, "c.rss", bomb)) if isinstance(item, Record)
        )


def test_long_feeds_are_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    item = RSS[RSS.index("<item>") : RSS.index("<item><title>قصير")]
    whole = RSS.replace(item, "".join(item.replace("g-1", f"g-{n}") for n in range(50)))
    expected = records(put(tmp_path, "a.rss", whole))
    assert len(expected) == 51
    monkeypatch.setattr("indexer.sources.formats.feed.LONGEST_FEED", 3 * len(item.encode()))
    assert records(tmp_path / "a.rss") == expected
    assert reason(put(tmp_path, "b.atom", ATOM.replace("</feed>", " " * 9000 + "</feed>"))).startswith("a feed, which")


def test_a_page_with_a_second_root_is_read(tmp_path: Path) -> None:
    page = f"<html><body><h1>{HEADLINE}</h1><p>{BODY}</p><p>{SECOND}</p></body></html><!-- a --><html><body>{BODY}"
    assert BODY in records(put(tmp_path, "a.html", page))[0].text


def test_any_words_in_a_feed_are_read_or_refused(tmp_path: Path) -> None:
    for extra in (
        "<content:encoded/>",
        "<category/>",
        "<dc:creator/>",
        "\x01",
        "<media:category>x</media:category>",
        "<source/>",
    ):
        with suppress(SourceError):
            assert read_all(put(tmp_path, "a.rss", RSS.replace("<pubDate>", f"{extra}<pubDate>")))
