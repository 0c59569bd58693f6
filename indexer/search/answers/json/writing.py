# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes JSON answers as text, and marked texts as HTML."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any
from urllib.parse import urlsplit

import msgspec

from indexer.search.answers.results import Marked

_SURROGATE = re.compile("[\ud800-\udfff]")


def to_json(data: msgspec.Struct | dict[str, Any], indent: int | None = None) -> str:
    """Returns ``data`` as JSON. A lone surrogate, which a damaged page may hold, becomes U+FFFD.

    The standard library writes the text, since msgspec's own encoder refuses lone surrogates and writes no spaces.
    """
    return well_formed(json.dumps(data, ensure_ascii=False, indent=indent, default=msgspec.to_builtins))


def well_formed(text: str) -> str:
    """Returns ``text`` with U+FFFD for each lone surrogate, so that it can be encoded as UTF-8."""
    return _SURROGATE.sub("\ufffd", text)


def marked_html(marked: Marked) -> str:
    """Returns the text as HTML: all of it escaped, each match inside ``<mark>``."""
    pieces, end = [], 0
    for start, stop in marked.marks:
        pieces += [escape(marked.text[end:start]), "<mark>", escape(marked.text[start:stop]), "</mark>"]
        end = stop
    return "".join([*pieces, escape(marked.text[end:])])


def web_address(url: str) -> str | None:
    """Returns ``url`` if it is an absolute http or https address, else None, so that no link runs ``javascript:``."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as an unclosed [ of an IPv6 host
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None
