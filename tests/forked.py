"""Processes that run a program of ours without importing Django first: they are forked from one that has done so.

Importing several hundred modules again for each test costs a second of processor time. What is started here is a
process as good as any: its own memory, connections and signals, its own environment and settings.
"""

import importlib
import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from django.conf import Settings, settings
from django.db import connections

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.forked_from"])


def start(command: tuple[str, ...], environment: Mapping[str, str], log: Path) -> ForkServerProcess:
    """Runs `python *command` (a file or `-m module`, then its arguments) in this environment, output to `log`."""
    process = _context.Process(target=_run, args=(command, dict(environment), log), daemon=True)
    process.start()
    return process


def _run(command: tuple[str, ...], environment: dict[str, str], log: Path) -> None:
    with log.open("ab") as file:
        for descriptor in (1, 2):
            os.dup2(file.fileno(), descriptor)
    os.environ.clear()
    os.environ.update(environment)
    _read_settings_anew()
    if command[0] == "-m":
        sys.argv = list(command[1:])
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = list(command)
        runpy.run_path(command[0], run_name="__main__")


def _read_settings_anew() -> None:
    for name in ("netzwerk.environment", "netzwerk.database", "netzwerk.settings"):
        importlib.reload(importlib.import_module(name))
    settings._wrapped = Settings("netzwerk.settings")
    vars(connections).pop("settings", None)
    connections.__init__()  # forgets the connections, too
