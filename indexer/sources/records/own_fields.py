"""An archive's own fields: which keys or columns hold them, and the text that each value becomes.

The setting names them: ``language=lang, desk=meta.desk``. In `fields.FieldNames` the name of an own field begins with
`OWN`. A value is one line of at most `LONGEST_VALUE` characters, whatever the file holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from indexer.columns import OWN, RESERVED, own_column
from indexer.errors import SourceError, UsageError
from indexer.sources.records.fields import FieldNames, NamedValues
from indexer.sources.records.values import LARGEST_NUMBER, field_text, is_no_value

SETTING = "FIHRIST_OWN_FIELDS"
MOST_FIELDS = 20
LONGEST_VALUE = 200
"""In characters. Longer values are cut, and a note says so."""

_MOST_PARTS = 20
"""How many values of a list are taken."""
_SEPARATOR = "، "
_NAME = re.compile(r"[^\W\d_]\w{0,29}")


def parse_own_fields(text: str) -> dict[str, tuple[str, ...]]:
    """The names of keys or columns for each own field that ``text`` names, the field behind `OWN`; "-" names none.

    A field that is named twice has two names, which are tried in order. Raises UsageError on anything that is no such
    list, and on names that mean something else already.
    """
    fields: dict[str, tuple[str, ...]] = {}
    for pair in () if text.strip() == "-" else text.split(","):
        field, equals, name = (part.strip() for part in pair.partition("="))
        if not (equals and field and name):
            raise UsageError(
                f"{SETTING}: {pair.strip()[:60]!r} is not NAME=KEY, such as language=lang or desk=meta.desk"
            )
        _require_usable(field)
        fields[OWN + field] = (*fields.get(OWN + field, ()), name)
    if len(fields) > MOST_FIELDS:
        raise UsageError(f"{SETTING} names {len(fields)} fields; at most {MOST_FIELDS} are stored")
    arabic: dict[str, str] = {}
    for field in (key.removeprefix(OWN) for key in fields):
        other = arabic.setdefault(own_column(field).arabic, field)
        if other != field:
            raise UsageError(
                f"{SETTING}: {other} and {field} are both asked for as {own_column(field).arabic}:; rename one"
            )
    return fields


def _require_usable(field: str) -> None:
    """Raise UsageError unless a field may have this name."""
    said = f"{SETTING}: {field[:40]!r}"
    if not _NAME.fullmatch(field) or unicodedata.normalize("NFC", field) != field:
        raise UsageError(f"{said} cannot name a field: give up to 30 letters, digits and underscores, a letter first")
    if field != field.lower():
        raise UsageError(f"{said}: write the name of a field in small letters, as {field.lower()}")
    if field in RESERVED or own_column(field).arabic in RESERVED:
        raise UsageError(f"{said} means something else already; give the field another name, such as own_{field}")


def own_values(data: NamedValues, fields: FieldNames, notes: list[str]) -> tuple[tuple[str, str], ...]:
    """The own fields in ``data`` that have a value, by name, in the order of names.

    ``notes`` are told of values that were cut, and of those that cannot be a text.
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
            raise SourceError(f"{name} is a number of many digits, not a value of a field")
        return str(value)
    if isinstance(value, list):
        parts = [_line(_text(name, part)) for part in value[:_MOST_PARTS] if not isinstance(part, list)]
        return _SEPARATOR.join(dict.fromkeys(part for part in parts if part))
    return field_text(name, value, "")


def _line(text: str) -> str:
    """``text`` in one line, without control characters; "" where it says that there is no value."""
    spaced = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text[: LONGEST_VALUE * 8])
    line = " ".join(spaced.split())
    return "" if is_no_value(line) else line


def without_own(fields: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """``fields`` without the own ones: those of every archive."""
    return {field: names for field, names in fields.items() if not field.startswith(OWN)}
