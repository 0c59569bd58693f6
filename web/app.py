# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the web application."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from indexer.search.archive import Archive
from indexer.settings import number_setting, text_setting
from web.api import exports, writes
from web.api.documentation import documentation
from web.api.views import api
from web.feeds.discovery import discovery
from web.links import site
from web.links.links import in_language, place
from web.pages.views import pages
from web.requests import parameters, problems
from web.requests.exchange import EXTENSION
from web.requests.searchable_archive import SearchableArchive
from web.serving import delivery, observe, turns
from web.serving.health import service
from web.texts import language
from web.texts.directions import in_pieces, isolated
from web.texts.texts import suggestion_counts

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        # Our scripts never make markup from text, so that no attacker can make them do it.
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # No other site learns what a reader searched for before following a link to it.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(index: str | Path | None = None, archive: SearchableArchive | None = None) -> Flask:
    """Returns the application over ``archive``, by default the one in the folder ``index`` or of the setting ``index``.

    The folder may be empty or missing: until something is published there, requests are answered with 503.
    """
    app = Flask("web", root_path=str(Path(__file__).parent), template_folder=str(_templates()))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        place=place,
        in_language=in_language,
        suggestion_counts=suggestion_counts,
        isolated=isolated,
        in_pieces=in_pieces,
    )
    language.install(app)
    address = text_setting("index") if index is None else index
    served: SearchableArchive = archive or Archive(address, recency=number_setting("recency") / 100)
    app.extensions[EXTENSION] = served
    for blueprint in (pages, discovery, api, documentation, service):
        app.register_blueprint(blueprint)
    writes.register(app)
    site.register(app)
    problems.register(app)
    observe.register(app)
    exports.register(app)
    delivery.register(app)
    parameters.register(app)
    turns.register(app)  # last, since a request that is refused needs no turn
    # All templates are loaded now, so that a running server keeps its own while a newer version is installed over it.
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    if proxies := number_setting("proxies"):
        app.wsgi_app = ProxyFix(app.wsgi_app, proxies, proxies, proxies, 0, proxies)  # type: ignore[method-assign]  # as Werkzeug documents it
    app.after_request(_secure)
    return app


def _templates() -> Path:
    """Returns the folder of the templates: inside the package if it is installed, beside it in a checkout."""
    package = Path(__file__).parent
    carried = package / "templates"
    return carried if carried.is_dir() else package.parent / "templates"


def _secure(response: Response) -> Response:
    response.headers.update(SECURITY_HEADERS)
    return response
