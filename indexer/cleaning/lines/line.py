"""The lines of a flattened page, with what can be fetched of each without its neighbours."""

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

OF_THE_SITE = "menu"
"""The doubt, and the reason, of a sentence that presents the site."""

OF_THE_PAGE = "page"
"""The doubt of a sentence that speaks of the page's own newsletter, channel or comments."""

# In words. A headline is seldom longer than 20, and seldom ends in a full stop.
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
"""Lines of more characters are hardly repeated from page to page."""
_MOST_LINES = 20_000
"""A text of more lines is no page; what is behind them is taken for article."""
_LOOKED_AT = 4_000
"""How many characters of a line are looked at; a longer one is prose whatever follows."""


class Line:
    """A line that is not blank. ``block`` counts the groups of lines that blank lines part.

    ``reason`` is why it cannot be article text wherever it stands, ``edge_reason`` why it cannot be before the article
    or after it; "" where it can. ``doubt`` is why it may be none although it reads like a sentence: a second sign has
    to speak against it. ``is_foreign`` says that it is in Latin letters on a page in Arabic ones, as a language's name
    in a menu is. ``label`` is what it turns out to be: "title", "body" or the reason for its removal.
    """

    __slots__ = (
        "block", "count", "cue", "doubt", "edge_reason", "is_foreign", "is_latin", "label", "prose", "reason", "text",
        "words",
    )  # fmt: skip

    def __init__(self, text: str, block: int) -> None:
        self.text = text
        self.block = block
        start = text[:_LOOKED_AT]
        marked = folded_words(start)
        self.words = tuple(word for word in marked if word != COLON)
        self.count = len(self.words)
        self.prose = len(text) > _LOOKED_AT or reads_like_prose(text, self.count)
        self.cue = cues().match(marked)
        self.doubt = ""
        if self.prose and self.cue is not None:
            self.doubt = self.cue.reason if self.cue.strong and not signs.reports(self.words) else ""
            self.cue = None
        self.reason = self._reason(start)
        self.edge_reason = self.reason or self._edge_reason(start)
        if self.prose and not self.edge_reason and not self.doubt:
            self.doubt = self._doubt(start)
        self.is_latin = _LATIN_LETTER.search(start) is not None and not _ARABIC_LETTER.search(start)
        self.is_foreign = False
        self.label = ""

    def again(self, block: int) -> Line:
        """The same line in another place."""
        line = Line.__new__(Line)
        line.text, line.words, line.count, line.block = self.text, self.words, self.count, block
        line.prose, line.cue, line.doubt = self.prose, self.cue, self.doubt
        line.reason, line.edge_reason = self.reason, self.edge_reason
        line.is_latin, line.is_foreign, line.label = self.is_latin, False, ""
        return line

    @property
    def is_article_prose(self) -> bool:
        """Whether it reads like a sentence, and like one of the article."""
        return self.prose and not self.reason

    @property
    def can_be_headline(self) -> bool:
        """Whether it could be the headline, by its length and by what it says."""
        return (
            self.count in _HEADLINE
            and not self.prose
            and not (self.edge_reason or self.is_foreign)
            and not self.text.endswith(":")
        )

    @property
    def is_long(self) -> bool:
        """Whether it is as long as a paragraph, whatever it ends in."""
        return self.count >= _LONG_SENTENCE

    @property
    def is_unstopped(self) -> bool:
        """Whether it is short enough for a headline, and ends without a full stop."""
        return self.count < _PARAGRAPH and not _stops(self.text)

    @property
    def is_short(self) -> bool:
        """Whether it could be an item of a menu, by its length."""
        return self.count <= SHORT and not self.prose

    @property
    def is_menu_bar(self) -> bool:
        """Whether it is a menu in one line."""
        return self.reason == "menu" or (self.edge_reason == "menu" and self.count > SHORT)

    @property
    def is_section(self) -> bool:
        """Whether it is the known name of a section."""
        return self.words in sections()

    def remove(self, reason: str) -> None:
        """Makes it furniture wherever it stands; a reason that it has already stays."""
        self.reason = self.reason or reason
        self.edge_reason = self.edge_reason or reason

    def _reason(self, text: str) -> str:
        # Of tatweel alone no word is left, although each is a letter.
        if not self.words or not any(character.isalnum() for character in text):
            return "" if len(self.text) > _LOOKED_AT else "ornament"
        if text.startswith("©") or ("©" in text and self.count <= _LONGEST_COPYRIGHT and not self._is_told()):
            return "copyright"
        if signs.is_notice(self.words):
            return "cookies"
        if signs.is_disclaimer(self.words):
            return "comments"
        if (likely := signs.caption(text, self.words, prose=self.prose)) and (
            likely == "sure" or self.count <= _LONGEST_CAPTION
        ):
            return "caption"
        if not self.prose and (found := self._reason_of_heading(text)):
            return found
        return self.cue.reason if self.cue and self.cue.is_sure and not self._is_told() else ""

    def _is_told(self) -> bool:
        return self.count > SHORT and signs.reports(self.words)

    def _reason_of_heading(self, text: str) -> str:
        if crumbs(text):
            return "breadcrumb"
        if signs.source(text, self.words):
            return "source"
        if signs.is_role(text):
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
        if self.prose:
            return ""
        # A headline may begin with somebody's profession too, but hardly with two.
        if _TWO_PROFESSIONS.match(text) and signs.is_about_author(self.words) and ":" not in text:
            return "author"
        if self.is_section or (self.count > SHORT and self._made_of(section_words())) or self._is_row_of_sections():
            return "menu"
        if self.count > 1 and (row := cues().row(self.words)):
            return row
        if self._made_of(network_words().names | network_words().around):
            return "share"
        if signs.is_counter(text, self.words):
            return "meter"
        return ""

    def _doubt(self, text: str) -> str:
        if signs.is_about_author(self.words):
            return "author"
        if signs.is_about_site(self.words):
            return OF_THE_SITE
        return OF_THE_PAGE if signs.is_of_the_page(self.words) and not _QUOTE.search(text) else ""

    def _made_of(self, words: frozenset[str]) -> bool:
        return self.count > 0 and words.issuperset(self.words)

    def _is_row_of_sections(self) -> bool:
        """Whether it is a menu in one line without marks: "الرئيسية السياسية الاقتصادية الرياضية الثقافية بالفيديو"."""
        if self.count < _LEAST_OF_ROW or self.words[:1] not in _HOME:
            return False
        known = section_words()
        return sum(word in known or word.removeprefix("ال") in known for word in self.words) >= _KNOWN * self.count

    def _is_share_bar(self) -> bool:
        networks = network_words()
        named = sum(word in networks.names for word in self.words)
        if self.count < SHORT or not named:
            return False
        around = sum(word in networks.around for word in self.words)
        return self.words[0] in networks.inviting or named + around == self.count

    def _is_menu_bar(self) -> bool:
        parts = [folded_words(part) for part in _BAR.split(self.text)]
        if len(parts) < 3 or any(len(part) > SHORT for part in parts):
            return False
        known = sum(part in sections() or cues().match(part) is not None for part in parts)
        # A dash or slash may stand between the words of a heading; upright bars hardly do.
        barred = len(_UPRIGHT.findall(self.text)) == len(parts) - 1 > 2
        return known >= (1 if barred else len(parts) / 2)


