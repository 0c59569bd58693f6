# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads WARC with warcio: the HTML pages that a crawler fetched, and the text pages of WET.

One record is read at a time. WET files hold the flattened text of pages in ``conversion`` records. Other records
(requests, images, errors) are counted by kind; a page that cannot be read is a fault.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import replace
from typing import Any

from indexer.errors import SourceError, naming_faults
from indexer.sources.article_keys import ArticleKeys
from indexer.sources.decoding.decode import decode
from indexer.sources.format import Format
from indexer.sources.formats import html
from indexer.sources.formats.text import LONGEST_PAGE
from indexer.sources.library_errors import LIBRARY_ERRORS
from indexer.sources.record import Fault, Ignored, Item, Record
from indexer.sources.records.fields import FieldNames

_LONGEST_HEADER = 1 << 14
_MOST_HEADERS = 10_000
_HTML = re.compile(r"\s*(?:text/html|application/xhtml\+xml)\b", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_LONGEST_URL = 4096
_LONGEST_TYPE = 40
_LONGEST_STATUS = 3
NO_ARTICLE = "page that is no article"
LONGEST_RECORD = 16 << 20
"""The most bytes of a response as it is stored. A longer HTML response is a fault."""
_GZIP_MAGIC = b"\x1f\x8b"
_UNCOMPRESSED = frozenset({"identity", "none", "utf-8", ""})


def _read(stream: io.BufferedReader, fields: FieldNames) -> Iterator[Item]:
    # Importing warcio takes 0.1 s, which most commands do not need to spend.
    from warcio.archiveiterator import WARCIterator  # noqa: PLC0415
    from warcio.bufferedreaders import BufferedReader  # noqa: PLC0415
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415
    from warcio.statusandheaders import StatusAndHeadersParserException  # noqa: PLC0415

    class BoundedReader(BufferedReader):  # type: ignore[misc]  # warcio has no types
        """A reader that limits the length and the number of lines in headers and in chunked responses."""

        allowed = _MOST_HEADERS

        def readline(self, length: int | None = None) -> bytes:
            self.allowed -= 1
            # It returns less than asked for if a line is longer than its buffer.
            line: bytes = super().readline(length or 4 * _LONGEST_HEADER)
            if len(line) > _LONGEST_HEADER or self.allowed < 0:
                raise SourceError("damaged WARC: a header that is too long")
            return line

    records = WARCIterator(stream)
    # Replaces warcio's reader, which would decompress gzip without a limit; `files` has decompressed the file.
    records.reader = reader = BoundedReader(stream)
    keys = ArticleKeys()
    number = 0
    while True:
        reader.allowed = _MOST_HEADERS
        try:
            # warcio writes about damage to stderr and goes on.
            with redirect_stderr(io.StringIO()):
                record = next(records, None)
        except (ArchiveLoadFailed, StatusAndHeadersParserException, *LIBRARY_ERRORS) as error:
            raise SourceError(f"damaged or truncated WARC after record {number}: {error}"[:300]) from error
        if record is None:
            break
        number += 1
        if record.rec_type is None:
            raise SourceError(f"damaged or truncated WARC: record {number} names no type")
        if records.err_count:
            raise SourceError(f"damaged WARC: record {number - 1} is not as long as its header says")
        reader.allowed = LONGEST_RECORD
        try:
            with naming_faults():
                yield _item(record, keys, f"record {number}")
        except SourceError as error:
            yield Fault(f"record {number}", str(error))
    if not number:
        raise SourceError("not WARC: holds no record")


def _item(record: Any, keys: ArticleKeys, where: str) -> Item:
    """Returns the page in ``record``, or the kind of the record. Raises SourceError if the page is damaged."""
    http = record.http_headers
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ")[:_LONGEST_URL]
    fetched = record.rec_headers.get_header("WARC-Date") or ""
    if record.rec_type == "conversion":
        return _wet_page(record, keys.take(url, "page"), url, fetched, where)
    if record.rec_type not in ("response", "resource"):
        return Ignored(f"{record.rec_type} of a crawl", where)
    if http is not None and (status := http.get_statuscode()) != "200":
        return Ignored(f"response of a crawl with status {status[:_LONGEST_STATUS]}", where)
    kind = (http or record.rec_headers).get_header("Content-Type") or ""
    if not _HTML.match(kind):
        return Ignored(f"{kind.partition(';')[0].strip()[:_LONGEST_TYPE] or 'nameless'} of a crawl", where)
    charset = _CHARSET.search(kind)
    try:
        data = _payload(record)
        found = html.page_record(data, charset.group(1) if charset else "", url) if data.strip() else None
    except SourceError as error:
        raise SourceError(f"{url}: {error}") from error
    if found is None or found.flattened:
        return Ignored(NO_ARTICLE, where)
    fetched = fetched or found.fetched
    return replace(found, key=keys.take(url, "page"), url=found.url or url, fetched=fetched)


def _wet_page(record: Any, key: str, url: str, fetched: str, where: str) -> Item:
    """Returns the WET page in ``record``: its text with all furniture."""
    if record.length is None or record.length > LONGEST_PAGE:
        raise SourceError(f"{url}: a page of {record.length} bytes, above the limit of {LONGEST_PAGE}")
    data: bytes = record.raw_stream.read(LONGEST_PAGE)
    if not data.strip():
        return Ignored("empty page of a crawl", where)
    try:
        content = decode(data)
    except SourceError as error:
        raise SourceError(f"{url}: {error}") from error
    return Record(key=key, text=content.text, flattened=True, url=url, fetched=fetched, notes=content.notes)


def _payload(record: Any) -> bytes:
    """Returns the decompressed page in ``record``.

    Raises SourceError if it is truncated, too long or cannot be decompressed.
    """
    from warcio.bufferedreaders import ChunkedDataReader  # noqa: PLC0415  # as above

    if record.length is None or record.length > LONGEST_RECORD:
        raise SourceError(f"a response of {record.length} bytes, above the limit of {LONGEST_RECORD}")
    http, raw = record.http_headers, record.raw_stream
    if http is None:
        return bytes(raw.read(LONGEST_RECORD))
    chunked = (http.get_header("Transfer-Encoding") or "").lower() == "chunked"
    # warcio would decompress without a limit, so it only joins the chunks here.
    data: bytes = (ChunkedDataReader(raw, decomp_type=None) if chunked else raw).read(LONGEST_RECORD)
    if getattr(raw, "limit", 0) > 0 and not chunked:
        raise SourceError("truncated: the page is shorter than its record says")
    compression = (http.get_header("Content-Encoding") or "identity").strip().lower()
    if not data.startswith(_GZIP_MAGIC) and compression not in ("deflate", "gzip", "x-gzip"):
        if compression not in _UNCOMPRESSED and not data.lstrip().startswith(b"<"):
            raise SourceError(f"compressed as {compression[:20]}, which cannot be read")
        return data
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        try:
            return zlib.decompressobj(window).decompress(data, LONGEST_PAGE + 1)
        except zlib.error:
            continue
    # Some crawlers keep the Content-Encoding header after decompressing the page.
    return data


def _claims(head: bytes) -> bool:
    return head.startswith(b"WARC/")


FORMAT = Format(frozenset({".warc", ".wet", ".wat"}), _claims, _read)
