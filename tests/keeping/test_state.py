# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the small documents of an index in a cluster: publications and run numbers by compare-and-set, manifests."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from indexer.engine.opensearch.keeping import state as state_module
from indexer.engine.opensearch.keeping.blobs import Blob
from indexer.engine.opensearch.keeping.checkpoints import Checkpoint, Leaving
from indexer.engine.opensearch.keeping.manifests import ClusterManifest, KeptLayer
from indexer.engine.opensearch.keeping.names import IndexNames
from indexer.engine.opensearch.keeping.state import NOTHING, OpenRun, State
from indexer.engine.opensearch.mapping import FORMAT
from indexer.engine.opensearch.words.layers import Layer
from indexer.engine.opensearch.writing.run_layers import RunLayers
from indexer.errors import DamagedIndexError, IncompatibleIndexError, IndexingError, UnavailableIndexError
from tests.keeping.documents import KeptDocuments

NAMES = IndexNames("news")
DIGEST = "0123456789abcdef" * 2
MANIFEST = ClusterManifest(
    format=FORMAT, engine="opensearch", analyser="abc", cleaning="4", generation="gen-000042",
    built_at="2026-01-31T03:00:12Z", articles=3, sources={"": 1, "الخبر\ud800": 2}, run=57, excluded=(49, 50), index=12,
    layout="d", catalog=Blob(DIGEST, 5), lexicon=Blob(DIGEST, 6), layers=(KeptLayer(Blob(DIGEST, 7), 8),),
    stories=Blob(DIGEST, 11), bytes=9, files=10,
)  # fmt: skip


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> KeptDocuments:
    monkeypatch.setattr(state_module, "runs_with_indexes", lambda cluster, names: {3, 5})
    return KeptDocuments()


@pytest.fixture
def state(cluster: KeptDocuments) -> State:
    return State(cluster, NAMES)


def test_a_publication_replaces_what_was_current(state: State) -> None:
    assert state.current() == (NOTHING, None)
    first = NOTHING.with_new("gen-000001", 4)
    state.swap(first, None)
    found, version = state.current()
    assert found == first
    second = found.with_new("gen-000002", 7)
    state.swap(second, version)
    found, version = state.current()
    assert (found.generation, dict(found.kept), found.last) == ("gen-000002", {"gen-000001": 4, "gen-000002": 7}, 2)
    back = found.switched("gen-000001")
    state.swap(back, version)
    assert len({one.publication for one in (first, second, back)}) == 3
    assert back.without(["gen-000002"]).last == 2  # its number is never used again


def test_a_second_publisher_is_refused(state: State) -> None:
    state.swap(NOTHING.with_new("gen-000001", 1), None)
    found, version = state.current()
    state.swap(found.with_new("gen-000002", 2), version)
    with pytest.raises(IndexingError, match="another program has changed the index meanwhile"):
        state.swap(found.with_new("gen-000002", 3), version)
    with pytest.raises(IndexingError):
        state.swap(NOTHING.with_new("gen-000001", 3), None)
    assert state.current()[0].kept["gen-000002"] == 2


def test_a_publication_whose_answer_was_lost_is_recognised(state: State, cluster: KeptDocuments) -> None:
    new = NOTHING.with_new("gen-000001", 1)
    cluster.fails = [UnavailableIndexError("no answer")]
    with pytest.raises(UnavailableIndexError):
        state.swap(new, None)
    state.swap(new, None)
    assert state.current()[0] == new


def test_a_fence_stops_a_publication_that_was_asked_for_before(state: State) -> None:
    found, version = state.current()
    fenced, _ = state.fence()
    assert fenced == NOTHING
    with pytest.raises(IndexingError):
        state.swap(found.with_new("gen-000001", 1), version)
    found, version = state.current()
    state.fence()
    with pytest.raises(IndexingError):
        state.swap(found.with_new("gen-000001", 1), version)


def test_no_run_has_a_number_that_another_one_had(state: State) -> None:
    assert state.runs() == (0, ())
    assert state.take_run() == OpenRun(6, 6)  # above those of indexes that exist
    assert state.take_run(6) == OpenRun(7, 6)
    state.close_runs({6})
    assert state.runs() == (7, (OpenRun(7, 6),))
    state.close_runs({7})
    assert state.take_run(6) == OpenRun(8, 6)


