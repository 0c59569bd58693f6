# SPDX-License-Identifier: GPL-3.0-or-later
"""Parses dates as pages and metadata state them. Whatever is not surely a date becomes None."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from types import MappingProxyType

from indexer.arabic import months as arabic_months
from indexer.article import Published
from indexer.cleaning.dates import hijri
from indexer.cleaning.dates.date_words import (
    BEFORE_MONTH,
    BEFORE_YEAR,
    EVENING,
    FILLERS,
    GREGORIAN_MARKS,
    HIJRI_MARKS,
    LOCAL_TIME,
    MORNING,
    NIGHT,
    NOON,
    PARTS_OF_DAY,
    PUBLICATION_LABEL,
    SURE_UPDATE_LABEL,
    UPDATE_LABEL,
    WEEKDAYS,
)
from indexer.cleaning.lines.folding import fold_word

_FIRST_YEAR = 1900
_LONGEST = 160

_ISO_DAY = re.compile(
    r"(?P<year>[0-9]{4})(?:-?(?P<month>[0-9]{2})-?(?P<day>[0-9]{2})|-?w(?P<week>[0-9]{2})-?(?P<weekday>[1-7])"
    r"|-?(?P<ordinal>[0-9]{3}))"
    r"(?:[t ](?P<hour>[0-9]{2})(?::?(?P<minute>[0-9]{2})(?::?(?P<second>[0-9]{2})(?:\.[0-9]+)?)?)?"
    r" ?(?P<zone>z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_CLOCK = re.compile("[0-9]{1,2}:[0-9]{2}")
_ISO_MONTH = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})")

_DIGIT = re.compile(r"\d")
_DASH = re.compile("[\u2010-\u2015\u2212]")
_COMMA = re.compile("[,\u060c]")
_ZONE = re.compile(r"(?:gmt|utc|غرينتش|غرينيتش|جرينتش|جرينيتش|ت\.?\s?غ)")
_PLACE_OF_CLOCK = re.compile(
    r"(?P<clock>[0-9]:[0-9]{2}(?:\s*(?:ص|م|am|pm|صباحا|مساء|ظهرا|ليلا|عصرا|فجرا))?)"
    r"\s*\((?:بتوقيت |توقيت |بالتوقيت )?(?P<place>[^()0-9:]{2,30})\)"
)
"""A time with the place that it is valid for in brackets ("10:25 (مكة المكرمة)")."""

_TOKEN = re.compile(
    r"(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9:]))"
    r"|(?P<numeric>[0-9]{1,4}\s?(?P<mark>[/.-])\s?[0-9]{1,2}\s?(?P=mark)\s?[0-9]{1,4}(?![0-9]))"
    rf"|(?P<zone>{_ZONE.pattern}(?:\s?[+-][0-9]{{1,2}}(?::?[0-9]{{2}})?)?(?=[\s.)]|$))"
    r"|(?P<offset>[+-][0-9]{4}(?![0-9])|\+[0-9]{2}:[0-9]{2}(?![0-9]))"
    r"|(?P<number>[0-9]+)"
    r"|(?P<nothing>[\s|/().:;\u2022\u00b7\u061b\[\]-])"
    r"|(?P<word>[^\s0-9|/().:;\u2022\u00b7\u061b\[\]-]+)"
)


class _NotADate(ValueError):
    """The text is not a date, or not only a date."""


@dataclass(slots=True)
class _DateParts:
    """The parts of a date found so far."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    clock: tuple[int, int, int] | None = None
    zone: timezone | None = None
    part_of_day: str = ""
    has_place: bool = False

    def set_day(self, *, year: int | None = None, month: int | None = None, day: int | None = None) -> None:
        """Sets the given parts. Raises _NotADate if one of them was already found with another value."""
        for name, value in (("year", year), ("month", month), ("day", day)):
            if value is not None and getattr(self, name) not in (None, value):
                raise _NotADate(f"more than one {name}")
            if value is not None:
                setattr(self, name, value)

    def published(self) -> Published:
        """Returns the date that the parts make up. Raises _NotADate or ValueError if they are not a date."""
        if self.year is None or (self.clock is None and (self.part_of_day or self.zone)):
            raise _NotADate("no year, or a part of the day or a zone without hour")
        if self.day is not None and self.month is not None:
            clock = self.clock and _on_24_hours(self.clock, self.part_of_day)
            return _published(date(self.year, self.month, self.day), clock, self.zone)
        if self.day is not None or self.clock is not None:
            raise _NotADate("a day without month, or a time without day")
        _check(self.year)
        return Published(f"{self.year:04}" if self.month is None else f"{self.year:04}-{self.month:02}")


