# SPDX-License-Identifier: GPL-3.0-or-later
"""Defines `Line`, a line of a flattened page, and finds out what can be known of it without its neighbours."""

from __future__ import annotations

import re
from functools import lru_cache

from indexer.arabic import letters as L
from indexer.cleaning.lines import signs
from indexer.cleaning.lines.cues import cues, network_words, section_words, sections
from indexer.cleaning.lines.folding import COLON, folded_words

_ARABIC_LETTER = re.compile(f"[{L.LETTERS}]")
_LATIN_LETTER = re.compile("[A-Za-z\u00c0-\u024f]")
_CLOSING_MARKS = "\"'»”’)]} \u00a0\u200e\u200f"
_BAR = re.compile(r"\s*[|\u2022\u00b7\u2219\u25cf]\s*|\s+[-\u2013\u2014/\\]\s+")
_UPRIGHT = re.compile("[|\u2022\u00b7\u2219\u25cf]")
_CRUMB = re.compile(r"\s*[|»›\u2190>\u25c4\u25c0/]\s*|\s+[-\\<«‹]\s+")
_ARROW = re.compile(r"\s[»›>\u2190]\s")
_QUOTE = re.compile('["«“”]')
_HOME = frozenset({("الرئيسيه",), ("الصفحه", "الرئيسيه"), ("رئيسيه",), ("home",)})
_OTHER_ENDS = re.compile("\r|\x0b|\x0c|\x85|\u2028|\u2029")
_TWO_PROFESSIONS = re.compile(r"\S+ و|[^،,]{1,40}[،,]")
_YOU_ARE_HERE = ("انت", "هنا")

ABOUT_SITE = "menu"
"""The doubt, and the reason, of a sentence that presents the site."""

ABOUT_PAGE = "page"
"""The doubt of a sentence about the page's own newsletter, channel or comments."""

# In words. Headlines are rarely longer than 20 words, and rarely end with a full stop.
SHORT = 3
_SENTENCE = 7
_LONG_SENTENCE = 14
_PARAGRAPH = 25
_LONGEST_COPYRIGHT = 40
_LONGEST_CAPTION = 20
_HEADLINE = range(4, 31)
_LONGEST_CRUMB = 5
_LEAST_OF_ROW = 5
_KNOWN = 0.6
REMEMBERED = 80
"""Longer lines (in characters) are not cached, because other pages hardly repeat them."""
_MOST_LINES = 20_000
"""A text with more lines is not a page. The lines after these count as article."""
_LOOKED_AT = 4_000
"""Only this many characters of a line are examined. A longer line is always prose."""


