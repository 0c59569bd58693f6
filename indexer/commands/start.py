"""Where the program ``fihrist`` begins: it may be stopped at any moment, also while it is being loaded."""

from __future__ import annotations

from indexer.commands.stopping import stoppable


def main() -> int:
    """Run the command that the program was called with; returns its exit code."""
    return stoppable(_load)


def _load() -> int:
    from indexer.commands.cli import main as run  # noqa: PLC0415  # takes a while, in which somebody may press Ctrl-C

    return run()
