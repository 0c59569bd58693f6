"""A value of JSON, or of a table, becomes the text that a field of an article needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone

from indexer.errors import SourceError
from indexer.sources.decoding.decode import plain
from indexer.sources.decoding.mojibake import mended

_INNER = {
    "id": ("$oid",),
    "url": ("href", "url", "rendered"),
    "date": ("$date", "date", "iso", "$numberLong"),
    "fetched": ("$date", "date", "iso", "$numberLong"),
    "": ("rendered", "name", "displayName", "fullName", "full_name", "value", "text", "#text", "title", "_", "@value"),
}
"""The keys by which an object in place of a text is asked for the text, by field; "" for all other fields."""

_LISTS = {"body": "\n", "author": "، ", "category": "، "}
"""What stands between the texts of a list in such a field; of other fields, the first text is taken."""

_KIND = {list: "a list", dict: "an object", bool: "true or false", int: "a number", float: "a number"}
_NOTHING = frozenset({
    "", "-", "--", "---", "–", "—", "_", "n/a", "#n/a", "na", "n.a.", "null", "(null)", "none", "nil", "nan", "<na>",
    "\\n", "undefined", "[]", "{}", "غير متوفر", "غير متاح", "غير محدد", "لا يوجد", "لا شيء",
})  # fmt: skip
"""What tools write where they have nothing, in small letters."""
_LONGEST_NOTHING = 12
_DEEPEST = 4
LARGEST_NUMBER = 10**18
"""No number that stands for a value of a field is larger."""
_DATES = frozenset({"date", "fetched"})
_DIGITS_OF_MOMENTS = (10, 13)
_MOMENTS = {range(10**8, 10**11): 1, range(10**11, 10**14): 1000}
"""Whole numbers that are seconds, or thousandths of them, since 1970."""


def text_of(name: str, value: object, field: str) -> str:
    """The text that ``value``, which stands under ``name``, gives ``field``; "" where it says that there is none.

    Raises SourceError where it is of a kind that cannot give one, or holds half of a character.
    """
    text = _text(name, value, field, _DEEPEST)
    if field in _DATES and len(text) in _DIGITS_OF_MOMENTS and text.isascii() and text.isdigit():
        text = _moment(int(text)) or text
    if is_nothing(text):
        return ""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise SourceError(f"{name} holds a lone surrogate") from error
    # Decoding saw the escapes of controls and of misread letters only.
    return plain(mended(text))


def is_nothing(text: str) -> bool:
    """Whether ``text`` is what tools write where they have nothing."""
    return len(text) <= _LONGEST_NOTHING and text.strip().casefold() in _NOTHING


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
        for key in _INNER.get(field, _INNER[""]):
            if value.get(key) is not None:
                return _text(name, value[key], field, depth - 1)
    elif isinstance(value, list) and depth:
        texts = [text for part in value if (text := _text(name, part, field, depth - 1)).strip()]
        # Runs of a text, such as bold and plain words of one message, say where their lines end themselves.
        runs = field == "body" and any(isinstance(part, Mapping) and "type" in part for part in value)
        return ("" if runs else _LISTS[field]).join(texts) if field in _LISTS else next(iter(texts), "")
    raise SourceError(f"{name} is {_KIND.get(type(value), 'a number')}, not a text")


def _moment(number: float) -> str:
    """The moment that is ``number`` seconds, or thousandths, after 1970; "" where it can hardly be either."""
    unit = next((unit for numbers, unit in _MOMENTS.items() if numbers.start <= number < numbers.stop), 0)
    return datetime.fromtimestamp(number / unit, timezone.utc).isoformat(timespec="seconds") if unit else ""
