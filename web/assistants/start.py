# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts what `fihrist mcp` serves; all settings come from the environment, where that command puts its options."""

from __future__ import annotations

import logging
import sys
from logging.config import dictConfig

import anyio
from mcp.server.stdio import stdio_server

from indexer.operating.keys import ApiKeys
from indexer.search.archive import Archive
from indexer.settings import number_setting, text_setting
from web.assistants.answers import Citing
from web.assistants.http import PATH, KeyGate, application, serve
from web.assistants.server import ArchiveTools
from web.links.site import stated_url
from web.serving.logs import configuration
from web.serving.observe import rate_limit

_log = logging.getLogger(__name__)


def main(transport: str) -> None:
    """Serve by ``transport``, "stdio" or "http", until the input ends or the process is told to stop."""
    dictConfig(configuration(text_setting("log_level")))
    site = stated_url()
    if not site:
        _log.warning("FIHRIST_PUBLIC_URL is not set: answers name the addresses of the originals only")
    archive = Archive(text_setting("index"), recency=number_setting("recency") / 100)
    tools = ArchiveTools(archive, Citing(site), number_setting("query_seconds"))
    if transport == "stdio":
        anyio.run(_over_streams, tools)
        return
    host, port = text_setting("mcp_host"), number_setting("mcp_port")
    keys = text_setting("api_keys")
    gate = KeyGate(
        application(tools.server(), host, site),
        ApiKeys.of_setting(keys),
        rate_limit(),
        keys_needed=bool(number_setting("api_keys_needed")),
    )
    shown = f"[{host}]" if ":" in host else host
    print(f"Fihrist answers assistants on http://{shown}:{port}{PATH}", file=sys.stderr, flush=True)
    serve(gate, host, port)


async def _over_streams(tools: ArchiveTools) -> None:
    server = tools.server()
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