@pytest.mark.parametrize(
    ("document", "source"),
    [
        ("current", {}),
        ("current", {"generation": "gen-000001", "publication": "x", "kept": [["gen-000002", 1]], "last": 2}),
        ("current", {"generation": "", "publication": "", "kept": 5, "last": 2}),
        ("runs", {"last": "x", "open": []}),
        ("runs", {"last": 1}),
    ],
)
def test_damage_is_named(state: State, cluster: KeptDocuments, document: str, source: dict[str, object]) -> None:
    cluster.put(NAMES.state, document, source)
    with pytest.raises(DamagedIndexError, match=f"{document} in news.state is damaged.*rebuild"):
        state.current() if document == "current" else state.runs()


def test_a_damaged_state_can_be_replaced(state: State, cluster: KeptDocuments) -> None:
    state.take_run()
    cluster.put(NAMES.state, "current", {"generation": 5})
    beginning, version = state.beginning()
    assert beginning.last == 6
    state.swap(beginning, version)
    assert state.current()[0] == beginning
    assert beginning.with_new("gen-000007", 7).last == 7


def test_a_manifest_comes_back() -> None:
    assert ClusterManifest.of(MANIFEST.source(), "gen-000042") == MANIFEST
    assert MANIFEST.document_id == "gen-000042.57"
    with pytest.raises(DamagedIndexError, match="it is that of 'gen-000042'"):
        ClusterManifest.of(MANIFEST.source(), "gen-000041")


@pytest.mark.parametrize("member", sorted(MANIFEST.source()))
@pytest.mark.parametrize("value", [None, "x", [["y", 1]], {"z": 1}])
def test_a_damaged_manifest_is_named(member: str, value: object) -> None:
    source = {**MANIFEST.source(), member: value}
    with suppress(DamagedIndexError):
        found = ClusterManifest.of(source, "gen-000042")
        assert isinstance(getattr(found, member), str)  # any text could have been written there
    del source[member]
    with pytest.raises(DamagedIndexError, match="the manifest of gen-000042 is damaged"):
        ClusterManifest.of(source, "gen-000042")


def test_another_format_or_engine_is_refused() -> None:
    MANIFEST.require_readable()
    for changed in (replace(MANIFEST, format=99), replace(MANIFEST, engine="other")):
        with pytest.raises(IncompatibleIndexError, match="rebuild"):
            changed.require_readable()
    with pytest.raises(IncompatibleIndexError, match="analyser abc"):
        MANIFEST.require_analyser("xyz")


def test_a_checkpoint_comes_back_or_is_none() -> None:
    blob = Blob(DIGEST, 5)
    checkpoint = Checkpoint("purpose", 7, 6, 2, "abc", blob, blob, blob, blob)
    source = checkpoint.source()
    assert Checkpoint.of(source) == checkpoint
    assert Checkpoint.of(checkpoint.begun_to_finish().source()) == replace(checkpoint, finishing=True)
    assert Checkpoint.of(None) is None
    for member in source:
        assert Checkpoint.of({**source, member: [None]}) is None or isinstance(source[member], (str, bool))
        assert Checkpoint.of({name: value for name, value in source.items() if name != member}) is None
    leaving = Leaving({"a", "b"}, {"a.7"})
    assert Leaving({"a"}, set()) != leaving


@pytest.mark.parametrize(
    ("index", "run"),
    [
        ("news.articles-7", 7), ("news.sketches-12", 12), ("news.articles-07", 0), ("news.articles-", 0),
        ("news.articles-7.state", 0), ("news.state", 0), ("news2.articles-7", 0), ("xnews.articles-7", 0),
        ("news.articles-7x", 0), ("news.articles-٧", 0),
    ],
)  # fmt: skip
def test_only_own_indexes_are_recognised(index: str, run: int) -> None:
    assert NAMES.run_of(index) == run


def test_changes_add_up_however_they_come() -> None:
    layers = RunLayers()
    assert len(layers.whole()) == 0
    for number in range(100):
        layers.add(Layer.of({"stem": {"a": 1, f"b{number % 7}": 1}}))  # type: ignore[dict-item]  # a plain dict serves
        if number % 30 == 29:
            layers.whole()
    layers.add(Layer.of({"stem": {"b0": -15, "b1": -1}}))  # type: ignore[dict-item]  # see above
    terms = layers.whole().terms("stem")
    assert dict(terms.pairs()) == {"a": 100, "b1": 14, **{f"b{number}": 14 for number in range(2, 7)}}
