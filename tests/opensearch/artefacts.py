# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects what a test node runs on: OpenSearch's libraries, by Maven, and the compiled launcher.

Both are kept in `.nodes/` beside this module, under a digest of what they are made from. The first call takes a minute
and needs Maven's registry; later ones need nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LAUNCHER = HERE / "launcher"
KEPT = HERE / ".nodes"
MISSING = (
    "needs Java 17 with its compiler, and Maven: OpenSearch nodes are made from Maven's artefacts "
    "(on Debian: apt-get install openjdk-17-jdk-headless maven)"
)


@dataclass(frozen=True, slots=True)
class Artefacts:
    """What starts a node: the program ``java`` and its class path."""

    java: str
    class_path: str


def available() -> bool:
    """Whether this machine has Java, its compiler and Maven. If not, `MISSING` says how to get them."""
    return all(shutil.which(program) for program in ("java", "javac", "mvn"))


def artefacts() -> Artefacts:
    """Returns the artefacts, after collecting them if they are not kept yet. Raises RuntimeError if that fails."""
    folder = KEPT / _digest()
    with _alone():
        if not folder.exists():
            _collect(folder)
    return Artefacts("java", f"{folder / 'classes'}:{folder / 'lib'}/*")


def _digest() -> str:
    """Returns a digest of all that the artefacts are made from."""
    contents = [path.name.encode() + path.read_bytes() for path in sorted(LAUNCHER.iterdir())]
    return hashlib.sha256(b"\0".join(contents)).hexdigest()[:16]


@contextmanager
def _alone() -> Iterator[None]:
    """Lets one process at a time look at the folder of artefacts."""
    KEPT.mkdir(exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _collect(folder: Path) -> None:
    """Makes ``folder``. It appears whole or not at all."""
    with tempfile.TemporaryDirectory(dir=KEPT) as scratch:
        made = Path(scratch) / "made"
        pom = str(LAUNCHER / "pom.xml")
        # Strict checksums: Maven warns of a damaged library otherwise, and uses it.
        maven = ("mvn", "--batch-mode", "--strict-checksums", "--quiet", "--file", pom)
        _run(*maven, "dependency:copy-dependencies", f"-DoutputDirectory={made / 'lib'}")
        _run("javac", "-d", str(made / "classes"), "-cp", f"{made / 'lib'}/*", str(LAUNCHER / "TestNode.java"))
        made.rename(folder)


def _run(*command: str) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        said = done.stdout[-4000:]
        raise RuntimeError(f"cannot make the test nodes: {command[0]} ended with {done.returncode}:\n{said}")
