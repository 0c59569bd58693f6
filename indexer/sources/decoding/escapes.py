# SPDX-License-Identifier: GPL-3.0-or-later
r"""Decodes Arabic that stands in a text as the escapes of a programming language, as a program wrote them out.

There are two kinds, each in a table:

- code points: ``\u0627`` of JSON, ``%u0627`` of JavaScript, ``<U+0627>`` of R, ``\x{0627}`` of Perl;
- bytes of UTF-8 or Windows-1256: ``%D8%A7`` of addresses, ``\xd8\xa7`` of Python, ``=D8=A7`` of mail, ``\330\247`` of
  C.

A text has such escapes if two escaped Arabic letters stand side by side, or two HTML entities (``&#1575;``), which may
be escaped themselves. Web addresses keep their escapes, which belong there.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Callable
from typing import NamedTuple

from indexer.sources.decoding.likelihood import LEAST_LIKELIHOOD, likelihood

_ARABIC = r"0(?:6[0-9A-Fa-f]|7[0-7])[0-9A-Fa-f]"
_HEX = "[0-9A-Fa-f]"
_MOST_TIMES = 2
"""How many times over an entity may have been escaped."""
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ARABIC_ENTITIES = re.compile(r"(?:&(?:amp;)?#(?:1[5-8]\d\d|[xX]0?[67][0-9A-Fa-f]{2});){2}")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}:|//|www\.|/[A-Za-z0-9._-]*/|[A-Za-z0-9-]\.[A-Za-z]{2,12}/")


_LONGEST_START = 500


class _Escape(NamedTuple):
    """One kind of escape.

    ``mark`` is in each text that has it, ``sign`` matches two escaped Arabic letters, ``run`` a row of escapes, and
    ``read`` decodes such a row.
    """

    mark: str
    sign: re.Pattern[str]
    run: re.Pattern[str]
    read: Callable[[str], str]


def unescaped(text: str, *, is_flattened: bool) -> str:
    """Returns ``text`` with its escapes decoded, or ``text`` itself if it has none.

    HTML entities are decoded in flattened pages only, because the readers of other formats have decoded theirs.
    """
    if "&" in text:
        times = _MOST_TIMES if _ARABIC_ENTITIES.search(text) else int(is_flattened)
        for _ in range(times):
            text = _ENTITY.sub(lambda entity: html.unescape(entity.group()), text)
    for escape in _ESCAPES:
        if escape.mark in text and escape.sign.search(text):
            text = _without(escape, text)
    return text


def _without(escape: _Escape, text: str) -> str:
    def read(run: re.Match[str]) -> str:
        return escape.read(run.group())

    if escape.mark != "%":
        text = escape.run.sub(read, text.replace("=\n", "") if escape.mark == "=" else text)
        return _unquoted(text) if escape.mark == "\\u" else text
    return re.sub(r"[^\s<>\"'()]+", lambda word: _word(word.group(), escape, read), text)


def _word(word: str, escape: _Escape, read: Callable[[re.Match[str]], str]) -> str:
    if "%" not in word or _ADDRESS.search(word.partition("%")[0][:_LONGEST_START]):
        return word
    found = escape.run.sub(read, word)
    return escape.run.sub(read, word.replace("+", " ")) if found != word else word


def _unquoted(text: str) -> str:
    """Removes the other escapes of ``text``, which was a JSON string."""
    return re.sub(r'\\{1,4}(["/nt])', lambda found: {"n": "\n", "t": " "}.get(found[1], found[1]), text)


def _points(run: str) -> str:
    """Returns the text of the code points in ``run``. The two halves of a surrogate pair become one character."""
    points = (int(digits, 16) for digits in re.findall(f"{_HEX}{{4,6}}", run))
    characters = "".join(chr(point) for point in points if point <= sys.maxunicode)
    return characters.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _bytes(digits: str, base: int) -> Callable[[str], str]:
    each = re.compile(digits)

    def read(run: str) -> str:
        data = bytes(int(byte, base) & 0xFF for byte in each.findall(run))
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            arabic = data.decode("cp1256")
            return arabic if likelihood(arabic) >= LEAST_LIKELIHOOD else run

    return read


def _of_bytes(mark: str, before: str, digits: str, base: int, lead: str, trail: str, legacy: str) -> _Escape:
    letter = f"{before}(?:{lead}){before}(?:{trail})"
    sign = f"(?:{letter}){{2}}|(?:{before}(?:{legacy})){{3}}"
    return _Escape(mark, re.compile(sign), re.compile(f"(?:{before}{digits})+"), _bytes(digits, base))


_LEAD, _TRAIL, _LEGACY = "[Dd][89ABab]", f"[89ABab]{_HEX}", f"[C-Fc-f]{_HEX}"
_ESCAPES = (
    _Escape("\\u", re.compile(rf"(?:\\{{1,4}}u{_ARABIC}){{2}}"), re.compile(rf"(?:\\{{1,4}}u{_HEX}{{4}})+"), _points),
    _Escape("%u", re.compile(f"(?:%u{_ARABIC}){{2}}"), re.compile(f"(?:%u{_HEX}{{4}})+"), _points),
    _Escape("<U+", re.compile(rf"(?:<U\+{_ARABIC}>){{2}}"), re.compile(rf"(?:<U\+{_HEX}{{4,6}}>)+"), _points),
    _Escape("\\x{", re.compile(rf"(?:\\x\{{{_ARABIC}\}}){{2}}"), re.compile(rf"(?:\\x\{{{_HEX}{{4,6}}\}})+"), _points),
    _of_bytes("%", "%", f"{_HEX}{{2}}", 16, _LEAD, _TRAIL, _LEGACY),
    _of_bytes("\\x", r"\\x", f"{_HEX}{{2}}", 16, _LEAD, _TRAIL, _LEGACY),
    _of_bytes("=", "=", f"{_HEX}{{2}}", 16, "D[89AB]", "[89AB][0-9A-F]", "[C-F][0-9A-F]"),
    _of_bytes("\\", r"\\", "[0-7]{3}", 8, "33[0-3]", "2[0-7][0-7]", "3[0-7][0-7]"),
)
