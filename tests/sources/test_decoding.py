# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests texts damaged by other programs: each is repaired or refused with a reason, and intact texts stay unchanged."""

from __future__ import annotations

import gzip
import json
import quopri
import unicodedata
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import SourceError
from indexer.sources import Record
from indexer.sources.decoding.decode import BROKEN_SHARE, FEW_BROKEN, decode, without_controls
from indexer.sources.decoding.escapes import unescaped
from indexer.sources.decoding.mojibake import without_mojibake
from indexer.sources.decoding.repair import repaired
from indexer.sources.decoding.visual import in_reading_order
from indexer.sources.pages.page_lines import without_markdown
from tests.sources.test_sources import BODY, HEADLINE, PAGE, faults, put, records

TEXT = "فتحت البلدية «الحديقة» الكبرى، بحضور 1,200 زائر في 12/5/2021 بحسب راديو ABC.\nهل تكفي؟ نعم؛ حتى الآن (50%)"
WORD = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآؤئ", min_size=3, max_size=9)
WORDS = st.lists(WORD, min_size=4, max_size=30).map(lambda words: " ".join(["قال", "الوزير", *words]))


def misread(data: bytes, codec: str) -> str:
    return "".join(bytes([byte]).decode(codec, "ignore") or bytes([byte]).decode("latin-1") for byte in data)


def of_letters(text: str, write: Callable[[str], str]) -> str:
    return "".join(write(character) if character > "\x7f" else character for character in text)


def of_bytes(text: str, write: Callable[[int], str]) -> str:
    return "".join(write(byte) if byte > 127 else chr(byte) for byte in text.encode())


# Bytes


@pytest.mark.parametrize("padding", [b"\0", b"\x1a", b"\0" * 900, b"\r\n\x1a\0\0"])
@pytest.mark.parametrize("codec", ["utf-8", "cp1256", "utf-16"])
def test_padding_at_the_end_is_ignored(tmp_path: Path, padding: bytes, codec: str) -> None:
    padding = padding if codec != "utf-16" else padding.decode().encode("utf-16-le")
    (record,) = records(put(tmp_path, "a.txt", PAGE.encode(codec) + padding))
    assert (record.text.rstrip(), record.notes) == (PAGE.rstrip(), ())
    rows = records(put(tmp_path, "a.csv", f"title,body\n{HEADLINE},x\n".encode(codec) + padding))
    lines = records(put(tmp_path, "a.jsonl", (json.dumps({"title": HEADLINE}) + "\n").encode(codec) + padding))
    assert [row.title for row in (*rows, *lines)] == [HEADLINE, HEADLINE]


@pytest.mark.parametrize("broken", [1, FEW_BROKEN])
def test_a_few_broken_sequences_are_shown_and_reported(tmp_path: Path, broken: int) -> None:
    data = PAGE.encode().replace("ا".encode(), b"\xd8", broken)
    (record,) = records(put(tmp_path, "a.txt", data))
    assert record.text == PAGE.replace("ا", "\ufffd", broken)
    assert record.notes == (f"broken UTF-8 in {broken} place{'s' * (broken > 1)}, shown as U+FFFD",)


def test_the_share_of_broken_sequences_decides() -> None:
    letters = 1000
    sound = "ب" * letters
    most = int(letters * BROKEN_SHARE)
    assert decode(sound.encode() + b" \xd8" * most).broken == most
    with pytest.raises(SourceError, match=f"broken UTF-8: byte 2001 is 0xd8; {most + 1} places are broken"):
        decode(sound.encode() + b" \xd8" * (most + 1))
    assert decode("\ufffd أول".encode()).broken == 0


def test_broken_bytes_are_reported_in_every_format(tmp_path: Path) -> None:
    body = BODY.encode()[:-1]
    contents = {
        "a.html": b"<html><body><p>" + body + b"</p><p>" + PAGE.encode() + b"</p></body></html>",
        "a.jsonl": b'{"body": "' + body + b'"}',
        "a.json": b'[{"body": "' + body + b'"}]',
        "a.csv": b"title,body\n" + "أ".encode() + b',"' + body + b'"\n',
        "a.trec": b"<DOC><DOCNO>1</DOCNO><TEXT>" + body + b"</TEXT></DOC>",
        "a.rss": b"<rss><channel><item><title>x</title><description>" + body + b"</description></item></channel></rss>",
        "a.wet": b"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://a.example/\r\n"
        b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(body), body),
    }
    for name, content in contents.items():
        (record,) = records(put(tmp_path, name, content))
        assert record.notes == ("broken UTF-8 in 1 place, shown as U+FFFD",), name
        assert "\ufffd" in record.text, name


# Misread bytes


@pytest.mark.parametrize("codecs", ["cp1252", "cp1256", "latin-1 cp1252", "cp1256 cp1256", "cp1252 cp1256 latin-1"])
@given(WORDS)
def test_utf8_misread_up_to_three_times_is_repaired(codecs: str, text: str) -> None:
    damaged = text
    for codec in codecs.split():
        damaged = misread(damaged.encode(), codec)
    assert without_mojibake(damaged) == text


@pytest.mark.parametrize("codec", ["cp1256", "iso8859_6"])
@pytest.mark.parametrize("read_as", ["cp1252", "latin-1"])
def test_arabic_codepages_misread_as_latin_are_repaired(codec: str, read_as: str) -> None:
    text = TEXT.replace("«", '"').replace("»", '"')
    damaged = misread(text.encode(codec), read_as)
    assert without_mojibake(damaged) == text
    assert decode(damaged.encode()).text == text
    assert without_mojibake(misread(damaged.encode(), "cp1252")) == text


