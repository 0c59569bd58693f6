# SPDX-License-Identifier: GPL-3.0-or-later
"""The exceptions that third-party parsers may raise, besides their own, on damaged or hostile files."""

from __future__ import annotations

LIBRARY_ERRORS: tuple[type[Exception], ...] = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""Exceptions of a library's code on input that its authors did not foresee.

The caller turns them into a SourceError, so that the file is reported and the run goes on.
"""
