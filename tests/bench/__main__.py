"""Runs every measurement; each prints what it found. ONLY=mail, find or places runs one of them."""

import os
import sys

from tests.bench import find, mail, places


def main() -> int:
    number = int(os.environ.get("N", "10000"))
    only = os.environ.get("ONLY", "")
    measures = {"mail": lambda: mail.measure(number), "find": find.measure, "places": places.measure}
    failed = [measure() for name, measure in measures.items() if only in ("", name)]
    return max(failed, default=0)


if __name__ == "__main__":
    sys.exit(main())
