# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the file of named searches and of the channels that are told what they find.

::

    [channels.newsroom]
    webhook = "https://hooks.example.org/fihrist"
    secret_file = "/etc/fihrist/newsroom.secret"

    [channels.desk]
    mail = ["desk@example.org"]

    [searches."جسر السنابل"]
    q = "جسر السنابل"
    source = ["alrafidain-today"]
    tell = ["newsroom", "desk"]
    since = 2026-01-01

The keys of a search are the parameters that narrow a search (`parameters.NARROWING`), ``tell`` and ``since``. What is
wrong with one search or channel is a fault of it alone: the others are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from indexer.alerts.channels import PRINT, Channel, ChannelFault
from indexer.alerts.mail import mail_channels
from indexer.alerts.places_in_toml import line_of, parsed
from indexer.alerts.webhook import webhook_channel
from indexer.errors import RequestError, UsageError
from indexer.search.query import parameters as P
from indexer.search.query.request import SearchRequest

LARGEST = 1 << 20
"""The most bytes that are read: thousands of searches."""

_OWN_KEYS = ("tell", "since")
_BY_ADDITION = {P.INDEXED_FROM.name, P.INDEXED_TO.name, P.ADDED_SINCE.name}
"""Parameters that no search of the file may have, since what is new is what the file is for."""
_SINCE = replace(P.ADDED_SINCE, name="since")


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong in the file: the line, the key with the names of its tables, and the reason."""

    line: int
    key: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.key}: {self.reason}"


@dataclass(frozen=True, slots=True)
class NamedSearch:
    """A search with the names of the channels to tell. ``since``: the first moment of which articles are new at first;
    None: only those that come after the first run."""

    name: str
    request: SearchRequest
    tell: tuple[str, ...]
    since: int | None


@dataclass(frozen=True, slots=True)
class AlertFile:
    """What the file states. ``channels`` has each channel by name; a channel of mail is one for each of its addresses.

    ``known`` are the names of all searches in the file, the faulty ones included.
    """

    searches: tuple[NamedSearch, ...]
    channels: Mapping[str, Sequence[Channel]]
    faults: tuple[FileFault, ...]
    known: frozenset[str]


def read_alert_file(path: Path, own_fields: Sequence[str]) -> AlertFile:
    """Returns what the file ``path`` states; ``own_fields`` are those of the archive.

    Raises UsageError if the file cannot be read, or is no TOML.
    """
    text = _text(path)
    try:
        whole = parsed(text)
    except ValueError as error:
        last = text.count("\n") + 1
        reason = str(error).replace("at end of document", f"at the end, line {last}")
        raise UsageError(f"{path} is no valid TOML: {reason}") from error
    return _AlertFileReader(text, whole, own_fields).read()


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise UsageError(f"{path} is larger than {LARGEST >> 20} MB; divide it into several files")
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}; name a file of searches") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not in UTF-8: byte {error.start}; save it as UTF-8") from error


class _AlertFileReader:
    """Reads one file and collects its faults."""

    def __init__(self, text: str, whole: dict[str, Any], own_fields: Sequence[str]) -> None:
        self._text = text
        self._whole = whole
        self._own_fields = own_fields
        self._faults: list[FileFault] = []
        self._parameters = [
            parameter.name for parameter in P.for_archive(P.NARROWING, own_fields) if parameter.name not in _BY_ADDITION
        ]

    def read(self) -> AlertFile:
        for name in self._whole:
            if name not in ("channels", "searches"):
                self._fault((name,), "is unknown; a file has the tables channels and searches")
        channels: dict[str, Sequence[Channel]] = {}
        for name, stated in self._tables("channels"):
            if name == PRINT:
                self._fault(("channels", name), "is the name of the channel that prints; choose another")
                continue
            try:
                channels[name] = _channels(name, stated)
            except ChannelFault as error:
                self._fault(("channels", name, *error.key), error.reason)
        tables = list(self._tables("searches"))
        found = [search for name, stated in tables if (search := self._search(name, stated, channels))]
        return AlertFile(tuple(found), channels, tuple(self._faults), frozenset(name for name, _ in tables))

    def _tables(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yields the tables below ``kind``, each with its name."""
        tables = self._whole.get(kind, {})
        if not isinstance(tables, dict):
            self._fault((kind,), f"must be tables, such as [{kind}.name]")
            return
        for name, stated in tables.items():
            if not name.strip() or not name.isprintable():
                self._fault((kind, name), "must have a name of printable signs")
            elif not isinstance(stated, dict):
                self._fault((kind, name), f"must be a table: [{kind}.name]")
            else:
                yield name, stated

    def _search(self, name: str, stated: dict[str, Any], channels: Mapping[str, object]) -> NamedSearch | None:
        before = len(self._faults)
        params, place = {}, ("searches", name)
        for key, value in stated.items():
            if key not in (*self._parameters, *_OWN_KEYS):
                self._fault((*place, key), self._unknown(key))
                continue
            texts = _texts(value)
            if texts is None:
                self._fault((*place, key), "must be a text, a number, a date, true or false, or a list of these")
            else:
                params[key] = texts
        tell = tuple(dict.fromkeys(params.pop("tell", [PRINT])))
        since = None
        try:
            since = _SINCE.read({"since": params.pop("since", [])})
            request = SearchRequest.from_params(params, self._own_fields)
        except RequestError as error:
            self._fault((*place, error.param) if error.param else place, error.detail)
        if len(self._faults) > before:
            return None
        for unknown in (one for one in tell if one != PRINT and one not in self._whole.get("channels", {})):
            self._fault((*place, "tell"), f"names {unknown!r}, which is no channel; {self._near(unknown, channels)}")
        return NamedSearch(name, request, tuple(one for one in tell if one == PRINT or one in channels), since)

    def _unknown(self, key: str) -> str:
        if key in _BY_ADDITION:
            return "is not needed: each run tells what was added since the last one; since says when the first begins"
        return f"is unknown; {self._near(key, (*self._parameters, *_OWN_KEYS))}"

    @staticmethod
    def _near(name: str, known: Iterable[str]) -> str:
        names = sorted(known)
        near = get_close_matches(name.lower()[:100], names, n=1)
        return f"did you mean {near[0]}?" if near else f"known are: {', '.join(names) or 'none'}"

    def _fault(self, path: tuple[str, ...], reason: str) -> None:
        held: Any = self._whole
        known = []
        for name in path:  # the line of a key that is missing is that of its table
            if not isinstance(held, dict) or name not in held:
                break
            known.append(name)
            held = held[name]
        self._faults.append(FileFault(line_of(self._text, known), ".".join(path), reason))


def _channels(name: str, stated: dict[str, Any]) -> Sequence[Channel]:
    if "webhook" in stated and "mail" not in stated:
        return (webhook_channel(name, stated),)
    if "mail" in stated and "webhook" not in stated:
        return mail_channels(name, stated)
    raise ChannelFault((), "must have one of the keys webhook and mail")


def _texts(value: Any) -> list[str] | None:
    """Returns a value as the texts of a parameter; None if it is of no type that a parameter has."""
    if isinstance(value, list):
        parts = [_texts(one) for one in value if not isinstance(one, list)]
        return [text for part in parts if part for text in part] if all(parts) and len(parts) == len(value) else None
    if isinstance(value, bool):
        return [str(int(value))]
    if isinstance(value, date):  # and datetime
        return [value.isoformat()]
    return [str(value)] if isinstance(value, str | int) else None