class Line:
    """A line that is not blank. ``block`` is the number of its group of lines; groups are separated by blank lines.

    ``reason`` says why the line cannot be article text anywhere, ``edge_reason`` why it cannot be before or after the
    article; "" means that it can. ``doubt`` says why the line may be furniture although it reads like a sentence; this
    needs a second sign. ``is_foreign`` means that it is in Latin letters on an Arabic page, such as the name of a
    language in a menu. ``label`` is the result: "title", "body" or the reason for removing the line.
    """

    __slots__ = (
        "block", "cue", "doubt", "edge_reason", "is_foreign", "is_latin", "is_prose", "label", "reason", "text",
        "word_count", "words",
    )  # fmt: skip

    def __init__(self, text: str, block: int) -> None:
        self.text = text
        self.block = block
        start = text[:_LOOKED_AT]
        marked = folded_words(start)
        self.words = tuple(word for word in marked if word != COLON)
        self.word_count = len(self.words)
        self.is_prose = len(text) > _LOOKED_AT or reads_like_prose(text, self.word_count)
        self.cue = cues().match(marked)
        self.doubt = ""
        if self.is_prose and self.cue is not None:
            self.doubt = self.cue.reason if self.cue.strong and not signs.is_reporting(self.words) else ""
            self.cue = None
        self.reason = self._reason(start)
        self.edge_reason = self.reason or self._edge_reason(start)
        if self.is_prose and not self.edge_reason and not self.doubt:
            self.doubt = self._doubt(start)
        self.is_latin = _LATIN_LETTER.search(start) is not None and not _ARABIC_LETTER.search(start)
        self.is_foreign = False
        self.label = ""

    def copied_to(self, block: int) -> Line:
        """Returns a copy of the line for another place."""
        line = Line.__new__(Line)
        line.text, line.words, line.word_count, line.block = self.text, self.words, self.word_count, block
        line.is_prose, line.cue, line.doubt = self.is_prose, self.cue, self.doubt
        line.reason, line.edge_reason = self.reason, self.edge_reason
        line.is_latin, line.is_foreign, line.label = self.is_latin, False, ""
        return line

    @property
    def is_article_prose(self) -> bool:
        """Whether the line reads like a sentence of the article."""
        return self.is_prose and not self.reason

    @property
    def can_be_headline(self) -> bool:
        """Whether the length and the content of the line fit a headline."""
        return (
            self.word_count in _HEADLINE
            and not self.is_prose
            and not (self.edge_reason or self.is_foreign)
            and not self.text.endswith(":")
        )

    @property
    def is_long(self) -> bool:
        """Whether the line is as long as a paragraph, whatever its end."""
        return self.word_count >= _LONG_SENTENCE

    @property
    def may_be_long_headline(self) -> bool:
        """Whether the line is short enough for a headline and does not end with a full stop."""
        return self.word_count < _PARAGRAPH and not _ends_with_full_stop(self.text)

    @property
    def is_short(self) -> bool:
        """Whether the line is as short as a menu item."""
        return self.word_count <= SHORT and not self.is_prose

    @property
    def is_menu_bar(self) -> bool:
        """Whether the line is a whole menu."""
        return self.reason == "menu" or (self.edge_reason == "menu" and self.word_count > SHORT)

    @property
    def is_section(self) -> bool:
        """Whether the line is a known name of a section."""
        return self.words in sections()

    def remove(self, reason: str) -> None:
        """Marks the line as furniture wherever it stands. A reason that it already has is kept."""
        self.reason = self.reason or reason
        self.edge_reason = self.edge_reason or reason

    def _reason(self, text: str) -> str:
        # Tatweel is a letter, but folding removes it, so a line of tatweel has no words.
        if not self.words or not any(character.isalnum() for character in text):
            return "" if len(self.text) > _LOOKED_AT else "ornament"
        if text.startswith("©") or ("©" in text and self.word_count <= _LONGEST_COPYRIGHT and not self._is_reporting()):
            return "copyright"
        if signs.is_cookie_notice(self.words):
            return "cookies"
        if signs.is_disclaimer(self.words):
            return "comments"
        if (likely := signs.caption_certainty(text, self.words, is_prose=self.is_prose)) and (
            likely == "sure" or self.word_count <= _LONGEST_CAPTION
        ):
            return "caption"
        if not self.is_prose and (found := self._reason_of_heading(text)):
            return found
        return self.cue.reason if self.cue and self.cue.is_sure and not self._is_reporting() else ""

    def _is_reporting(self) -> bool:
        return self.word_count > SHORT and signs.is_reporting(self.words)

    def _reason_of_heading(self, text: str) -> str:
        if breadcrumb_parts(text):
            return "breadcrumb"
        if signs.is_source(text, self.words):
            return "source"
        if signs.is_author_role(text):
            return "author"
        if self._is_share_bar() or signs.is_run_of_networks(text) or signs.invites_to_follow(self.words) == "sure":
            return "share"
        if signs.is_address(text) or signs.is_embedded_post(text):
            return "share"
        if self._is_menu_bar():
            return "menu"
        return "tags" if all(word.startswith("#") for word in text.split()) else ""

    def _edge_reason(self, text: str) -> str:
        if self.cue and self.cue.reason != "author":
            return self.cue.reason
        if self.is_prose:
            return ""
        # A headline may begin with one profession, but hardly with two.
        if _TWO_PROFESSIONS.match(text) and signs.is_about_author(self.words) and ":" not in text:
            return "author"
        if (
            self.is_section
            or (self.word_count > SHORT and self._consists_of(section_words()))
            or self._is_row_of_sections()
        ):
            return "menu"
        if self.word_count > 1 and (row := cues().row_reason(self.words)):
            return row
        if self._consists_of(network_words().names | network_words().around):
            return "share"
        if signs.is_counter(text, self.words):
            return "meter"
        return ""

    def _doubt(self, text: str) -> str:
        if signs.is_about_author(self.words):
            return "author"
        if signs.is_about_site(self.words):
            return ABOUT_SITE
        return ABOUT_PAGE if signs.is_about_page(self.words) and not _QUOTE.search(text) else ""

    def _consists_of(self, words: frozenset[str]) -> bool:
        return self.word_count > 0 and words.issuperset(self.words)

    def _is_row_of_sections(self) -> bool:
        """Whether the line is a menu without separators: "الرئيسية السياسية الاقتصادية الرياضية الثقافية بالفيديو"."""
        if self.word_count < _LEAST_OF_ROW or self.words[:1] not in _HOME:
            return False
        known = section_words()
        return sum(word in known or word.removeprefix("ال") in known for word in self.words) >= _KNOWN * self.word_count

    def _is_share_bar(self) -> bool:
        networks = network_words()
        named = sum(word in networks.names for word in self.words)
        if self.word_count < SHORT or not named:
            return False
        around = sum(word in networks.around for word in self.words)
        return self.words[0] in networks.inviting or named + around == self.word_count

    def _is_menu_bar(self) -> bool:
        parts = [folded_words(part) for part in _BAR.split(self.text)]
        if len(parts) < 3 or any(len(part) > SHORT for part in parts):
            return False
        known = sum(part in sections() or cues().match(part) is not None for part in parts)
        # A dash or slash may stand between the words of a heading; vertical bars hardly do.
        barred = len(_UPRIGHT.findall(self.text)) == len(parts) - 1 > 2
        return known >= (1 if barred else len(parts) / 2)


