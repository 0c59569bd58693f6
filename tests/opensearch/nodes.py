# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster of OpenSearch nodes on the loopback address. Tests may kill, pause and start each of them."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.opensearch.artefacts import LAUNCHER, Artefacts, artefacts
from tests.servers import free_ports

HEAP = "512m"
BRIEF = (f"-Xms{HEAP}", f"-Xmx{HEAP}", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""For the nodes of a test, which live for minutes. Without the second compiler they start with half the work."""
LONGEST_START = 180.0
"""Seconds within which a node must answer. It takes some 10; a machine with other work may need much longer."""

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class RunningCluster:
    """A cluster that was started by somebody else, at these addresses (host and port)."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.addresses = list(addresses)
        """Host and port of each node, whether it runs or not."""
        self._names = itertools.count(1)

    def ask(
        self, path: str, method: str = "GET", body: object = None, *, number: int | None = None, seconds: float = 30
    ) -> Any:
        """Sends a request to one node, by default one that runs; returns the JSON that it answers.

        Raises OSError if it does not answer within ``seconds``, or answers with an error (then urllib's HTTPError).
        """
        request = urllib.request.Request(
            f"http://{self.addresses[self._running()[0] if number is None else number]}{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        with _DIRECT.open(request, timeout=seconds) as answer:
            return json.load(answer)

    def new_address(self) -> str:
        """Returns the address of an index that does not exist yet, as commands and settings take it."""
        return f"opensearch://{','.join(self.addresses)}/test{os.getpid()}-{next(self._names)}"

    def remove_index(self, address: str) -> None:
        """Removes all that belongs to an index: the cluster's indexes whose names begin with its name and a dot."""
        self.ask(f"/{address.rpartition('/')[2]}.*?expand_wildcards=all", "DELETE")

    def _running(self) -> list[int]:
        """Returns the numbers of the nodes that can be asked."""
        return list(range(len(self.addresses)))


class Nodes(RunningCluster):
    """Runs ``count`` nodes that form one cluster, numbered from 0; use it in a ``with`` statement, or call `close`.

    The nodes end with the object, and at the latest with this process, even if that is killed.
    """

    def __init__(
        self, count: int, folder: Path, settings: Mapping[str, object] | None = None, java: Sequence[str] = BRIEF
    ) -> None:
        """Starts the nodes in the empty or new ``folder``, and waits until all of them have joined.

        ``settings`` are added to `opensearch.yml` of every node, and replace those of `_configuration`. For example,
        ``cluster.routing.allocation.disk.threshold_enabled`` and ``.watermark.*`` are about full disks.
        ``java`` are options for Java. Raises RuntimeError, with the ends of the nodes' logs, if a start fails.
        """
        self._artefacts = artefacts()
        self._folder = folder
        self._java = java
        self.repository = folder / "repository"
        """The folder in which repositories for snapshots may be made (type ``fs``, ``location`` a path below it)."""
        self.repository.mkdir(parents=True)
        ports = free_ports(2 * count)
        self._ports, self._transport = ports[:count], ports[count:]
        super().__init__([f"127.0.0.1:{port}" for port in self._ports])
        self._processes: list[subprocess.Popen[bytes] | None] = [None] * count
        self._paused: set[int] = set()
        # Also called when the interpreter ends. Then `self` is gone, so it may hold no reference to it.
        self._end = weakref.finalize(self, _end, os.getpid(), self._processes, folder)
        for number in range(count):
            self._configure(number, settings or {})
        try:
            for number in range(count):
                self.start(number)
            self.wait_for("green")
        except BaseException:  # Ctrl-C, too: no node may stay behind
            self.close()
            raise

    def start(self, number: int) -> None:
        """Starts the node, which must not run, with the data that it had. Returns at once: see `wait_for`."""
        running = self._processes[number]
        if running and running.poll() is None:
            raise ValueError(f"node {number} runs already")
        home = self._home(number)
        with (home / "log").open("ab") as log:
            self._processes[number] = subprocess.Popen(
                _command(self._artefacts, home, self._java),
                cwd=home,
                stdin=subprocess.PIPE,  # the node ends when this pipe is closed
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for pytest, which then ends the nodes
            )
        self._paused.discard(number)

    def kill(self, number: int) -> None:
        """Ends the node at once, as a loss of power would (SIGKILL)."""
        self._signal(number, signal.SIGKILL).wait()

    def stop(self, number: int) -> None:
        """Ends the node as an operator does (SIGTERM), and waits until it has ended. It must not be paused."""
        self._signal(number, signal.SIGTERM).wait(60)

    def pause(self, number: int) -> None:
        """Halts the node (SIGSTOP): its connections stay open, but nothing answers."""
        self._signal(number, signal.SIGSTOP)
        self._paused.add(number)

    def resume(self, number: int) -> None:
        """Lets a paused node go on (SIGCONT)."""
        self._signal(number, signal.SIGCONT)
        self._paused.discard(number)

    def wait_for(self, status: str, seconds: float = LONGEST_START) -> None:
        """Waits until all nodes that run, and are not paused, form a cluster of that status or better.

        ``status`` is ``green``, ``yellow`` or ``red``. Raises RuntimeError, with the ends of the logs, if a node has
        ended by itself or if ``seconds`` have passed.
        """
        running = self._running()
        end = time.monotonic() + seconds
        question = f"/_cluster/health?wait_for_status={status}&wait_for_nodes={len(running)}&timeout=5s"
        waiting = set(running)
        while waiting:
            for number in sorted(waiting):
                process = self._processes[number]
                if process and process.poll() is not None:
                    raise RuntimeError(f"node {number} ended with {process.returncode}:\n{self._logs(number)}")
                if self._agrees(number, question):
                    waiting.discard(number)
            if waiting and time.monotonic() > end:
                logs = "\n".join(self._logs(number) for number in sorted(waiting))
                raise RuntimeError(f"nodes {sorted(waiting)} were not {status} in {seconds:.0f} seconds:\n{logs}")

    def close(self) -> None:
        """Kills all nodes and removes their folder. Closing again does nothing."""
        self._end()

    def __enter__(self) -> Nodes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _home(self, number: int) -> Path:
        return self._folder / f"node{number}"

    def _configure(self, number: int, settings: Mapping[str, object]) -> None:
        home = self._home(number)
        (home / "config").mkdir(parents=True)
        (home / "tmp").mkdir()
        shutil.copy(LAUNCHER / "log4j2.properties", home / "config")
        lines = {**self._configuration(number), **settings}
        # A YAML file of one-line JSON values, which are YAML, too.
        text = "".join(f"{name}: {json.dumps(value)}\n" for name, value in lines.items())
        (home / "config" / "opensearch.yml").write_text(text, encoding="utf-8")

    def _configuration(self, number: int) -> dict[str, object]:
        names = [f"node{other}" for other in range(len(self._ports))]
        return {
            "cluster.name": f"fihrist-{self._ports[0]}",
            "node.name": names[number],
            "network.host": "127.0.0.1",
            "http.port": self._ports[number],
            "transport.port": self._transport[number],
            "discovery.seed_hosts": [f"127.0.0.1:{port}" for port in self._transport],
            "cluster.initial_cluster_manager_nodes": names,
            "path.repo": [str(self.repository)],
            "action.auto_create_index": False,
            # The disk of a developer's machine may be fuller than a server's should be.
            "cluster.routing.allocation.disk.threshold_enabled": False,
        }

    def _running(self) -> list[int]:
        """Returns the numbers of the nodes that were started, and neither ended by this object nor paused."""
        return [number for number, one in enumerate(self._processes) if one and number not in self._paused]

    def _signal(self, number: int, which: signal.Signals) -> subprocess.Popen[bytes]:
        process = self._processes[number]
        if not process:
            raise ValueError(f"node {number} does not run")
        process.send_signal(which)
        if which in (signal.SIGKILL, signal.SIGTERM):
            self._processes[number] = None
            self._paused.discard(number)
            assert process.stdin
            process.stdin.close()
        return process

    def _agrees(self, number: int, question: str) -> bool:
        try:
            return not self.ask(question, number=number)["timed_out"]
        except urllib.error.HTTPError as error:
            # 408: not yet. 503: it has no cluster manager yet. Every other status is a fault of the question.
            if error.code not in (408, 503):
                raise
        except OSError:
            pass  # it does not listen yet
        time.sleep(0.2)
        return False

    def _logs(self, number: int) -> str:
        path = self._home(number) / "log"
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-40:] if path.exists() else []
        return "\n".join([f"the end of the log of node {number}:", *lines])


def _command(found: Artefacts, home: Path, java: Sequence[str]) -> list[str]:
    return [
        str(found.java),
        *java,
        f"-Djava.io.tmpdir={home / 'tmp'}",
        "-Dlog4j2.disable.jmx=true",
        "-XX:+ExitOnOutOfMemoryError",
        "-cp",
        found.class_path,
        "TestNode",
        str(home),
    ]


def _end(owner: int, processes: Sequence[subprocess.Popen[bytes] | None], folder: Path) -> None:
    """Kills these children, paused ones, too, and removes their folder."""
    if os.getpid() != owner:
        return  # a fork of the process that owns them
    for process in processes:
        if process:
            process.kill()
            with contextlib.suppress(BrokenPipeError):
                process.communicate()
    shutil.rmtree(folder, ignore_errors=True)
