"""``fihrist serve``: gunicorn, with the project's configuration."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from indexer.commands.parser import command, setting_help
from indexer.errors import NoIndexError
from indexer.search.archive import Archive
from indexer.settings import SETTINGS, number_setting, text_setting

_APPLICATION = "web.app:create_app()"


def add(commands: Any) -> None:
    """Add the commands of this module."""
    serve = command(
        commands,
        "serve",
        _serve,
        "serve the web pages and the API",
        "fihrist serve --port 8080 --workers 4",
        json_too=False,
    )
    serve.add_argument("--host", help=setting_help("host"))
    for name in ("port", "workers"):
        serve.add_argument(f"--{name}", metavar="N", help=setting_help(name))


def _serve(options: argparse.Namespace) -> int:
    # gunicorn reads the settings itself, so what the command line gave becomes its environment; all are checked here,
    # where a wrong one can be explained.
    for name in ("index", "host", "port", "workers", "threads"):
        value = SETTINGS[name].default
        given = getattr(options, name, None)
        value = text_setting(name, given) if isinstance(value, str) else number_setting(name, given)
        os.environ[SETTINGS[name].variable] = str(value)
    index = Path(os.environ[SETTINGS["index"].variable]).resolve()
    os.environ[SETTINGS["index"].variable] = str(index)
    with suppress(NoIndexError):
        Archive(index).info()
    # Isolated, and away from the folder that it was called in: no web.py that lies there may be taken for ours.
    package = str(Path(__file__).parent.parent.parent)
    start = "from gunicorn.app.wsgiapp import run; run()"
    program = [sys.executable, "-I", "-c", start, "--chdir", package, "--config", "python:web.serving", _APPLICATION]
    os.execv(sys.executable, program)  # noqa: S606  # gunicorn takes over this process and its signals
