"""Which keys of an object, or columns of a table, hold the parts of an article."""

from __future__ import annotations

from collections.abc import Mapping

from indexer.errors import SourceError, UsageError
from indexer.sources.decode import plain
from indexer.sources.keys import Keys
from indexer.sources.markup import as_text
from indexer.sources.mojibake import mended
from indexer.sources.record import Record

Fields = Mapping[str, tuple[str, ...]]
"""A field of an article -> the names that are tried, in order; the first that holds a text gives it."""

USUAL: Fields = {
    "id": ("id",),
    "title": ("title", "headline"),
    "body": ("body", "text", "content", "articleBody"),
    "source": ("source", "outlet", "site_name", "publisher"),
    "category": ("category", "section", "articleSection"),
    "author": ("author", "byline"),
    "url": ("url", "link"),
    "date": ("date", "published", "published_at", "publishedAt", "datePublished", "pubDate"),
    "fetched": ("fetched", "fetched_at", "crawled_at", "scraped_at"),
}

_KIND = {list: "a list", dict: "an object", bool: "true or false", int: "a number", float: "a number"}
_ELSEWHERE = ("rendered", "name")
_MANY = frozenset({"author", "category"})
_NUMBERS: dict[str, tuple[type, ...]] = {"id": (int,), "fetched": (int, float)}
"""Fields whose values may be numbers, and of which type; crawlers count seconds."""
_RECORD = {"body": "text", "date": "published", "fetched": "seen"}


def parse_fields(text: str) -> Fields:
    """`USUAL` with the names of ``text`` before them, such as "title=headline, body=content.text"; "-" changes nothing.

    A dot leads into an object. Raises UsageError on anything else, naming the fields that there are.
    """
    fields = dict(USUAL)
    for pair in () if text.strip() == "-" else text.split(","):
        field, equals, name = (part.strip() for part in pair.partition("="))
        if field not in USUAL or not equals or not name:
            raise UsageError(f"{pair.strip()!r} is not FIELD=NAME, where FIELD is one of {', '.join(USUAL)}")
        fields[field] = (name, *fields[field])
    return fields


def record_of(data: Mapping[str, object], fields: Fields, keys: Keys, place: str) -> Record:
    """The article that ``data`` states; ``place``, such as "line-17", is its key where it states no id or URL.

    Raises SourceError where it has neither title nor body, or one of its fields is not a text.
    """
    found = {field: _first_text(data, field, names) for field, names in fields.items()}
    if not found["title"].strip() and not found["body"].strip():
        raise SourceError("no text: neither a title nor a body")
    key = keys.take(found.pop("id").strip(), found["url"], place)
    found["body"], found["title"] = as_text(found["body"]), as_text(found["title"])
    stated = {_RECORD.get(field, field): text for field, text in found.items()}
    return Record(key=key, flattened=False, **stated)  # type: ignore[arg-type]  # only fields that are texts


def _first_text(data: Mapping[str, object], field: str, names: tuple[str, ...]) -> str:
    for name in names:
        value = _value(data, name)
        if value is not None and (text := _text(name, value, field)) and not text.isspace():
            return text
    return ""


def _value(data: Mapping[str, object], name: str) -> object:
    if name in data or "." not in name:
        return data.get(name)
    value: object = data
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _text(name: str, value: object, field: str) -> str:
    if value is None:
        return ""
    if isinstance(value, _NUMBERS.get(field, ())) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Mapping):
        value = next((value[key] for key in _ELSEWHERE if isinstance(value.get(key), str)), value)
    if isinstance(value, list) and value and field in _MANY:
        return "، ".join(_text(name, part, "") for part in value)
    if not isinstance(value, str):
        raise SourceError(f"{name} is {_KIND.get(type(value), 'a number')}, not a text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise SourceError(f"{name} holds a lone surrogate") from error
    # Decoding saw the escapes of controls and of misread letters only.
    return plain(mended(value))
