# SPDX-License-Identifier: GPL-3.0-or-later
"""``fihrist mcp``: serves assistants that speak the Model Context Protocol."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from typing import Any

from indexer.commands.parser import command, setting_help
from indexer.commands.serving import checked_settings, hand_over, package_folder, require_free
from indexer.errors import UsageError

_SETTINGS = ("index", "mcp_host", "mcp_port", "log_level", "query_seconds", "rate", "api_keys", "api_keys_needed",
             "recency", "public_url")  # fmt: skip


def add(commands: Any) -> None:
    """Add the command of this module."""
    serve = command(
        commands,
        "mcp",
        _serve,
        "serve assistants by the Model Context Protocol, over stdin and stdout or over HTTP",
        "fihrist mcp --index /var/lib/fihrist",
        json_too=False,
    )
    serve.add_argument("--http", action="store_true", help="serve over HTTP instead, at /mcp")
    serve.add_argument("--host", metavar="HOST", dest="mcp_host", help=setting_help("mcp_host"))
    serve.add_argument("--port", metavar="N", dest="mcp_port", help=setting_help("mcp_port"))


def _serve(options: argparse.Namespace) -> int:
    if find_spec("mcp") is None:
        raise UsageError("fihrist mcp needs a package that is not installed: pip install 'fihrist[mcp]'")
    values = checked_settings(_SETTINGS, options)
    if options.http:
        require_free(str(values["mcp_host"]), int(values["mcp_port"]))
    transport = "http" if options.http else "stdio"
    # Commands import nothing of the web, so a program of its own takes over this process.
    start = f"import sys; sys.path.insert(0, {package_folder()!r}); "
    start += f"from web.assistants.start import main; main({transport!r})"
    hand_over(values, ["-I", "-c", start])
