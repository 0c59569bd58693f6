# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes an article of a record: cleans it, dates it, and finds the name of its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from indexer import cleaning, moments
from indexer.article import Article, Published, article_id
from indexer.errors import UsageError
from indexer.settings import number_setting, text_setting
from indexer.sources import USUAL_NAMES, FieldNames, Record, parse_fields, parse_own_fields

NONE = "-"
"""Stands for nothing in a setting."""
ALL = "*"
"""Stands for every source in a setting."""

_LARGEST_NAMES = 1 << 20
_LONGEST_TITLE = 25
"""In words."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings that decide how a record becomes an article.

    ``fields`` are names of keys and columns, ``names`` those of sources. If ``file_dates``, the time of a file replaces
    a missing date. If ``all_pages``, HTML pages that do not look like articles are read, too. ``clean`` holds the
    names, domains or folders (as `_plain` writes them) of sources whose text needs no cleaning; ALL stands for every
    source.
    """

    fields: FieldNames = field(default_factory=lambda: USUAL_NAMES)
    names: Mapping[str, str] = field(default_factory=dict)
    file_dates: bool = False
    all_pages: bool = False
    clean: frozenset[str] = frozenset()

    def refuses(self, record: Record) -> str:
        """Returns what ``record`` is, such as "a list of links", if it is not a wanted article, otherwise ""."""
        return "" if self.all_pages and record.text else record.no_article

    @property
    def fingerprint(self) -> str:
        """8 hexadecimal digits that change with the rules, so that files are read again; "" for the default rules."""
        if self == Rules():
            return ""
        names, clean = sorted(self.names.items()), sorted(self.clean)
        content = repr((sorted(self.fields.items()), names, self.file_dates, self.all_pages, clean))
        return blake2b(content.encode(), digest_size=4).hexdigest()

    def as_said(self, record: Record, key: str) -> Record:
        """Returns ``record``, marked as clean text if the settings say so for its source.

        ``key`` is the key of the file. A record without a title gets its first line as title if that looks like one.
        """
        if not (self.clean and record.flattened and self._is_clean(record, key)):
            return record
        title, text = record.title, record.text
        if not title.strip() and _first_line_is_title(text):
            title, _, text = text.strip().partition("\n")
        return replace(record, title=title, text=text, flattened=False)

    def _is_clean(self, record: Record, key: str) -> bool:
        folder, root = _folders(key, record.place)
        names = (record.source, _domain(record.url), folder, root)
        return ALL in self.clean or any(_plain(name) in self.clean for name in names if name)


def stated_rules() -> Rules:
    """Returns the rules that the settings state. Raises UsageError if one cannot be used."""
    return Rules(
        fields={**parse_fields(text_setting("fields")), **parse_own_fields(text_setting("own_fields"))},
        names=read_names(text_setting("source_names")),
        file_dates=bool(number_setting("file_dates")),
        all_pages=bool(number_setting("all_pages")),
        clean=parse_clean(text_setting("clean_sources")),
    )


def parse_clean(text: str) -> frozenset[str]:
    """Returns the sources in ``text``, separated by commas; NONE stands for none, ALL for every source."""
    return frozenset(_plain(name) for name in text.split(",") if name.strip() and name.strip() != NONE)


def read_names(path: str) -> dict[str, str]:
    """Returns the names of sources from the file at ``path``. A line is ``domain, folder or name = the name to show``.

    NONE means no file. Raises UsageError if the file cannot be read or a line has another form.
    """
    if path == NONE:
        return {}
    try:
        with Path(path).open("rb") as file:
            text = file.read(_LARGEST_NAMES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise UsageError(f"{path}: the names of sources cannot be read: {error}") from error
    names = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        alias, equals, name = line.partition("=")
        if not equals or not alias.strip() or not name.strip():
            raise UsageError(f"{path}, line {number}: write it as `domain, folder or name = the name to show`")
        names[_plain(alias)] = " ".join(name.split())
    return names


def _first_line_is_title(text: str) -> bool:
    first, _, rest = text.strip().partition("\n")
    words = len(first.split())
    return bool(rest.strip()) and words <= _LONGEST_TITLE and not first.rstrip().endswith((".", "،", ":", "؛"))


def record_id(file_key: str, record_key: str) -> str:
    """Returns the id of a record, made from its file's key and its own, which is "" if it is the only one of the
    file."""
    return article_id(f"{file_key}\0{record_key}" if record_key else file_key)


def assemble(record: Record, key: str, path: str, rules: Rules, mtime_ns: int) -> Article | None:
    """Returns the article in ``record``, or None if it holds no text.

    ``key`` and ``path`` are those of the file, ``mtime_ns`` is the time of its last change. If the rules say so, that
    time, in UTC, replaces a missing date and a missing time of fetching.
    """
    changed = datetime.fromtimestamp(mtime_ns / 1e9, timezone.utc) if rules.file_dates else None
    if changed is not None and not record.fetched:
        record = replace(record, fetched=changed.isoformat(timespec="seconds"))
    fetched_at = cleaning.parse_fetched(record.fetched)
    if fetched_at is not None and cleaning.parse_stated(record.fetched) is None:
        record = replace(record, fetched=moments.written(fetched_at))  # the form from which relative dates are counted
    cleaned = cleaning.clean(record)
    if not (cleaned.title or cleaned.body):
        return None
    return Article(
        id=record_id(key, record.key),
        title=cleaned.title,
        body=cleaned.body,
        path=path,
        source=_source(record, cleaned.agency, key, rules.names),
        category=cleaned.category,
        author=cleaned.author,
        authors=cleaning.authors_in(cleaned.author),
        url=record.url,
        published=cleaned.published or (Published(changed.date().isoformat()) if changed else None),
        removed=cleaned.removed,
        fetched_at=fetched_at,
        own=record.own,
    )


def _source(record: Record, agency: str, key: str, names: Mapping[str, str]) -> str:
    """Returns the name of the source: the stated one, otherwise domain, folder, agency or the folder given to the
    run."""
    folder, root = _folders(key, record.place)
    domain = _domain(record.url)
    stated = " ".join(record.source.split())
    for name in (stated, domain, folder):
        if (plain := _plain(name)) in names:
            return names[plain]
    name = stated or domain or folder or agency or root
    return names.get(_plain(name), name)


def _folders(key: str, place: str) -> tuple[str, str]:
    """Returns the first folder that is not a date below the folder given to the run ("" if none), and the given folder.

    Zip and tar files do not count as folders.
    """
    parts = [part for part in PurePosixPath(place).parent.parts if part not in ("/", "..")]
    first, *below = (*PurePosixPath(key).parent.parts, *parts) or ("",)
    return next((part for part in below if not part.replace("-", "").isdigit()), ""), first


def _domain(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold().removeprefix("www.")
