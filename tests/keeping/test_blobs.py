# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests blobs: contents come back as they were, equal chunks are sent once, and damage is named."""

from __future__ import annotations

import base64
import os
import random
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.engine.opensearch.cluster import Stored
from indexer.engine.opensearch.keeping.blobs import CHUNK, Blob, Blobs
from indexer.engine.opensearch.keeping.cached import CachedBlobs
from indexer.errors import DamagedIndexError
from tests.keeping.documents import KeptDocuments


def content(chunks: float, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(round(chunks * CHUNK))


@pytest.fixture
def cluster() -> KeptDocuments:
    return KeptDocuments()


@settings(max_examples=30)
@given(st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 70 * CHUNK + 5]), st.booleans())
def test_contents_come_back(tmp_path_factory: pytest.TempPathFactory, size: int, in_file: bool) -> None:
    blobs = Blobs(KeptDocuments(), "blobs")
    whole = content(size / CHUNK)
    path = tmp_path_factory.mktemp("blobs") / "content"
    path.write_bytes(whole)
    blob = blobs.put(path if in_file else whole)
    assert blob.bytes == size
    assert blobs.fetch(blob) == whole
    assert len(blobs.chunks(blob)) == -(-size // CHUNK)


def test_only_chunks_that_are_not_there_are_sent(cluster: KeptDocuments) -> None:
    blobs = Blobs(cluster, "blobs")
    first = content(5)
    blob = blobs.put(first + first)
    assert len(cluster.sent) == len(set(cluster.sent)) == 6  # five chunks, each of which it has twice, and the list
    assert blobs.put(first + first) == blob
    assert len(cluster.sent) == 6
    changed = first[:CHUNK] + content(1, seed=2) + first[2 * CHUNK :]
    blobs.put(changed)
    assert len(cluster.sent) == 8
    known = blobs.references([blob])
    cluster.kept.clear()
    blobs.put(changed, known)
    assert len(cluster.sent) == 10  # what is known to be there is not even asked for


def test_a_sweep_leaves_what_is_needed(cluster: KeptDocuments) -> None:
    blobs = Blobs(cluster, "blobs")
    kept, gone = blobs.put(content(3)), blobs.put(content(2) + content(1, seed=3))
    assert blobs.sweep(blobs.references([kept])) == 2  # the chunk that only the other one has, and its list
    assert blobs.fetch(kept) == content(3)
    with pytest.raises(DamagedIndexError):
        blobs.fetch(gone)


def packed(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (None, "missing"),
        ({}, "cannot be read"),
        ({"data": 5}, "cannot be read"),
        ({"data": "no Base64!"}, "cannot be read"),
        ({"data": packed(b"not compressed")}, "cannot be read"),
        ({"data": packed(zlib.compress(b"other bytes"))}, "not what was written"),
        ({"data": packed(zlib.compress(bytes(500 << 20)))}, "not what was written"),
    ],
)
def test_damage_is_named(cluster: KeptDocuments, source: dict[str, object] | None, reason: str) -> None:
    blobs = Blobs(cluster, "blobs")
    blob = blobs.put(content(3))
    for digest in [*blobs.chunks(blob), blob.digest]:
        name = f"blobs/{digest}"
        before = cluster.kept.pop(name)
        if source is not None:
            cluster.kept[name] = Stored(source, before.version)
        with pytest.raises(DamagedIndexError, match=f"{digest} .*{reason}.*rebuild"):
            blobs.fetch(blob)
        cluster.kept[name] = before
    with pytest.raises(DamagedIndexError):
        blobs.fetch(Blob(blob.digest, blob.bytes + 1))
    with pytest.raises(DamagedIndexError):
        blobs.fetch(Blob(blob.digest, 4 * CHUNK))


@pytest.fixture
def cached(cluster: KeptDocuments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CachedBlobs:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return CachedBlobs(Blobs(cluster, "blobs"), "opensearch://127.0.0.1/test")


def test_a_file_is_fetched_once(cluster: KeptDocuments, cached: CachedBlobs, tmp_path: Path) -> None:
    blobs = Blobs(cluster, "blobs")
    blob = blobs.put(content(3))
    path = cached.file(blob, "catalog.sqlite")
    assert path.read_bytes() == content(3)
    cluster.kept.clear()
    again = CachedBlobs(blobs, "opensearch://127.0.0.1/test")
    assert again.file(blob, "catalog.sqlite") == path
    own = tmp_path / "own"
    own.write_bytes(content(2, seed=4))
    made = blobs.put(own)
    cluster.kept.clear()
    assert cached.adopt(own, made, "catalog.sqlite").read_bytes() == content(2, seed=4)
    assert cached.file(made, "catalog.sqlite").exists()
    assert not own.exists()
    cached.forget(made, "catalog.sqlite")
    with pytest.raises(DamagedIndexError):
        cached.file(made, "catalog.sqlite")


def test_a_damaged_file_is_fetched_again(cluster: KeptDocuments, cached: CachedBlobs) -> None:
    blobs = Blobs(cluster, "blobs")
    blob = blobs.put(content(2))
    path = cached.file(blob, "catalog.sqlite")
    for damaged in (content(2, seed=5), content(1), b""):
        path.write_bytes(damaged)
        os.utime(path, (0, 0))
        assert cached.file(blob, "catalog.sqlite").read_bytes() == content(2)


def test_only_the_chunks_that_changed_are_fetched(cluster: KeptDocuments, cached: CachedBlobs) -> None:
    blobs = Blobs(cluster, "blobs")
    old = content(40)
    cached.file(blobs.put(old), "catalog.sqlite")
    new = content(1, seed=6) + old[CHUNK:] + content(0.5, seed=7)
    blob = blobs.put(new)
    needed = {blob.digest, blobs.chunks(blob)[0], blobs.chunks(blob)[-1]}
    cluster.kept = {name: stored for name, stored in cluster.kept.items() if name.removeprefix("blobs/") in needed}
    assert cached.file(blob, "catalog.sqlite").read_bytes() == new


def test_without_a_folder_for_caches_a_temporary_one_serves(
    cluster: KeptDocuments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    cached = CachedBlobs(Blobs(cluster, "blobs"), "opensearch://127.0.0.1/test")
    path = cached.file(Blobs(cluster, "blobs").put(content(1)), "lexicon.bin")
    assert path.read_bytes() == content(1)
    folder = cached.folder
    del cached
    assert not folder.exists()
