# SPDX-License-Identifier: GPL-3.0-or-later
"""Repairs text whose bytes were once decoded with the wrong encoding and saved like that.

There are two cases:

- UTF-8 was read as Windows-1256 ("ط§ظ„") or as Latin-1 ("Ø§Ù„"). Each letter became two characters, the first of which
  is one of two or three. Three such pairs in a row do not occur in sound text, so they are the sign. This may have
  happened two or three times over ("ط·آ§", "Ã˜Â§"). Then at least four groups of characters in a row spell UTF-8, and
  the text that they spell has the sign again.
- Windows-1256 or ISO-8859-6 was read as Latin-1 ("ÇáÌÓÑ"). The sign is three accented letters in a row, if most of the
  accented letters of the text are in words of nothing else, and these words are likely Arabic when converted back.

Everything that can be converted back is. A text of which a part cannot is refused, because no reader could search it.
"""

from __future__ import annotations

import re
from functools import cache

from indexer.errors import SourceError
from indexer.sources.decoding.likelihood import LEAST_LIKELIHOOD, likelihood

_ARABIC_LEADS = range(0xD8, 0xDC)
_LEADS_OF_TWO = range(0xC2, 0xE0)
_LEADS_OF_THREE = range(0xE0, 0xF0)
_TRAILS = range(0x80, 0xC0)
_CODECS = ("cp1256", "cp1252")
_STANDS_ALONE_TOO = "،؛؟«»“”‘’…–—\u00a0\u200c\u200d"
_MOST_LONE_LEADS = 2
_MOST_TIMES = 4
"""How many times over a text may have been misread."""
_ALEF_AND_LAM_MISREAD = ("ط§", "ظ„", "Ø§", "Ù„", "Ù\x84", "Â§", "آ§", "Ã‡", "Ã\x87", "أ‡")
"""The two most frequent letters as misread with each codec, the first one also misread twice.

They are searched before anything else, which is many times as fast as the patterns.
"""

_RARE_CHARACTERS = "§„ØÙÃ‡"
"""One character of each of these pairs. Hardly any Arabic text has one, so they are tested even before the pairs."""

_ALEF_MISREAD = "Ç"
"""Alef in Windows-1256 and in ISO-8859-6, read as Latin-1. It is searched before the patterns."""
_LATIN_WORDS = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]{3}")
_LATIN = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]")
_LATIN_WORD = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]{2,}")
_SHARE_IN_WORDS = 0.6


class _Misreading:
    """How UTF-8 looks when it was read with one codec."""

    def __init__(self, codec: str) -> None:
        # Bytes that the codec lacks are read as Latin-1, as browsers do.
        self.characters = {byte: _character(byte, codec) for byte in range(0x80, 256)}
        # If the text was read as Latin-1 proper, controls stand in place of the codec's quotes and dashes.
        self.bytes = {chr(byte): byte for byte in range(0x80, 0xA0)} if codec == "cp1252" else {}
        self.bytes |= {character: byte for byte, character in self.characters.items()}
        arabic, two, three, trail = (
            "".join(re.escape(character) for character, byte in self.bytes.items() if byte in span)
            for span in (_ARABIC_LEADS, _LEADS_OF_TWO, _LEADS_OF_THREE, _TRAILS)
        )
        group = f"(?:[{two}][{trail}]|[{three}][{trail}]{{2}})"
        self.sign = re.compile(f"(?:[{arabic}][{trail}]){{3}}")
        self.sign_of_more = re.compile(f"{group}{{4}}")
        self.run = re.compile(f"{group}+")
        alone = "".join(set(trail) - set(_STANDS_ALONE_TOO) - {"\\"})
        self.broken = re.compile(f"[{arabic}]" if codec == "cp1252" else f"[طظ][{re.escape(alone)}]")

    def without_mojibake(self, text: str) -> str:
        """Returns ``text`` with each run that is well-formed UTF-8 converted back."""
        return self.run.sub(self._letters, text)

    def _letters(self, run: re.Match[str]) -> str:
        try:
            return bytes(self.bytes[character] for character in run.group()).decode("utf-8")
        except UnicodeDecodeError:
            return run.group()


def without_mojibake(text: str) -> str:
    """Returns ``text`` as it was before its bytes were misread, or itself if it shows no sign of that.

    Raises SourceError if a part cannot be converted back, because some program dropped characters.
    """
    if any(character in text for character in _RARE_CHARACTERS) and any(pair in text for pair in _ALEF_AND_LAM_MISREAD):
        text = _from_utf8(text, _MOST_TIMES)
    if _ALEF_MISREAD in text and _LATIN_WORDS.search(text):
        text = _from_arabic_codepage(text)
    return text


@cache
def _misreadings() -> tuple[_Misreading, ...]:
    return tuple(_Misreading(codec) for codec in _CODECS)


def _from_utf8(text: str, times: int) -> str:
    for misreading in _misreadings():
        if misreading.sign.search(text):
            text = misreading.without_mojibake(text)
            if times > 1 and _has_sign(text):
                text = _from_utf8(text, times - 1)
            if len(misreading.broken.findall(text)) > _MOST_LONE_LEADS:
                raise SourceError(
                    "mojibake: UTF-8 that was read in another encoding, and is too damaged to be repaired"
                )
    for misreading in _misreadings() if times > 1 else ():
        if misreading.sign_of_more.search(text):
            before = misreading.without_mojibake(text)
            if _has_sign(before):
                return _from_utf8(before, times - 1)
    return text


def _has_sign(text: str) -> bool:
    signs = (sign for misreading in _misreadings() for sign in (misreading.sign, misreading.sign_of_more))
    return any(sign.search(text) for sign in signs) or (_ALEF_MISREAD in text and _LATIN_WORDS.search(text) is not None)


def _from_arabic_codepage(text: str) -> str:
    words = "".join(_LATIN_WORD.findall(text))
    if len(words) < _SHARE_IN_WORDS * len(_LATIN.findall(text)):
        return text
    best, letters = max((likelihood(words.translate(letters)), at) for at, letters in enumerate(_codepages()))
    return text.translate(_codepages()[letters]) if best >= LEAST_LIKELIHOOD else text


@cache
def _codepages() -> tuple[dict[int, str], ...]:
    """Returns, for each Arabic code page, the letter for each character (code point) of Windows-1252 or Latin-1."""
    tables = []
    for codec in ("cp1256", "iso8859_6"):
        table = {}
        for byte in range(0x80, 256):
            arabic = bytes([byte]).decode(codec, "ignore")
            if arabic:
                table[byte] = table[ord(_character(byte, "cp1252"))] = arabic
        tables.append(table)
    return tuple(tables)


def _character(byte: int, codec: str) -> str:
    return bytes([byte]).decode(codec, "ignore") or bytes([byte]).decode("latin-1")
