"""Runs a measurement that needs Django, in a process of its own: `python -m tests.bench.run MODULE [ARGUMENT …]`."""

import importlib
import sys

import django

if __name__ == "__main__":
    django.setup()
    importlib.import_module(f"tests.bench.{sys.argv[1]}").main(*sys.argv[2:])
