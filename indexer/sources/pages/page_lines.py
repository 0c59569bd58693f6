# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores the lines of a flattened page if a program joined them or added the marks of Markdown.

Joined: most of the page is in lines in which runs of three or more blanks stand for line ends. Markdown: a page has
headings (``#``), links (``[…](…)``) or several items (``*``, ``+``), as html2text and others write them. Then the marks
are removed, and lines that were wrapped at a width are joined again.
"""

from __future__ import annotations

import re
from dataclasses import replace

from indexer.sources.record import Record

_RUN_OF_BLANKS = re.compile("[ \t\u00a0\u2003\u3000]{3,}")
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


def with_page_lines(record: Record) -> Record:
    """Returns ``record`` with the lines of its page restored, or itself if it is not flattened or nothing is wrong."""
    if not record.flattened:
        return record
    text = without_markdown(with_lines_split(record.text))
    return record if text == record.text else replace(record, text=text)


def with_lines_split(text: str) -> str:
    r"""Splits lines of ``text`` at runs of blanks if most of the text is in lines with several such runs.

    Also splits at line ends that are written as ``\\n``, if there are more of these than real ones.
    """
    if "\\n" in text and text.count("\\n") > max(1, text.count("\n")):
        text = _WRITTEN_END.sub("\n", text)
    if "   " not in text and not _RUN_OF_BLANKS.search(text):
        return text
    lines = [line.strip() for line in text.split("\n")]
    least = _LEAST_RUNS if sum(map(bool, lines)) > 1 else _LEAST_RUNS_OF_ONE_LINE
    joined = {line for line in lines if len(_RUN_OF_BLANKS.findall(line)) >= least}
    if sum(len(line) for line in lines if line in joined) < _SHARE_JOINED * sum(map(len, lines)):
        return text
    return "\n".join(_RUN_OF_BLANKS.sub("\n", line) if line in joined else line for line in lines)


def without_markdown(text: str) -> str:
    """Removes the marks of Markdown from ``text``, together with the alternative texts of pictures."""
    has_links = "](" in text
    headings = "#" in text and _HEADING.search(text) is not None
    stars = sum(1 for _ in _STAR.finditer(text)) if "* " in text or "+ " in text else 0
    links = has_links and any(_IS_TARGET.search(link[2]) for link in _LINK.finditer(text))
    if not (headings or links or stars >= _LEAST_STARS):
        return text
    if has_links:
        text = _LINK.sub(_text_of_link, _IMAGE.sub("", text))
    text = _REFERRING.sub(r"\1", _REFERENCE.sub("", text))
    text = _with_lines_joined(text)
    text = _END_OF_HEADING.sub("", _HEADING.sub("", _QUOTE.sub("", text)))
    text = _BULLET.sub("", text) if headings or links else _STAR.sub("", text)
    return _ESCAPED.sub(r"\1", _EMPHASIS.sub(r"\2", text))


def _text_of_link(link: re.Match[str]) -> str:
    return link[1] if not link[2] or _IS_TARGET.search(link[2]) else link[0]


def _with_lines_joined(text: str) -> str:
    """Joins lines of ``text`` that end only because the next word would have exceeded the width of the page."""
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