def parse_stated(text: str) -> Published | None:
    """Returns the publication date that ``text`` states, at its precision, or None if it is not certain. Never raises.

    ``text`` is the value of a date in metadata, or a line of a page that is only a date. It is in ISO 8601 (basic or
    extended), or has day, month and year, in digits or with the name of the month in Arabic (Egypt and Gulf, Levant,
    Maghreb, or two names for one month), English or French. A weekday, a time and a label such as "نُشر في:" may be
    there too. Digits may be Arabic-Indic or Persian. If both numbers could be the month, the first one is the day, as
    Arab newspapers write.

    The result keeps the stated time and zone, without fractions of a second. It is None for a sentence that mentions a
    date, the time of an update, a day that does not exist, a year before 1900 or after next year, a year of two digits,
    and a date without a year. A Hijri date is converted if there is no Gregorian date beside it.
    """
    if len(text) > _LONGEST or not _DIGIT.search(text):
        return None  # a date has a year, which is always written in digits
    try:
        return _from_iso(_folded(text.replace(",", "."))) or _from_words(_folded(_COMMA.sub(" ", text)))
    except (ValueError, OverflowError):
        return _from_hijri(text)


def is_update(text: str) -> bool:
    """Whether ``text`` states the time of an update ("آخر تحديث: ..."), or is the label of one."""
    if (found := UPDATE_LABEL.match(_folded(text[:_LONGEST]))) is None:
        return False
    rest = found.string[found.end() :].strip()
    return not rest or SURE_UPDATE_LABEL.match(found["label"]) is not None or _is_moment(rest)


def parse_update(text: str) -> Published | None:
    """Returns the date of the update in ``text`` ("آخر تحديث: 14 مارس 2023"), or None if it is not certain."""
    found = UPDATE_LABEL.match(_folded(_COMMA.sub(" ", text[:_LONGEST])))
    return parse_stated(found.string[found.end() :]) if found else None


def _is_moment(text: str) -> bool:
    """Whether the folded ``text`` is a date or a time of day."""
    words = [word for kind, word in _scan(text) if kind == "word"]
    return parse_stated(text) is not None or (_CLOCK.search(text) is not None and PARTS_OF_DAY.issuperset(words))


def is_hijri(text: str) -> bool:
    """Whether ``text`` is only a Hijri date with its year, possibly with a weekday or a time."""
    if len(text) > _LONGEST:
        return False
    tokens, rest = _hijri_and_rest(_scan(PUBLICATION_LABEL.sub("", _folded(_COMMA.sub(" ", text)), count=1)))
    has_year = any(kind in ("number", "numeric") and _hijri_year(word) for kind, word in tokens)
    words = WEEKDAYS | FILLERS | PARTS_OF_DAY
    return has_year and all(kind == "clock" or word in words for kind, word in rest)


def _from_hijri(text: str) -> Published | None:
    if not is_hijri(text):
        return None
    tokens, rest = _hijri_and_rest(_scan(PUBLICATION_LABEL.sub("", _folded(_COMMA.sub(" ", text)), count=1)))
    return hijri.hijri_published([word for _, word in tokens], [word for _, word in rest])


def _hijri_year(number: str) -> bool:
    return any(int(part) in hijri.YEARS for part in re.findall("[0-9]{4}", number))


def _scan(text: str) -> list[tuple[str, str]]:
    # `_TOKEN` matches any character, so the tokens cover the whole text.
    return [(str(found.lastgroup), found.group()) for found in _TOKEN.finditer(text) if found.lastgroup != "nothing"]


def is_labelled(text: str) -> bool:
    """Whether ``text`` begins with a label of the date of publication ("نُشر في: ...")."""
    return PUBLICATION_LABEL.match(_folded(text[:_LONGEST])) is not None


