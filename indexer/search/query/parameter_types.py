# SPDX-License-Identifier: GPL-3.0-or-later
"""The types of parameters: how each is read from an address, and how it is described as JSON Schema.

An empty parameter counts as left out, since forms also send the fields that nobody filled in.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, Generic, TypeVar
from unicodedata import decimal

from indexer import moments
from indexer.dates import first_day, last_day
from indexer.errors import RequestError
from indexer.search.query.lists import parts

Params = Mapping[str, Sequence[str]]
"""Each name with all its values."""

HasName = Callable[[str, str], bool]
"""Says whether an article has a name in a column: takes the column and the name."""

Schema = dict[str, Any]
Value_co = TypeVar("Value_co", covariant=True)

NONE = "none"

_YEAR = "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
_MONTH = "(?:0[1-9]|1[0-2])"
_MOMENT = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(?:[Tt ]([0-9]{2})(?::([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,30})?)?)?"
    # A plus in an address is a space.
    r"(?P<zone>[Zz]|[ +-][0-9]{2}(?::?[0-9]{2})?)?)?)?)?"
)
_HOURS, _MINUTES = 24, 60


def no_name(column: str, name: str) -> bool:
    """`HasName` where no names are known."""
    return False


@dataclass(frozen=True)
class Parameter(ABC, Generic[Value_co]):
    """A parameter: its name, what it means in one English sentence, and an example of its value in an address."""

    name: str
    meaning: str
    example: str

    repeatable = False
    """Whether it may be given several times, each time with another value."""
    listed = False
    """Whether one value is a list, separated by commas."""
    needed = False
    """Whether it must be given, and not be empty."""

    @abstractmethod
    def read(self, params: Params) -> Value_co:
        """The value in ``params``, else the default. Raises RequestError that says what is right."""

    @abstractmethod
    def schema(self) -> Schema:
        """The values that are allowed, as JSON Schema."""

    def given(self, params: Params) -> bool:
        """Whether ``params`` give it a value."""
        return any(params.get(self.name, ()))

    def single(self, params: Params) -> str:
        """The only value, as it was written; "" where there is none. Raises RequestError where there are several."""
        values = params.get(self.name, ())
        if len(values) > 1:
            raise self.wrong(f"{self.name} is given {len(values)} times; give it once.")
        return values[0] if values else ""

    def figures(self, params: Params) -> str:
        """`single` with digits of any script, such as ٢٠٢٣, as 0 to 9."""
        return "".join(str(decimal(sign)) if sign.isdecimal() else sign for sign in self.single(params))

    def wrong(self, detail: str) -> RequestError:
        """The error for a value that cannot be used."""
        return RequestError("invalid_parameter", self.name, detail)


@dataclass(frozen=True)
class TextParameter(Parameter[str]):
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
class NumberParameter(Parameter[int]):
    """A whole number from ``least`` to ``most``.

    ``same_as`` is another parameter that says the same. Then the schema states no default: generated clients send the
    defaults of all parameters, and would contradict the one that their caller gives.
    """

    least: int
    most: int
    default: int
    same_as: str = ""

    def read(self, params: Params) -> int:
        """See `Parameter.read`."""
        text = self.figures(params)
        if not text:
            return self.default
        # To JSON Schema 5.0 is a whole number too, and so programs send it.
        match = re.fullmatch(r"([0-9]{1,9})(?:\.0{1,9})?", text)
        if not match or not self.least <= int(match[1]) <= self.most:
            raise self.wrong(f"{self.name} must be a whole number from {self.least} to {self.most:,}.")
        return int(match[1])

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        default = {} if self.same_as else {"default": self.default}
        return {"type": "integer", "minimum": self.least, "maximum": self.most, **default}


@dataclass(frozen=True)
class ChoiceParameter(Parameter[str]):
    """One of ``choices``, by default the first. ``aliases`` are other names of choices."""

    choices: tuple[str, ...]
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def accepted(self) -> tuple[str, ...]:
        """The choices and their other names."""
        return (*self.choices, *self.aliases)

    def read(self, params: Params) -> str:
        """See `Parameter.read`."""
        value = self.single(params) or self.choices[0]
        value = self.aliases.get(value, value)
        if value not in self.choices:
            raise self.wrong(f"{self.name} must be one of: {', '.join(self.choices)}.")
        return value

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        return {"type": "string", "enum": list(self.accepted), "default": self.choices[0]}


@dataclass(frozen=True)
class FlagParameter(Parameter[bool]):
    """0 or 1."""

    default: bool = False

    def read(self, params: Params) -> bool:
        """See `Parameter.read`."""
        value = self.figures(params) or str(int(self.default))
        if value not in ("0", "1"):
            raise self.wrong(f"{self.name} must be 0 or 1.")
        return value == "1"

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        return {"type": "string", "enum": ["0", "1"], "default": str(int(self.default))}


@dataclass(frozen=True)
class LimitParameter(Parameter[date | None]):
    """A limit of a date of publication (`indexer.dates`): a day, or a minute of a day where a time of day is given.

    It is the first or, with ``last``, the last one of the year, month, day or hour that is given; seconds are dropped.
    A minute has the offset from UTC that is given, if one is. ``of_a_number`` is added to the error where the value is
    a number that is no year.
    """

    last: bool = False
    of_a_number: str = ""

    def read(self, params: Params) -> date | None:
        """See `Parameter.read`."""
        text = self.figures(params)
        if not text:
            return None
        match = _MOMENT.fullmatch(text)
        try:
            if match and match[4]:
                offset = _zone(match["zone"]) if match["zone"] else None
                return _time_in(match, last=self.last).replace(second=0, tzinfo=offset)
            if match:
                return _day_in(match, last=self.last)
        except ValueError:
            pass
        raise self.wrong(
            f"{self.name} must be a date of the calendar as YYYY, YYYY-MM or YYYY-MM-DD, or a time as YYYY-MM-DDThh:mm "
            "with or without an offset such as +03:00."
            + (f" {self.of_a_number}" if text.isdecimal() and self.of_a_number else "")
        )

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        periods = [{"type": "string", "pattern": f"^{pattern}$"} for pattern in (_YEAR, f"{_YEAR}-{_MONTH}")]
        moment = {"type": "string", "format": "date-time"}
        return {"anyOf": [{"type": "string", "format": "date"}, *periods, moment]}


@dataclass(frozen=True)
class MomentParameter(Parameter[int | None]):
    """A moment: the first, or with ``last`` the last one, of the year, month, day, minute or second that is given.

    Times are in UTC unless they state an offset. With ``after`` a second stands for the one that follows it, so that
    the moment itself is left out; any longer time still stands for its beginning.
    """

    last: bool = False
    after: bool = False

    def read(self, params: Params) -> int | None:
        """See `Parameter.read`."""
        text = self.figures(params)
        if not text:
            return None
        match = _MOMENT.fullmatch(text)
        try:
            if match and (match[5] or not match[4]):  # an hour alone is no moment
                moment = _edge(match, last=self.last)
                return min(moment + 1, moments.LAST) if self.after and match[6] else moment
        except (ValueError, OverflowError):
            pass
        raise self.wrong(f"{self.name} must be a moment as YYYY-MM-DDThh:mm:ssZ, or a year, month, day or minute.")

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        periods = [{"type": "string", "pattern": f"^{pattern}$"} for pattern in (_YEAR, f"{_YEAR}-{_MONTH}")]
        return {"anyOf": [{"type": "string", "format": name} for name in ("date-time", "date")] + periods}


def _edge(match: re.Match[str], *, last: bool) -> int:
    """The first or last second of the time that ``match`` of `_MOMENT` states. Raises ValueError, OverflowError."""
    begins = _time_in(match, last=last).replace(tzinfo=_zone(match["zone"] or "Z"))
    return max(moments.FIRST, min(moments.moment_of(begins), moments.LAST))


def _day_in(match: re.Match[str], *, last: bool) -> date:
    """The first or last day of the time that ``match`` of `_MOMENT` states. Raises ValueError."""
    return (last_day if last else first_day)(*(int(part or 0) for part in match.groups()[:3]))


def _time_in(match: re.Match[str], *, last: bool) -> datetime:
    """The first or last second of the time that ``match`` of `_MOMENT` states, without offset. Raises ValueError."""
    unstated = (23, 59, 59) if last else (0, 0, 0)
    hour, minute, second = (int(part or other) for part, other in zip(match.groups()[3:6], unstated, strict=True))
    second = 59 if second == 60 else second  # a leap second has no moment of its own
    return datetime.combine(_day_in(match, last=last), time(hour, minute, second))


def _zone(text: str) -> timezone:
    if text in "Zz":
        return timezone.utc
    hours, minutes = text[1:3], text[3:].lstrip(":") or "0"
    if int(hours) >= _HOURS or int(minutes) >= _MINUTES:
        raise ValueError(f"no offset from UTC: {text!r}")
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-ahead if text[0] == "-" else ahead)


@dataclass(frozen=True)
class NamesParameter(Parameter[tuple[str, ...]]):
    """A list (see `lists`) of up to ``most`` names, each of at most ``longest`` code points that match ``pattern``, if
    there is one.

    ``form`` says in words what a name must be. ``column`` is the column that has the names, if one has.
    """

    most: int
    longest: int
    pattern: str = ""
    form: str = "a name"
    column: str = ""

    repeatable = True

    def read(self, params: Params, has_name: HasName = no_name) -> tuple[str, ...]:
        """See `Parameter.read`. A value that is a name, as ``has_name`` says, is that name with all its commas."""
        values = params.get(self.name, ())
        if len(values) <= self.most:
            found = [[value] if self._is_name(value, has_name) else parts(value) for value in values]
            names = tuple(dict.fromkeys(name for some in found for name in some))
            formed = re.compile(self.pattern or ".*", re.DOTALL)
            if len(names) <= self.most and all(len(one) <= self.longest and formed.fullmatch(one) for one in names):
                return names
        raise self.wrong(
            f"{self.name} must be {self.form}, of at most {self.longest:,} characters; "
            f"it may be given {self.most} times."
        )

    def _is_name(self, value: str, has_name: HasName) -> bool:
        return bool(self.column) and ("," in value or '"' in value) and has_name(self.column, value)

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        name = {
            "type": "string",
            "maxLength": self.longest,
            **({"pattern": f"^{self.pattern}$"} if self.pattern else {}),
        }
        return {"type": "array", "items": name, "maxItems": self.most}


@dataclass(frozen=True)
class SelectionParameter(Parameter[tuple[str, ...]]):
    """A list (see `lists`) of some of ``choices``; "none" for none of them, if ``none_too`` allows it.

    Where nothing is given the value is ``default``, or all choices where that is None.
    """

    choices: tuple[str, ...]
    none_too: bool = False
    default: tuple[str, ...] | None = None

    listed = True

    def read(self, params: Params) -> tuple[str, ...]:
        """See `Parameter.read`."""
        chosen = {part for value in params.get(self.name, ()) for part in parts(value.strip())}
        if not chosen:
            return self.choices if self.default is None else self.default
        if self.none_too and NONE in chosen:
            if len(chosen) > 1:
                raise contradiction(self.name, f"{self.name} is none and more; leave one of the two out.")
            return ()
        if unknown := sorted(chosen - set(self.choices)):
            raise self.wrong(
                f"{self.name} holds {unknown[0][:50]!r}; it must be some of {', '.join(self.choices)}, "
                f"separated by commas{', or none' if self.none_too else ''}."
            )
        return tuple(choice for choice in self.choices if choice in chosen)

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        allowed = [*self.choices, *([NONE] if self.none_too else [])]
        return {"type": "array", "items": {"type": "string", "enum": allowed}}


def quoted(text: str) -> str:
    """The beginning of a text that a caller sent, in quotes, for a message; unprintable characters become U+FFFD."""
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:51])
    return f"'{shown[:50]}{'…' if len(shown) > 50 else ''}'"


def contradiction(name: str, detail: str) -> RequestError:
    """The error for parameters that contradict each other; ``name`` is the one to change."""
    return RequestError("contradictory_parameters", name, detail)
