# SPDX-License-Identifier: GPL-3.0-or-later
"""Removes elements from a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def drop(element: HtmlElement) -> None:
    """Removes ``element`` from its tree, but keeps the text after it."""
    # lxml's `drop_tree` is not used, because it searches the root of the element each time.
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = f"{parent.text or ''} {element.tail}"
        else:
            before.tail = f"{before.tail or ''} {element.tail}"
    parent.remove(element)
