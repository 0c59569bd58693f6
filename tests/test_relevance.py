"""Relevance floors: what the ranking reached may not be lost. Lowering one needs a reason, written beside it."""

from __future__ import annotations

import json
from hashlib import blake2b
from pathlib import Path

import pytest

from indexer.operating.evaluate import JudgedSet, evaluate
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest

JUDGED = Path(__file__).parent / "golden" / "judged.json"

# (nDCG@10, RR@10, R@100) on the data with this digest; figures of 2026-11-21 less 0.003 for ties between platforms.
FLOORS = {
    "xquad_ar": ("32c8560eec5464f6", (0.9587, 0.9487, 0.9911)),
    "belebele_q_arb": ("ee2710b4a2599070", (0.9059, 0.8881, 0.9826)),
    "headlines_ant": ("f3e54f06accd2383", (0.8676, 0.8403, 0.9850)),
}


def digest(judged: JudgedSet) -> str:
    parts = (judged.docs.read_bytes(), judged.queries.read_bytes(), judged.qrels.read_bytes())
    return blake2b(b"".join(parts), digest_size=8).hexdigest()


def check(shared: Path, name: str) -> None:
    judged = JudgedSet.in_folder(shared / "data" / "ir" / name)
    wanted, floors = FLOORS[name]
    assert digest(judged) == wanted, "other data: measure anew and pin the new floors with the new digest"
    outcome = evaluate(judged, "any", lambda done, total: None)
    for (measure, value), floor in zip(outcome.measures.items(), floors, strict=True):
        assert value >= floor, f"{measure} on {name}"


def test_floor(shared: Path) -> None:
    check(shared, "xquad_ar")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["belebele_q_arb", "headlines_ant"])
def test_floor_of_larger_sets(shared: Path, name: str) -> None:
    check(shared, name)


def test_floor_on_the_sample(sample_archive: Archive) -> None:
    """Each query's relevant articles, judged by hand, stand before all others: mean precision at their number."""
    judged: dict[str, list[str]] = json.loads(JUDGED.read_text(encoding="utf-8"))
    root = str(Path(__file__).parent.parent / "sample") + "/"
    precisions = []
    for query, relevant in judged.items():
        results = sample_archive.search(SearchRequest(q=query, per_page=len(relevant)))
        found = [hit.article.path.removeprefix(root) for hit in results.hits]
        precisions.append(sum(path in relevant for path in found) / len(relevant))
    assert len(precisions) >= 25
    # 0.861 on 2026-11-30.
    assert sum(precisions) / len(precisions) >= 0.85
