# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the benchmark itself: the same seed makes the same archive, and its checks pass only for right answers."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from indexer.arabic.analyser import Analyser
from tests.bench import archive, checks, engines, report
from tests.bench.cluster import questions, table
from tests.bench.figures import Target
from tests.bench.measure import percentile
from tests.bench.queries import Queries, draw
from tests.bench.terms import BORDER, Document, stems
from tests.conftest import ROOT

ARTICLES = 300
NEED_THE_EXTRA = "not installed: `make bench-quick` installs it; tests don't, to stay quick"


def files(folder: Path, articles: int, seed: int) -> list[bytes]:
    corpus = archive.read_corpus(ROOT / "sample")
    return [path.read_bytes() for path in archive.write(folder, articles, seed, corpus)]


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FILE_ARTICLES", 20)
    first, again = files(tmp_path / "1", 50, seed=7), files(tmp_path / "2", 50, seed=7)
    assert first == again
    assert [part.count(b"\n") for part in first] == [20, 20, 10]
    assert files(tmp_path / "3", 40, seed=7) == first[:2]
    assert files(tmp_path / "4", 50, seed=8) != first


def test_an_archive_has_the_promised_form(tmp_path: Path) -> None:
    corpus = archive.read_corpus(ROOT / "sample")
    (path,) = archive.write(tmp_path, 1_000, 1, corpus)
    articles = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
    words = [len(article["body"].split()) for article in articles]
    assert 230 < sum(words) / len(words) < 270
    assert max(words) > 2 * min(words)
    assert {article["title"] for article in articles} <= set(corpus.headlines)
    assert len({article["source"] for article in articles}) == len(archive.SOURCES)
    assert len({article["category"] for article in articles}) == len(archive.CATEGORIES)
    assert len({article["date"][:4] for article in articles}) == 10
    assert [archive.number_of(article["url"]) for article in articles] == list(range(1_000))
    assert all(len(line.split()) > 8 for article in articles for line in article["body"].split("\n")[:-1])


def test_a_corpus_without_sentences_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"title": "عنوان", "body": "كلمتان فقط"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="1 headlines and 0 sentences"):
        archive.read_corpus(tmp_path / "a.jsonl")


def document(number: int, terms: str, day: str = "2020-01-31", source: str = "a") -> Document:
    return Document(number, day, source, "c", "القوات العراقية", "", terms)


def test_expected_hits_are_counted_by_brute_force(analyser: Analyser) -> None:
    title = stems("القوات العراقية", "", analyser)
    forces, iraqi = title[:2]
    documents = [
        document(0, f"{forces} {iraqi} {BORDER} x y z {BORDER}"),
        document(1, f"{forces} {BORDER} x z y {BORDER}", day="2021-02-01"),
        document(2, f"t {BORDER} {iraqi} x y z y {BORDER} {forces}", source="b"),
        document(3, f"x y {BORDER} z {BORDER}"),
    ]
    queries = draw(documents, 1, 1, analyser)
    found = {check.kind: check for check in queries.checks}
    assert queries.headlines == ("القوات العراقية",)
    assert queries.phrases == (("x", "y", "z"),)
    assert {kind: check.total for kind, check in found.items()} == {"any": 3, "all": 2, "phrase": 2}
    assert found["any"].facets == {
        "source": {"a": 2, "b": 1},
        "category": {"c": 3},
        "month": {"2020-01": 2, "2021-02": 1},
    }


