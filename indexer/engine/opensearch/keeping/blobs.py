# SPDX-License-Identifier: GPL-3.0-or-later
"""Large contents in the index of blobs: in chunks that are named by their digests, so that equal ones are stored once.

The document of a chunk::

    _id    BLAKE2b-128 of the bytes of the chunk, in hexadecimal
    data   the bytes, compressed by zlib, in Base64

A blob is named by the chunk that lists it: the digests of its chunks, 16 bytes each. A file of which few pages changed
shares most of its chunks with the one before, and only the others are sent.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.keeping.indexes import create_index, exists
from indexer.engine.opensearch.writing.parts import in_parts
from indexer.errors import DamagedIndexError, UnavailableIndexError

CHUNK = 64 << 10
"""In bytes. A run that adds 100 articles to a catalog of a million changes 292 of its 3,917 chunks of this size, but
231 of the 490 of 512 KiB, which are 6 times as many bytes."""

_DIGEST_BYTES = 16
_LONGEST_LIST = 64 << 20
"""In bytes: the list of a blob of 256 GiB."""
_SENT_BYTES = 4 << 20
_FETCHED = 64
_ASKED = 5_000
_LEVEL = 1
"""Of compression: a higher one takes several times as long for a tenth less."""


class Blob(NamedTuple):
    """The name of a blob, which is the digest of its list of chunks, and its size in bytes."""

    digest: str
    bytes: int


NO_CHUNKS: frozenset[str] = frozenset()

MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "properties": {"data": {"type": "binary"}},
}


def digest_of(chunk: bytes) -> str:
    """The name of a chunk."""
    return blake2b(chunk, digest_size=_DIGEST_BYTES).hexdigest()


def chunks_of(content: bytes | Path) -> Iterator[bytes]:
    """The content in chunks. Raises OSError."""
    if isinstance(content, bytes):
        for first in range(0, len(content), CHUNK):
            yield content[first : first + CHUNK]
        return
    with content.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


class Blobs:
    """The blobs of one index. Safe to share between threads."""

    def __init__(self, cluster: ClusterClient, index: str) -> None:
        self._cluster = cluster
        self._index = index

    def require_own(self) -> None:
        """Raises UsageError if another program has made the index of chunks: what is not needed is removed from it."""
        if exists(self._cluster, self._index):
            self.create(0)

    def create(self, replicas: int) -> None:
        """Make the index of chunks, if there is none. Raises UsageError if another program has made it."""
        settings = {
            "number_of_shards": 1,
            "number_of_replicas": replicas,
            "refresh_interval": "-1",
            "codec": "default",
        }
        body = {"settings": {"index": settings}, "mappings": MAPPING}
        create_index(self._cluster, self._index, body)

    def put(
        self, content: bytes | Path, known: Collection[str] = NO_CHUNKS, before_each: Callable[[], None] | None = None
    ) -> Blob:
        """Store ``content``; only chunks that are not there yet are sent. Raises OSError.

        ``known`` are digests of chunks that are there for sure. ``before_each`` is called before each request that
        writes.
        """
        digests: list[str] = []
        size = 0
        for chunk in chunks_of(content):
            digests.append(digest_of(chunk))
            size += len(chunk)
        listed = b"".join(map(bytes.fromhex, digests))
        name = digest_of(listed)
        missing = self._missing({*digests, name} - set(known))
        # The list goes last: whoever finds it finds all chunks.
        self._send(
            (chunk for chunk in chunks_of(content) if digest_of(chunk) in missing), missing - {name}, before_each
        )
        if name in missing:
            self._send([listed], {name}, before_each)
        return Blob(name, size)

    def chunks(self, blob: Blob) -> tuple[str, ...]:
        """The digests of the chunks of a blob, in their order. Raises DamagedIndexError."""
        found = self._cluster.documents(self._index, [blob.digest])
        listed = _unpacked(found.get(blob.digest), blob.digest, _LONGEST_LIST)
        digests = tuple(listed[at : at + _DIGEST_BYTES].hex() for at in range(0, len(listed), _DIGEST_BYTES))
        if len(listed) % _DIGEST_BYTES or len(digests) != -(-blob.bytes // CHUNK):
            raise damaged_blob(blob.digest, "it does not list as many chunks as were written")
        return digests

    def parts(self, digests: Sequence[str]) -> Iterator[bytes]:
        """The chunks with these digests, in their order, each after it was compared. Raises DamagedIndexError."""
        for some in in_parts(digests, _FETCHED):
            found = self._cluster.documents(self._index, sorted(set(some)))
            for digest in some:
                yield _unpacked(found.get(digest), digest, CHUNK)

    def fetch(self, blob: Blob) -> bytes:
        """The content of a blob. Raises DamagedIndexError if it is missing or not what was written."""
        content = b"".join(self.parts(self.chunks(blob)))
        if len(content) != blob.bytes:
            raise damaged_blob(blob.digest, f"it has {len(content)} bytes, {blob.bytes} were written")
        return content

    def references(self, blobs: Iterable[Blob]) -> set[str]:
        """The digests of all chunks that these blobs need, their lists included. Raises DamagedIndexError."""
        needed: set[str] = set()
        for blob in blobs:
            if blob.digest not in needed:
                needed.update(self.chunks(blob), [blob.digest])
        return needed

    def sweep(self, needed: Collection[str]) -> int:
        """Remove all chunks but those in ``needed``; returns how many were removed."""
        self._cluster.refresh(self._index)
        kept = [{"ids": {"values": some}} for some in in_parts(sorted(needed), _ASKED)]
        return self._cluster.delete_by_query(self._index, {"bool": {"must_not": kept}})

    def _missing(self, digests: Collection[str]) -> set[str]:
        missing = set(digests)
        for some in in_parts(sorted(digests), _ASKED):
            missing.difference_update(self._cluster.documents(self._index, some, fields=False))
        return missing

    def _send(self, chunks: Iterable[bytes], wanted: set[str], before_each: Callable[[], None] | None) -> None:
        waiting: dict[str, str] = {}
        size = 0
        unsent = set(wanted)
        for chunk in chunks:
            digest = digest_of(chunk)
            if digest not in unsent:
                continue
            unsent.remove(digest)
            waiting[digest] = _packed(chunk)
            size += len(waiting[digest])
            if size >= _SENT_BYTES:
                self._bulk(waiting, before_each)
                waiting, size = {}, 0
        if waiting:
            self._bulk(waiting, before_each)

    def _bulk(self, chunks: dict[str, str], before_each: Callable[[], None] | None) -> None:
        if before_each:
            before_each()
        for rejected in self._cluster.bulk(self._index, chunks.items()):
            raise UnavailableIndexError(
                f"the cluster at {self._cluster.address} refused a part of the index: {rejected.reason}; "
                "look at its log, then run again"
            )


def damaged_blob(digest: str, reason: str) -> DamagedIndexError:
    """The error for a chunk that is missing or not what was written."""
    return DamagedIndexError(
        f"the part {digest} of the index is damaged: {reason}; restore the index of blobs from a snapshot, or run "
        "`fihrist index --rebuild PATH...` to write the index anew"
    )


def _packed(chunk: bytes) -> str:
    data = base64.b64encode(zlib.compress(chunk, _LEVEL)).decode("ascii")
    return json.dumps({"data": data}, separators=(",", ":"))


def _unpacked(source: dict[str, Any] | None, digest: str, longest: int) -> bytes:
    """The bytes of a chunk. Raises DamagedIndexError."""
    if source is None:
        raise damaged_blob(digest, "it is missing")
    try:
        inflating = zlib.decompressobj()
        chunk = inflating.decompress(base64.b64decode(source["data"], validate=True), longest)
    except (zlib.error, binascii.Error, KeyError, TypeError, ValueError) as error:
        raise damaged_blob(digest, f"it cannot be read ({error})") from error
    if digest_of(chunk) != digest:
        raise damaged_blob(digest, "it is not what was written")
    return chunk
