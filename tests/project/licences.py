# SPDX-License-Identifier: GPL-3.0-or-later
"""Inserts the SPDX line into every source file that lacks it: ``python -m tests.project.licences``.

The line states the file's licence in a form that programs read (https://spdx.dev).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"
COMMENTS = {".py": "# {}", ".js": "// {}", ".css": "/* {} */"}
"""How a comment is written, by the file's extension."""

FOLDERS = ("indexer", "web", "tests")


def sources() -> list[Path]:
    """Returns every tracked file that can hold the line, in order; outside a Git checkout, every such file."""
    listed = subprocess.run(["git", "ls-files", *FOLDERS], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
        files = [path for path in files if not {"node_modules", "__pycache__"} & set(path.parts)]
    else:
        files = [ROOT / name for name in listed.stdout.splitlines()]
    return sorted(path for path in files if path.suffix in COMMENTS and path.exists())


def line_for(path: Path) -> str:
    """Returns the SPDX line that ``path`` must hold."""
    return COMMENTS[path.suffix].format(LICENCE)


def with_line(text: str, line: str) -> str:
    """Returns ``text`` with ``line`` as its first line, or as its second after ``#!``; unchanged if it is there
    already."""
    first, end, rest = text.partition("\n")
    if first.startswith("#!"):
        return text if rest.startswith(line) else f"{first}{end}{line}\n{rest}"
    return text if text.startswith(line) else f"{line}\n{text}"


def main() -> int:
    """Inserts the missing lines and prints the names of the changed files."""
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if (changed := with_line(text, line_for(path))) != text:
            path.write_text(changed, encoding="utf-8")
            print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
