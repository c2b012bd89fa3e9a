"""The outcomes of handing over a message, other than success."""

from collections.abc import Callable

from mailings.templates import one_line


class PendingReply:
    """The server's reply to one copy: it is awaited when `result` is called (see Transport.hand_over)."""

    def __init__(self, wait: Callable[[], str]) -> None:
        self._wait = wait

    def result(self) -> str:
        """The provider's id for the copy, "" without one. Raises Refused, TryLater or Unavailable."""
        return self._wait()


class Refused(Exception):
    """The server will never take this mail for this recipient."""


class TryLater(Exception):
    """This mail did not get through now; another try may succeed."""


class Unavailable(Exception):
    """Nothing can be sent now to anybody: no connection, or the server does not accept us as a sender.

    `wait`: seconds after which the server wants to be asked again, 0 if it did not say.
    """

    def __init__(self, answer: str, wait: float = 0) -> None:
        super().__init__(answer)
        self.wait = wait


def words(error: object) -> str:
    """What a server or an exception said, on one line; the exception's name if it said nothing."""
    text = error.decode("utf-8", "replace") if isinstance(error, bytes) else str(error)
    return one_line(text) or type(error).__name__
