"""A module an engine, each with an ``ENGINE``, imported only where it is asked for."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from tests.bench.engines.base import Engine

_PACKAGES = {"ours": "indexer", "whoosh": "whoosh", "fts5": "sqlite3", "tantivy": "tantivy", "bm25s": "bm25s"}
_MODULES = {"ours": "ours", "whoosh": "plain_whoosh", "fts5": "fts5", "tantivy": "native", "bm25s": "sparse"}

NAMES = tuple(_MODULES)


def installed(name: str) -> bool:
    """Whether the engine's package is here."""
    return find_spec(_PACKAGES[name]) is not None


def load(name: str) -> Engine:
    """The engine of this name. Raises ImportError where it isn't installed."""
    engine: Engine = import_module(f"tests.bench.engines.{_MODULES[name]}").ENGINE
    return engine