def reads_like_prose(text: str, count: int) -> bool:
    """Whether ``text``, of ``count`` words, reads like a sentence or paragraph rather than a heading or a link."""
    if count >= _PARAGRAPH:
        return True
    if count >= _LONG_SENTENCE:
        return "،" in text or text.rstrip(_CLOSING_MARKS).endswith((".", "!", "؟", "?", ":"))
    return count >= _SENTENCE and _stops(text)


def _stops(text: str) -> bool:
    end = text.rstrip(_CLOSING_MARKS)
    return end.endswith(".") and not end.endswith("..")


def crumbs(text: str) -> tuple[str, ...]:
    """The sections of a breadcrumb, the outermost first and without the home page; empty if ``text`` is none."""
    parts = [part.strip() for part in _CRUMB.split(text)]
    parts = [part for part in parts if part]
    if len(parts) < 2:
        return ()
    words = [folded_words(part) for part in parts]
    home = words[0][2:] if words[0][:2] == _YOU_ARE_HERE else words[0]
    if tuple(word for word in home if word != COLON) in _HOME:
        # A menu in one line begins with the home page as well, but names several sections.
        return () if sum(part in sections() for part in words[1:]) > 2 else tuple(parts[1:])
    if _ARROW.search(text) and words[0] in sections() and all(len(part) <= _LONGEST_CRUMB for part in words[:-1]):
        return tuple(parts)
    return ()


def split_lines(text: str) -> list[str]:
    """``text`` at its line ends; where it has none, at the rarer ones of Unicode."""
    return text.split("\n") if "\n" in text.strip() else _OTHER_ENDS.split(text)


@lru_cache(maxsize=1 << 14)
def known_line(text: str) -> Line:
    """The line ``text``, remembered: to be read only."""
    return Line(text, 0)


def read_lines(text: str) -> tuple[list[Line], list[str]]:
    """The lines of ``text`` that are not blank, stripped, in order; and those behind the most that are looked at."""
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
        lines.append(known_line(stripped).again(block) if len(stripped) <= REMEMBERED else Line(stripped, block))
    prose = [line for line in lines if line.prose] or lines
    if not all(line.is_latin for line in prose):
        for line in lines:
            line.is_foreign = line.is_latin
    return lines, rest
