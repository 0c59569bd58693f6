# SPDX-License-Identifier: GPL-3.0-or-later
"""Configures gunicorn: ``gunicorn --config python:web.serving.configuration "web.app:create_app()"``.

gunicorn imports this module and reads its names. Therefore settings are read at import here, and nowhere else.
"""

from __future__ import annotations

import socket
import sys

from gunicorn.arbiter import Arbiter

from indexer.settings import number_setting, text_setting
from web.serving.kept_keys import KEPT_KEYS
from web.serving.logs import ServerLog
from web.serving.metrics import CounterTable
from web.serving.observe import rate_limit
from web.serving.worker import Worker


def _address(host: str, port: int) -> str:
    """Returns the address as gunicorn takes it: an IPv6 host in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


bind = _address(text_setting("host"), number_setting("port"))
workers = number_setting("workers")
threads = number_setting("threads")
worker_class = Worker
logger_class = ServerLog
loglevel = text_setting("log_level")

# After how many seconds a process is replaced whose event loop stands still. A thread that hangs is not noticed: the
# process has one thread less until it is renewed or stopped.
timeout = 30
graceful_timeout = 20
# Long enough for a browser to fetch a page and its style sheet, short enough not to fill a small server.
keepalive = 5

# Processes are renewed now and then, not all at once, so that no memory leak of a library grows for weeks.
max_requests = number_setting("max_requests")
max_requests_jitter = max_requests // 10

limit_request_line = 8190

# What a proxy says about a request counts only if `FIHRIST_PROXIES` is set. gunicorn would trust every client on this
# machine, which may be a proxy that passes on headers of a stranger.
forwarded_allow_ips = ""

accesslog = None
errorlog = "-"
control_socket_disable = True


# What all processes share is made here, before they are started. There are rows for twice as many processes: new ones
# may already run while old ones end.
_TABLE = CounterTable(rows=2 * workers + 2)
_RATE_LIMIT = rate_limit()
KEPT_KEYS.read(text_setting("api_keys"))


def pre_fork(server: Arbiter, worker: Worker) -> None:
    """Called by gunicorn before it starts a process: give the process what it shares with the others, and the keys."""
    KEPT_KEYS.read(text_setting("api_keys"))
    worker.shared = (_TABLE, _TABLE.take(), _RATE_LIMIT)


def child_exit(server: Arbiter, worker: Worker) -> None:
    """Called by gunicorn after a process ended: let a later process continue its counters."""
    _TABLE.give_back(worker.shared[1])


def when_ready(server: Arbiter) -> None:
    """Called by gunicorn when it listens: keep connections in the system until data arrives; tell the operator."""
    # Otherwise one process may accept many silent connections: it learns how busy it is only when data arrives.
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        for listener in server.LISTENERS:
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)
    print(f"Fihrist answers on http://{bind}", file=sys.stderr, flush=True)
