# SPDX-License-Identifier: GPL-3.0-or-later
"""The engines of the benchmark: one module for each, with an ``ENGINE``, imported only when the engine is run."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from tests.bench.engines.base import Engine

_PACKAGES = {"ours": "indexer", "whoosh": "whoosh", "fts5": "sqlite3", "tantivy": "tantivy", "bm25s": "bm25s"}
_MODULES = {"ours": "ours", "whoosh": "plain_whoosh", "fts5": "fts5", "tantivy": "native", "bm25s": "sparse"}

NAMES = tuple(_MODULES)


def installed(name: str) -> bool:
    """Returns whether the engine's package is installed."""
    return find_spec(_PACKAGES[name]) is not None


def load(name: str) -> Engine:
    """Returns the engine of this name. Raises ImportError if its package is not installed."""
    engine: Engine = import_module(f"tests.bench.engines.{_MODULES[name]}").ENGINE
    return engine
