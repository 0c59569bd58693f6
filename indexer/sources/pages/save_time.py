# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the time at which a page was saved, in the comment or meta element of the program that saved it.

The programs are HTTrack, SingleFile, Save Page WE, monolith and the Wayback Machine. The latter states when it archived
the page, not when somebody downloaded it.
"""

from __future__ import annotations

import re

_EDGE = 20_000
"""These programs write at the beginning or the end of a page; this many characters are searched there."""

# A text that tells the program, and the pattern of its time. Every repetition has a limit, so that no page takes long.
_SAVE_TIME = {
    " by HTTrack ": re.compile(
        r"<!--\s{0,9}Mirrored from [^<>]{1,2000}? by HTTrack [^<>\]]{0,100}\][,\s]{1,9}([^<>\s][^<>]{7,60})-->"
    ),
    "saved with SingleFile": re.compile(
        r"<!--\s{0,9}Page saved with SingleFile\s[^<>]{0,3000}?\ssaved date:\s{0,9}([^<>\s][^<>\n]{7,80})"
    ),
    "savepage-date": re.compile(r"<meta name=\"?savepage-date\"?\s{1,9}content=\"([^<>\"]{8,80})\""),
    "using monolith": re.compile(r"<!--\s{0,9}Saved from [^<>]{1,2000}? at ([0-9][^<>\s]{7,40}) using monolith\b"),
    "FILE ARCHIVED ON": re.compile(
        r"\bFILE ARCHIVED ON ([^<>]{8,40}?) AND RETRIEVED FROM THE\s{1,99}INTERNET ARCHIVE\b"
    ),
}


def stated_save_time(markup: str) -> str:
    """Returns the time at which ``markup`` was saved, as it is stated there, not parsed; "" if it is not stated."""
    edges = markup if len(markup) <= 2 * _EDGE else f"{markup[:_EDGE]}\n{markup[-_EDGE:]}"
    matches = (pattern.search(edges) for word, pattern in _SAVE_TIME.items() if word in edges)
    return next((found[1].strip() for found in matches if found), "")
