"""Runs every measurement; each prints what it found."""

import os
import sys

from tests.bench import mail


def main() -> int:
    number = int(os.environ.get("N", "10000"))
    return mail.measure(number)


if __name__ == "__main__":
    sys.exit(main())