def test_a_text_misread_beyond_repair_is_a_fault_of_its_article(tmp_path: Path) -> None:
    lost = "".join(character for character in misread(BODY.encode(), "latin-1") if not "\x7f" < character < "\xa0")
    content = "\n".join(json.dumps({"body": body}) for body in (BODY, lost))
    ((where, why),) = faults(put(tmp_path, "a.jsonl", content))
    assert (where, why[:8]) == ("line 2", "mojibake")


@pytest.mark.parametrize(
    "text",
    [
        "Été à Çankaya: où était-ce? Ação, coração, São João, ÇÃO",
        "پاکستان کے وزیرِ اعظم نے کہا، گجرات میں ٹھیک ہے، چھ۔",
        "قال: «نعم»، ثم… (لا؛ بل) – هل؟ 50% & 100% <U+> \\u و%D و&amp",
        "https://a.example/%D8%A7%D9%84%D8%AE%D8%A8%D8%B1 و//a.example/%D8%A7%D9%84%D8%A7 وa.example/%D8%A7%D9%84",
        "ﷺ وﷲ وﻻ ﺍﻟﺨﺒﺮ",
        "Straße und Größe, Ærø, Åland, ÄÖÜ",
    ],
)
def test_intact_texts_stay_unchanged(text: str) -> None:
    assert decode(text.encode()).text == text
    assert repaired(Record("", text, flattened=False)).text == text


def test_intact_articles_stay_unchanged(shared: Path) -> None:
    with gzip.open(shared / "data" / "ant_v1.1.jsonl.gz", "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            article = json.loads(line)
            record = Record("", without_controls(article["body"] or ""), flattened=True, title=article["title"] or "")
            assert repaired(record) is record
            assert without_markdown(record.text) == record.text


@given(st.text())
def test_repairing_raises_only_named_errors(text: str) -> None:
    for is_flattened in (True, False):
        try:
            once = repaired(Record("", without_controls(text.encode("utf-8", "ignore").decode()), is_flattened))
        except SourceError:
            continue
        once.text.encode("utf-8", "surrogatepass")


# Escapes


@pytest.mark.parametrize(
    "escape",
    [
        lambda text: json.dumps(text)[1:-1],
        lambda text: of_letters(text, lambda letter: f"\\u{ord(letter):04X}"),
        lambda text: of_letters(text, lambda letter: f"\\\\u{ord(letter):04x}"),
        lambda text: of_letters(text, lambda letter: f"%u{ord(letter):04X}"),
        lambda text: of_letters(text, lambda letter: f"<U+{ord(letter):04X}>"),
        lambda text: of_letters(text, lambda letter: f"\\x{{{ord(letter):04x}}}"),
        lambda text: of_letters(text, lambda letter: f"&#{ord(letter)};"),
        lambda text: of_letters(text, lambda letter: f"&#x{ord(letter):x};"),
        lambda text: of_letters(text, lambda letter: f"&amp;#{ord(letter)};"),
        lambda text: "\n".join(map(quote, text.split("\n"))),
        lambda text: "\n".join(map(quote_plus, text.split("\n"))),
        lambda text: "\n".join(quote(line.encode("cp1256")) for line in text.split("\n")),
        lambda text: quopri.encodestring(text.encode()).decode(),
        lambda text: of_bytes(text, lambda byte: f"\\x{byte:02x}"),
        lambda text: of_bytes(text, lambda byte: f"\\{byte:03o}"),
    ],
)
def test_escaped_letters_are_read(escape: Callable[[str], str]) -> None:
    damaged = escape(TEXT)
    assert "فتحت" not in damaged
    assert unescaped(damaged, is_flattened=False) == TEXT


def test_escapes_are_read_in_files(tmp_path: Path) -> None:
    escaped = of_letters(PAGE, lambda letter: f"&#{ord(letter)};")
    assert records(put(tmp_path, "a.txt", escaped))[0].text == PAGE
    line = json.dumps({"title": json.dumps(HEADLINE)[1:-1], "body": of_letters(BODY, lambda c: f"<U+{ord(c):04X}>")})
    (record,) = records(put(tmp_path, "a.jsonl", line))
    assert (record.title, record.text) == (HEADLINE, BODY)


# Visual order


def shaped(word: str) -> str:
    """Returns ``word``, whose letters all join on both sides, in presentation forms."""
    forms = {}
    for point in range(0xFE70, 0xFEFD):
        form, _, letter = unicodedata.decomposition(chr(point)).partition(" ")
        forms[form, letter] = chr(point)
    places = ["<initial>", *["<medial>"] * (len(word) - 2), "<final>"]
    return "".join(forms[place, f"{ord(letter):04X}"] for place, letter in zip(places, word, strict=True))


@given(st.lists(st.text(alphabet="بتسعفقكلمنهي", min_size=2, max_size=7), min_size=1, max_size=9))
def test_lines_in_visual_order_are_reversed(words: list[str]) -> None:
    line = " ".join(map(shaped, words))
    forwards = f"{line} (12.5%) BBC-2"
    backwards = " ".join(["BBC-2", "(12.5%)", line[::-1]])
    assert in_reading_order(backwards) == f"{' '.join(words)} (12.5%) BBC-2"
    assert in_reading_order(forwards) == forwards
