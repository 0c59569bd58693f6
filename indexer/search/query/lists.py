# SPDX-License-Identifier: GPL-3.0-or-later
"""The one form of a list in an address: the parameter may be repeated, and commas divide each of its values.

A part in quotation marks may hold commas; a quotation mark within it is doubled, as in a table (RFC 4180).
"""

from __future__ import annotations

import re

_PART = re.compile(r'\s*(?:"(?P<quoted>[^"]*(?:""[^"]*)*)"\s*(?=,|\Z)|(?P<plain>[^,]*))(?:,|\Z)')


def parts(value: str) -> list[str]:
    """The parts of one value of a list, empty ones left out. Spaces around a comma do not count."""
    if "," not in value and '"' not in value:
        return [value] if value else []
    found = []
    for part in _PART.finditer(value):
        quoted = part["quoted"]
        found.append(part["plain"].strip() if quoted is None else quoted.replace('""', '"'))
    return [one for one in found if one]


def as_part(name: str) -> str:
    """``name`` as one part of a list, in quotation marks if it needs them."""
    plain = "," not in name and not name.startswith('"') and name == name.strip()
    return name if plain else '"' + name.replace('"', '""') + '"'
