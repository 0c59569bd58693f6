# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes an article as a reference: as a line to read, as BibTeX and as RIS.

A reference holds only what is known: a missing author, title or source is left out, and a date is as exact as it was
stated. Where an article has no date, the line says when the page was fetched, if that is known. Each text is on one
line, without control characters and characters that change the direction of text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer import moments
from indexer.article import Article, Published
from web.links.originals import web_link
from web.texts import texts
from web.texts.language import gettext
from web.texts.lines import one_line

BIBTEX = "application/x-bibtex"
RIS = "application/x-research-info-systems"
"""The media types by which reference managers know the formats; neither is registered with IANA."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# BibTeX counts braces even after a backslash, so a single brace would end the field too early, or never.
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "#$%&_"},
    }
)
_ENDS = re.compile(r"[.!?\u061f\u2026]\Z")


@dataclass(frozen=True, slots=True)
class Citation:
    """An article in the three forms. ``parts`` are as `line` returns them."""

    parts: tuple[tuple[str, str, str], ...]
    bibtex: str
    ris: str


def citation(article: Article, permalink: str) -> Citation:
    """``article`` in the three forms; ``permalink`` is cited where the article has no address of its own."""
    return Citation(line(article, permalink), bibtex(article, permalink), ris(article, permalink))


def line(article: Article, permalink: str) -> tuple[tuple[str, str, str], ...]:
    """The article as the notes and bibliography style of the Chicago manual cites news, in the interface's language.

    Returns parts, each as the signs before it, its text, and the signs after it. So a page can isolate the direction
    of each text, while the signs follow the direction of the line.
    """
    author, title, source = map(one_line, (article.author, article.title, article.source))
    date = _date(article)
    opening, closing = texts.around_cited_title(ended=bool(_ENDS.search(title)))
    parts = (
        ("", author, _stop(author)),
        (opening, title, f"{closing} "),
        ("", source, gettext(", ") if date else _stop(source)),
        ("", date, _stop(date)),
        ("", original.written if (original := web_link(article.url)) else permalink, "."),
    )
    return tuple(part for part in parts if part[1])


def bibtex(article: Article, permalink: str) -> str:
    """The article as an entry of BibTeX. ``urldate`` is the day on which the page was fetched.

    ``date`` is for biblatex, which knows dates without a day or a month.
    """
    fields = {
        "title": _in_braces(article.title),
        "author": _in_braces(article.author),
        "howpublished": _tex(article.source),
        **_bibtex_date(article.published),
        "url": f"{{{_address(article, permalink)}}}",
        "urldate": f"{{{_fetched(article)}}}" if _fetched(article) else "",
    }
    lines = [f"  {name} = {value}" for name, value in fields.items() if value]
    return f"@misc{{fihrist{article.id},\n" + ",\n".join(lines) + "\n}\n"


def ris(article: Article, permalink: str) -> str:
    """The article as a record of RIS, whose lines end in CR and LF. Y2 is the day on which the page was fetched."""
    date, fetched = article.published, _fetched(article)
    fields = (
        ("TY", "NEWS"),
        ("TI", one_line(article.title)),
        ("AU", one_line(article.author)),
        ("T2", one_line(article.source)),
        ("PY", date.value[:4] if date else ""),
        # YYYY/MM/DD/ with nothing for an unknown month or day.
        ("DA", "/".join((*date.value[:10].split("-"), "", "")[:3]) + "/" if date else ""),
        ("UR", _address(article, permalink)),
        ("Y2", f"{fetched.replace('-', '/')}/" if fetched else ""),
        ("ID", article.id),
    )
    return "".join(f"{tag}  - {value}\r\n" for tag, value in fields if value) + "ER  - \r\n"


def _bibtex_date(date: Published | None) -> dict[str, str]:
    if not date:
        return {}
    value = date.value[:10]
    month = _MONTHS[int(value[5:7]) - 1] if len(value) > len("2023") else ""
    return {"date": f"{{{value}}}", "year": f"{{{value[:4]}}}", "month": month}


def _address(article: Article, permalink: str) -> str:
    original = web_link(article.url)
    return original.href if original else permalink


def _date(article: Article) -> str:
    if article.published:
        return texts.published(Published(article.published.value[: len("2023-05-14")]))
    return "" if article.fetched_at is None else texts.fetched(article.fetched_at)


def _fetched(article: Article) -> str:
    """The day on which the page was fetched, as ISO 8601; "" where that is not known."""
    return "" if article.fetched_at is None else moments.time_of(article.fetched_at).date().isoformat()


def _stop(text: str) -> str:
    return " " if _ENDS.search(text) else ". "


def _tex(text: str) -> str:
    escaped = one_line(text).translate(_TEX)
    return f"{{{escaped}}}" if escaped else ""


def _in_braces(text: str) -> str:
    """``text`` in two pairs of braces: capitals stay, and a name with a comma or «and» in it stays one name."""
    field = _tex(text)
    return f"{{{field}}}" if field else ""
