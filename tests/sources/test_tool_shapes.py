# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests articles in the formats of well-known tools: each shape is a row of `SHAPES` and is read without a setting."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from indexer.assemble import Rules, assemble, parse_clean
from indexer.sources import Ignored, parse_fields, read
from indexer.sources.records.tool_shapes import SHAPES
from tests.sources.test_restored_lines import FIRST, LINES, SECOND, TITLE
from tests.sources.test_sources import LIMIT, faults, put, read_all, reason, records

TWO = f"{FIRST}\n{SECOND}"
MARKUP = f"<p>{FIRST}</p>\n<p>{SECOND.replace('مديرة', '<b>مديرة</b>')}</p>"
URL = "https://almadina.example/a/1"
DAY = "2023-03-14"
PAGE = "\n".join(line for line in LINES if line != "14 مارس 2023")
SNIPPET = [{"type": "bold", "text": TITLE}, "\n\n" + FIRST + "\n", {"type": "link", "text": SECOND}]

BODIES: dict[str, Any] = {
    "news-please": {"title": TITLE, "maintext": TWO, "date_publish": f"{DAY} 08:00:00", "authors": ["سناء الخطيب"],
                    "date_download": "2024-01-01 09:00:00", "source_domain": "almadina.example", "url": URL, "text": None,
                    "description": "موجز", "title_page": "س"},
    "newspaper4k": {"url": URL, "title": TITLE, "text": TWO, "authors": ["سناء الخطيب"], "publish_date": f"{DAY}T08:00:00",
                    "summary": "", "meta_site_name": "المدينة", "top_image": "https://almadina.example/1.jpg"},
    "trafilatura": {"title": TITLE, "author": "سناء الخطيب", "hostname": "almadina.example", "date": DAY, "fingerprint": "1f",
                    "id": None, "raw_text": f"{FIRST} {SECOND}", "text": TWO, "source": URL, "source-hostname": "المدينة",
                    "excerpt": "موجز", "categories": "محليات", "tags": "", "filedate": "2024-01-01", "comments": ""},
    "WordPress REST": [{"id": 7, "date": f"{DAY}T08:00:00", "status": "publish", "link": URL, "title": {"rendered": TITLE},
                        "content": {"rendered": MARKUP, "protected": False}, "author": 7, "categories": [3],
                        "_embedded": {"author": [{"name": "سناء الخطيب"}], "wp:term": [[{"name": "محليات"}]]},
                        "_links": {"self": [{"href": "https://almadina.example/wp-json/1"}]}}],
    "JSON Feed": {"version": "https://jsonfeed.org/version/1.1", "title": "المدينة", "description": "كل الأخبار",
                  "items": [{"id": "1", "url": URL, "title": TITLE, "content_html": MARKUP, "date_published": f"{DAY}T08:00:00Z",
                             "authors": [{"name": "سناء الخطيب"}], "tags": ["محليات"]}]},
    "Telegram": {"name": "المدينة", "type": "public_channel", "id": 9, "messages": [
        {"id": 1, "type": "service", "date": f"{DAY}T07:00:00", "action": "create_channel", "text": ""},
        {"id": 2, "type": "message", "date": f"{DAY}T08:00:00", "from": "المدينة", "from_id": "channel9", "text": SNIPPET}]},
    "scrapy": [{"title": [TITLE], "body": [FIRST, SECOND], "date": f"{DAY}T08:00:00", "url": URL, "author": ["سناء الخطيب"],
                "source": "المدينة", "image_urls": [], "scraped_at": "2024-01-01T09:00:00"}],
    "scrapy, the page itself": [{"url": URL, "source": "المدينة", "date": DAY, "author": "سناء الخطيب",
                                 "html": f"<!doctype html><html><head><title>{TITLE}</title></head><body><nav>قائمة</nav>"
                                         f"<article><h1>{TITLE}</h1>{MARKUP}</article></body></html>"}],
    "NewsAPI": {"status": "ok", "totalResults": 1, "articles": [
        {"source": {"id": None, "name": "المدينة"}, "author": "سناء الخطيب", "title": TITLE, "description": FIRST, "url": URL,
         "urlToImage": None, "publishedAt": f"{DAY}T08:00:00Z", "content": TWO + "… [+1234 chars]"}]},
    "Blogger": {"kind": "blogger#postList", "items": [{"id": "1", "published": f"{DAY}T10:00:00Z", "url": URL, "title": TITLE,
                                                       "content": MARKUP, "author": {"displayName": "سناء الخطيب"}}]},
    "Diffbot": {"objects": [{"type": "article", "title": TITLE, "text": TWO, "date": "Tue, 14 Mar 2023 00:00:00 GMT",
                             "pageUrl": URL, "siteName": "المدينة", "author": "سناء الخطيب"}]},
    "Solr": {"response": {"numFound": 1, "docs": [{"id": "1", "title_ar": [TITLE], "content_txt": [FIRST, SECOND], "url_s": URL,
                                                   "date_dt": f"{DAY}T00:00:00Z", "author_s": "سناء الخطيب"}]}},
    "a press API": {"response": {"results": [{"id": "x/1", "webPublicationDate": f"{DAY}T10:00:00Z", "webTitle": TITLE,
                                              "webUrl": URL, "fields": {"bodyText": TWO, "byline": "سناء الخطيب"}}]}},
    "schema.org": {"@graph": [{"@type": "NewsArticle", "headline": TITLE, "articleBody": TWO, "datePublished": DAY, "url": URL,
                               "author": {"@type": "Person", "name": "سناء الخطيب"}, "publisher": {"name": "المدينة"}}]},
    "MongoDB": {"_id": {"$oid": "5f"}, "title": TITLE, "content": TWO, "date": {"$date": f"{DAY}T08:00:00Z"}, "link": URL,
                "source": {"title": "المدينة"}, "author": {"name": "سناء الخطيب"}},
    "moments as numbers": {"headline": TITLE, "articleBody": TWO, "published_at": 1678780800, "url": URL,
                           "source": "المدينة", "author": "سناء الخطيب"},
    "an unknown wrapper": {"count": 1, "payload": {"list": [{"Title": TITLE, "FullText": TWO, "PublishDate": DAY, "Link": URL,
                                                             "SourceName": "المدينة", "Writer": "سناء الخطيب"}]}},
}  # fmt: skip


