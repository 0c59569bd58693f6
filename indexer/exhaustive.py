# SPDX-License-Identifier: GPL-3.0-or-later
"""`assert_never`, which the standard library has from Python 3.11 on."""

from __future__ import annotations

from typing import NoReturn


def assert_never(value: NoReturn) -> NoReturn:
    """End a chain of cases. If a case is missing, the type checker reports it, and the running program fails here."""
    raise AssertionError(f"not provided for: {value!r}")
