"""`assert_never`, which the standard library has from Python 3.11 on."""

from __future__ import annotations

from typing import NoReturn


def assert_never(value: NoReturn) -> NoReturn:
    """End a chain of cases: the type checker complains where a case is missing, and so does the running program."""
    raise AssertionError(f"not provided for: {value!r}")
