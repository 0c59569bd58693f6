# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects what a test node runs on: OpenSearch's libraries, by Maven, and the compiled launcher.

Both are kept in `.nodes/` beside this module, under a digest of what they are made from. The first call takes a minute
and needs Maven's registry; later ones need nothing. The environment variable ``OPENSEARCH`` chooses the version: a key
of `OLDEST_JAVA`, by default 2.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
LAUNCHER = HERE / "launcher"
KEPT = HERE / ".nodes"
OLDEST_JAVA = {"2": 17, "3": 21}
"""The oldest Java that runs OpenSearch of that major version."""

MAJOR = os.environ.get("OPENSEARCH", "2")
if MAJOR not in OLDEST_JAVA:
    raise ValueError(f"OPENSEARCH={MAJOR}: this is no version that the tests know; take {' or '.join(OLDEST_JAVA)}")

MISSING = (
    f"needs Java {OLDEST_JAVA[MAJOR]} or newer with its compiler, and Maven: OpenSearch nodes are made from Maven's "
    f"artefacts (on Debian: apt-get install openjdk-{OLDEST_JAVA[MAJOR]}-jdk-headless maven)"
)


@dataclass(frozen=True, slots=True)
class Artefacts:
    """What starts a node: the program ``java`` and its class path."""

    java: Path
    class_path: str


def available() -> bool:
    """Whether this machine has what the nodes need. If not, `MISSING` says how to get it."""
    return bool(_java() and shutil.which("mvn"))


def artefacts() -> Artefacts:
    """Returns the artefacts, after collecting them if they are not kept yet. Raises RuntimeError if that fails."""
    java = _java()
    if not java:
        raise RuntimeError(MISSING)
    folder = KEPT / _digest(java)
    with _alone():
        if not folder.exists():
            _collect(folder, java)
    return Artefacts(java / "java", f"{folder / 'classes'}:{folder / 'lib'}/*")


@cache
def _java() -> Path | None:
    """Returns the folder with the programs of a Java that is new enough; None if there is none.

    Looks at ``JAVA_HOME``, then at the path, then where Debian's packages lie.
    """
    on_path = shutil.which("javac")
    folders = [Path(os.environ["JAVA_HOME"]) / "bin"] if "JAVA_HOME" in os.environ else []
    folders += [Path(on_path).parent] if on_path else []
    folders += sorted(Path("/usr/lib/jvm").glob("*/bin"))
    return next((folder for folder in folders if _version(folder) >= OLDEST_JAVA[MAJOR]), None)


def _version(folder: Path) -> int:
    """Returns the major version of the Java in that folder, 0 if it has no compiler."""
    if not (folder / "java").exists() or not (folder / "javac").exists():
        return 0
    told = subprocess.run([folder / "javac", "-version"], capture_output=True, text=True, check=False)
    found = re.match(r"javac (\d+)", told.stdout)
    return int(found[1]) if found else 0


def _digest(java: Path) -> str:
    """Returns a digest of all that the artefacts are made from."""
    contents = [path.name.encode() + path.read_bytes() for path in sorted(LAUNCHER.iterdir())]
    made_for = f"{MAJOR} {_version(java)}".encode()
    return hashlib.sha256(b"\0".join([made_for, *contents])).hexdigest()[:16]


@contextmanager
def _alone() -> Iterator[None]:
    """Lets one process at a time look at the folder of artefacts."""
    KEPT.mkdir(exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _collect(folder: Path, java: Path) -> None:
    """Makes ``folder``. It appears whole or not at all."""
    with tempfile.TemporaryDirectory(dir=KEPT) as scratch:
        made = Path(scratch) / "made"
        options = ["--batch-mode", "--quiet", f"--activate-profiles=opensearch-{MAJOR}"]
        # Maven would warn of a damaged library, and use it.
        options += ["--strict-checksums", f"--file={LAUNCHER / 'pom.xml'}", f"-DoutputDirectory={made / 'lib'}"]
        _run("mvn", *options, "dependency:copy-dependencies")
        _run(java / "javac", "-d", made / "classes", "-cp", f"{made / 'lib'}/*", LAUNCHER / "TestNode.java")
        made.rename(folder)


def _run(*command: str | Path) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        said = done.stdout[-4000:]
        raise RuntimeError(f"cannot make the test nodes: {command[0]} ended with {done.returncode}:\n{said}")
