"""The kinds of parameters that an address may state: how each is read, and how it is described as JSON Schema.

A parameter that is left empty is as good as left out: forms send those that nobody filled in.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Generic, TypeVar

from indexer import moments
from indexer.errors import RequestError

Params = Mapping[str, Sequence[str]]
"""Each name with all its values."""

Schema = dict[str, Any]
Value_co = TypeVar("Value_co", covariant=True)

NONE = "none"

_YEAR = "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
_MONTH = "(?:0[1-9]|1[0-2])"
_TIME = re.compile(r"(?<=^....-..-..)T[0-9:.]{1,20}(?:Z|[ +-][0-9:]{1,6})?$")  # a plus in an address is a space
_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_MOMENT = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    # A plus in an address is a space.
    r"(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,30})?)?(?P<zone>[Zz]|[ +-][0-9]{2}:?[0-9]{2})?)?)?)?"
)


@dataclass(frozen=True)
class Parameter(ABC, Generic[Value_co]):
    """A parameter: its name, what it means in one English sentence, and a value of it as it stands in an address."""

    name: str
    meaning: str
    example: str

    repeatable = False
    """Whether it may be given several times, each time with a further value."""
    listed = False
    """Whether one value may hold several, parted by commas."""
    needed = False
    """Whether it must say something."""

    @abstractmethod
    def read(self, params: Params) -> Value_co:
        """Its value in ``params``, the default where it is not stated. Raises RequestError that says what is right."""

    @abstractmethod
    def schema(self) -> Schema:
        """What is allowed, as JSON Schema."""

    def given(self, params: Params) -> bool:
        """Whether ``params`` state it."""
        return any(params.get(self.name, ()))

    def single(self, params: Params) -> str:
        """Its only value as it was written, "" where there is none."""
        values = params.get(self.name, ())
        if len(values) > 1:
            raise self.wrong(f"{self.name} is given {len(values)} times; give it once.")
        return values[0] if values else ""

    def wrong(self, detail: str) -> RequestError:
        """The error for a value that cannot be used."""
        return RequestError("invalid_parameter", self.name, detail)


@dataclass(frozen=True)
class Text(Parameter[str]):
    """Any text of at most ``most`` code points."""

    most: int
    needed: bool = False

    def read(self, params: Params) -> str:
        """See `Parameter.read`."""
        text = self.single(params)
        if len(text) > self.most:
            raise RequestError(
                "query_too_long",
                self.name,
                f"{self.name} has {len(text):,} characters; at most {self.most:,} are read. Shorten it.",
            )
        if self.needed and not text:
            raise self.wrong(f"{self.name} is missing; give a text of 1 to {self.most:,} characters.")
        return text

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        return {"type": "string", "minLength": int(self.needed), "maxLength": self.most}


@dataclass(frozen=True)
class Number(Parameter[int]):
    """A whole number from ``least`` to ``most``."""

    least: int
    most: int
    default: int

    def read(self, params: Params) -> int:
        """See `Parameter.read`."""
        text = self.single(params)
        if not text:
            return self.default
        # To JSON Schema 5.0 is a whole number too, and so programs send it.
        match = re.fullmatch(r"([0-9]{1,9})(?:\.0{1,9})?", text)
        if not match or not self.least <= int(match[1]) <= self.most:
            raise self.wrong(f"{self.name} must be a whole number from {self.least} to {self.most:,}.")
        return int(match[1])

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most, "default": self.default}


@dataclass(frozen=True)
class Choice(Parameter[str]):
    """One of ``choices``, by default the first."""

    choices: tuple[str, ...]

    def read(self, params: Params) -> str:
        """See `Parameter.read`."""
        value = self.single(params) or self.choices[0]
        if value not in self.choices:
            raise self.wrong(f"{self.name} must be one of: {', '.join(self.choices)}.")
        return value

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        return {"type": "string", "enum": list(self.choices), "default": self.choices[0]}


@dataclass(frozen=True)
class Flag(Parameter[bool]):
    """0 or 1."""

    default: bool = False

    def read(self, params: Params) -> bool:
        """See `Parameter.read`."""
        value = self.single(params) or str(int(self.default))
        if value not in ("0", "1"):
            raise self.wrong(f"{self.name} must be 0 or 1.")
        return value == "1"

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        return {"type": "string", "enum": ["0", "1"], "default": str(int(self.default))}


@dataclass(frozen=True)
class Day(Parameter[date | None]):
    """The first day, or with ``last`` the last one, of a year, month or day; of a moment, its day.

    ``of_a_number`` is what to tell whoever gives a number that is no year.
    """

    last: bool = False
    of_a_number: str = ""

    def read(self, params: Params) -> date | None:
        """See `Parameter.read`."""
        text = self.single(params)
        if not text:
            return None
        match = _PERIOD.fullmatch(_TIME.sub("", text))
        if match:
            year, month, day = (int(part or 0) for part in match.groups())
            try:
                return _last_day(year, month, day) if self.last else date(year, month or 1, day or 1)
            except ValueError:
                pass
        raise self.wrong(
            f"{self.name} must be a date of the calendar as YYYY, YYYY-MM or YYYY-MM-DD, or a moment that begins so."
            + (f" {self.of_a_number}" if text.isdecimal() and self.of_a_number else "")
        )

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        periods = [{"type": "string", "pattern": f"^{pattern}$"} for pattern in (_YEAR, f"{_YEAR}-{_MONTH}")]
        moment = {"type": "string", "format": "date-time"}
        return {"anyOf": [{"type": "string", "format": "date"}, *periods, moment]}


@dataclass(frozen=True)
class Moment(Parameter[int | None]):
    """The first moment, or with ``last`` the last one, of a year, month, day, minute or second.

    Times are in UTC unless they state an offset.
    """

    last: bool = False

    def read(self, params: Params) -> int | None:
        """See `Parameter.read`."""
        text = self.single(params)
        if not text:
            return None
        match = _MOMENT.fullmatch(text)
        try:
            if match:
                return _edge(match, last=self.last)
        except (ValueError, OverflowError):
            pass
        raise self.wrong(f"{self.name} must be a moment as YYYY-MM-DDThh:mm:ssZ, or a year, month, day or minute.")

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        periods = [{"type": "string", "pattern": f"^{pattern}$"} for pattern in (_YEAR, f"{_YEAR}-{_MONTH}")]
        return {"anyOf": [{"type": "string", "format": name} for name in ("date-time", "date")] + periods}


def _edge(match: re.Match[str], *, last: bool) -> int:
    """The first or last second of what ``match`` of `_MOMENT` names. Raises ValueError, OverflowError."""
    unstated = (0, 12, 31, 23, 59, 59) if last else (0, 1, 1, 0, 0, 0)
    stated = zip(match.groups()[:6], unstated, strict=True)
    year, month, day, hour, minute, second = (int(part or other) for part, other in stated)
    if not match[3] and last:
        day = monthrange(year, month)[1]
    second = 59 if second == 60 else second  # a leap second has no moment of its own
    begins = datetime(year, month, day, hour, minute, second, tzinfo=_zone(match["zone"] or "Z"))
    return max(moments.FIRST, min(moments.moment_of(begins), moments.LAST))


def _zone(text: str) -> timezone:
    if text in "Zz":
        return timezone.utc
    ahead = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-ahead if text[0] == "-" else ahead)


def _last_day(year: int, month: int, day: int) -> date:
    month = month or 12
    return date(year, month, day or monthrange(year, month)[1])


@dataclass(frozen=True)
class Names(Parameter[tuple[str, ...]]):
    """Any number of names up to ``most``, each of at most ``longest`` code points and of the form ``pattern``, if any.

    ``form`` says in words what that is.
    """

    most: int
    longest: int
    pattern: str = ""
    form: str = "a name"

    repeatable = True

    def read(self, params: Params) -> tuple[str, ...]:
        """See `Parameter.read`."""
        values = params.get(self.name, ())
        names = tuple(dict.fromkeys(name for name in values if name))
        formed = re.compile(self.pattern or ".*", re.DOTALL)
        if len(values) > self.most or any(len(name) > self.longest or not formed.fullmatch(name) for name in names):
            raise self.wrong(
                f"{self.name} must be {self.form}, of at most {self.longest:,} characters; "
                f"it may be given {self.most} times."
            )
        return names

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        name = {
            "type": "string",
            "maxLength": self.longest,
            **({"pattern": f"^{self.pattern}$"} if self.pattern else {}),
        }
        return {"type": "array", "items": name, "maxItems": self.most}


@dataclass(frozen=True)
class Selection(Parameter[tuple[str, ...]]):
    """Some of ``choices`` in their order, parted by commas; by default all. ``none`` stands for none, if allowed."""

    choices: tuple[str, ...]
    none_too: bool = False

    listed = True

    def read(self, params: Params) -> tuple[str, ...]:
        """See `Parameter.read`."""
        chosen = {part.strip() for part in self.single(params).split(",")} - {""}
        if not chosen:
            return self.choices
        if self.none_too and NONE in chosen:
            if len(chosen) > 1:
                raise contradiction(self.name, f"{self.name} is none and more; leave one of the two out.")
            return ()
        if unknown := sorted(chosen - set(self.choices)):
            raise self.wrong(
                f"{self.name} holds {unknown[0][:50]!r}; it must be some of {', '.join(self.choices)}, parted by commas"
                f"{', or none' if self.none_too else ''}."
            )
        return tuple(choice for choice in self.choices if choice in chosen)

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        allowed = [*self.choices, *([NONE] if self.none_too else [])]
        return {"type": "array", "items": {"type": "string", "enum": allowed}}


@dataclass(frozen=True)
class Identifier(Parameter[str]):
    """An article's id, 16 hexadecimal digits; "" where none is given."""

    def read(self, params: Params) -> str:
        """See `Parameter.read`."""
        text = self.single(params)
        if text and not is_identifier(text):
            raise self.wrong(f"{self.name} must be the id of an article, 16 digits from 0 to 9 and a to f.")
        return text

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        return {"type": "string", "pattern": "^[0-9a-f]{16}$"}


def is_identifier(text: str) -> bool:
    """Whether ``text`` has the form that every article's id has."""
    return re.fullmatch("[0-9a-f]{16}", text) is not None


def quoted(text: str) -> str:
    """The beginning of a text that a caller sent, as a message may hold it: without what is no letter to be printed."""
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:51])
    return f"'{shown[:50]}{'…' if len(shown) > 50 else ''}'"


def contradiction(name: str, detail: str) -> RequestError:
    """The error for parameters each of which could be used, but not together; ``name`` is the one to change."""
    return RequestError("contradictory_parameters", name, detail)