def test_percentiles_and_targets() -> None:
    assert [percentile(range(1, 101), percent) for percent in (50, 95, 100)] == [50, 95, 100]
    assert percentile([3.0], 95) == 3.0
    faster = Target(20, at_least=True, faster=True)
    assert faster.ratio(ours=2, other=50) == 25
    assert faster.met(20)
    assert not faster.met(19)
    assert Target(1.5).ratio(ours=3, other=2) == 1.5
    assert Target(1.5).met(1.5)
    assert not Target(1.5).met(1.6)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns the folder of a benchmark of a few articles with all installed engines."""
    folder = tmp_path_factory.mktemp("bench")
    command = [sys.executable, "-m", "tests.bench", "--sizes", str(ARTICLES), "--queries", "5"]
    command += ["--corpus", str(ROOT / "sample"), "--keep", str(folder), "--json", str(folder / "run.json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (folder / "table.md").write_text(done.stdout, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", engines.NAMES)
def test_the_benchmark_measures(kept: Path, name: str) -> None:
    if not engines.installed(name):
        pytest.skip(f"{name} is {NEED_THE_EXTRA}")
    run = json.loads((kept / "run.json").read_text(encoding="utf-8"))
    result = run["sizes"][0]["engines"][name]
    assert result["build"]["articles"] == ARTICLES
    assert result["build"]["peak_bytes"] > 10_000_000
    assert 0 < result["build"]["sizes"]["stored"] < result["build"]["sizes"]["total"] or name == "bm25s"
    assert all(0 < times["p50"] <= times["p95"] for times in result["ask"]["times"].values())
    assert (result["ask"]["add"] or {"found": 100})["found"] == 100
    assert report.table(run).rstrip("\n") == (kept / "table.md").read_text(encoding="utf-8").rstrip("\n")


def test_wrong_answers_are_reported(kept: Path) -> None:
    size = json.loads((kept / "run.json").read_text(encoding="utf-8"))["sizes"][0]
    queries = Queries.load(kept / str(ARTICLES) / "queries.json")
    right = {name: result["ask"] for name, result in size["engines"].items()}
    assert checks.failures(queries, right, ARTICLES) == []

    def told(change: Any) -> str:
        wrong = copy.deepcopy(right)
        change(wrong["ours"])
        return " ".join(checks.failures(queries, wrong, ARTICLES))

    assert "found 7 articles, there are" in told(lambda answer: answer["found"][0].update(total=7))
    assert "other counts by month" in told(lambda answer: answer["found"][0]["facets"]["facets"]["month"].popitem())
    assert "ours and whoosh share 0%" in told(lambda answer: [found.update(top=[-1]) for found in answer["found"][:5]])
    assert "without a mark" in told(lambda answer: answer["pages"][0].update(marks=0))
    assert "counts others by source" in told(lambda answer: answer["pages"][0]["facets"]["source"].popitem())
    assert "added, 99 are found" in told(lambda answer: answer["add"].update(found=99))


def test_queries_of_the_cluster_benchmark_are_words_of_headlines_that_the_seed_draws(tmp_path: Path) -> None:
    titles = ["وصول القطار إلى المدينة صباحا", "أمطار"]
    path = tmp_path / "articles.jsonl"
    path.write_text("".join(json.dumps({"title": title}) + "\n" for title in titles), encoding="utf-8")

    drawn = questions.draw([path], 50, seed=3)

    assert all(any(f" {query} " in f" {title} " for title in titles) for query in drawn)
    assert drawn == questions.draw([path], 50, seed=3) != questions.draw([path], 50, seed=4)


def test_the_table_of_the_cluster_benchmark_sets_the_engines_side_by_side() -> None:
    times = {"queries": 2, "p50": 4.4, "p95": 80.0, "requests": 2.5, "client_processor_ms": 3, "nodes_processor_ms": 7}
    measured = {
        "build": {"articles": 500, "seconds": 2, "client_processor": 1, "nodes_processor": 3, "client_peak_bytes": 7e6},
        "add": {"seconds": 1.25},
        "ten_best": times,
        "page": times,
        "found": {"median": 1_234},
        "bytes": 1_000_000,
        "after_pages": {"resident": 9e8},
    }
    stages = [
        {"engine": engine, "nodes": nodes, "load_before": 0.5, "measured": measured}
        for engine, nodes in (("local", 0), ("ours", 3))
    ]
    machine = {"cpu": "C", "cores": 2, "memory_bytes": 1 << 30, "system": "S", "python": "3"}

    lines = table.table(
        {
            "date": "D",
            "command": "c",
            "corpus": "ant",
            "machine": machine,
            "sizes": [{"articles": 500, "stages": stages}],
        }
    ).splitlines()

    assert "|  | Fihrist in a folder | Fihrist in OpenSearch, 3 nodes |" in lines
    assert "| build, articles a second | 250 | 250 |" in lines
    assert "| whole page, p50 / p95 ms | 4 / 80 | 4 / 80 |" in lines
    assert "| bytes an article | 2,000 | 2,000 |" in lines
