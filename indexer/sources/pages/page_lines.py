"""The lines of a flattened page, where a program joined them, or put the marks of Markdown into them.

Joined: most of the page stands in lines within which runs of three blanks or more part what were lines. Marked: a page
has headings (``#``), links (``[…](…)``) or several items (``*``, ``+``), as html2text and others write them; then the
marks are nothing, and lines that were broken at a width are put together again.
"""

from __future__ import annotations

import re
from dataclasses import replace

from indexer.sources.record import Record

_RUN = re.compile("[ \t\u00a0\u2003\u3000]{3,}")
_WRITTEN_END = re.compile(r"(?:\\r)?\\n")
_LEAST_RUNS = 3
_LEAST_RUNS_OF_ONE_LINE = 2
_SHARE_JOINED = 0.5

_TARGET = r"<?(?:[a-z][a-z0-9+.-]*:|[/#?.])?[^()\s<>]{0,2000}(?:\([^()\s<>]{0,200}\)[^()\s<>]{0,200}){0,9}>?"
_HINT = r"(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?"
_LINK = re.compile(rf"\[([^\[\]\n]*(?:\[[^\[\]\n]*\][^\[\]\n]*)*)\]\(({_TARGET}){_HINT}\)", re.IGNORECASE)
_IMAGE = re.compile(rf"!\[[^\[\]\n]*\]\({_TARGET}{_HINT}\)", re.IGNORECASE)
_IS_TARGET = re.compile(r"[/#?.:]")
_REFERRING = re.compile(r"\[([^\[\]\n]+)\]\[\d{0,4}\]")
_REFERENCE = re.compile(r"^[ \t]*\[[^\[\]\n]{1,40}\]:[ \t]+\S+[^\n]*$", re.MULTILINE)
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+(?=\S)", re.MULTILINE)
_END_OF_HEADING = re.compile(r"[ \t]+#{1,6}[ \t]*$", re.MULTILINE)
_STAR = re.compile(r"^[ \t]*(?:[*+][ \t]+)+(?=[^\s*+])", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:(?:[-*+•]|\d{1,3}\\?\.)[ \t]+)+(?=[^\s*+-])", re.MULTILINE)
_NUMBER = re.compile(r"^[ \t]*(\d{1,3})\\?\.[ \t]+", re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w*_])(\*\*\*|\*\*|\*|___|__|_)(?=[^\s*_])([^\n*_]{1,300})(?<=\S)\1(?![\w*_])")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!>|~-])")
_LEAST_STARS = 3
_WIDTHS = range(50, 121)
_LEAST_BROKEN = 2


def with_lines_parted(record: Record) -> Record:
    """``record`` with the lines of its page as they were; itself where it is no such page, or nothing is wrong."""
    if not record.flattened:
        return record
    text = unmarked(unjoined(record.text))
    return record if text == record.text else replace(record, text=text)


def unjoined(text: str) -> str:
    """``text`` with lines parted where runs of blanks stand, if most of it stands in lines of several such runs.

    Likewise where line ends are written as ``\\n``, and there are more of these than of others.
    """
    if "\\n" in text and text.count("\\n") > max(1, text.count("\n")):
        text = _WRITTEN_END.sub("\n", text)
    if "   " not in text and not _RUN.search(text):
        return text
    lines = [line.strip() for line in text.split("\n")]
    least = _LEAST_RUNS if sum(map(bool, lines)) > 1 else _LEAST_RUNS_OF_ONE_LINE
    joined = {line for line in lines if len(_RUN.findall(line)) >= least}
    if sum(len(line) for line in lines if line in joined) < _SHARE_JOINED * sum(map(len, lines)):
        return text
    return "\n".join(_RUN.sub("\n", line) if line in joined else line for line in lines)


def unmarked(text: str) -> str:
    """``text`` without the marks of Markdown; the alternative text of pictures is left out with them."""
    has_links = "](" in text
    headings = "#" in text and _HEADING.search(text) is not None
    stars = sum(1 for _ in _STAR.finditer(text)) if "* " in text or "+ " in text else 0
    links = has_links and any(_IS_TARGET.search(link[2]) for link in _LINK.finditer(text))
    if not (headings or links or stars >= _LEAST_STARS):
        return text
    if has_links:
        text = _LINK.sub(_text_of_link, _IMAGE.sub("", text))
    text = _REFERRING.sub(r"\1", _REFERENCE.sub("", text))
    text = _unbroken(text)
    text = _END_OF_HEADING.sub("", _HEADING.sub("", _QUOTE.sub("", text)))
    text = _BULLET.sub("", text) if headings or links else _STAR.sub("", text)
    return _ESCAPED.sub(r"\1", _EMPHASIS.sub(r"\2", text))


def _text_of_link(link: re.Match[str]) -> str:
    return link[1] if not link[2] or _IS_TARGET.search(link[2]) else link[0]


def _unbroken(text: str) -> str:
    """``text`` with lines put together that end only because the next word would have crossed the width of the page."""
    lines = text.split("\n")
    width = max(map(len, lines))
    ends = [at for at, line in enumerate(lines[:-1]) if _is_broken(line, lines[at + 1], width)]
    if width not in _WIDTHS or len(ends) < _LEAST_BROKEN:
        return text
    broken = set(ends)
    pieces = [line.strip() + " " if at in broken else f"{line}\n" for at, line in enumerate(lines)]
    return "".join(pieces)[:-1]


def _is_broken(line: str, following: str, width: int) -> bool:
    if not line.strip() or not following.strip() or _HEADING.match(line):
        return False
    if _BULLET.match(following) or _HEADING.match(following) or _QUOTE.match(following):
        return False
    return len(line.rstrip()) + 1 + len(following.split(maxsplit=1)[0]) > width
