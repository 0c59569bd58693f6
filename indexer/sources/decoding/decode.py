# SPDX-License-Identifier: GPL-3.0-or-later
"""Decodes bytes to text.

The order, and why:

1. NUL and Ctrl-Z at the very end are the padding of old programs; they are dropped.
2. UTF-8, with or without BOM. Arabic in another encoding is practically never well-formed UTF-8.
3. UTF-16, recognised by its BOM or by its high bytes. Any other NUL byte means that the data is not text.
4. Data that is *mostly* well-formed UTF-8 is damaged UTF-8. A few broken sequences (`BROKEN_SHARE`) are replaced by
   U+FFFD, and the result says how many. With more of them the text is refused, with an error that names the first
   broken byte. Windows-1256 would accept any byte and turn the text into mojibake. Windows-1256 text has hardly any
   well-formed sequence (a letter before an Arabic comma is one), so counting tells the two apart.
5. Windows-1256 or ISO-8859-6, whichever gives the likelier Arabic, if that looks like Arabic at all.
6. The declared encoding comes last: declarations are wrong more often than they are needed.

In any encoding, text that was misread once before is repaired (`mojibake`).
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from indexer.errors import SourceError
from indexer.sources.decoding.likelihood import LEAST_LIKELIHOOD, likelihood
from indexer.sources.decoding.mojibake import without_mojibake

BROKEN_SHARE = 0.05
"""The most broken sequences that are replaced, as a share of the sound characters that are not ASCII."""
FEW_BROKEN = 3
"""Up to this many broken sequences are replaced in any text that is mostly sound, however short."""
PADDING = b"\0\x1a"

_LEGACY_CODECS = ("cp1256", "iso8859_6")
_DECLARABLE = frozenset({
    "cp1252", "iso8859-1", "iso8859-15", "cp1250", "cp1251", "cp1254", "cp1255", "iso8859-9", "cp720", "cp864",
    "mac-arabic", "koi8-r", "cp1256", "iso8859-6",
})  # fmt: skip
"""The encodings that are used if a page declares them, because an archive may hold pages in other languages."""

# NEL, vertical tab and form feed separate words, so they become a space. Other controls are deleted.
_PARTING = re.compile("[\x0b\x0c\x85]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_ODD = bytes({*range(32), 0x7F} - set(b"\t\n\r"))
_ODD_OF_TWO_BYTES = re.compile(b"\xc2[\x80-\x9f]")


class Decoded(NamedTuple):
    """A decoded text, and the number of places where broken bytes were replaced by U+FFFD."""

    text: str
    broken: int

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes for the report."""
        if not self.broken:
            return ()
        places = f"{self.broken} places" if self.broken > 1 else "1 place"
        return (f"broken UTF-8 in {places}, shown as U+FFFD",)


class Encoding(NamedTuple):
    """The codec for some bytes, and the number of broken sequences that decoding replaces."""

    codec: str
    broken: int = 0

    def decode(self, data: bytes) -> str:
        """Decodes ``data``, which is the data that the encoding was found for, or a part of it."""
        return data.decode(self.codec, "replace" if self.broken else "strict")


def decode(data: bytes, offset: int = 0, declared: str = "") -> Decoded:
    r"""Decodes ``data`` to text with line ends "\\n", without BOM, and without controls other than "\\n" and "\\t".

    ``declared`` is the encoding that the page names, or "". Raises SourceError if ``data`` is empty, or is not text in
    UTF-8, UTF-16, Windows-1256, ISO-8859-6 or the declared encoding. The message names the first broken byte, counted
    from 0, plus ``offset`` if ``data`` is a part of a file.
    """
    if not data:
        raise SourceError("empty file")
    data = without_padding(data)
    encoding = encoding_of(data, offset, declared)
    return Decoded(without_controls(without_mojibake(encoding.decode(data).lstrip("\ufeff"))), encoding.broken)


def without_padding(data: bytes) -> bytes:
    """Removes NUL and Ctrl-Z from the end of ``data``, unless it is UTF-16, where a NUL is half of a letter."""
    if data[-1:] and data[-1] in PADDING and utf16_codec(data) is None:
        return data.rstrip(PADDING)
    return data


def without_controls(text: str) -> str:
    r"""Returns ``text`` with line ends "\\n" and without controls other than "\\n" and "\\t"."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Hardly any text has a control. Testing its bytes is ten times as fast as searching its characters.
    data = text.encode("utf-8", "surrogatepass")
    if len(data.translate(None, _ODD)) == len(data) and not _ODD_OF_TWO_BYTES.search(data):
        return text
    return _CONTROL.sub("", _PARTING.sub(" ", text))


def utf16_codec(head: bytes) -> str | None:
    """Returns the codec of a UTF-16 file that begins with ``head``, or None if the file is in another encoding."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" not in head:
        return None
    # In Arabic news, nearly all high bytes of UTF-16 are those of ASCII, Arabic and general punctuation.
    for codec, high, low in (("utf-16-le", head[1::2], head[0::2]), ("utf-16-be", head[0::2], head[1::2])):
        usual = sum(high.count(row) for row in b"\x00\x06\x20")
        if usual >= 0.9 * len(high) and low.count(0) <= 0.01 * len(low) and len(low) > 1:
            return codec
    return None


def encoding_of(data: bytes, offset: int = 0, declared: str = "") -> Encoding:
    """Returns the encoding that fits all of ``data``. Raises SourceError as `decode` does."""
    codec = utf16_codec(data) or "utf-8"
    if codec == "utf-8" and b"\0" in data:
        raise SourceError(f"not text: contains NUL bytes, the first at byte {offset + data.index(0)}")
    try:
        data.decode(codec)
        return Encoding(codec)
    except UnicodeDecodeError as error:
        where = f"byte {offset + error.start} is 0x{data[error.start]:02x}"
        if codec != "utf-8":
            raise SourceError(f"broken {codec.upper()}: {where}") from error
    broken, sound = _broken_and_sound(data)
    if sound > broken:
        if broken > max(FEW_BROKEN, BROKEN_SHARE * sound):
            raise SourceError(f"broken UTF-8: {where}; {broken} places are broken, too many to read the rest")
        return Encoding("utf-8", broken)
    best, codec = max(_legacy_likelihoods(data), default=(float("-inf"), ""))
    if best >= LEAST_LIKELIHOOD:
        return Encoding(codec)
    if declared and _can_decode(declared, data):
        return Encoding(declared)
    raise SourceError(f"neither UTF-8 ({where}) nor Arabic in Windows-1256 or ISO-8859-6")


def _can_decode(codec: str, data: bytes) -> bool:
    try:
        return codecs.lookup(codec).name in _DECLARABLE and bool(data.decode(codec))
    except (LookupError, UnicodeDecodeError):
        return False


def _broken_and_sound(data: bytes) -> tuple[int, int]:
    """Counts the sequences of ``data`` that are not UTF-8, and its characters that are not ASCII."""
    text = data.decode("utf-8", "replace")
    # The data may contain U+FFFD itself, written by the program that made it.
    broken = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    return broken, len(text) - len(text.encode("ascii", "ignore")) - broken


def _legacy_likelihoods(data: bytes) -> list[tuple[float, str]]:
    """Returns the likelihood of the text in each legacy codec, with the codec's name.

    Codecs that cannot decode are left out.
    """
    readings = []
    for codec in _LEGACY_CODECS:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        readings.append((likelihood(text), codec))
    return readings
