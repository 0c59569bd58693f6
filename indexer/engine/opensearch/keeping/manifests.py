# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest of a generation: what it consists of in the cluster. One document in the index of state.

::

    {"format": 1, "engine": "opensearch", "analyser": "<fingerprint>", "cleaning": "<version>",
     "generation": "gen-000042", "built_at": "2026-01-31T03:00:12Z", "articles": 1234, "sources": {"<name>": count},
     "run": 57, "excluded": [49, 50], "index": 12, "layout": "<digest>",
     "catalog": ["<digest>", bytes], "lexicon": ["<digest>", bytes], "layers": [["<digest>", bytes, terms], ...],
     "stories": ["<digest>", bytes],
     "bytes": n, "files": n}

``run`` and ``excluded`` say which documents of the index of articles belong to the generation (`visibility`); ``index``
is the number in the name of that index, ``layout`` the digest of its mapping, analysis and similarities. Catalog,
lexicon, the layers of the dictionary and the stories are blobs. ``bytes`` counts the primary shards when it was
published, and the blobs; ``files`` counts shards and blobs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from indexer.engine.opensearch.keeping.blobs import Blob
from indexer.engine.opensearch.mapping import FORMAT
from indexer.engine.opensearch.visibility import Visibility
from indexer.engine.store import GenerationInfo
from indexer.errors import DamagedIndexError, IncompatibleIndexError

Json = dict[str, Any]

ENGINE = "opensearch"


@dataclass(frozen=True, slots=True)
class KeptLayer:
    """A layer of the dictionary: the blob that holds it, and how many terms it has."""

    blob: Blob
    terms: int


@dataclass(frozen=True, slots=True)
class ClusterManifest:
    """See the head of this module."""

    format: int
    engine: str
    analyser: str
    cleaning: str
    generation: str
    built_at: str
    articles: int
    sources: Mapping[str, int]
    run: int
    excluded: tuple[int, ...]
    index: int
    layout: str
    catalog: Blob
    lexicon: Blob
    layers: tuple[KeptLayer, ...]
    stories: Blob
    bytes: int
    files: int

    @property
    def document_id(self) -> str:
        """The id of the document; see `document_of`."""
        return document_of(self.generation, self.run)

    @property
    def visibility(self) -> Visibility:
        """Which documents belong to the generation."""
        return Visibility(self.run, self.excluded)

    @property
    def blobs(self) -> tuple[Blob, ...]:
        """All blobs that the generation needs."""
        return (self.catalog, self.lexicon, *(layer.blob for layer in self.layers), self.stories)

    @property
    def info(self) -> GenerationInfo:
        """What users of a store see of it."""
        return GenerationInfo(
            name=self.generation,
            built_at=self.built_at,
            articles=self.articles,
            sources=self.sources,
            format=self.format,
            engine=self.engine,
            analyser=self.analyser,
            cleaning=self.cleaning,
            bytes=self.bytes,
            files=self.files,
        )

    def require_readable(self) -> None:
        """Raises IncompatibleIndexError unless this program and format wrote it."""
        for what, found, wanted in (
            ("format", str(self.format), str(FORMAT)),
            ("engine", self.engine, ENGINE),
        ):
            if found != wanted:
                raise IncompatibleIndexError(what, found, wanted)

    def require_analyser(self, fingerprint: str) -> None:
        """Raises IncompatibleIndexError unless the analyser with this fingerprint made its terms."""
        if self.analyser != fingerprint:
            raise IncompatibleIndexError("analyser", self.analyser, fingerprint)

    def source(self) -> Json:
        """The document."""
        return {
            "format": self.format,
            "engine": self.engine,
            "analyser": self.analyser,
            "cleaning": self.cleaning,
            "generation": self.generation,
            "built_at": self.built_at,
            "articles": self.articles,
            # As text: names of sources may be any text, and fields of documents may not.
            "sources": json.dumps(dict(self.sources)),
            "run": self.run,
            "excluded": list(self.excluded),
            "index": self.index,
            "layout": self.layout,
            "catalog": list(self.catalog),
            "lexicon": list(self.lexicon),
            "layers": [[*layer.blob, layer.terms] for layer in self.layers],
            "stories": list(self.stories),
            "bytes": self.bytes,
            "files": self.files,
        }

    @classmethod
    def of(cls, source: Mapping[str, Any], name: str) -> ClusterManifest:
        """The manifest in the document of the generation ``name``. Raises DamagedIndexError."""
        try:
            manifest = cls(
                format=int(source["format"]),
                engine=str(source["engine"]),
                analyser=str(source["analyser"]),
                cleaning=str(source["cleaning"]),
                generation=str(source["generation"]),
                built_at=str(source["built_at"]),
                articles=int(source["articles"]),
                sources={str(one): int(count) for one, count in json.loads(source["sources"]).items()},
                run=int(source["run"]),
                excluded=tuple(map(int, source["excluded"])),
                index=int(source["index"]),
                layout=str(source["layout"]),
                catalog=_blob(*source["catalog"]),
                lexicon=_blob(*source["lexicon"]),
                layers=tuple(KeptLayer(_blob(digest, size), int(terms)) for digest, size, terms in source["layers"]),
                stories=_blob(*source["stories"]),
                bytes=int(source["bytes"]),
                files=int(source["files"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise damaged_manifest(name, error) from error
        if manifest.generation != name:
            raise damaged_manifest(name, f"it is that of {manifest.generation[:40]!r}")
        return manifest


def document_of(generation: str, run: int) -> str:
    """The id of the document of a manifest.

    It names the run, so that a run that lost the lock cannot write over the manifest of another one.
    """
    return f"{generation}.{run}"


def damaged_manifest(name: str, reason: object) -> DamagedIndexError:
    """The error for a manifest that is missing or not what was written."""
    return DamagedIndexError(
        f"the manifest of {name} is damaged: {reason}; make another generation current by `fihrist rollback`, or run "
        "`fihrist index --rebuild PATH...` to write the index anew"
    )


def digest_of_layout(layout: Json) -> str:
    """A digest of what `indexes.layout` gives."""
    return blake2b(json.dumps(layout, sort_keys=True).encode(), digest_size=16).hexdigest()


def _blob(digest: str, size: int) -> Blob:
    if not (isinstance(digest, str) and len(digest) == 32 and set(digest) <= set("0123456789abcdef")):
        raise ValueError("a blob without a digest")
    return Blob(digest, int(size))