@cache
def months() -> MappingProxyType[tuple[str, ...], int]:
    """Returns the number of each month by the words of its name. Hijri months have the number 0."""
    gregorian = dict(arabic_months.gregorian()) | dict(arabic_months.french())
    return MappingProxyType(gregorian | dict.fromkeys(arabic_months.hijri(), 0))


def _folded(text: str) -> str:
    return " ".join(word for raw in _DASH.sub("-", text).split() if (word := fold_word(raw)))


def _from_iso(text: str) -> Published | None:
    if found := _ISO_MONTH.fullmatch(text):
        return _DateParts(year=int(found["year"]), month=int(found["month"])).published()
    if not (found := _ISO_DAY.fullmatch(text)):
        return None
    year = int(found["year"])
    if found["week"]:
        day = date.fromisocalendar(year, int(found["week"]), int(found["weekday"]))
    elif found["ordinal"]:
        day = date(year, 1, 1) + timedelta(days=int(found["ordinal"]) - 1)
        if day.year != year:
            raise _NotADate("a day that the year lacks")
    else:
        day = date(year, int(found["month"]), int(found["day"]))
    # `Published` has no precision for an hour alone.
    if not found["minute"]:
        return _published(day)
    clock = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    return _published(day, clock, _zone(found["zone"]) if found["zone"] else None)


def _from_words(text: str) -> Published | None:
    """Returns the date in ``text``. Raises ValueError if the text holds anything besides a date."""
    if updated := UPDATE_LABEL.search(text):
        before, behind = text[: updated.start()], PUBLICATION_LABEL.search(text, updated.end())
        text = before if before.strip() or behind is None else text[behind.start() :]
    if label := PUBLICATION_LABEL.match(text):
        text = text[label.end() :]
    tokens = _scan(_PLACE_OF_CLOCK.sub(_without_place, text))
    if not tokens:
        return None
    parts = _DateParts(has_place=_PLACE_OF_CLOCK.search(text) is not None)
    _, tokens = _hijri_and_rest(tokens)
    at = 0
    while at < len(tokens):
        at += _take_token(tokens, at, parts)
    return parts.published()


def _take_token(tokens: Sequence[tuple[str, str]], at: int, parts: _DateParts) -> int:
    """Adds the token at ``at`` to ``parts``, and returns the number of tokens used.

    Raises ValueError if it is no date.
    """
    kind, text = tokens[at]
    if kind == "word":
        return _take_word(tokens, at, parts)
    if kind == "offset" and parts.clock is None:
        kind, text = "number", text.strip("+-")  # the year in "14-Mar-2023"
    if kind == "clock":
        if parts.clock is not None and (parts.has_place or parts.zone):
            # The same time in another zone ("10:25 (مكة المكرمة)، 7:25 (غرينتش)").
            return 2 if at + 1 < len(tokens) and tokens[at + 1][0] == "zone" else 1
        if parts.clock is not None:
            raise _NotADate("more than one time")
        hour, minute, second = (*map(int, text.split(":")), 0)[:3]
        parts.clock = hour, minute, second
    elif kind in ("zone", "offset"):
        if parts.zone is not None:
            raise _NotADate("more than one zone")
        parts.zone = _zone(re.sub(r"^[^+-]*|\s", "", text) or "z")
    elif kind == "numeric":
        year, month, day = _numeric([int(number) for number in re.findall("[0-9]+", text)])
        parts.set_day(year=year, month=month, day=day)
    elif len(text) == 4:
        parts.set_day(year=int(text))
    elif len(text) <= 2:
        parts.set_day(day=int(text))
    else:
        raise _NotADate(f"{text} is neither day nor year")
    return 1


