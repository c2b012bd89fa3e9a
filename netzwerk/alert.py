"""One line of the list "Heute"."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Alert:
    """`what` is the matter, `more` says what to do, `url` leads there ("" if nowhere).

    It is shown to users with every permission in `needs`.
    """

    what: str
    more: str
    needs: tuple[str, ...]
    url: str = ""
    urgent: bool = False
