# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails if an output changed but its version number did not.

The next run and the next version of the program use an index again as long as its numbers are the same. So whoever
changes the terms of a word, the article read from a file, or the bytes of an index must raise a number.
`golden/versions.json` pins a digest of each output beside the numbers that it depends on.

After a number was raised, or an input was added, pin the new digests::

    PIN_VERSIONS=1 .venv/bin/python -m pytest tests/project/test_versions.py

This refuses to pin another output under the same numbers.
"""

from __future__ import annotations

import json
import os
import re
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
from indexer.engine.opensearch.documents import analysed
from indexer.engine.opensearch.words import layers
from indexer.engine.opensearch.words.changes import changes_of
from indexer.engine.opensearch.words.layers import Layer
from indexer.run.options import READING_VERSION
from indexer.sources import Record, read
from tests.conftest import ROOT, Build
from tests.contract import made
from tests.sources.html_pages import TEMPLATES, Story

GOLDEN = ROOT / "tests" / "golden"
PINS = GOLDEN / "versions.json"
LIMIT = 1 << 20

Digests = dict[str, list[str]]
"""What was digested, by name: the digests of an input and of what was made from it."""

REPIN = "pin it by PIN_VERSIONS=1 pytest tests/project/test_versions.py, and commit tests/golden/versions.json"

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


def check(what: str, depends: dict[str, str], found: Digests) -> None:
    """Compares ``found`` with what is pinned under the name ``what``, or pins it if PIN_VERSIONS is set.

    The same inputs must give the same outputs as long as all numbers in ``depends`` are the same.
    """
    pins: dict[str, Any] = json.loads(PINS.read_text(encoding="utf-8")) if PINS.exists() else {}
    pinned = pins.get(what, {"depends": None, "digests": {}})
    if pinned["depends"] == depends:
        raised = " or ".join(number for number in depends if number[0].isupper())
        for name, (before, output) in found.items():
            known = pinned["digests"].get(name)
            same = known is None or known[0] != before or known[1] == output
            assert same, f"{what} of {name} changed, so raise {raised}; then {REPIN}"
    now = {"depends": depends, "digests": found}
    if os.environ.get("PIN_VERSIONS"):
        lines = json.dumps(pins | {what: now}, ensure_ascii=False, indent=1, sort_keys=True)
        lines = re.sub(r"\[\s+(\S+)\s+(\S+)\s+\]", r"[\1 \2]", lines)
        PINS.write_text(lines + "\n", encoding="utf-8")
        return
    assert pinned == now, f"{what}: not pinned yet; {REPIN}"


def texts() -> Iterator[tuple[str, str]]:
    """Returns texts to analyse, by name: the sample archive and every list of golden words and texts."""
    for path in sorted([*(ROOT / "sample").rglob("*.txt"), *GOLDEN.glob("*.txt")]):
        yield path.relative_to(ROOT).as_posix(), path.read_bytes().decode("utf-8", "replace")


def test_changed_terms_have_a_new_chain_version(analyser: Analyser) -> None:
    found = {}
    for name, text in texts():
        words = [
            (*token[:5], token.extra, token.title, word.bare, word.folded, word.base, word.stems)
            for token in analyser.tokens(text)
            for word in [token.word]
        ]
        found[name] = [digest(text), digest(words)]
    # Word lists and dictionaries are part of the analyser's fingerprint; they need no higher number.
    check("terms", {"CHAIN_VERSION": str(analysis.CHAIN_VERSION), "analyser": analyser.fingerprint}, found)


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Returns files to read, by name: one of each format, the sample archive, and pages of many layouts."""
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
        found[name] = [digest(path.read_bytes()), digest([article and article.fingerprint for article in articles])]
    assert len(found) > 80
    check("articles", {"READING_VERSION": READING_VERSION}, found)


@pytest.fixture(scope="module")
def generation(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns the folder of a generation with a few articles, two of which are copies."""
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
    found = {
        "tables of the catalog": ["", digest([" ".join(sql.split()) for sql in schema])],
        "members of the manifest": ["", digest([sorted(members), of_a_file])],
        "files of a generation": ["", digest(kinds)],
    }
    check("layout", {"FORMAT": str(manifest.FORMAT)}, found)


def test_changed_bytes_of_a_segment_have_a_new_format(generation: Path, analyser: Analyser) -> None:
    found = {}
    for what, pattern in (("segment", "*.idx"), ("headlines", "*.hdl")):
        _, arrays, *_ = sections.read(only(generation, pattern))
        found[f"sections of the {what}"] = ["", digest({name: array.dtype.str for name, array in arrays.items()})]
        for name, array in arrays.items():
            # The compressed length of stored articles depends on the version of zlib.
            if name != "stored":
                found[f"section {name} of the {what}"] = ["", digest(array.tobytes())]
    depends = {"MAGIC in sections.py": sections.MAGIC.decode(), "FORMAT": str(manifest.FORMAT)}
    check("segments", {**depends, "analyser": analyser.fingerprint}, found)


def test_changed_stored_articles_have_a_new_format(generation: Path) -> None:
    _, arrays, *_ = sections.read(only(generation, "*.idx"))
    first = StoredArticles(only(generation, "*.doc"), arrays["stored"]).article(0)
    found = {"members of an article": ["", digest(sorted(json.loads(first.to_json())))]}
    check("stored", {"MAGIC in stored.py": stored.MAGIC.decode(), "FORMAT": str(manifest.FORMAT)}, found)


def test_changed_bytes_of_the_clusters_have_a_new_format(generation: Path, analyser: Analyser) -> None:
    found = {"the file": ["", digest((generation / "clusters.bin").read_bytes())]}
    depends = {"MAGIC in clusters.py": clusters.MAGIC.decode(), "FORMAT": str(manifest.FORMAT)}
    check("clusters", {**depends, "analyser": analyser.fingerprint}, found)


def test_changed_bytes_of_a_layer_have_a_new_format(analyser: Analyser) -> None:
    article = made(
        "story", STORY.title, "\n".join(STORY.paragraphs), "2023-03-14", "الشاطئ", "محليات", own=(("topic", "بحر"),)
    )
    layer = Layer.of(changes_of(analysed(article, analyser), 1))
    found = {f"tier {tier}": ["", digest(terms.pairs())] for tier, terms in layer.tiers.items()}
    found["bytes"] = ["", digest(layer.content)]
    check("layers", {"MAGIC in layers.py": layers.MAGIC.decode(), "analyser": analyser.fingerprint}, found)
