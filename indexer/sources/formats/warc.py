"""WARC, read by warcio: of what a crawler fetched, the pages of HTML; and the pages of WET.

A file is read one record at a time. WET (``conversion`` records) holds the text of pages with their furniture. What
else a crawl holds (requests, images, errors) is counted by its kind; a page that cannot be read is a fault.
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
from indexer.sources.damage import SLIPS
from indexer.sources.decoding.decode import decoded
from indexer.sources.format import Format
from indexer.sources.formats import html
from indexer.sources.formats.text import LONGEST_PAGE
from indexer.sources.keys import Keys
from indexer.sources.record import Fault, Ignored, Item, Record
from indexer.sources.records.fields import Fields

_LONGEST_HEADER = 1 << 14
_MOST_HEADERS = 10_000
_HTML = re.compile(r"\s*(?:text/html|application/xhtml\+xml)\b", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_LONGEST_URL = 4096
_LONGEST_TYPE = 40
_LONGEST_STATUS = 3
NO_ARTICLE = "page that is no article"
LONGEST_RECORD = 16 << 20
"""Responses of more bytes than this, packed as they are, are faults if they are pages of HTML."""
_GZIP_MAGIC = b"\x1f\x8b"
_UNPACKED = frozenset({"identity", "none", "utf-8", ""})


def _read(stream: io.BufferedReader, fields: Fields) -> Iterator[Item]:
    # A tenth of a second that most commands don't need.
    from warcio.archiveiterator import WARCIterator  # noqa: PLC0415
    from warcio.bufferedreaders import BufferedReader  # noqa: PLC0415
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415
    from warcio.statusandheaders import StatusAndHeadersParserException  # noqa: PLC0415

    class Bounded(BufferedReader):  # type: ignore[misc]  # warcio has no types
        """Reads lines of bounded length and number; warcio reads lines of headers, and of parted responses."""

        allowed = _MOST_HEADERS

        def readline(self, length: int | None = None) -> bytes:
            self.allowed -= 1
            # It returns less than it is asked for where a line is longer than what it holds.
            line: bytes = super().readline(length or 4 * _LONGEST_HEADER)
            if len(line) > _LONGEST_HEADER or self.allowed < 0:
                raise SourceError("damaged WARC: a header that is too long")
            return line

    records = WARCIterator(stream)
    # In place of warcio's own, which would unpack gzip without a limit; `files` has unpacked it already.
    records.reader = reader = Bounded(stream)
    keys = Keys()
    number = 0
    while True:
        reader.allowed = _MOST_HEADERS
        try:
            # warcio tells of damage on stderr, and goes on.
            with redirect_stderr(io.StringIO()):
                record = next(records, None)
        except (ArchiveLoadFailed, StatusAndHeadersParserException, *SLIPS) as error:
            raise SourceError(f"damaged or truncated WARC after record {number}: {error}"[:300]) from error
        if record is None:
            break
        number += 1
        if record.rec_type is None:
            raise SourceError(f"damaged or truncated WARC: record {number} names no type")
        if records.err_count:
            raise SourceError(f"damaged WARC: record {number - 1} is not as long as it says")
        reader.allowed = LONGEST_RECORD
        try:
            with naming_faults():
                yield _item(record, keys, f"record {number}")
        except SourceError as error:
            yield Fault(f"record {number}", str(error))
    if not number:
        raise SourceError("not WARC: holds no record")


def _item(record: Any, keys: Keys, where: str) -> Item:
    """The page that ``record`` holds, or of which kind it is. Raises SourceError where it is damaged."""
    http = record.http_headers
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ")[:_LONGEST_URL]
    seen = record.rec_headers.get_header("WARC-Date") or ""
    if record.rec_type == "conversion":
        return _flattened(record, keys.take(url, "page"), url, seen, where)
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
        found = html.page(data, charset.group(1) if charset else "", url) if data.strip() else None
    except SourceError as error:
        raise SourceError(f"{url}: {error}") from error
    if found is None or found.flattened:
        return Ignored(NO_ARTICLE, where)
    seen = seen or found.seen
    return replace(found, key=keys.take(url, "page"), url=found.url or url, seen=seen)


def _flattened(record: Any, key: str, url: str, seen: str, where: str) -> Item:
    """The page of WET in ``record``: its text, furniture and all."""
    if record.length is None or record.length > LONGEST_PAGE:
        raise SourceError(f"{url}: a page of {record.length} bytes, above the limit of {LONGEST_PAGE}")
    data: bytes = record.raw_stream.read(LONGEST_PAGE)
    if not data.strip():
        return Ignored("empty page of a crawl", where)
    try:
        content = decoded(data)
    except SourceError as error:
        raise SourceError(f"{url}: {error}") from error
    return Record(key=key, text=content.text, flattened=True, url=url, seen=seen, notes=content.notes)


def _payload(record: Any) -> bytes:
    """The page in ``record``, as its server had it before packing. Raises SourceError."""
    from warcio.bufferedreaders import ChunkedDataReader  # noqa: PLC0415  # as above

    if record.length is None or record.length > LONGEST_RECORD:
        raise SourceError(f"a response of {record.length} bytes, above the limit of {LONGEST_RECORD}")
    http, raw = record.http_headers, record.raw_stream
    if http is None:
        return bytes(raw.read(LONGEST_RECORD))
    parted = (http.get_header("Transfer-Encoding") or "").lower() == "chunked"
    # warcio would unpack without a limit, so that it only puts the parts together.
    data: bytes = (ChunkedDataReader(raw, decomp_type=None) if parted else raw).read(LONGEST_RECORD)
    if getattr(raw, "limit", 0) > 0 and not parted:
        raise SourceError("truncated: less of the page than its record says")
    packing = (http.get_header("Content-Encoding") or "identity").strip().lower()
    if not data.startswith(_GZIP_MAGIC) and packing not in ("deflate", "gzip", "x-gzip"):
        if packing not in _UNPACKED and not data.lstrip().startswith(b"<"):
            raise SourceError(f"packed as {packing[:20]}, which cannot be read")
        return data
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        try:
            return zlib.decompressobj(window).decompress(data, LONGEST_PAGE + 1)
        except zlib.error:
            continue
    # Some crawlers keep the header of what they have unpacked.
    return data


def _claims(head: bytes) -> bool:
    return head.startswith(b"WARC/")


FORMAT = Format(frozenset({".warc", ".wet", ".wat"}), _claims, _read)
