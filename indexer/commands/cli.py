# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``fihrist``: results go to stdout, messages for people to stderr, and the exit code says how it ended.

0: done, or nothing to do. 1: failed; the published index is as before. 2: wrong usage. 3: published, but some files
could not be read. 4: refused by the shrink guard. 75: another run holds the lock. 130 and 143: interrupted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from indexer import __version__
from indexer.commands import (
    alerting,
    assistants,
    backing,
    cleaning,
    exporting,
    indexing,
    keeping,
    moving,
    searching,
    serving,
)
from indexer.commands.output import leave_stdout, prepare_streams, say
from indexer.commands.parser import with_index_option
from indexer.commands.stopping import stoppable
from indexer.errors import FihristError
from indexer.settings import require_known


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. A wrong command line exits with 2."""
    return stoppable(lambda: _run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    prepare_streams()
    options = _parser().parse_args(arguments)
    try:
        require_known()
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except FihristError as error:
        say(f"fihrist: {with_index_option(str(error), options)}")
        return error.exit_code
    except BrokenPipeError:
        leave_stdout()
        return 0
    except OSError as error:
        # Commands handle the errors of the files that they read and write, so this one comes from stdout.
        leave_stdout()
        say(f"fihrist: {error.filename or 'the output cannot be written'}: {error.strerror or error}")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fihrist",
        description="A search engine over an archive of Arabic news.",
        epilog="example: fihrist index sample && fihrist search 'القوات الأمريكية'",
    )
    parser.add_argument("--version", action="version", version=f"fihrist {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    for module in (
        indexing,
        alerting,
        cleaning,
        keeping,
        moving,
        backing,
        searching,
        exporting,
        serving,
        assistants,
    ):
        module.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
