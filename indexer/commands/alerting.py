# SPDX-License-Identifier: GPL-3.0-or-later
"""``fihrist alerts``: tells what the searches of a file found that is new."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from indexer.alerts.alert_file import read_alert_file
from indexer.alerts.alert_report import AlertReport
from indexer.alerts.channels import PRINT, Message
from indexer.alerts.messages import Batch, Event, event, text, title
from indexer.alerts.state import locked_state
from indexer.alerts.telling import Teller
from indexer.commands.indexing import failure_of
from indexer.commands.output import harmless, print_json, print_report, say
from indexer.commands.parser import command, index_store, setting_help
from indexer.search.answers.json.writing import to_json
from indexer.search.archive import Archive
from indexer.settings import text_setting


def add(commands: Any) -> None:
    """Add the command of this module."""
    purpose = "print, post or mail what the searches of a file found that is new"
    alerts = command(commands, "alerts", _alerts, purpose, "fihrist alerts /etc/fihrist/alerts.toml")
    alerts.add_argument("file", metavar="FILE", type=Path, help="the searches and channels, in TOML")
    alerts.add_argument("--state", metavar="FILE", help=setting_help("alerts_state"))
    alerts.add_argument("--dry-run", action="store_true", help="show how much would be told, but deliver nothing")


class _Printed:
    """The channel that prints to stdout, at once or, with ``collected``, as a part of the report."""

    name = PRINT
    place = "stdout"
    tries = 1

    def __init__(self, collected: list[Event] | None) -> None:
        self._collected = collected

    def message(self, batch: Batch) -> Message:
        """See `Channel`."""
        return Message(batch.id(self.name), "", to_json(event(batch)))

    def send(self, message: Message) -> None:
        """See `Channel`. Raises OSError if stdout fails; the message then waits for the next run."""
        told: Event = json.loads(message.body)
        if self._collected is not None:
            self._collected.append(told)
            return
        for line in (title(told), "", *text(told).split("\n")):
            print(harmless(line))
        sys.stdout.flush()


def _alerts(options: argparse.Namespace) -> int:
    report = AlertReport(dry_run=options.dry_run)
    try:
        _run(options, report)
    except BaseException as error:  # Ctrl-C and SIGTERM too: the report must not say "ok" if the run ended early
        report.fail(*failure_of(error))
        report.printed = []  # the state does not know that they were printed
        if options.json:
            print_report(report.to_dict())
        raise
    finally:
        for problem in report.problems():
            say(problem)
    if options.dry_run or sys.stderr.isatty():
        say(report.summary())
    return report.exit_code


def _run(options: argparse.Namespace, report: AlertReport) -> None:
    stated = text_setting("alerts_state", options.state)
    path = Path(f"{options.file}.state" if stated == "-" else stated)
    archive = Archive(index_store(options))
    file = read_alert_file(options.file, archive.own_fields())
    report.faults = file.faults
    with locked_state(path, writable=not options.dry_run) as state:
        printed = _Printed(report.printed if options.json else None)
        Teller(archive, state, printed, report, save_printed=not options.json).tell(file)
        if options.json:
            print_json(report.to_dict())
            sys.stdout.flush()
            if not options.dry_run:
                state.save()
