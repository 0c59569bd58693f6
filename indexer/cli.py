"""The command ``fihrist``: results on stdout, everything for people on stderr, one exit code a kind of outcome.

0 done or nothing to do, 1 failed and the old index still stands, 2 usage, 3 published but some files could not be read,
4 refused by the shrink guard, 75 another run holds the lock, 130/143 interrupted.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence

from indexer import __version__
from indexer.commands import cleaning, exporting, indexing, keeping, searching, serving
from indexer.commands.output import say
from indexer.commands.stopping import INTERRUPTED, TERMINATED, Terminated, raise_when_terminated
from indexer.errors import FihristError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. Usage errors of the command line itself exit with 2."""
    options = _parser().parse_args(arguments)
    raise_when_terminated()
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except FihristError as error:
        say(f"fihrist: {_for_folder(str(error), options)}")
        return error.exit_code
    except KeyboardInterrupt:
        say("fihrist: interrupted; the published index is complete")
        return INTERRUPTED
    except Terminated:
        say("fihrist: terminated; the published index is complete")
        return TERMINATED
    except BrokenPipeError:
        # The reader of stdout has gone, such as `head`; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _for_folder(message: str, options: argparse.Namespace) -> str:
    """``message``, the commands that it names being for the index folder that the command line names."""
    folder = getattr(options, "index", None)
    return message.replace("`fihrist index ", f"`fihrist index --index {shlex.quote(folder)} ") if folder else message


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fihrist",
        description="A search engine over an archive of Arabic news.",
        epilog="example: fihrist index sample && fihrist search 'القوات الأمريكية'",
    )
    parser.add_argument("--version", action="version", version=f"fihrist {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    for module in (indexing, cleaning, keeping, searching, exporting, serving):
        module.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
