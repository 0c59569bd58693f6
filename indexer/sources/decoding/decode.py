"""Bytes become text.

The order, and why:

1. NUL and Ctrl-Z at the very end are the padding of old programs, and are nothing.
2. UTF-8, with or without BOM. Arabic in another encoding is practically never well-formed UTF-8.
3. UTF-16, by its BOM or by the pattern of its high bytes. Any other NUL byte means that this is no text.
4. Bytes that are *mostly* well-formed UTF-8 are UTF-8 that was damaged. A few broken sequences (`BROKEN_SHARE`) become
   U+FFFD each, and the text says how many they are. With more of them the text is refused, with an error that names
   the first broken byte. To read it as Windows-1256, which accepts any byte, would turn it into mojibake. Windows-1256
   text has hardly any well-formed sequence (a letter before an Arabic comma is one), so counting tells the two apart.
5. Windows-1256 or ISO-8859-6, whichever makes the likelier Arabic, if that looks Arabic at all.
6. What a page declares, last: its bytes know better, and declarations are wrong more often than they are needed.

Whatever the encoding, text that was misread once before is mended (`mojibake`).
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from indexer.errors import SourceError
from indexer.sources.decoding.likelihood import LEAST_LIKELIHOOD, likelihood
from indexer.sources.decoding.mojibake import mended

BROKEN_SHARE = 0.05
"""So many broken sequences are replaced at most, for each sound character that is not ASCII."""
FEW_BROKEN = 3
"""So many are replaced in a text of any length, if most of it is sound."""
PADDING = b"\0\x1a"

_LEGACY_CODECS = ("cp1256", "iso8859_6")
_DECLARABLE = frozenset({
    "cp1252", "iso8859-1", "iso8859-15", "cp1250", "cp1251", "cp1254", "cp1255", "iso8859-9", "cp720", "cp864",
    "mac-arabic", "koi8-r", "cp1256", "iso8859-6",
})  # fmt: skip
"""Encodings that are taken at a page's word: those of pages in other languages, which an archive may hold, too."""

# NEL, vertical tab and form feed part words from each other, so they become a space; other controls leave nothing.
_PARTING = re.compile("[\x0b\x0c\x85]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_ODD = bytes({*range(32), 0x7F} - set(b"\t\n\r"))
_ODD_OF_TWO_BYTES = re.compile(b"\xc2[\x80-\x9f]")


class Decoded(NamedTuple):
    """A text, and in how many places of it bytes were broken: each of them is U+FFFD now."""

    text: str
    broken: int

    @property
    def notes(self) -> tuple[str, ...]:
        """What a report says of it."""
        if not self.broken:
            return ()
        places = f"{self.broken} places" if self.broken > 1 else "1 place"
        return (f"broken UTF-8 in {places}, shown as U+FFFD",)


class Encoding(NamedTuple):
    """The codec that reads some bytes, and how many broken sequences it replaces."""

    codec: str
    broken: int = 0

    def decoded(self, data: bytes) -> str:
        """The text of ``data``, which is what the encoding was found for, or a part of that."""
        return data.decode(self.codec, "replace" if self.broken else "strict")


def decode(data: bytes, offset: int = 0, declared: str = "") -> str:
    """The text of ``data`` as `decoded` has it, where nobody wants to know of broken sequences."""
    return decoded(data, offset, declared).text


def decoded(data: bytes, offset: int = 0, declared: str = "") -> Decoded:
    """The text of ``data``, its line ends "\\n", without BOM and without controls other than "\\n" and "\\t".

    ``declared`` is the encoding that the page names, "" if none. Raises SourceError where ``data`` is empty or not a
    text in UTF-8, UTF-16, Windows-1256, ISO-8859-6 or that encoding; the reason names the first broken byte, counted
    from 0, plus ``offset`` where ``data`` is a part of a file.
    """
    if not data:
        raise SourceError("empty file")
    data = without_padding(data)
    encoding = encoding_of(data, offset, declared)
    return Decoded(plain(mended(encoding.decoded(data).lstrip("\ufeff"))), encoding.broken)


def without_padding(data: bytes) -> bytes:
    """``data`` without NUL and Ctrl-Z at its end, unless it is UTF-16, where a NUL is half of a letter."""
    if data[-1:] and data[-1] in PADDING and utf16_codec(data) is None:
        return data.rstrip(PADDING)
    return data


def plain(text: str) -> str:
    """``text`` with its line ends "\\n", and without controls other than "\\n" and "\\t"."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Hardly any text has a control. Its bytes show that ten times as fast as a pattern over its characters.
    data = text.encode("utf-8", "surrogatepass")
    if len(data.translate(None, _ODD)) == len(data) and not _ODD_OF_TWO_BYTES.search(data):
        return text
    return _CONTROL.sub("", _PARTING.sub(" ", text))


def utf16_codec(head: bytes) -> str | None:
    """The codec of a file in UTF-16 that begins with ``head``; None where it is in something else."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" not in head:
        return None
    # The high bytes of Arabic news in UTF-16 are the rows of ASCII, Arabic and general punctuation, and little else.
    for codec, high, low in (("utf-16-le", head[1::2], head[0::2]), ("utf-16-be", head[0::2], head[1::2])):
        usual = sum(high.count(row) for row in b"\x00\x06\x20")
        if usual >= 0.9 * len(high) and low.count(0) <= 0.01 * len(low) and len(low) > 1:
            return codec
    return None


def encoding_of(data: bytes, offset: int = 0, declared: str = "") -> Encoding:
    """The encoding that reads all of ``data``. Raises SourceError as `decoded` does."""
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
            raise SourceError(f"broken UTF-8: {where}; so are {broken} places, too many to read the rest")
        return Encoding("utf-8", broken)
    best, codec = max(_readings(data), default=(float("-inf"), ""))
    if best >= LEAST_LIKELIHOOD:
        return Encoding(codec)
    if declared and _reads(declared, data):
        return Encoding(declared)
    raise SourceError(f"neither UTF-8 ({where}) nor Arabic in Windows-1256 or ISO-8859-6")


def _reads(codec: str, data: bytes) -> bool:
    try:
        return codecs.lookup(codec).name in _DECLARABLE and bool(data.decode(codec))
    except (LookupError, UnicodeDecodeError):
        return False


def _broken_and_sound(data: bytes) -> tuple[int, int]:
    """How many sequences of ``data`` are no UTF-8, and how many are a character of it that is not ASCII."""
    text = data.decode("utf-8", "replace")
    # A page may hold U+FFFD itself, from the program that wrote it.
    broken = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    return broken, len(text) - len(text.encode("ascii", "ignore")) - broken


def _readings(data: bytes) -> list[tuple[float, str]]:
    """How likely each legacy codec's reading of ``data`` is, and its name; a codec that lacks a byte is left out."""
    readings = []
    for codec in _LEGACY_CODECS:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        readings.append((likelihood(text), codec))
    return readings