def reads_like_prose(text: str, word_count: int) -> bool:
    """Whether ``text`` of ``word_count`` words reads like a sentence or paragraph, not like a heading or link."""
    if word_count >= _PARAGRAPH:
        return True
    if word_count >= _LONG_SENTENCE:
        return "،" in text or text.rstrip(_CLOSING_MARKS).endswith((".", "!", "؟", "?", ":"))
    return word_count >= _SENTENCE and _ends_with_full_stop(text)


def _ends_with_full_stop(text: str) -> bool:
    end = text.rstrip(_CLOSING_MARKS)
    return end.endswith(".") and not end.endswith("..")


def breadcrumb_parts(text: str) -> tuple[str, ...]:
    """Returns the sections of a breadcrumb, the outermost first, without the home page; empty if ``text`` is none."""
    parts = [part.strip() for part in _CRUMB.split(text)]
    parts = [part for part in parts if part]
    if len(parts) < 2:
        return ()
    words = [folded_words(part) for part in parts]
    home = words[0][2:] if words[0][:2] == _YOU_ARE_HERE else words[0]
    if tuple(word for word in home if word != COLON) in _HOME:
        # A menu on one line begins with the home page too, but names several sections.
        return () if sum(part in sections() for part in words[1:]) > 2 else tuple(parts[1:])
    if _ARROW.search(text) and words[0] in sections() and all(len(part) <= _LONGEST_CRUMB for part in words[:-1]):
        return tuple(parts)
    return ()


def split_lines(text: str) -> list[str]:
    """Splits ``text`` at its line ends; if it has none, at the rarer line ends of Unicode."""
    return text.split("\n") if "\n" in text.strip() else _OTHER_ENDS.split(text)


@lru_cache(maxsize=1 << 14)
def remembered_line(text: str) -> Line:
    """Returns the cached line for ``text``. Callers must not change it."""
    return Line(text, 0)


def read_lines(text: str) -> tuple[list[Line], list[str]]:
    """Returns the stripped lines of ``text`` that are not blank, and separately the lines beyond `_MOST_LINES`."""
    lines: list[Line] = []
    rest: list[str] = []
    block, was_blank = 0, False
    for raw in split_lines(text):
        stripped = raw.strip()
        if not stripped:
            was_blank = True
            continue
        if len(lines) >= _MOST_LINES:
            rest.append(stripped)
            continue
        block += was_blank and bool(lines)
        was_blank = False
        lines.append(
            remembered_line(stripped).copied_to(block) if len(stripped) <= REMEMBERED else Line(stripped, block)
        )
    prose = [line for line in lines if line.is_prose] or lines
    if not all(line.is_latin for line in prose):
        for line in lines:
            line.is_foreign = line.is_latin
    return lines, rest
