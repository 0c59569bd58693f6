# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the bytes of an address as text: in UTF-8, or in Windows-1256 if that gives Arabic.

Old links and programs write Arabic in Windows-1256. Nearly all bytes are some letter there. So a text counts as Arabic
only if it has Arabic letters, nothing but Arabic beyond ASCII, and no word that is half Latin, such as São in Latin-1.
"""

from __future__ import annotations

import codecs
import re

_ARABIC = r"\u0621-\u063a\u0640-\u0652\u067e\u0686\u0698\u06af"
_LETTER = re.compile(r"[\u0621-\u063a\u0641-\u064a]")
_ALLOWED = re.compile(rf"[\x00-\x7f{_ARABIC}\u00a0\u060c\u061b\u061f«»“”‘’„‚…–—•\u200c-\u200f]*")
_HALF_LATIN = re.compile(f"[A-Za-z][{_ARABIC}]|[{_ARABIC}][A-Za-z]")


def text_of(raw: bytes) -> str | None:
    """Returns the text of ``raw``; None if it is neither UTF-8 nor Arabic in Windows-1256."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp1256")
    arabic = _LETTER.search(text) and _ALLOWED.fullmatch(text) and not _HALF_LATIN.search(text)
    return text if arabic and not _was_cut_off(raw) else None


def _was_cut_off(raw: bytes) -> bool:
    """Returns whether ``raw`` is UTF-8 up to its last letter, as in a link that was shortened."""
    try:
        whole = codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        return False
    return not whole.isascii()
