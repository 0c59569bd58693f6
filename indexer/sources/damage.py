"""What a library that reads a format may raise, beside its own errors, on files that somebody damaged or made up."""

from __future__ import annotations

SLIPS: tuple[type[Exception], ...] = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""Slips of a library over input that it did not foresee: the file is named, and the run goes on."""
