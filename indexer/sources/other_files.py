# SPDX-License-Identifier: GPL-3.0-or-later
"""Recognises files that are not articles, such as images and style sheets. Runs count them, but do not read them.

The file's name tells most of them; for the others, the first bytes do.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath

HIDDEN = "hidden file"
LEFTOVER = "leftover of an editor"
EMPTY = "empty file"
UNKNOWN = "file of an unknown kind"
OTHER_TEXT = "text that is not Arabic"

DOCUMENTS = frozenset({"PDF", "office document"})

_BY_SUFFIX = {
    "image": "jpg jpeg jpe jfif png gif webp avif svg svgz ico bmp tif tiff heic heif psd ai eps",
    "font": "woff woff2 ttf otf eot",
    "style sheet": "css scss sass less",
    "script": "js mjs cjs ts jsx tsx map wasm swf",
    "PDF": "pdf",
    "office document": "doc docx docm dot dotx odt ott rtf xls xlsx xlsm ods ppt pptx pps ppsx odp pages vsd",
    "book": "epub mobi azw azw3 djvu djv chm",
    "sound": "mp3 m4a aac ogg oga opus wav wma flac amr aif aiff mid",
    "video": "mp4 m4v mov avi mkv webm wmv flv mpg mpeg 3gp ogv m3u8 vtt srt",
    "packed archive that is not read": "7z rar bz2 tbz tbz2 xz txz lzma zst lz4 br z cab iso dmg",
    "program": "exe dll so dylib bin msi apk jar class pyc o a deb rpm",
    "database": "db sqlite sqlite3 mdb accdb dbf parquet arrow feather avro orc pkl pickle npy npz h5",
    "certificate or signature": "asc sig pem crt cer gpg p7s md5 sha1 sha256",
    "unfinished download": "part crdownload download tmp temp partial aria2",
    LEFTOVER: "bak orig old save swp swo rej",
}  # fmt: skip
_SUFFIXES = {f".{suffix}": kind for kind, suffixes in _BY_SUFFIX.items() for suffix in suffixes.split()}
_NAMES = {
    **dict.fromkeys(
        ("robots.txt", "ads.txt", "app-ads.txt", "humans.txt", "security.txt", "llms.txt"), "file for robots"
    ),
    **dict.fromkeys(("thumbs.db", "desktop.ini", "icon\r"), "leftover of a system"),
}
_MAGIC = (
    (b"%PDF-", "PDF"), (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"), (b"GIF8", "image"),
    (b"II*\0", "image"), (b"MM\0*", "image"), (b"\0\0\1\0", "image"), (b"wOF", "font"), (b"OTTO", "font"),
    (b"\0\1\0\0", "font"), (b"\xd0\xcf\x11\xe0", "office document"), (b"{\\rtf", "office document"), (b"ID3", "sound"),
    (b"OggS", "sound"), (b"fLaC", "sound"), (b"\x1aE\xdf\xa3", "video"), (b"FLV", "video"),
    (b"Rar!", "packed archive that is not read"), (b"7z\xbc\xaf", "packed archive that is not read"),
    (b"BZh", "packed archive that is not read"), (b"\xfd7zXZ", "packed archive that is not read"),
    (b"(\xb5/\xfd", "packed archive that is not read"), (b"\x7fELF", "program"),
    (b"SQLite format 3", "database"), (b"PAR1", "database"),
)  # fmt: skip
_MAGIC_OF_TWO = ((b"BM", "image"), (b"MZ", "program"), (b"\x1f\x9d", "packed archive that is not read"))
"""These two bytes may also begin a text, so they count only if the head of the file has a NUL byte."""
_BOXES = {b"ftyp": "video", b"WEBP": "image", b"WAVE": "sound", b"AVI ": "video"}
"""Identifiers that stand 4 or 8 bytes after the beginning of the file."""
_PROLOGUE = rb"(?:\xef\xbb\xbf)?\s*(?:<[?][^<>]*>\s*|<!--(?:(?!-->).)*-->\s*|<!DOCTYPE\s+svg[^<>]*>\s*)*"
_SVG = re.compile(_PROLOGUE + rb"<svg\b", re.IGNORECASE | re.DOTALL)
_SITEMAP = re.compile(_PROLOGUE + rb"<(?:urlset|sitemapindex)\b", re.IGNORECASE | re.DOTALL)
_OF_OFFICE = re.compile(
    rb"PK\x03\x04.{26}"
    rb"(?:\[Content_Types\]\.xml|_rels/|docProps/|word/|xl/|ppt/|mimetypeapplication/(?:vnd\.oasis|epub))",
    re.DOTALL,
)
_QUERY = re.compile(r"[@?&;#]|%3[Ff]")
_USUAL_SUFFIX = re.compile(r"\.[a-z][a-z0-9]{0,6}")
_GZIPPED = ".gz"


@lru_cache(1_024)  # a file's name is asked for several times, one after the other
def suffix_of(name: str) -> str:
    """Returns the extension of ``name`` in lower case, with the dot. ``.gz`` at the end is ignored.

    Crawlers append queries to names: the extension of ``style.css@ver=5.8`` is ``.css``.
    """
    plain = name.lower().removesuffix(_GZIPPED)
    suffix = "." + plain.rpartition(".")[2]
    # Most names end like this, and a run asks for millions of them.
    if _USUAL_SUFFIX.fullmatch(suffix) and len(suffix) < len(plain) and "/" not in plain:
        return suffix
    suffix = PurePosixPath(plain).suffix
    return suffix if _USUAL_SUFFIX.fullmatch(suffix) else PurePosixPath(_QUERY.split(plain, maxsplit=1)[0]).suffix


def kind_by_name(name: str) -> str:
    """Returns what kind of non-article file ``name`` (without folders) is, or "" if the name does not tell."""
    if name.startswith("."):
        return HIDDEN
    if name.endswith("~") or name.startswith("~$") or (name.startswith("#") and name.endswith("#")):
        return LEFTOVER
    return _NAMES.get(name.lower()) or _SUFFIXES.get(suffix_of(name), "")


def kind_by_content(head: bytes) -> str:
    """Returns what kind of non-article file begins with ``head``, or "" if the bytes do not tell."""
    if not head:
        return EMPTY
    if _OF_OFFICE.match(head):
        return "office document"
    if _SVG.match(head):
        return "image"
    if _SITEMAP.match(head):
        return "map of a site"
    box = _BOXES.get(head[4:8]) or _BOXES.get(head[8:12])
    magic = _MAGIC + (_MAGIC_OF_TWO if b"\0" in head else ())
    return box or next((kind for start, kind in magic if head.startswith(start)), "")
