# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns a JSON or table value into the text of an article's field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone

from indexer.errors import SourceError
from indexer.sources.decoding.decode import without_controls
from indexer.sources.decoding.mojibake import without_mojibake

_TEXT_KEYS = {
    "id": ("$oid",),
    "url": ("href", "url", "rendered"),
    "date": ("$date", "date", "iso", "$numberLong"),
    "fetched": ("$date", "date", "iso", "$numberLong"),
    "": ("rendered", "name", "displayName", "fullName", "full_name", "value", "text", "#text", "title", "_", "@value"),
}
"""The keys that may hold the text if the value is an object, by field; "" stands for all other fields."""

_LIST_SEPARATORS = {"body": "\n", "author": "، ", "category": "، "}
"""The separator by which the texts of a list are joined, by field. For other fields, the first text is used."""

_TYPE_NAMES = {list: "a list", dict: "an object", bool: "true or false", int: "a number", float: "a number"}
_NO_VALUE = frozenset({
    "", "-", "--", "---", "–", "—", "_", "n/a", "#n/a", "na", "n.a.", "null", "(null)", "none", "nil", "nan", "<na>",
    "\\n", "undefined", "[]", "{}", "غير متوفر", "غير متاح", "غير محدد", "لا يوجد", "لا شيء",
})  # fmt: skip
"""What tools write when there is no value, in lower case."""
_LONGEST_NO_VALUE = 12
_DEEPEST = 4
LARGEST_NUMBER = 10**18
"""No number that stands for a value of a field is larger."""
_DATES = frozenset({"date", "fetched"})
_DIGITS_OF_TIMES = (10, 13)
_TIME_UNITS = {range(10**8, 10**11): 1, range(10**11, 10**14): 1000}
"""Whole numbers in these ranges are times: seconds since 1970, or milliseconds where the divisor is 1000."""


def field_text(name: str, value: object, field: str) -> str:
    """Returns the text that ``value``, found under ``name``, gives to ``field``; "" if it means "no value".

    Raises SourceError if the type of the value does not fit the field, or if the text holds half of a surrogate pair.
    """
    text = _text(name, value, field, _DEEPEST)
    if field in _DATES and len(text) in _DIGITS_OF_TIMES and text.isascii() and text.isdigit():
        text = _moment(int(text)) or text
    if is_no_value(text):
        return ""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise SourceError(f"{name} holds a lone surrogate") from error
    # Decoding saw controls and misread letters only as JSON escapes, so they are removed here.
    return without_controls(without_mojibake(text))


def is_no_value(text: str) -> bool:
    """Returns whether ``text`` is what tools write when there is no value."""
    return len(text) <= _LONGEST_NO_VALUE and text.strip().casefold() in _NO_VALUE


def _text(name: str, value: object, field: str, depth: int) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if field == "id" and isinstance(value, int):
            return str(value)
        if field in _DATES and (moment := _moment(value)):
            return moment
    elif isinstance(value, Mapping) and depth:
        for key in _TEXT_KEYS.get(field, _TEXT_KEYS[""]):
            if value.get(key) is not None:
                return _text(name, value[key], field, depth - 1)
    elif isinstance(value, list) and depth:
        texts = [text for part in value if (text := _text(name, part, field, depth - 1)).strip()]
        # The parts of a formatted text, such as bold and plain words, contain their own line ends.
        runs = field == "body" and any(isinstance(part, Mapping) and "type" in part for part in value)
        return (
            ("" if runs else _LIST_SEPARATORS[field]).join(texts)
            if field in _LIST_SEPARATORS
            else next(iter(texts), "")
        )
    raise SourceError(f"{name} is {_TYPE_NAMES.get(type(value), 'a number')}, not a text")


def _moment(number: float) -> str:
    """Returns the time ``number`` seconds or milliseconds after 1970, or "" if the number is implausible as either."""
    unit = next((unit for numbers, unit in _TIME_UNITS.items() if numbers.start <= number < numbers.stop), 0)
    return datetime.fromtimestamp(number / unit, timezone.utc).isoformat(timespec="seconds") if unit else ""
