# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests a thousand files cut, changed, shuffled and wrapped at random: none ends a run, and each is accounted for."""

from __future__ import annotations

import base64
import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path

from tests.cleaning.test_accounting import page, saved_page, sums_up
from tests.conftest import ROOT, Build
from tests.sources.test_restored_lines import FIRST, LINES, MARKED, SECOND, TITLE
from tests.sources.test_tool_shapes import BODIES, CORPORA, MARKUP

MUTATIONS = 1_000
SEED = 20_230_314

Mutation = Callable[[random.Random, bytes], bytes]


def originals() -> dict[str, bytes]:
    """Returns pages and files of every format that is read, and the files of sample/."""
    found = {
        "menu.txt": "\n".join(LINES).encode(),
        "joined.txt": ("     ".join(LINES)).encode(),
        "tatweel.txt": f"{TITLE}\n\n{FIRST}\n\nـــــــــ\n".encode(),
        "marked.md": MARKED.encode(),
        "old.txt": f"{TITLE}\n\n{FIRST}\n{SECOND}".encode("cp1256"),
        "wide.txt": "\n".join(LINES).encode("utf-16"),
        "misread.txt": "\n".join(LINES).encode().decode("latin-1").encode(),
        "page.html": page(TITLE).encode(),
        "saved.mhtml": saved_page(TITLE),
        "table.csv": f"العنوان,النص,التاريخ\n{TITLE},{FIRST},2023-03-14\n{LINES[-1]},{SECOND},-\n".encode(),
        "feed.xml": f"<rss><channel><item><title>{TITLE}</title><description>{MARKUP}</description></item>".encode(),
        "docs.sgml": f"<DOC><DOCNO>1</DOCNO><TITLE>{TITLE}</TITLE><TEXT>{FIRST}\n{SECOND}</TEXT></DOC>".encode(),
        "crawl.wet": b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
        % (len(FIRST.encode()), FIRST.encode()),
    }
    for name, value in {**BODIES, **CORPORA}.items():
        found[f"{name}.json".replace(" ", "-")] = json.dumps(value, ensure_ascii=False).encode()
    sample = sorted(path for path in (ROOT / "sample").rglob("*") if path.is_file() and path.stat().st_size < 20_000)
    found |= {f"{number}-{path.name}": path.read_bytes() for number, path in enumerate(sample)}
    return found


def cut(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] if chance.random() < 0.5 else data[at:]


def change(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 20, 200))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def repeat(chance: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    return b"\n".join(lines[: at + 1] + lines[at : at + 1] * chance.choice((1, 3, 300)) + lines[at + 1 :])


def shuffle(chance: random.Random, data: bytes) -> bytes:
    parting = chance.choice((b"\n", b" ", b">", b","))
    parts = data.split(parting)
    chance.shuffle(parts)
    return parting.join(parts)


def insert(chance: random.Random, data: bytes) -> bytes:
    strange = [*'ـ\u202e\u0651\0\x1a\ufffd<{]"', "ـــ\n", "&#1575;", "\\u0627", "[x](y)", "# ", "   "]
    changed = data
    for _ in range(chance.randrange(1, 9)):
        at = chance.randrange(len(changed) + 1)
        changed = changed[:at] + chance.choice(strange).encode() * chance.choice((1, 1, 40)) + changed[at:]
    return changed


def wrap(chance: random.Random, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    return chance.choice(
        (
            lambda: gzip.compress(data),
            lambda: json.dumps({"text": text, "url": "https://a.example/", "timestamp": "2024"}).encode(),
            lambda: json.dumps({"title": [text[:50]], "html": text, "date": len(text)}).encode(),
            lambda: json.dumps([[text], {"articles": {"items": [{"body": text}, 7]}}]).encode(),
            lambda: f"<html><body><div>{text}</div></body></html>".encode(),
            lambda: f"<rss><channel><item><description><![CDATA[{text}]]></description></item>".encode(),
            lambda: f"<DOC><DOCNO>{text[:9]}</DOCNO><TEXT>{text}</TEXT></DOC>".encode(),
            lambda: b"From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nDate: x\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data),
            lambda: b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (len(data), data),
            lambda: b"title,body\nx,\"" + data.replace(b'"', b'""') + b'"\n',
            lambda: data.decode("latin-1").encode(),
            lambda: data.decode("cp1256", "replace").encode(),
            lambda: " ".join(text.split("\n")).encode(),
            lambda: text.encode("utf-16"),
        )
    )()  # fmt: skip


WAYS: tuple[Mutation, ...] = (cut, change, repeat, shuffle, insert, wrap)


def test_no_mutation_of_a_page_ends_a_run(tmp_path: Path, build: Build) -> None:
    chance = random.Random(SEED)
    pages = sorted(originals().items())
    news = tmp_path / "news"
    news.mkdir()
    for number in range(MUTATIONS):
        name, data = chance.choice(pages)
        for _ in range(chance.choice((1, 1, 2, 3))):
            data = chance.choice(WAYS)(chance, data)
        (news / f"{number}-{name}").write_bytes(data)
    (news / "sound.txt").write_text("\n".join(LINES), encoding="utf-8")
    report = build(tmp_path / "index", news)
    assert (report.failure, report.exit_code) == ("", 3)
    assert report.files == MUTATIONS + 1
    assert sums_up(report)
    assert report.articles + report.duplicates > MUTATIONS / 2
    stumbled = [skipped for skipped in report.skipped if "an error in Fihrist" in skipped.reason]
    assert stumbled == []
