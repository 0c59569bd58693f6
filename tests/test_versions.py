"""Fails when the output of a version changed and its number did not.

An index is used again by the next run and by the next version of the program, as long as its numbers are the same. So
whoever changes what terms a word has, what article a file holds, or how the bytes of an index lie, must raise a number.
`golden/versions.json` pins digests of each output beside the numbers that it depends on.

After a number was raised, or an input was added, pin anew::

    PIN_VERSIONS=1 .venv/bin/python -m pytest tests/test_versions.py

This refuses to pin another output under the same numbers.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from indexer.arabic import analyser as analysis
from indexer.arabic.analyser import Analyser
from indexer.assemble import Rules, assemble
from indexer.engine.local import manifest
from indexer.engine.local.clusters import clusters
from indexer.engine.local.segments import sections, stored
from indexer.engine.local.segments.stored import StoredArticles
from indexer.run.options import READING_VERSION
from indexer.sources import Record, read
from tests.conftest import ROOT, Build
from tests.html_pages import TEMPLATES, Story

GOLDEN = ROOT / "tests" / "golden"
PINS = GOLDEN / "versions.json"
LIMIT = 1 << 20

Depends = dict[str, str]
Pin = tuple[Depends, str]
"""The numbers that an output depends on, by name, and the digest of the output."""

REPIN = "pin it by PIN_VERSIONS=1 pytest tests/test_versions.py, and commit tests/golden/versions.json"

STORY = Story(
    "سوق السمك الجديد يفتح أبوابه في المرجان",
    (
        "أعلنت بلدية المرجان، أمس الاثنين، افتتاح سوق السمك الجديد قرب الميناء القديم بعد أعمال ترميم دامت عامين.",
        "وقالت مديرة المشروع سلوى النجار إن السوق يضم ستين دكاناً وغرف تبريد تعمل بالطاقة الشمسية طوال السنة.",
        "وأضافت أن الحافلات ستصل إلى السوق كل ربع ساعة ابتداءً من الأسبوع المقبل، وأن الساحة ستبقى مفتوحة للزوار.",
    ),
)


def digest(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
    return blake2b(data, digest_size=8).hexdigest()


def check(found: dict[str, Pin]) -> None:
    """Compare ``found`` with the pins of the same names, or pin it if PIN_VERSIONS is set."""
    pins: dict[str, Any] = json.loads(PINS.read_text(encoding="utf-8")) if PINS.exists() else {}
    for name, (depends, value) in found.items():
        pinned = pins.get(name)
        if pinned and pinned["depends"] == depends:
            raised = " or ".join(number for number in depends if number[0].isupper())
            assert pinned["digest"] == value, f"{name}: the output changed, so raise {raised}; then {REPIN}"
    if os.environ.get("PIN_VERSIONS"):
        pins |= {name: {"depends": depends, "digest": value} for name, (depends, value) in found.items()}
        PINS.write_text(json.dumps(pins, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return
    for name, (depends, value) in found.items():
        assert pins.get(name) == {"depends": depends, "digest": value}, f"{name} is not pinned yet; {REPIN}"


def texts() -> Iterator[tuple[str, str]]:
    """Texts to analyse, by name: the sample archive and every list of golden words and texts."""
    for path in sorted([*(ROOT / "sample").rglob("*.txt"), *GOLDEN.glob("*.txt")]):
        yield path.relative_to(ROOT).as_posix(), path.read_bytes().decode("utf-8", "replace")


def test_changed_terms_have_a_new_chain_version(analyser: Analyser) -> None:
    found = {}
    for name, text in texts():
        words = [
            (
                *token[:5],
                token.extra,
                token.title,
                token.word.bare,
                token.word.folded,
                token.word.base,
                token.word.stems,
            )
            for token in analyser.tokens(text)
        ]
        # Word lists and dictionaries are part of the analyser's fingerprint; they need no higher number.
        depends = {
            "CHAIN_VERSION": str(analysis.CHAIN_VERSION),
            "analyser": analyser.fingerprint,
            "text": digest(text),
        }
        found[f"terms of {name}"] = depends, digest(words)
    check(found)


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Files to read, by name: one of each format, the sample archive, and pages of many shapes."""
    for path in sorted([*(GOLDEN / "formats").iterdir(), *(ROOT / "sample").rglob("*.*")]):
        if path.name != "broken.txt":
            yield path.relative_to(ROOT).as_posix(), path
    for labelled in sorted(GOLDEN.glob("pages_*.txt")):
        for number, page in enumerate(labelled.read_text(encoding="utf-8").split("@@ ")[1:], 1):
            path = folder / f"{labelled.stem}-{number}.txt"
            path.write_text("\n".join(line[2:] for line in page.split("\n")[1:] if line), encoding="utf-8")
            yield f"page {number} of {labelled.name}", path
    for template in TEMPLATES:
        path = folder / f"{template.__name__}.html"
        path.write_text(template(STORY), encoding="utf-8")
        yield f"page by {template.__name__}", path


