"""gunicorn's configuration: ``gunicorn --config python:web.serving "web.app:create_app()"``.

gunicorn imports this module and reads its names, so here, and only here, settings are read at import.
"""

from __future__ import annotations

from gunicorn.arbiter import Arbiter

from indexer.settings import number_setting, text_setting


def _address(host: str, port: int) -> str:
    """The address as gunicorn wants it, an IPv6 host in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


bind = _address(text_setting("host"), number_setting("port"))
workers = number_setting("workers")
threads = number_setting("threads")
worker_class = "web.worker.Worker"

# How long the loop of a process may stand still before the process is replaced. It watches that loop only, not the
# threads that answer: one that hangs stays, and is one thread fewer, until the process is renewed or stopped.
timeout = 30
graceful_timeout = 20
# Longer than a browser waits between a page and its style sheet, shorter than it matters to a small server.
keepalive = 5

# Processes are renewed now and then, not all at once, so that no leak of any library grows for weeks.
max_requests = 20_000
max_requests_jitter = 2_000

limit_request_line = 8190
accesslog = None
errorlog = "-"
control_socket_disable = True


def when_ready(server: Arbiter) -> None:
    """Tell the operator where to look."""
    print(f"Fihrist answers on http://{bind}", flush=True)