def _take_word(tokens: Sequence[tuple[str, str]], at: int, parts: _DateParts) -> int:
    word = tokens[at][1]
    following = tokens[at + 1][1] if at + 1 < len(tokens) else ""
    for name in ((word, following), (word,)):
        if number := months().get(name):
            parts.set_day(month=number)
            return len(name)
    follows_year = at > 0 and (tokens[at - 1][0] == "numeric" or len(tokens[at - 1][1]) == 4)
    if word in GREGORIAN_MARKS and follows_year and tokens[at - 1][0] != "clock":
        return 1
    if word in PARTS_OF_DAY and not parts.part_of_day:
        parts.part_of_day = word
        return 1
    if word in LOCAL_TIME:
        # The name of the place does not surely tell a zone; Greenwich is a token of its own.
        place = 0
        while at + 1 + place < len(tokens) and tokens[at + 1 + place][0] == "word" and place < 2:
            place += 1
        return 1 + place
    if word in WEEKDAYS or word in FILLERS:
        return 1
    if word in BEFORE_YEAR and parts.month is not None:
        return 1
    if word == BEFORE_MONTH and at > 0 and (tokens[at - 1][0] == "number" or following in BEFORE_YEAR):
        return 1
    raise _NotADate(f"{word} is no word of a date")


def _hijri_and_rest(tokens: Sequence[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Separates the tokens of a Hijri date, which often stands beside the Gregorian date, from the other tokens."""
    taken: list[tuple[str, str]] = []
    kept: list[tuple[str, str]] = []
    at = 0
    while at < len(tokens):
        kind, text = tokens[at]
        following = tokens[at + 1][1] if at + 1 < len(tokens) else ""
        name = next((name for name in ((text, following), (text,)) if months().get(name) == 0), None)
        if name is not None:
            if kept and kept[-1][0] == "number" and len(kept[-1][1]) <= 2:
                taken.append(kept.pop())
            taken += tokens[at : at + len(name)]
            at += len(name)
            if at < len(tokens) and tokens[at][0] == "number" and int(tokens[at][1]) in hijri.YEARS:
                taken.append(tokens[at])
                at += 1
        elif kind == "numeric" and following in HIJRI_MARKS:
            taken.append(tokens[at])
            at += 1
        else:
            kept.append(tokens[at])
            at += 1
            continue
        if at < len(tokens) and tokens[at][1] in HIJRI_MARKS:
            at += 1
    return taken, kept


def _without_place(found: re.Match[str]) -> str:
    place = found["place"]
    return found.group() if _ZONE.match(place) or place in PARTS_OF_DAY else found["clock"]


def _numeric(numbers: Sequence[int]) -> tuple[int, int, int]:
    """Returns year, month and day from three numbers. The year is first or last.

    Raises _NotADate if there is no year.
    """
    first, middle, last = numbers
    if first >= _FIRST_YEAR:
        return first, middle, last
    if last < _FIRST_YEAR:
        raise _NotADate("no year of four digits")
    # The month comes before the day only if nothing else is possible.
    return (last, first, middle) if middle > 12 >= first else (last, middle, first)


def _on_24_hours(clock: tuple[int, int, int], part_of_day: str) -> tuple[int, int, int] | None:
    """Returns ``clock`` with hours from 0 to 23, or None for "12 ليلا", which may be the midnight before or after."""
    hour, minute, second = clock
    if part_of_day in MORNING:
        if hour > 12:
            raise _NotADate("an hour after noon in the morning")
        hour %= 12
    elif part_of_day in EVENING or (part_of_day in NOON and hour < 4) or (part_of_day in NIGHT and 6 < hour < 12):
        hour += 12 if hour < 12 else 0
    elif part_of_day in NIGHT and hour == 12:
        return None
    return hour, minute, second


def _zone(text: str) -> timezone:
    """Returns the time zone of "z" or of a signed offset of one to four digits, hours first."""
    if text == "z":
        return timezone.utc
    digits = text[1:].replace(":", "")
    hours, minutes = (digits, "0") if len(digits) <= 2 else (digits[:-2], digits[-2:])
    if int(minutes) > 59:
        raise _NotADate("no zone")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if text[0] == "-" else offset)


def _published(day: date, clock: tuple[int, int, int] | None = None, zone: timezone | None = None) -> Published:
    _check(day.year)
    if clock is None:
        return Published(day.isoformat())
    return Published(datetime(day.year, day.month, day.day, *clock, tzinfo=zone).isoformat())


def _check(year: int) -> None:
    if not _FIRST_YEAR <= year <= date.today().year + 1:
        raise _NotADate(f"{year} is no year of a newspaper on the web")
