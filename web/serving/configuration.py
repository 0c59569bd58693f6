"""gunicorn's configuration: ``gunicorn --config python:web.serving.configuration "web.app:create_app()"``.

gunicorn imports this module and reads its names, so here, and only here, settings are read at import.
"""

from __future__ import annotations

import socket
import sys

from gunicorn.arbiter import Arbiter

from indexer.settings import number_setting, text_setting
from web.serving.logs import ServerLog
from web.serving.metrics import CounterTable
from web.serving.observe import rate_limit
from web.serving.worker import Worker


def _address(host: str, port: int) -> str:
    """The address as gunicorn wants it, an IPv6 host in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


bind = _address(text_setting("host"), number_setting("port"))
workers = number_setting("workers")
threads = number_setting("threads")
worker_class = Worker
logger_class = ServerLog
loglevel = text_setting("log_level")

# How long the loop of a process may stand still before the process is replaced. It watches that loop only, not the
# threads that answer: one that hangs stays, and is one thread fewer, until the process is renewed or stopped.
timeout = 30
graceful_timeout = 20
# Longer than a browser waits between a page and its style sheet, shorter than it matters to a small server.
keepalive = 5

# Processes are renewed now and then, not all at once, so that no leak of any library grows for weeks.
max_requests = number_setting("max_requests")
max_requests_jitter = max_requests // 10

limit_request_line = 8190

# What a proxy says of a request counts only as `FIHRIST_PROXIES` says. gunicorn would believe whoever asks from this
# machine, which may be a proxy that hands on what a stranger sent.
forwarded_allow_ips = ""

accesslog = None
errorlog = "-"
control_socket_disable = True


# What all processes share is made here, before there are any. While old ones end, new ones have begun already, and all
# may be renewed at once.
_TABLE = CounterTable(rows=2 * workers + 2)
_RATE_LIMIT = rate_limit()


def pre_fork(server: Arbiter, worker: Worker) -> None:
    """Give the process what it shares with the others."""
    worker.shared = (_TABLE, _TABLE.take(), _RATE_LIMIT)


def child_exit(server: Arbiter, worker: Worker) -> None:
    """Let a later process count on where this one ended."""
    _TABLE.give_back(worker.shared[1])


def when_ready(server: Arbiter) -> None:
    """Have connections wait in the system until something is said on them; tell the operator where to look."""
    # Else one process may take all of several at once: it knows how busy it is only when there is something to do.
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        for listener in server.LISTENERS:
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)
    print(f"Fihrist answers on http://{bind}", file=sys.stderr, flush=True)
