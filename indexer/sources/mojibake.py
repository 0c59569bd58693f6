"""Arabic whose UTF-8 was read as Windows-1256 ("ط§ظ„") or as Latin-1 ("Ø§Ù„"), and saved like that.

Each letter has become two characters, the first of them from a set of two or three. Three such pairs in a row don't
occur in any text that means what it says, so they are the sign; what can be turned back into letters is, and a text of
which a part cannot is refused, since no reader would find it.
"""

from __future__ import annotations

import re
from functools import cache

from indexer.errors import SourceError

_ARABIC_LEADS = range(0xD8, 0xDC)
_LEADS_OF_TWO = range(0xC2, 0xE0)
_LEADS_OF_THREE = range(0xE0, 0xF0)
_TRAILS = range(0x80, 0xC0)
_CODECS = ("cp1256", "cp1252")
_STANDS_ALONE_TOO = "،؛؟«»“”‘’…–—\u00a0\u200c\u200d"
_MOST_LONE_LEADS = 2
_ALEF_AND_LAM = ("ط§", "ظ„", "Ø§", "Ù„", "Ù\x84")
"""The two most frequent letters as each codec has them; looked for first, since that is many times as fast."""

_RARE = "§„ØÙ"
"""One character of each of these pairs, which hardly any text in Arabic has: looked for before all else."""


class _Misreading:
    """What UTF-8 looks like to one codec."""

    def __init__(self, codec: str) -> None:
        # Latin-1 for the bytes that the codec lacks, as browsers do.
        self.characters = {
            byte: bytes([byte]).decode(codec, "ignore") or bytes([byte]).decode("latin-1") for byte in range(0x80, 256)
        }
        # What was read as Latin-1 proper holds controls in place of the codec's quotes and dashes.
        self.bytes = {chr(byte): byte for byte in range(0x80, 0xA0)} if codec == "cp1252" else {}
        self.bytes |= {character: byte for byte, character in self.characters.items()}
        arabic, two, three, trail = (
            "".join(re.escape(character) for character, byte in self.bytes.items() if byte in span)
            for span in (_ARABIC_LEADS, _LEADS_OF_TWO, _LEADS_OF_THREE, _TRAILS)
        )
        self.sign = re.compile(f"(?:[{arabic}][{trail}]){{3}}")
        self.run = re.compile(f"(?:[{two}][{trail}]|[{three}][{trail}]{{2}})+")
        alone = "".join(set(trail) - set(_STANDS_ALONE_TOO) - {"\\"})
        self.broken = re.compile(f"[{arabic}]" if codec == "cp1252" else f"[طظ][{re.escape(alone)}]")

    def mended(self, text: str) -> str:
        """``text`` with each run that is well-formed UTF-8 turned back into what it was."""
        return self.run.sub(self._letters, text)

    def _letters(self, run: re.Match[str]) -> str:
        try:
            return bytes(self.bytes[character] for character in run.group()).decode("utf-8")
        except UnicodeDecodeError:
            return run.group()


@cache
def _misreadings() -> tuple[_Misreading, ...]:
    return tuple(_Misreading(codec) for codec in _CODECS)


def mended(text: str) -> str:
    """``text`` as it was before its UTF-8 was misread; itself where it shows no sign of that.

    Raises SourceError where something of it cannot be turned back, because a program in between dropped characters.
    """
    if not any(character in text for character in _RARE) or not any(pair in text for pair in _ALEF_AND_LAM):
        return text
    for misreading in _misreadings():
        if not misreading.sign.search(text):
            continue
        text = misreading.mended(text)
        if len(misreading.broken.findall(text)) > _MOST_LONE_LEADS:
            raise SourceError("mojibake: UTF-8 that was read in another encoding, and too damaged to be turned back")
    return text
