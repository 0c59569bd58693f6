# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists the JSON and table shapes in which well-known tools write articles. A new tool is a row in `SHAPES`.

An object that fits no row is read by the usual names (`fields.USUAL_NAMES`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.sources.records.fields import FieldNames, NamedValues

_TITLES = ("title", "headline", "العنوان")
_STATED = (*_TITLES, "author", "authors", "byline", "date", "published", "published at", "publish date", "category",
           "section", "source", "outlet")  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToolShape:
    """How a tool writes an article.

    An object fits if it has all names in ``marks`` and none in ``lacks``. ``names`` lists the names of the fields that
    the tool calls differently; an empty tuple means that the field is not stated, even if there is a value with that
    name. ``flattened`` means that the body is a whole page with its furniture. ``only`` maps a name to the values that
    an article may have there; any other object is ignored as an ``otherwise``. ``of_list`` is the name of the list
    around the articles, and ``source`` the name, in the object around that list, of the outlet.
    """

    tool: str
    marks: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    names: FieldNames = field(default_factory=dict)
    flattened: bool = False
    only: Mapping[str, frozenset[str]] = field(default_factory=dict)
    otherwise: str = ""
    of_list: str = ""
    source: str = ""

    def fits(self, data: NamedValues, of_list: str) -> bool:
        """Whether ``data``, which is in a list called ``of_list`` ("" for none), has this shape."""
        if self.of_list and self.of_list != of_list:
            return False
        return all(map(data.has, self.marks)) and not any(map(data.has, self.lacks))

    def takes(self, data: NamedValues) -> bool:
        """Whether ``data`` is an article, and not a draft or the like."""
        for name, values in self.only.items():
            if any(str(value).casefold() not in values for _, value in data.values((name,))):
                return False
        return True


SHAPES = (
    ToolShape("news-please", marks=("maintext", "date_publish"),
          names={"body": ("maintext", "text", "description"), "title": ("title", "title_page", "title_rss"),
                 "date": ("date_publish",), "source": ("source_domain",), "fetched": ("date_download",)}),
    ToolShape("trafilatura", marks=("source-hostname",),
          names={"body": ("text", "raw_text", "excerpt"), "source": ("source-hostname", "hostname"),
                 "url": ("source", "url"), "fetched": ("filedate",), "id": ("id", "fingerprint")}),
    ToolShape("trafilatura", marks=("raw_text", "hostname"),
          names={"body": ("text", "raw_text", "excerpt"), "source": ("sitename", "hostname"), "url": ("url", "source"),
                 "fetched": ("filedate",), "id": ("id", "fingerprint")}),
    ToolShape("newspaper4k", marks=("publish_date", "text", "authors"),
          names={"body": ("text", "summary"), "date": ("publish_date",), "url": ("url", "canonical_link"),
                 "source": ("meta_site_name", "source_url")}),
    ToolShape("WordPress REST", marks=("title.rendered", "content.rendered"),
          names={"author": ("_embedded.author.0.name", "yoast_head_json.author", "author_name"),
                 "category": ("_embedded.wp:term.0.0.name", "category_names"),
                 "source": ("yoast_head_json.og_site_name", "site_name"), "url": ("link",),
                 "date": ("date", "date_gmt")},
          only={"status": frozenset({"publish"})}, otherwise="draft of WordPress"),
    ToolShape("JSON Feed", of_list="items", marks=("id", "date_published"), source="title",
          names={"body": ("content_html", "content_text", "summary"), "date": ("date_published",),
                 "url": ("url", "external_url"), "author": ("authors", "author"), "category": ("tags",)}),
    ToolShape("JSON Feed", of_list="items", marks=("content_html",), source="title",
          names={"body": ("content_html", "content_text", "summary"), "author": ("authors", "author"),
                 "category": ("tags",)}),
    ToolShape("Telegram", of_list="messages", marks=("type", "date"), source="name", flattened=True,
          names={"body": ("text",), "title": (), "author": ("author",), "source": (),
                 "date": ("date", "date_unixtime")},
          only={"type": frozenset({"message"})}, otherwise="notice of Telegram"),
    ToolShape("NewsAPI", marks=("publishedAt", "source.name", "url"),
          names={"body": ("content", "description"), "date": ("publishedAt",), "source": ("source.name",)}),
    ToolShape("Media Cloud", marks=("media_name", "publish_date"),
          names={"id": ("id", "stories_id"), "source": ("media_name",), "date": ("publish_date",),
                 "fetched": ("indexed_date", "collect_date")}),
    # Web corpora: whole pages, whose only date is that of the crawl.
    ToolShape("FineWeb", marks=("text", "url", "dump"), flattened=True,
          names={"date": (), "source": (), "fetched": ("date", "crawl_date", "timestamp")}),
    ToolShape("OSCAR", marks=("content", "warc_headers"), flattened=True,
          names={"body": ("content",), "id": ("warc_headers.warc-record-id", "id"), "date": (), "source": (),
                 "url": ("warc_headers.warc-target-uri",), "fetched": ("warc_headers.warc-date",)}),
    ToolShape("RedPajama, CCNet", marks=("raw_content", "date_download"), flattened=True,
          names={"body": ("raw_content",), "date": (), "source": (), "fetched": ("date_download",)}),
    ToolShape("HPLT", marks=("text", "u", "ts"), flattened=True,
          names={"url": ("u",), "date": (), "source": (), "fetched": ("ts",)}),
    ToolShape("Dolma", marks=("text", "added", "created"), lacks=_TITLES, flattened=True,
          names={"url": ("metadata.url", "url"), "date": (), "source": (), "fetched": ("created", "added")}),
    ToolShape("corpora with metadata apart", marks=("text", "meta.url"), lacks=_STATED, flattened=True,
          names={"url": ("meta.url",), "fetched": ("meta.timestamp", "meta.warc_date", "meta.date",
                                                   "meta.crawl_date")}),
    ToolShape("corpora with metadata apart", marks=("text", "metadata.url"), lacks=_STATED, flattened=True,
          names={"url": ("metadata.url",), "fetched": ("metadata.timestamp", "metadata.warc_date", "metadata.date",
                                                       "metadata.crawl_date")}),
    ToolShape("C4, CulturaX", marks=("text", "url", "timestamp"), lacks=(*_TITLES, "author", "authors"), flattened=True,
          names={"date": (), "source": (), "fetched": ("timestamp",)}),
    ToolShape("other web corpora", marks=("text", "url"), lacks=_STATED, flattened=True,
          names={"fetched": ("crawl_date", "crawled_at", "warc_date", "fetched_at", "fetch_time", "date_crawled",
                             "download_date", "date_download", "ts", "crawl_timestamp", "retrieved")}),
)  # fmt: skip


def tool_shape(data: NamedValues, of_list: str = "") -> ToolShape:
    """Returns the shape of ``data``, which is in a list called ``of_list``, or a shape without any names if none
    fits."""
    return next((shape for shape in SHAPES if shape.fits(data, of_list)), _UNKNOWN)


_UNKNOWN = ToolShape("unknown")
