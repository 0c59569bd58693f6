# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that the stylesheet works in both directions: it uses start and end, never left and right."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

SIDES = "left|right|top|bottom"
PHYSICAL = re.compile(
    rf"(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-)?(?:{SIDES})(?:-.*)?|(?:min-|max-)?(?:width|height)"
)
BY_SIDE = re.compile(r"(?:scroll-)?(?:margin|padding)|inset|border-(?:width|color|style|radius)")
"""Shorthands whose four values go round by the sides of the screen."""


def declarations(css: str) -> list[tuple[str, str]]:
    """Returns (property, value) of every declaration."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    blocks = re.findall(r"\{([^{}]*)\}", bare)
    stated = [one.partition(":") for block in blocks for one in block.split(";") if one.strip()]
    return [(name.strip(), value.strip()) for name, _, value in stated]


def by_sides_of_the_screen(css: str) -> list[tuple[str, str]]:
    """Returns the declarations that would stay the same in the other direction of text."""
    return [
        (name, value)
        for name, value in declarations(css)
        if PHYSICAL.fullmatch(name)
        or (
            BY_SIDE.fullmatch(name)
            and len(parts := re.findall(r"\([^)]*\)|[^\s(]+", value)) == 4
            and parts[1] != parts[3]
        )
        or (name in ("text-align", "float", "clear") and value in ("left", "right"))
    ]


def test_the_stylesheet_has_logical_properties_only() -> None:
    css = (ROOT / "web" / "static" / "style.css").read_text(encoding="utf-8")
    assert len(declarations(css)) > 300
    assert by_sides_of_the_screen(css) == []


@pytest.mark.parametrize(
    ("css", "found"),
    [
        ("a { margin-left: 1px }", True),
        ("@media print { a { color: red; border-right-color: red } }", True),
        ("a { right: 0 }", True),
        ("a { min-width: 1px }", True),
        ("a { padding: 1px 2px 1px 0 }", True),
        ("a { text-align: right }", True),
        ("a { padding: 1px 2px 1px 2px; margin-inline: 1px 2px; text-align: start }", False),
        ("@media (min-width: 3rem) { a { inset-block-start: 0 } /* left: 0 */ }", False),
    ],
)
def test_physical_properties_are_detected(css: str, found: bool) -> None:
    assert bool(by_sides_of_the_screen(css)) == found
