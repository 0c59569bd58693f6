# SPDX-License-Identifier: GPL-3.0-or-later
"""The entry point of the program ``fihrist``, which may be interrupted even while it is being loaded."""

from __future__ import annotations

from indexer.commands.stopping import stoppable


def main() -> int:
    """Run the command of the command line and return its exit code."""
    return stoppable(_load)


def _load() -> int:
    from indexer.commands.cli import main as run  # noqa: PLC0415  # slow enough that somebody may press Ctrl-C meanwhile

    return run()
