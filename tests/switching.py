# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets the folders that tests name stand for indexes of another engine: see the option of `tests.engine_option`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from indexer.engine import engines
from indexer.engine.engines import store_at

_addresses: dict[Path, str] = {}
"""The address for which a folder stands."""

_new_address: Callable[[], str] | None = None
"""Makes the address of a new index; None while folders stand for themselves."""


@contextmanager
def switched_to(new_address: Callable[[], str]) -> Iterator[None]:
    """Makes every folder stand for an index, at an address that ``new_address`` returns when the folder is first named.

    Every command, page and archive opens its index by way of `engines.store_at`, so that is where folders are replaced.
    """
    global _new_address
    _new_address = new_address
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(engines._OPENERS, engines.FOLDER, lambda folder, jobs: store_at(index_address(folder), jobs))
        yield
    _new_address = None
    _addresses.clear()


def switched() -> bool:
    """Whether folders stand for indexes of another engine."""
    return _new_address is not None


def index_address(folder: str | Path) -> str:
    """Returns the address for which ``folder`` stands: itself, unless another engine was chosen.

    Whatever gives a folder to another process must replace it by this.
    """
    if not _new_address:
        return str(folder)
    key = Path(folder).absolute()
    if key not in _addresses:
        _addresses[key] = _new_address()
    return _addresses[key]


def forget_below(folder: Path) -> list[str]:
    """Returns the addresses for which folders below ``folder`` stood. They stand for nothing now."""
    return [_addresses.pop(one) for one in list(_addresses) if one.is_relative_to(folder)]
