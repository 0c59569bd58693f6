# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes what programs write: it is checked, kept in the spool, and published by the next run.

These addresses exist only if the setting ``spool`` names a folder; `observe` lets only keys with the right reach them.
"""

from __future__ import annotations

import logging
from typing import cast

from flask import Blueprint, Flask, Response, current_app, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from indexer.assemble import Rules, stated_rules
from indexer.errors import SpoolError, UsageError
from indexer.operating.keys import Holder
from indexer.search.answers.json.writing import to_json
from indexer.search.query.parameters import require_known
from indexer.settings import text_setting
from indexer.spool.layout import Spool
from indexer.spool.receipts import receipt_of
from indexer.spool.requests import WrittenArticle, accept, written
from web.api.addresses import ROOT
from web.api.endpoints import JSON, NDJSON
from web.api.write_answers import place_of_write, write_json
from web.pages.views import checked_id
from web.requests.exchange import WRITES
from web.requests.parameters import parameters
from web.requests.problems import RETRY_SECONDS, Problem, answer

MOST_BYTES = 16 << 20
MOST_ARTICLES = 1_000
MOST_FAULTS = 10
"""So many faults of a body are named."""

writes = Blueprint(WRITES, __name__, url_prefix=ROOT)

_SPOOL = "fihrist.spool"
_RULES = "fihrist.rules"
_NDJSON = (NDJSON, "application/ndjson", "application/jsonl")
_log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Let ``app`` take writes, if there is a spool. Raises UsageError if no key could give the right to write."""
    spool = Spool.at(text_setting("spool"))
    if spool is None:
        return
    if text_setting("api_keys") == "-":
        raise UsageError("FIHRIST_SPOOL needs FIHRIST_API_KEYS, since only a key with the right to write may write")
    app.extensions[_SPOOL] = spool
    app.extensions[_RULES] = stated_rules()
    app.register_blueprint(writes)


@writes.post("/articles")
def add_articles() -> Response:
    """Keeps one article (JSON) or several (NDJSON) for the next run, all of them or none."""
    require_known(parameters(), ("lang",))
    texts = _texts()
    if isinstance(texts, Problem):
        return answer(texts)
    articles: dict[str, tuple[int, WrittenArticle]] = {}
    faults: list[str] = []
    for number, text in texts:
        try:
            article = written(text, cast(Rules, current_app.extensions[_RULES]))
        except SpoolError as error:
            faults.append(f"line {number}: {error}" if len(texts) > 1 else str(error))
        else:
            first, other = articles.setdefault(article.id, (number, article))
            if other.line != article.line:
                faults.append(f"line {number}: the same article as line {first}, but not the same text")
        if len(faults) == MOST_FAULTS:
            break
    if faults:
        return answer(Problem("invalid_article", f"{'; '.join(faults)}. Nothing was kept."))
    return _kept([article for _, article in articles.values()], ())


def _texts() -> list[tuple[int, str]] | Problem:
    """Returns the articles in the body, each with the number of its line."""
    if request.mimetype not in (JSON, *_NDJSON) or request.content_encoding:
        return Problem("unsupported_media_type", f"Send {JSON} or {NDJSON}, not compressed.")
    # A body that is sent in chunks is cut at the limit without a word, so one byte more is let in, and looked for.
    request.max_content_length = MOST_BYTES + 1
    too_large = Problem("body_too_large", f"At most {MOST_BYTES >> 20} MiB are read; send several requests.")
    try:
        data = request.get_data(cache=False)
        text = data.decode("utf-8-sig") if len(data) <= MOST_BYTES else ""
    except RequestEntityTooLarge:
        return too_large
    except OSError:
        return Problem("bad_request", "The body did not arrive whole.")
    except UnicodeDecodeError as error:
        return Problem("invalid_article", f"The body is not UTF-8 at byte {error.start}.")
    if len(data) > MOST_BYTES:
        return too_large
    lines = text.split("\n") if request.mimetype in _NDJSON else [text]
    texts = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not texts:
        return Problem("invalid_article", "The body holds no article.")
    if len(texts) > MOST_ARTICLES:
        return Problem(
            "invalid_article", f"The body holds {len(texts):,} articles; at most {MOST_ARTICLES:,} are read."
        )
    return texts


@writes.delete("/articles/<id>")
def remove_article(id: str) -> Response:
    """Keeps an article out of the archive from the next run on."""
    require_known(parameters(), ("lang",))
    return _kept((), (checked_id(id),))


@writes.get("/writes/<receipt>")
def write_state(receipt: str) -> Response:
    """What became of a write of this key."""
    require_known(parameters(), ("lang",))
    return _state(receipt)


def _kept(articles: list[WrittenArticle] | tuple[()], removed: tuple[str, ...]) -> Response:
    try:
        receipt = accept(_spool(), articles, removed, _holder().name)
        response = _state(receipt)
    except (OSError, SpoolError) as error:
        return _unavailable(error)
    response.status_code = 202
    response.headers["Location"] = place_of_write(request.script_root, receipt)
    return response


def _state(name: str) -> Response:
    try:
        receipt = receipt_of(_spool(), name)
    except (OSError, SpoolError) as error:
        return _unavailable(error)
    if receipt is None or receipt.holder not in ("", _holder().name):
        return answer(Problem("write_not_found", "No write of this key has this receipt, or it was forgotten."))
    response = Response(to_json(write_json(name, receipt, request.script_root)), content_type=JSON)
    response.cache_control.no_store = True
    return response


def _unavailable(error: Exception) -> Response:
    _log.error("the spool: %s", error)
    retry = (("Retry-After", str(RETRY_SECONDS)),)
    return answer(Problem("spool_unavailable", "The server cannot keep or read writes at the moment.", headers=retry))


def _spool() -> Spool:
    return cast(Spool, current_app.extensions[_SPOOL])


def _holder() -> Holder:
    return cast(Holder, g.key_holder)
