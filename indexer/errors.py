# SPDX-License-Identifier: GPL-3.0-or-later
"""Every exception that Fihrist raises on purpose.

::

    FihristError                     exit 1
     +-- UsageError                  exit 2   a command, setting or path that cannot be used
     +-- RequestError                exit 2   a search parameter that cannot be used; names the parameter
     +-- NotFoundError               exit 1   no such article
     +-- SourceError                 exit 3   a file of the archive that cannot be read
     +-- SpoolError                  exit 1   a write that cannot be accepted or taken
     +-- IndexingError               exit 1   a run that had to stop; the published index still stands
     |    +-- ShrinkError            exit 4   the archive has lost more articles than is plausible
     |    +-- LockedError            exit 75  another run holds the lock
     +-- TooSlowError                exit 1   a search that took longer than it may
     +-- NoIndexError                exit 1   nothing has been published yet
     +-- IncompatibleIndexError      exit 1   an index of another format or analyser
     +-- DamagedIndexError           exit 1   an index whose files are missing or not what was written
     +-- UnavailableIndexError       exit 1   an index whose servers do not answer, or not wholly
     +-- DictionaryError             exit 1   a dictionary package that is missing or damaged

Each message says what was found and what to do about it; it never holds a traceback.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FihristError(Exception):
    """Base of all errors that Fihrist raises on purpose. ``exit_code`` is the exit code of the command."""

    exit_code = 1


class UsageError(FihristError):
    """A command, setting or path that cannot be used as given."""

    exit_code = 2


class RequestError(FihristError):
    """A search parameter that cannot be used.

    ``code`` is a stable identifier (``query_too_long``, ``invalid_parameter``, ``unknown_parameter``,
    ``contradictory_parameters``, ``page_too_deep``, ``page_not_found``, ``invalid_body``), ``param`` the parameter's
    name, if there is one, and ``detail`` a sentence that says what would be right.
    """

    exit_code = 2

    def __init__(self, code: str, param: str | None, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.param = param
        self.detail = detail


class NotFoundError(FihristError):
    """No article has this id in the generation that was asked."""


class SourceError(FihristError):
    """A file of the archive cannot be read; the message is the reason, without the path."""

    exit_code = 3


class SpoolError(FihristError):
    """Something that a program wrote cannot be accepted, or not be read again; the message is the reason."""


class IndexingError(FihristError):
    """A run had to stop; the published index still stands."""


class ShrinkError(IndexingError):
    """More articles would vanish than is plausible; somebody should check that the archive is complete."""

    exit_code = 4


class LockedError(IndexingError):
    """Another run holds the lock of this index."""

    exit_code = 75


class TooSlowError(FihristError):
    """A search exceeded its time limit."""


class NoIndexError(FihristError):
    """Nothing has been published in this index yet."""


class IncompatibleIndexError(FihristError):
    """The index was written in another format or by another analyser than those of this program."""

    def __init__(self, what: str, found: str, wanted: str) -> None:
        super().__init__(
            f"the index has {what} {found}, this program needs {wanted}; "
            "run `fihrist index --rebuild PATH...` to write it anew"
        )
        self.what = what
        self.found = found
        self.wanted = wanted


class DamagedIndexError(FihristError):
    """A file of the index is missing, or not what was written."""


class UnavailableIndexError(FihristError):
    """The servers that hold the index cannot be reached, refuse, or can answer only in part."""


_MORE_SPACE = "free space on the disk, or raise the quota"
# The machine lacks something for now; the file may be whole. Error number -> what helps.
_SHORTAGES = {
    errno.EMFILE: "raise the limit of open files of the service (LimitNOFILE, ulimit -n)",
    errno.ENFILE: "raise the limit of open files of the machine (fs.file-max)",
    errno.ENOMEM: "free memory, or raise the limit of the service (MemoryMax, ulimit -v)",
    errno.EAGAIN: "wait until the machine has less to do, or raise the limit of processes (TasksMax, ulimit -u)",
    errno.EINTR: "a signal interrupted it: wait",
    errno.ENOSPC: _MORE_SPACE,
    errno.EDQUOT: _MORE_SPACE,
}


def damaged_file(path: Path, reason: object) -> DamagedIndexError:
    """Returns the error for a damaged or unreadable file of the index; its message says what to do.

    ``reason`` is a text or the exception that was raised.
    """
    if isinstance(reason, PermissionError):
        return DamagedIndexError(f"{path} cannot be read: {reason.strerror}; run as a user who may read the index")
    if isinstance(reason, OSError):
        if reason.errno in _SHORTAGES:
            remedy = _SHORTAGES[reason.errno]
            return DamagedIndexError(f"{path} cannot be read now: {reason.strerror}; {remedy}, and try again")
        reason = reason.strerror or str(reason)
    return DamagedIndexError(
        f"{path} is damaged: {reason}; run `fihrist index --rebuild PATH...` to write the index anew"
    )


class DictionaryError(FihristError):
    """A package that the lexicon is made from is missing or damaged. Nothing can be indexed without it."""

    def __init__(self, package: str, what: str) -> None:
        super().__init__(
            f"the dictionary package {package} cannot be read ({what}); install it anew: "
            f"pip install --force-reinstall {package}"
        )
        self.package = package


@contextmanager
def naming_faults(*passing: type[Exception]) -> Iterator[None]:
    """Turns any exception that the block raises over one file, article or call into a SourceError with its reason.

    This is the only place that catches every exception, because nobody can foresee everything in the files of an
    archive, and one file must never end a run, nor one call an assistant's session. The run reports the file and leaves
    it out. FihristError, MemoryError and the exceptions in ``passing`` are not caught.
    """
    try:
        yield
    except passing:
        raise
    except (FihristError, MemoryError):
        raise
    except Exception as error:  # every exception is caught here: see above
        what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise SourceError(f"an error in Fihrist; please report it: {what}") from error
