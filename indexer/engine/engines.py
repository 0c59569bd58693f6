# SPDX-License-Identifier: GPL-3.0-or-later
"""The factory of stores: makes the store for an index folder or an address such as ``opensearch://host:9200/name``.

To add an engine, write a package beside ``local`` whose store implements `store.Store`, and a row in ``_OPENERS``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from indexer.engine.store import Store
from indexer.errors import UsageError

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)


def store_at(address: str | Path, jobs: int = 1) -> Store:
    """The store at ``address``: a path, or an address that begins with a scheme of ``_OPENERS``.

    ``jobs`` is the number of processes that build large changes, for engines that build on this machine. Opens
    nothing yet. Raises UsageError if the scheme is unknown or its engine is not installed.
    """
    scheme = _SCHEME.match(address) if isinstance(address, str) else None
    name = scheme[1].lower() if scheme else FOLDER
    if name not in _OPENERS or (scheme and name == FOLDER):
        others = [f"{one}://" for one in _OPENERS if one not in (FOLDER, MEMORY)]
        known = f", or an address that begins with {' or '.join(others)}" if others else ""
        raise UsageError(
            f"no engine of this program serves {str(address)[:60]!r}; name the folder that holds the index{known}"
        )
    try:
        return _OPENERS[name](str(address), jobs)
    except ModuleNotFoundError as error:
        if name == FOLDER:
            raise
        raise UsageError(
            f"the engine for {str(address)[:60]!r} is not installed ({error.name} is missing); "
            f"install it by: pip install 'fihrist[{name.removesuffix(_WITH_TLS)}]'"
        ) from error


def is_folder(address: str) -> bool:
    """Whether ``address`` names a folder of this machine, rather than an index elsewhere."""
    return not _SCHEME.match(address)


def _local(address: str, jobs: int) -> Store:
    from indexer.engine.local.store import LocalStore  # noqa: PLC0415  # numpy and whoosh, for this engine alone

    return LocalStore(Path(address), jobs)


def _opensearch(address: str, jobs: int) -> Store:
    from indexer.engine.opensearch.keeping.store import OpenSearchStore  # noqa: PLC0415  # its library, for it alone

    return OpenSearchStore(address, jobs)


def _memory(address: str, jobs: int) -> Store:  # builds in this process
    from indexer.engine.memory.store import MemoryStore  # noqa: PLC0415  # for this engine alone

    if address not in _in_memory:
        _in_memory[address] = MemoryStore(address=address)
    return _in_memory[address]


_in_memory: dict[str, Store] = {}
"""The indexes in memory by address: each lasts as long as the process."""

FOLDER = "folder"
"""Stands for the scheme of an address that has none."""

MEMORY = "memory"
"""The scheme of indexes for tests and programs: no message recommends it, since they end with the process."""

_WITH_TLS = "s"
"""Ends the scheme of addresses that are spoken to over TLS."""

_OPENERS: dict[str, Callable[[str, int], Store]] = {
    FOLDER: _local,
    MEMORY: _memory,
    "opensearch": _opensearch,
    "opensearchs": _opensearch,
}
"""What makes the store at an address, by the scheme of the address."""