def test_an_export_of_several_channels(tmp_path: Path) -> None:
    channel = BODIES["Telegram"]
    path = put(
        tmp_path, "a.json", json.dumps({"about": "x", "chats": {"list": [channel, channel | {"name": "الميناء"}]}})
    )
    assert [(record.source, record.text.split("\n")[0]) for record in records(path)] == [
        ("المدينة", TITLE), ("الميناء", TITLE),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "moment", [1678780800, 1678780800.5, 1678780800000, "1678780800", {"$date": {"$numberLong": "1678780800000"}}]
)
def test_moments_as_numbers(tmp_path: Path, moment: Any) -> None:
    (record,) = records(put(tmp_path, "a.jsonl", json.dumps({"title": TITLE, "date": moment})))
    assert record.published == "2023-03-14T08:00:00+00:00"


@pytest.mark.parametrize("tool", BODIES)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_articles_of_tools(tmp_path: Path, tool: str, name: str) -> None:
    value = BODIES[tool]
    lines = value if isinstance(value, list) and name == "a.jsonl" else [value]
    (record,) = records(put(tmp_path, name, "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)))
    article = assemble(record, f"folder/{name}", name, Rules(), 0)
    assert article is not None
    assert (article.title, article.body) == (TITLE, TWO)
    assert article.published is not None
    assert article.published.value[:10] == DAY
    assert article.author == ("" if tool == "Telegram" else "سناء الخطيب")
    assert article.url == ("" if tool == "Telegram" else URL)
    assert article.source in ("المدينة", "almadina.example")
    assert record.notes == ()
    if tool in ("news-please", "trafilatura", "scrapy"):
        assert record.fetched.startswith("2024-01-01")


CRAWL = "2024-02-03T10:00:00Z"
CORPORA: dict[str, dict[str, Any]] = {
    "C4": {"text": PAGE, "timestamp": CRAWL, "url": URL},
    "CulturaX": {"text": PAGE, "timestamp": CRAWL, "url": URL, "source": "mC4"},
    "FineWeb": {"text": PAGE, "id": "<urn:uuid:1>", "dump": "CC-MAIN-2024-10", "url": URL, "date": CRAWL, "file_path": "s3://x",
                "language": "arb", "language_score": 0.9},
    "OSCAR": {"content": PAGE, "warc_headers": {"warc-record-id": "<urn:1>", "warc-date": CRAWL, "content-length": "9",
                                                "warc-target-uri": URL}, "metadata": {"quality_warnings": None}},
    "RedPajama": {"url": URL, "date_download": CRAWL, "digest": "sha1:x", "length": 9, "title": "س", "raw_content": PAGE,
                  "source_domain": "almadina.example"},
    "HPLT": {"f": "./a.gz", "o": 1, "s": 2, "rs": 3, "u": URL, "c": "text/html", "ts": CRAWL, "text": PAGE, "lang": ["arb"]},
    "Dolma": {"id": "1", "text": PAGE, "added": "2024-03-01", "created": CRAWL, "source": "cc", "metadata": {"url": URL}},
    "the Pile": {"text": PAGE, "meta": {"url": URL, "timestamp": CRAWL, "language": "ar"}},
    "another": {"url": URL, "text": PAGE, "crawl_date": CRAWL, "lang": "ar"},
}  # fmt: skip


@pytest.mark.parametrize("corpus", CORPORA)
def test_pages_of_web_corpora_are_flattened_pages_dated_by_the_crawl(tmp_path: Path, corpus: str) -> None:
    (record,) = records(put(tmp_path, "a.jsonl", json.dumps(CORPORA[corpus]) + "\n"))
    assert (record.flattened, record.fetched, record.url, record.published) == (True, CRAWL, URL, "")
    article = assemble(record, "folder/a.jsonl", "a", Rules(), 0)
    assert article is not None
    assert (article.title, article.body, article.published) == (TITLE, TWO, None)
    assert article.source == "almadina.example"


def test_wet_holds_flattened_pages(tmp_path: Path) -> None:
    data = PAGE.encode()
    head = f"WARC-Target-URI: {URL}\r\nWARC-Date: {CRAWL}\r\nContent-Type: text/plain\r\nContent-Length: {len(data)}"
    info = "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 4\r\n\r\na: b\r\n\r\n"
    content = f"{info}WARC/1.0\r\nWARC-Type: conversion\r\n{head}\r\n\r\n".encode() + data + b"\r\n\r\n"
    info_item, record = read_all(put(tmp_path, "a.warc.wet", content))
    assert info_item == Ignored("warcinfo of a crawl", "record 1")
    assert record == records(put(tmp_path, "b.txt", content))[0]
    assert (record.flattened, record.fetched, record.url, record.text) == (True, CRAWL, URL, PAGE)


def test_a_source_may_be_declared_clean(tmp_path: Path) -> None:
    (record,) = records(put(tmp_path, "a.jsonl", json.dumps(CORPORA["C4"] | {"text": f"{TITLE}\n{TWO}\nاقرأ أيضا"})))
    for names in ("almadina.example", "x, WWW.almadina.example", "news", "*"):
        rules = Rules(clean=parse_clean(names))
        said = rules.as_said(record, "archive/news/a.jsonl")
        assert (said.title, said.text, said.flattened) == (TITLE, f"{TWO}\nاقرأ أيضا", False)
        assert rules.fingerprint
    assert Rules(clean=parse_clean("other.example")).as_said(record, "archive/news/a.jsonl") is record
    assert parse_clean("-") == frozenset()
    untitled = replace(record, text=f"{FIRST}\n{SECOND}")
    assert Rules(clean=parse_clean("*")).as_said(untitled, "a/b").title == ""


def test_every_shape_is_tested() -> None:
    tested = {*BODIES, *CORPORA, "Media Cloud", "corpora with metadata apart", "other web corpora"}
    for shape in SHAPES:
        assert any(part in name for part in shape.tool.split(", ") for name in tested), shape.tool


# Tables

ARABIC = ["العنوان", "النص", "التاريخ", "الكاتب", "القسم", "المصدر", "الرابط"]
VALUES = [TITLE, TWO, DAY, "سناء الخطيب", "محليات", "المدينة", URL]


@pytest.mark.parametrize(
    "columns",
    [
        ARABIC,
        ["عنوان الخبر", "نص الخبر", "تاريخ النشر", "اسم الكاتب", "التصنيف", "الصحيفة", "رابط الخبر"],
        ["عُنوان", "المحتوى", "تاريخ_النشر", "المؤلف", "الفئة", "موقع", "رابط"],
        ["title_ar", "body_ar", "date_ar", "author_ar", "category_ar", "source_ar", "url"],
        ["Titre", "Contenu", "Date", "Auteur", "Rubrique", "Source", "Lien"],
        ["Post Title", "post_content", "PublishDate", "Author Name", "SECTION", "site-name", "permalink"],
    ],
)
def test_names_of_columns(tmp_path: Path, columns: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([columns, VALUES])
    (record,) = records(put(tmp_path, "a.csv", out.getvalue()))
    found = (record.title, record.text, record.published, record.author, record.category, record.source, record.url)
    assert list(found) == VALUES


def test_media_cloud(tmp_path: Path) -> None:
    header = "id,indexed_date,language,media_name,media_url,publish_date,title,url"
    (record,) = records(put(tmp_path, "a.csv", f"{header}\n1,2023-03-15,ar,المدينة,m,{DAY},{TITLE},{URL}\n"))
    assert (record.title, record.source, record.published, record.fetched) == (TITLE, "المدينة", DAY, "2023-03-15")


@pytest.mark.parametrize("nothing", ["N/A", "n/a", "null", "NULL", "None", "-", "–", "nan", "", " ", "غير متوفر"])
def test_empty_values_are_ignored(tmp_path: Path, nothing: str) -> None:
    row = {
        "title": TITLE,
        "body": nothing,
        "author": nothing,
        "section": nothing,
        "description": FIRST,
        "date": nothing,
    }
    (record,) = records(put(tmp_path, "a.jsonl", json.dumps(row | {"pub_date": DAY})))
    assert (record.text, record.author, record.category, record.published) == (FIRST, "", "", DAY)


@pytest.mark.parametrize("body", [MARKUP, MARKUP.replace("<", "&lt;").replace(">", "&gt;")])
def test_markup_within_values(tmp_path: Path, body: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["title", "body"], [f"<b>{TITLE}</b>", body]])
    for record in records(put(tmp_path, "a.csv", out.getvalue())) + records(
        put(tmp_path, "a.jsonl", json.dumps({"title": f"<b>{TITLE}</b>", "body": body}))
    ):
        assert (record.title, record.text) == (TITLE, TWO)


def test_a_value_of_the_wrong_type_loses_only_its_field(tmp_path: Path) -> None:
    row = {"title": TITLE, "body": TWO, "author": {"x": 1}, "date": False, "category": 7, "url": 1.5, "source": [[]]}
    (record,) = records(put(tmp_path, "a.jsonl", json.dumps(row)))
    assert (record.title, record.text, record.author, record.published, record.url) == (TITLE, TWO, "", "", "")
    assert set(record.notes) == {
        "author is an object, not a text", "date is true or false, not a text", "category is a number, not a text",
        "url is a number, not a text",
    }  # fmt: skip


def test_unmatched_names_are_listed(tmp_path: Path) -> None:
    wanted = "it has kop, tekst; FIHRIST_FIELDS=title=NAME,body=NAME says which hold title and body"
    assert wanted in reason(put(tmp_path, "a.jsonl", json.dumps({"kop": TITLE, "tekst": TWO})))
    assert wanted in reason(put(tmp_path, "a.json", json.dumps([{"kop": TITLE, "tekst": TWO}], indent=1)))
    why = reason(put(tmp_path, "a.csv", f"kop,tekst\n{TITLE},x\n"))
    assert "it has kop, tekst; FIHRIST_FIELDS=title=NAME,body=NAME" in why
    named = parse_fields("title=kop,body=tekst")
    assert len(list(read(tmp_path / "a.csv", max_bytes=LIMIT, fields=named))) == 1


def test_configured_names_precede_those_of_a_shape(tmp_path: Path) -> None:
    path = put(tmp_path, "a.jsonl", json.dumps(BODIES["news-please"] | {"clean_title": "عنوان آخر"}))
    (record,) = read(path, max_bytes=LIMIT, fields=parse_fields("title=clean_title"))
    assert record.title == "عنوان آخر"  # type: ignore[union-attr]  # any other item fails, too


# Feeds


def test_a_feed_that_was_escaped_twice(tmp_path: Path) -> None:
    escaped = MARKUP.replace("<", "&lt;").replace(">", "&gt;")
    for description in (f"<![CDATA[{escaped}]]>", escaped.replace("&", "&amp;"), f"<![CDATA[{MARKUP}]]>", escaped):
        feed = (
            f"<rss><channel><item><title>{TITLE}</title><description>{description}</description></item></channel></rss>"
        )
        (record,) = records(put(tmp_path, "a.xml", feed))
        assert record.text == TWO


def test_only_published_posts_of_a_wordpress_export_are_read(tmp_path: Path) -> None:
    def item(title: str, kind: str, status: str) -> str:
        return (
            f"<item><title>{title}</title><link>https://almadina.example/{title}</link><dc:creator>sana</dc:creator>"
            f"<pubDate>Tue, 14 Mar 2023 08:00:00 +0000</pubDate><content:encoded><![CDATA[{MARKUP}]]></content:encoded>"
            f"<wp:post_type>{kind}</wp:post_type><wp:status>{status}</wp:status></item>"
        )

    items = [("one", "post", "publish"), ("two", "post", "draft"), ("three", "page", "publish"),
             ("four", "attachment", "inherit"), ("five", "post", "private")]  # fmt: skip
    spaces = " ".join(f'xmlns:{name}="http://{name}.example/"' for name in ("dc", "content", "wp"))
    spaces = spaces.replace("http://content.example/", "http://purl.org/rss/1.0/modules/content/")
    content = f"<?xml version='1.0'?><rss version='2.0' {spaces}><channel><title>المدينة</title>"
    found = read_all(put(tmp_path, "a.xml", content + "".join(item(*row) for row in items) + "</channel></rss>"))
    assert [item.kind for item in found if isinstance(item, Ignored)] == [
        "draft of WordPress", "page of WordPress", "attachment of WordPress", "private of WordPress",
    ]  # fmt: skip
    (record,) = records(tmp_path / "a.xml")
    assert (record.title, record.text) == ("one", TWO)


def test_drafts_of_the_rest_api_are_no_articles(tmp_path: Path) -> None:
    draft = BODIES["WordPress REST"][0] | {"status": "draft", "id": 8}
    path = put(tmp_path, "a.json", json.dumps([*BODIES["WordPress REST"], draft]))
    assert len(records(path)) == 1
    assert faults(path) == []
    assert any(isinstance(item, Ignored) and item.kind == "draft of WordPress" for item in read_all(path))
