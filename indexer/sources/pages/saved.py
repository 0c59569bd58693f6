"""When a page of HTML was saved, as the program says that saved it: in a comment or a meta element of its own.

Of HTTrack, SingleFile, Save Page WE, monolith, and of what the Wayback Machine hands out (there it is when the page was
archived, not when it was taken out of the archive).
"""

from __future__ import annotations

import re

_EDGE = 20_000
"""Such programs write at the beginning or the end of a page; so many characters are looked at there."""

# A word that says which program it was, and how it says when. Every repetition has a bound, so that no page takes time.
_SAYS = {
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


def saved(markup: str) -> str:
    """When ``markup`` was saved, as it is stated there, unparsed; "" where that is not said."""
    edges = markup if len(markup) <= 2 * _EDGE else f"{markup[:_EDGE]}\n{markup[-_EDGE:]}"
    told = (says.search(edges) for word, says in _SAYS.items() if word in edges)
    return next((found[1].strip() for found in told if found), "")
