# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads mail with `email`: a message (``.eml``), or a web page that a browser saved as one (``.mhtml``).

A saved page is the first HTML part, with its address and the time of saving. Any other message is an article: its
subject, sender and text.
"""

from __future__ import annotations

import email
import email.policy
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage, Message
from email.utils import parseaddr

from indexer.errors import SourceError
from indexer.sources.decoding.decode import Decoded, decode
from indexer.sources.format import Format
from indexer.sources.formats import html
from indexer.sources.formats.text import LONGEST_PAGE
from indexer.sources.pages.markup import as_text
from indexer.sources.record import Item, Record
from indexer.sources.records.fields import FieldNames

LONGEST_MESSAGE = 32 << 20
"""The most bytes of a message. `email` holds a message in memory with all of its pictures."""
_MOST_PARTS = 2_000

_LINE = rb"[A-Za-z][A-Za-z0-9-]{1,40}:[^\r\n]{0,2000}\r?\n(?:[ \t][^\r\n]{0,2000}\r?\n){0,50}"
_HEADER = re.compile(rb"\s{0,9}(?:From [^\r\n]{1,200}\r?\n)?((?:" + _LINE + rb"){2,200})")
_HEADER_NAMES = re.compile(
    rb"^(mime-version|message-id|received|snapshot-content-location|content-type|from|subject|date):", re.I | re.M
)
_LEAST_HEADER_NAMES = 3
_PREFERENCE = {"text/plain": 0, "text/html": 1}
"""Which part is read if a message has its text in several types: the one with the lowest number."""


def _read(stream: io.BufferedReader, fields: FieldNames) -> Iterator[Item]:
    data = stream.read(LONGEST_MESSAGE + 1)
    if len(data) > LONGEST_MESSAGE:
        raise SourceError(f"a message, which holds more than the limit of {LONGEST_MESSAGE} bytes")
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.default)
    parts = _parts(message)
    page = next((part for part in parts if part.get_content_type() == "text/html"), None)
    location = _header(message, "Snapshot-Content-Location") or (_header(page, "Content-Location") if page else "")
    if page is not None and (location or message.get_content_type() == "multipart/related"):
        yield _saved_page(page, location, _header(message, "Date"))
    else:
        yield _message(message, parts)


def _saved_page(part: Message, location: str, saved: str) -> Record:
    """Returns the article of a page that a browser saved."""
    record = html.page_record(_part_bytes(part), part.get_content_charset() or "", location)
    if not (record.text or record.no_article):
        raise SourceError("no text of an article in the page")
    return replace(record, url=record.url or location, fetched=saved)


def _message(message: EmailMessage, parts: list[Message]) -> Record:
    body = min(parts, key=lambda part: _PREFERENCE.get(part.get_content_type(), len(_PREFERENCE)), default=None)
    content = (
        decode(_part_bytes(body), declared=body.get_content_charset() or "") if body is not None else Decoded("", 0)
    )
    title = " ".join(_header(message, "Subject").split())
    text = as_text(content.text)
    if not title and not text.strip():
        raise SourceError("no text: a message without a subject or a text")
    name, address = parseaddr(_header(message, "From"))
    return Record(
        key="",
        text=text,
        flattened=False,
        extracted=True,
        title=title,
        source=name or address.rpartition("@")[2],
        published=_header(message, "Date"),
        url=_header(message, "Archived-At").strip("<> "),
        notes=content.notes,
    )


def _parts(message: EmailMessage) -> list[Message]:
    """Returns the text parts of ``message`` that are not attachments."""
    parts: list[Message] = []
    for number, part in enumerate(message.walk()):
        if number == _MOST_PARTS:
            raise SourceError(f"a message of more than {_MOST_PARTS} parts")
        if part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment":
            parts.append(part)
    return parts


def _part_bytes(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data.strip():
        raise SourceError("a message whose text is empty")
    if len(data) > LONGEST_PAGE:
        raise SourceError(f"a message whose text holds more than the limit of {LONGEST_PAGE} bytes")
    return data


def _header(part: Message, name: str) -> str:
    """Returns the header ``name`` as text, or "" if there is none."""
    return str(part.get(name, "")).encode("utf-8", "replace").decode("utf-8").strip()


def _claims(head: bytes) -> bool:
    """Whether ``head`` begins with mail headers: at least three names that messages use."""
    header = _HEADER.match(head)
    return (
        header is not None and len({name.lower() for name in _HEADER_NAMES.findall(header[1])}) >= _LEAST_HEADER_NAMES
    )


FORMAT = Format(frozenset({".eml", ".mhtml", ".mht"}), _claims, _read)
