"""Runs every measurement; each prints what it found. ONLY=mail, find, places or web runs one of them.

N is the number of mails, OFFERS that of the offers that are searched.
"""

import os

from tests.bench import find, mail, places, web


def main() -> None:
    number = int(os.environ.get("N", "10000"))
    offers = int(os.environ.get("OFFERS", find.OFFERS))
    only = os.environ.get("ONLY", "")
    measures = {
        "mail": lambda: mail.measure(number),
        "find": lambda: find.measure(offers),
        "places": places.measure,
        "web": web.measure,
    }
    for name, measure in measures.items():
        if only in ("", name):
            measure()


if __name__ == "__main__":
    main()
