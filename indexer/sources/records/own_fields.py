# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads an archive's own fields: which keys or columns hold them, and the text of each value.

The setting lists them, such as ``language=lang, desk=meta.desk``. In `fields.FieldNames`, the name of an own field
begins with `OWN`. A value is always one line of at most `LONGEST_VALUE` characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from indexer.columns import EXCLUDE, OWN, RESERVED, own_column
from indexer.errors import SourceError, UsageError
from indexer.sources.records.fields import FieldNames, NamedValues
from indexer.sources.records.values import LARGEST_NUMBER, field_text, is_no_value

SETTING = "FIHRIST_OWN_FIELDS"
MOST_FIELDS = 20
LONGEST_VALUE = 200
"""In characters. Longer values are cut, and a note says so."""

_MOST_PARTS = 20
"""How many values of a list are read; the others are dropped."""
_SEPARATOR = "، "
_JOINERS = "\u200c\u200d"
"""The only invisible signs that change how words are written. The others may make a value look like another one."""
_NAME = re.compile(r"[^\W\d_]\w{0,29}")


def parse_own_fields(text: str) -> dict[str, tuple[str, ...]]:
    """Returns the names of keys or columns for each own field in ``text``, with `OWN` before the field; "-" means none.

    A field that is named twice has two names, which are tried in order. Raises UsageError if ``text`` is not such a
    list, if it names too many fields, or if a name is reserved.
    """
    fields: dict[str, tuple[str, ...]] = {}
    for pair in () if text.strip() == "-" else text.split(","):
        field, equals, name = (part.strip() for part in pair.partition("="))
        if not (equals and field and name):
            raise UsageError(
                f"{SETTING}: {pair.strip()[:60]!r} is not NAME=KEY, such as language=lang or desk=meta.desk"
            )
        require_usable(field)
        fields[OWN + field] = (*fields.get(OWN + field, ()), name)
    if len(fields) > MOST_FIELDS:
        raise UsageError(f"{SETTING} names {len(fields)} fields, but at most {MOST_FIELDS} are allowed")
    arabic: dict[str, str] = {}
    for field in (key.removeprefix(OWN) for key in fields):
        other = arabic.setdefault(own_column(field).arabic, field)
        if other != field:
            raise UsageError(
                f"{SETTING}: {other} and {field} have the same Arabic name, {own_column(field).arabic}; rename one"
            )
    return fields


def require_usable(field: str) -> None:
    """Raises UsageError unless ``field`` may be the name of an own field."""
    said = f"{SETTING}: {field[:40]!r}"
    if not _NAME.fullmatch(field) or unicodedata.normalize("NFC", field) != field:
        raise UsageError(f"{said} cannot name a field: give up to 30 letters, digits and underscores, a letter first")
    if field != field.lower():
        raise UsageError(f"{said}: write the name of a field in small letters, as {field.lower()}")
    if field in RESERVED or own_column(field).arabic in RESERVED or field.startswith(EXCLUDE):
        raise UsageError(f"{said} is reserved; give the field another name, such as own_{field}")


def own_values(data: NamedValues, fields: FieldNames, notes: list[str]) -> tuple[tuple[str, str], ...]:
    """Returns the own fields in ``data`` that have a value, each with its value, sorted by name.

    Adds to ``notes`` which values were cut, and which could not be converted to text.
    """
    found = {}
    for field in sorted(field for field in fields if field.startswith(OWN)):
        refused = ""
        for name, value in data.values(fields[field]):
            try:
                text = _line(_text(name, value))
            except SourceError as error:
                refused = refused or str(error)
                continue
            if text:
                if len(text) > LONGEST_VALUE:
                    notes.append(f"{name} was cut to {LONGEST_VALUE} characters")
                found[field.removeprefix(OWN)] = text[:LONGEST_VALUE].rstrip()
                break
        else:
            notes += [refused] if refused else []
    return tuple(found.items())


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        if not -LARGEST_NUMBER < value < LARGEST_NUMBER:
            raise SourceError(f"{name} is a number with too many digits for the value of a field")
        return str(value)
    if isinstance(value, list):
        parts = [_line(_text(name, part)) for part in value[:_MOST_PARTS] if not isinstance(part, list)]
        return _SEPARATOR.join(dict.fromkeys(part for part in parts if part))
    return field_text(name, value, "")


def _line(text: str) -> str:
    """Returns ``text`` as one line without controls, those of direction included; "" if it means "no value"."""
    spaced = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text[: LONGEST_VALUE * 8])
    shown = "".join(letter for letter in spaced if letter in _JOINERS or unicodedata.category(letter) != "Cf")
    line = " ".join(shown.split())
    return "" if is_no_value(line) else line


def without_own(fields: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Returns ``fields`` without the own fields, so only those of every archive."""
    return {field: names for field, names in fields.items() if not field.startswith(OWN)}
