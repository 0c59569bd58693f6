# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of JSON keys and table columns, by the field of an article that they hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from indexer.errors import UsageError

FieldNames = Mapping[str, tuple[str, ...]]
"""Maps each field of an article to the names that are tried, in order. The first one that holds a text is used."""

USUAL_NAMES: FieldNames = {
    "id": ("id", "_id", "guid", "uuid", "doc id", "article id", "news id", "story id", "stories id", "المعرف"),
    "title": ("title", "headline", "post title", "article title", "news title", "heading", "web title",
              "titre", "العنوان", "عنوان الخبر", "عنوان المقال"),
    "body": ("body", "text", "content", "articleBody", "main text", "full text", "article text", "article content",
             "news content", "content html", "content text", "html content", "post content", "body text", "body html",
             "plain text", "clean text", "cleaned text", "raw text", "raw content", "paragraphs", "article", "story",
             "fields.bodyText", "contenu", "texte", "النص",
             "نص الخبر", "نص المقال", "المحتوى", "محتوى الخبر", "المتن", "الخبر", "المقال", "التفاصيل", "description",
             "summary", "excerpt", "abstract", "lead", "الوصف", "الملخص", "المقدمة"),
    "page": ("html", "raw html", "page html", "page source", "html source"),
    "source": ("source", "outlet", "site name", "publisher", "source name", "media name", "newspaper", "website",
               "source domain", "domain", "host name", "المصدر", "اسم المصدر", "الصحيفة", "الجريدة", "الموقع",
               "الوكالة"),
    "category": ("category", "section", "articleSection", "categories", "section name", "rubrique",
                 "القسم", "التصنيف", "الفئة", "الباب"),
    "author": ("author", "byline", "authors", "writer", "creator", "author name", "reporter", "journalist",
               "fields.byline", "auteur", "الكاتب",
               "اسم الكاتب", "المؤلف", "المحرر", "الصحفي", "بقلم"),
    "url": ("url", "link", "permalink", "canonical url", "canonical link", "article url", "web url", "page url",
            "href", "uri", "lien",
            "الرابط", "رابط الخبر", "رابط المقال", "عنوان الصفحة"),
    "date": ("date", "published", "published at", "datePublished", "pubDate", "publish date", "date publish",
             "publication date", "published date", "published on", "published time", "post date", "article date",
             "news date", "date time", "web publication date", "التاريخ", "تاريخ النشر",
             "تاريخ الخبر", "تاريخ المقال", "وقت النشر"),
    "fetched": ("fetched", "fetched at", "crawled at", "scraped at", "crawl date", "date download", "download date",
                "date crawled", "scrape date", "retrieved at", "crawl time", "fetch time", "warc date", "timestamp",
                "تاريخ الجلب"),
}  # fmt: skip
"""The names that are tried without any setting.

Names that `name_key` folds alike are equal, so ``published_at``, ``publishedAt`` and ``Published At`` are one name.
"""

FIELDS_SETTING = "FIHRIST_FIELDS"

_PARTS = re.compile(r"[\s_:./-]+")
_MARKS = re.compile("[\u0640\u064b-\u0652\ufeff\u200b-\u200f]")
_SPELLING = str.maketrans("أإآىة", "ااايه")
_TYPES = frozenset({"ar", "ara", "arabic", "s", "t", "ss", "txt", "dt"})
_ARTICLE = re.compile(r"^ال(?=\w{2})")


def parse_fields(text: str) -> FieldNames:
    """Returns `USUAL_NAMES` with the names in ``text`` first, such as "title=headline, body=content.text".

    A dot leads into an object. The text "-" changes nothing. Raises UsageError, which lists the fields, on any other
    text.
    """
    fields = dict(USUAL_NAMES)
    for pair in () if text.strip() == "-" else text.split(","):
        field, equals, name = (part.strip() for part in pair.partition("="))
        if field not in USUAL_NAMES or not equals or not name:
            raise UsageError(f"{pair.strip()!r} is not FIELD=NAME, where FIELD is one of {', '.join(USUAL_NAMES)}")
        fields[field] = (name, *fields[field])
    return fields


def configured_names(fields: FieldNames, field: str) -> tuple[str, ...]:
    """Returns the names of ``field`` that the setting put before the usual ones."""
    return fields[field][: len(fields[field]) - len(USUAL_NAMES[field])]


@lru_cache(maxsize=1 << 12)
def name_key(name: str) -> str:
    """Folds ``name`` for comparison: it drops case, separators, the Arabic article and variants of letters.

    The language Arabic or a type at the end, as in ``title_ar`` and ``date_dt``, is dropped too.
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", name)).casefold().translate(_SPELLING)
    parts = [_ARTICLE.sub("", part) for part in _PARTS.split(plain) if part]
    return "".join(parts[:-1] if len(parts) > 1 and parts[-1] in _TYPES else parts)


class NamedValues:
    """An object or a row whose values are looked up by names that are compared by `name_key`."""

    def __init__(self, data: Mapping[str, object]) -> None:
        self.data = data
        self._keys: dict[str, str] = {}
        for key in data:
            self._keys.setdefault(name_key(key), key)

    def values(self, names: tuple[str, ...]) -> Iterator[tuple[str, object]]:
        """Yields the name and value of each of ``names`` that exists, in their order. A dot leads into an object."""
        for name in names:
            if name in self.data:
                yield name, self.data[name]
            elif "." in name and (value := _inner(self.data, name.split("."))) is not None:
                yield name, value
            elif (key := self._keys.get(name_key(name))) is not None:
                yield key, self.data[key]

    def has(self, name: str) -> bool:
        """Whether there is a value other than None under ``name``."""
        return any(value is not None for _, value in self.values((name,)))


def _inner(value: object, parts: list[str]) -> object:
    for part in parts:
        if isinstance(value, list):
            value = value[int(part)] if part.isdigit() and len(part) < 4 and int(part) < len(value) else None
        elif isinstance(value, Mapping):
            value = next((found for _, found in NamedValues(value).values((part,))), None)
        else:
            return None
    return value
