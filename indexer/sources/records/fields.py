"""Names of keys and columns: which of them hold which part of an article."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from indexer.errors import UsageError

Fields = Mapping[str, tuple[str, ...]]
"""A field of an article -> the names that are tried, in order; the first that holds a text gives it."""

USUAL: Fields = {
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
"""Names are compared by `same_name`: ``published_at``, ``publishedAt`` and ``Published At`` are one."""

SETTING = "FIHRIST_FIELDS"

_PARTS = re.compile(r"[\s_:./-]+")
_MARKS = re.compile("[\u0640\u064b-\u0652\ufeff\u200b-\u200f]")
_SPELLING = str.maketrans("أإآىة", "ااايه")
_TYPES = frozenset({"ar", "ara", "arabic", "s", "t", "ss", "txt", "dt"})
_ARTICLE = re.compile(r"^ال(?=\w{2})")


def parse_fields(text: str) -> Fields:
    """`USUAL` with the names of ``text`` before them, such as "title=headline, body=content.text"; "-" changes nothing.

    A dot leads into an object. Raises UsageError on anything else, naming the fields that there are.
    """
    fields = dict(USUAL)
    for pair in () if text.strip() == "-" else text.split(","):
        field, equals, name = (part.strip() for part in pair.partition("="))
        if field not in USUAL or not equals or not name:
            raise UsageError(f"{pair.strip()!r} is not FIELD=NAME, where FIELD is one of {', '.join(USUAL)}")
        fields[field] = (name, *fields[field])
    return fields


def own_names(fields: Fields, field: str) -> tuple[str, ...]:
    """The names of ``field`` that a setting put before the usual ones."""
    return fields[field][: len(fields[field]) - len(USUAL[field])]


@lru_cache(maxsize=1 << 12)
def same_name(name: str) -> str:
    """``name`` as it is compared: without case, marks between words, the Arabic article and its ways to be spelt.

    The language Arabic and a type at its end, as databases have them (``title_ar``, ``date_dt``), are left out.
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", name)).casefold().translate(_SPELLING)
    parts = [_ARTICLE.sub("", part) for part in _PARTS.split(plain) if part]
    return "".join(parts[:-1] if len(parts) > 1 and parts[-1] in _TYPES else parts)


class Named:
    """An object or a row, of which the values are found by names that `same_name` holds for one."""

    def __init__(self, data: Mapping[str, object]) -> None:
        self.data = data
        self._keys: dict[str, str] = {}
        for key in data:
            self._keys.setdefault(same_name(key), key)

    def values(self, names: tuple[str, ...]) -> Iterator[tuple[str, object]]:
        """What is there under each of ``names``, in their order, with its own name; a dot leads into an object."""
        for name in names:
            if name in self.data:
                yield name, self.data[name]
            elif "." in name and (value := _inner(self.data, name.split("."))) is not None:
                yield name, value
            elif (key := self._keys.get(same_name(name))) is not None:
                yield key, self.data[key]

    def has(self, name: str) -> bool:
        """Whether there is something under ``name``."""
        return any(value is not None for _, value in self.values((name,)))


def _inner(value: object, parts: list[str]) -> object:
    for part in parts:
        if isinstance(value, list):
            value = value[int(part)] if part.isdigit() and len(part) < 4 and int(part) < len(value) else None
        elif isinstance(value, Mapping):
            value = next((found for _, found in Named(value).values((part,))), None)
        else:
            return None
    return value
