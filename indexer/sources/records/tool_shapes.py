"""The shapes in which well-known tools write articles as JSON or tables. A new tool is a row in `SHAPES`.

What no row knows is read by the usual names (`fields.USUAL`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.sources.records.fields import Fields, Named

_TITLES = ("title", "headline", "العنوان")
_STATED = (*_TITLES, "author", "authors", "byline", "date", "published", "published at", "publish date", "category",
           "section", "source", "outlet")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """How a tool writes an article.

    It is told by ``marks``, names that are all there, and ``lacks``, names of which none is. ``names`` are those of
    fields that the tool names in its own way; an empty row says that the field is not stated, whatever is called so.
    ``flattened`` says that the body is a whole page with its furniture. ``only`` are the values, by name, that an
    article has; others are no articles but ``otherwise``. ``of_list`` is the name of the list that wraps the articles,
    and ``source`` the name in the object around it that says where they are from.
    """

    tool: str
    marks: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    names: Fields = field(default_factory=dict)
    flattened: bool = False
    only: Mapping[str, frozenset[str]] = field(default_factory=dict)
    otherwise: str = ""
    of_list: str = ""
    source: str = ""

    def fits(self, data: Named, of_list: str) -> bool:
        """Whether ``data``, which stands in a list of this name ("" for none), is in this shape."""
        if self.of_list and self.of_list != of_list:
            return False
        return all(map(data.has, self.marks)) and not any(map(data.has, self.lacks))

    def takes(self, data: Named) -> bool:
        """Whether ``data`` is an article, and no draft or the like."""
        for name, values in self.only.items():
            if any(str(value).casefold() not in values for _, value in data.values((name,))):
                return False
        return True


SHAPES = (
    Shape("news-please", marks=("maintext", "date_publish"),
          names={"body": ("maintext", "text", "description"), "title": ("title", "title_page", "title_rss"),
                 "date": ("date_publish",), "source": ("source_domain",), "fetched": ("date_download",)}),
    Shape("trafilatura", marks=("source-hostname",),
          names={"body": ("text", "raw_text", "excerpt"), "source": ("source-hostname", "hostname"),
                 "url": ("source", "url"), "fetched": ("filedate",), "id": ("id", "fingerprint")}),
    Shape("trafilatura", marks=("raw_text", "hostname"),
          names={"body": ("text", "raw_text", "excerpt"), "source": ("sitename", "hostname"), "url": ("url", "source"),
                 "fetched": ("filedate",), "id": ("id", "fingerprint")}),
    Shape("newspaper4k", marks=("publish_date", "text", "authors"),
          names={"body": ("text", "summary"), "date": ("publish_date",), "url": ("url", "canonical_link"),
                 "source": ("meta_site_name", "source_url")}),
    Shape("WordPress REST", marks=("title.rendered", "content.rendered"),
          names={"author": ("_embedded.author.0.name", "yoast_head_json.author", "author_name"),
                 "category": ("_embedded.wp:term.0.0.name", "category_names"),
                 "source": ("yoast_head_json.og_site_name", "site_name"), "url": ("link",),
                 "date": ("date", "date_gmt")},
          only={"status": frozenset({"publish"})}, otherwise="draft of WordPress"),
    Shape("JSON Feed", of_list="items", marks=("id", "date_published"), source="title",
          names={"body": ("content_html", "content_text", "summary"), "date": ("date_published",),
                 "url": ("url", "external_url"), "author": ("authors", "author"), "category": ("tags",)}),
    Shape("JSON Feed", of_list="items", marks=("content_html",), source="title",
          names={"body": ("content_html", "content_text", "summary"), "author": ("authors", "author"),
                 "category": ("tags",)}),
    Shape("Telegram", of_list="messages", marks=("type", "date"), source="name", flattened=True,
          names={"body": ("text",), "title": (), "author": ("author",), "source": (),
                 "date": ("date", "date_unixtime")},
          only={"type": frozenset({"message"})}, otherwise="notice of Telegram"),
    Shape("NewsAPI", marks=("publishedAt", "source.name", "url"),
          names={"body": ("content", "description"), "date": ("publishedAt",), "source": ("source.name",)}),
    Shape("Media Cloud", marks=("media_name", "publish_date"),
          names={"id": ("id", "stories_id"), "source": ("media_name",), "date": ("publish_date",),
                 "fetched": ("indexed_date", "collect_date")}),
    # Web corpora: whole pages, and the only date of their own is the crawler's.
    Shape("FineWeb", marks=("text", "url", "dump"), flattened=True,
          names={"date": (), "source": (), "fetched": ("date", "crawl_date", "timestamp")}),
    Shape("OSCAR", marks=("content", "warc_headers"), flattened=True,
          names={"body": ("content",), "id": ("warc_headers.warc-record-id", "id"), "date": (), "source": (),
                 "url": ("warc_headers.warc-target-uri",), "fetched": ("warc_headers.warc-date",)}),
    Shape("RedPajama, CCNet", marks=("raw_content", "date_download"), flattened=True,
          names={"body": ("raw_content",), "date": (), "source": (), "fetched": ("date_download",)}),
    Shape("HPLT", marks=("text", "u", "ts"), flattened=True,
          names={"url": ("u",), "date": (), "source": (), "fetched": ("ts",)}),
    Shape("Dolma", marks=("text", "added", "created"), lacks=_TITLES, flattened=True,
          names={"url": ("metadata.url", "url"), "date": (), "source": (), "fetched": ("created", "added")}),
    Shape("corpora with metadata apart", marks=("text", "meta.url"), lacks=_STATED, flattened=True,
          names={"url": ("meta.url",), "fetched": ("meta.timestamp", "meta.warc_date", "meta.date",
                                                   "meta.crawl_date")}),
    Shape("corpora with metadata apart", marks=("text", "metadata.url"), lacks=_STATED, flattened=True,
          names={"url": ("metadata.url",), "fetched": ("metadata.timestamp", "metadata.warc_date", "metadata.date",
                                                       "metadata.crawl_date")}),
    Shape("C4, CulturaX", marks=("text", "url", "timestamp"), lacks=(*_TITLES, "author", "authors"), flattened=True,
          names={"date": (), "source": (), "fetched": ("timestamp",)}),
    Shape("other web corpora", marks=("text", "url"), lacks=_STATED, flattened=True,
          names={"fetched": ("crawl_date", "crawled_at", "warc_date", "fetched_at", "fetch_time", "date_crawled",
                             "download_date", "date_download", "ts", "crawl_timestamp", "retrieved")}),
)  # fmt: skip


def shape_of(data: Named, of_list: str = "") -> Shape:
    """The shape of ``data``, which stands in a list of the name ``of_list``; one that knows nothing where none fits."""
    return next((shape for shape in SHAPES if shape.fits(data, of_list)), _UNKNOWN)


_UNKNOWN = Shape("unknown")
