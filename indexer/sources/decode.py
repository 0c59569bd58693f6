"""Bytes become text.

The order, and why:

1. UTF-8, with or without BOM. Arabic in another encoding is practically never well-formed UTF-8.
2. UTF-16, by its BOM or by the pattern of its high bytes. Any other NUL byte means that this is no text.
3. Bytes that are *mostly* well-formed UTF-8 are a damaged page: an error that names the byte. To read them as
   Windows-1256, which accepts any byte, would turn the whole page into mojibake; to replace the broken bytes would
   change what the page says without telling anybody. Windows-1256 text has hardly any well-formed sequence (a letter
   before an Arabic comma is one), so counting tells the two apart.
4. Windows-1256 or ISO-8859-6, whichever makes the likelier Arabic, if that looks Arabic at all.
5. What a page declares, last: its bytes know better, and declarations are wrong more often than they are needed.

Whatever the encoding, text that was misread once before is mended (`mojibake`).
"""

from __future__ import annotations

import codecs
import math
import re
from collections import Counter

from indexer.errors import SourceError
from indexer.sources.mojibake import mended

_LEGACY_CODECS = ("cp1256", "iso8859_6")
_DECLARABLE = frozenset({
    "cp1252", "iso8859-1", "iso8859-15", "cp1250", "cp1251", "cp1254", "cp1255", "iso8859-9", "cp720", "cp864",
    "mac-arabic", "koi8-r", "cp1256", "iso8859-6",
})  # fmt: skip
"""Encodings that are taken at a page's word: those of pages in other languages, which an archive may hold, too."""

# Letters in 10,000 non-ASCII characters of the bodies of the ANT corpus v1.1 (9,965 articles, Apache-2.0).
_FREQUENCY = {
    "ا": 1507, "ل": 1145, "ي": 733, "م": 636, "و": 523, "ن": 498, "ت": 465, "ر": 456, "ة": 380, "ب": 374, "ع": 304,
    "د": 300, "س": 262, "ف": 247, "ق": 223, "ه": 220, "ح": 189, "أ": 179, "ج": 154, "ك": 154, "ص": 102, "ط": 99,
    "ش": 93, "إ": 85, "ى": 84, "خ": 76, "،": 72, "ض": 71, "ز": 64, "ذ": 53, "ث": 49, "ئ": 43, "غ": 38, "ء": 35,
    "ّ": 21, "ظ": 20, "\u00a0": 20, "ؤ": 13, "آ": 5, "ـ": 3, "ً": 3, "ُ": 2, "َ": 2, "ْ": 2, "ِ": 2, "ٍ": 1, "ٌ": 1,
    "–": 1, "—": 1, "“": 1, "”": 1, "‘": 1, "’": 1, "«": 1, "»": 1, "؟": 1, "؛": 1, "…": 1,
    "\u200c": 1, "\u200d": 1, "\u200e": 1, "\u200f": 1,
}  # fmt: skip
_UNLISTED = 0.05
"""In place of a frequency for Latin letters with accents and for symbols, the mark of a wrong reading."""

_LEAST_LIKELIHOOD = -4.5
"""Mean natural logarithm of the letters' shares: above -3.8 for each headline of the ANT corpus, below -9 for noise."""

# NEL, vertical tab and form feed part words from each other, so they become a space; other controls leave nothing.
_PARTING = re.compile("[\x0b\x0c\x85]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_ODD = bytes({*range(32), 0x7F} - set(b"\t\n\r"))
_ODD_OF_TWO_BYTES = re.compile(b"\xc2[\x80-\x9f]")
_ARABIC_LETTERS_TOGETHER = re.compile("[\u0621-\u064a]{2}")


def decode(data: bytes, offset: int = 0, declared: str = "") -> str:
    """The text of ``data``, its line ends "\\n", without BOM and without controls other than "\\n" and "\\t".

    ``declared`` is the encoding that the page names, "" if none. Raises SourceError where ``data`` is empty or not a
    text in UTF-8, UTF-16, Windows-1256, ISO-8859-6 or that encoding; the reason names the first broken byte, counted
    from 0, plus ``offset`` where ``data`` is a part of a file.
    """
    if not data:
        raise SourceError("empty file")
    return plain(mended(data.decode(codec_of(data, offset, declared)).lstrip("\ufeff")))


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


def codec_of(data: bytes, offset: int = 0, declared: str = "") -> str:
    """The name of the codec that reads all of ``data``. Raises SourceError as `decode` does."""
    codec = utf16_codec(data) or "utf-8"
    if codec == "utf-8" and b"\0" in data:
        raise SourceError(f"not text: contains NUL bytes, the first at byte {offset + data.index(0)}")
    try:
        data.decode(codec)
        return codec
    except UnicodeDecodeError as error:
        where = f"byte {offset + error.start} is 0x{data[error.start]:02x}"
        if codec != "utf-8":
            raise SourceError(f"broken {codec.upper()}: {where}") from error
    if _is_mostly_utf8(data):
        raise SourceError(f"broken UTF-8: {where}")
    likelihood, codec = max(_readings(data))
    if likelihood >= _LEAST_LIKELIHOOD:
        return codec
    if declared and _reads(declared, data):
        return declared
    raise SourceError(f"neither UTF-8 ({where}) nor Arabic in Windows-1256 or ISO-8859-6")


def _reads(codec: str, data: bytes) -> bool:
    try:
        return codecs.lookup(codec).name in _DECLARABLE and bool(data.decode(codec))
    except (LookupError, UnicodeDecodeError):
        return False


def _is_mostly_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = len(text) - len(text.encode("ascii", "ignore")) - broken
    return sound > broken


def _readings(data: bytes) -> list[tuple[float, str]]:
    """How likely each legacy codec's reading of ``data`` is, and its name; a codec that lacks a byte is left out."""
    readings = []
    for codec in _LEGACY_CODECS:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        readings.append((_likelihood(text), codec))
    return readings


def _likelihood(text: str) -> float:
    """Mean logarithm of how frequent the non-ASCII characters of ``text`` are in Arabic news; -inf for no Arabic."""
    # In ISO-8859-6 and Windows-1256 bytes of another language, Arabic letters stand alone among Latin ones.
    if not _ARABIC_LETTERS_TOGETHER.search(text):
        return -math.inf
    counts = Counter(character for character in text if character > "\x7f")
    total = sum(counts.values())
    return sum(n * math.log(_FREQUENCY.get(character, _UNLISTED) / 10_000) for character, n in counts.items()) / total