def test_changed_articles_have_a_new_reading_version(tmp_path: Path) -> None:
    found = {}
    for name, path in files(tmp_path):
        records = [item for item in read(path, max_bytes=LIMIT) if isinstance(item, Record)]
        articles = [assemble(record, f"news/{path.name}", "", Rules(), 0) for record in records]
        depends = {"READING_VERSION": READING_VERSION, "file": digest(path.read_bytes())}
        found[f"articles of {name}"] = depends, digest([article and article.fingerprint for article in articles])
    assert len(found) > 80
    check(found)


@pytest.fixture(scope="module")
def generation(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a generation with a few articles, two of which are copies."""
    folder = tmp_path_factory.mktemp("versions")
    news = folder / "news"
    news.mkdir()
    body = "\n".join(STORY.paragraphs)
    lines = [
        {"id": "1", "title": STORY.title, "body": body, "date": "2023-03-14", "source": "الشاطئ", "category": "محليات",
         "author": "نادر حمدان", "url": "https://alshati.example/1", "fetched_at": "2023-03-15T06:00:00Z"},
        {"id": "2", "title": "افتتاح سوق السمك في المرجان", "body": body, "date": "2023-03-15", "source": "المرساة"},
        {"id": "3", "title": "قارب تراثي يبحر من جديد", "body": "أبحر القارب من الميناء القديم.", "source": "الشاطئ"},
    ]  # fmt: skip
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (news / "articles.jsonl").write_text(text, encoding="utf-8")
    build(folder / "index", news, clock=lambda: 1_700_000_000)
    (found,) = (folder / "index").glob("gen-*")
    return found


def only(generation: Path, pattern: str) -> Path:
    (found,) = generation.glob(pattern)
    return found


def test_a_changed_manifest_or_catalog_has_a_new_format(generation: Path) -> None:
    with closing(sqlite3.connect(generation / "catalog.sqlite")) as catalog:
        schema = sorted(row[0] for row in catalog.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
    members = json.loads((generation / "manifest.json").read_text(encoding="utf-8"))
    of_a_file = sorted({member for file in members["files"].values() for member in file})
    kinds = sorted({Path(name).suffix for name in members["files"]})
    depends = {"FORMAT": str(manifest.FORMAT)}
    check(
        {
            "tables of the catalog": (depends, digest([" ".join(sql.split()) for sql in schema])),
            "members of the manifest": (depends, digest([sorted(members), of_a_file])),
            "files of a generation": (depends, digest(kinds)),
        }
    )


def test_changed_bytes_of_an_index_have_a_new_format(generation: Path, analyser: Analyser) -> None:
    terms = {"analyser": analyser.fingerprint, "FORMAT": str(manifest.FORMAT)}
    segment = {"MAGIC in sections.py": sections.MAGIC.decode(), **terms}
    found: dict[str, Pin] = {}
    for what, pattern in (("segment", "*.idx"), ("headlines", "*.hdl")):
        _, arrays, *_ = sections.read(only(generation, pattern))
        layout = {name: array.dtype.str for name, array in arrays.items()}
        found[f"sections of the {what}"] = segment, digest(layout)
        # How long stored articles are when compressed depends on the version of zlib.
        content = {name: digest(array.tobytes()) for name, array in arrays.items() if name != "stored"}
        found[f"content of the {what}"] = segment, digest(content)
    _, arrays, *_ = sections.read(only(generation, "*.idx"))
    first = StoredArticles(only(generation, "*.doc"), arrays["stored"]).article(0)
    kept = {"MAGIC in stored.py": stored.MAGIC.decode(), "FORMAT": str(manifest.FORMAT)}
    found["members of stored articles"] = kept, digest(sorted(json.loads(first.to_json())))
    shared = {"MAGIC in clusters.py": clusters.MAGIC.decode(), **terms}
    found["content of the clusters"] = shared, digest((generation / "clusters.bin").read_bytes())
    check(found)
