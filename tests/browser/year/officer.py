"""Beate's window through a year, the mail server that her portal writes to, and the clock on her wall."""

from contextlib import closing
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from zoneinfo import ZoneInfo

from mailings.sending.transport import Smtp
from mailings.sending.worker import Worker
from netzwerk import upkeep
from tests import FULL
from tests.browser.desk.test_newsletter import Desk
from tests.sink import Sink

BERLIN = ZoneInfo("Europe/Berlin")
HEUTE = "/verwaltung/"


class Officer(Desk):
    """What she presses and reads, from day to day. She begins everything on "Heute"."""

    def __init__(self, visitor, width: int, sink: Sink, clock) -> None:
        self.sink, self.clock = sink, clock
        super().__init__(visitor, width)

    def come_on(self, moment: str) -> str:
        """At this moment in Berlin she signs in, an hour after the daily work; what "Heute" says."""
        now = datetime.fromisoformat(moment).replace(tzinfo=BERLIN)
        self.clock.move_to(now - timedelta(hours=1))
        upkeep.run()
        self.deliver()
        self.clock.move_to(now)
        self.sign_in()
        return self.heute()

    def heute(self) -> str:
        self.visitor.open(HEUTE)
        self.look("Heute")
        return " ".join(self.text().split())

    def look(self, name: str) -> None:
        if FULL:
            super().look(name)

    def follow(self, words: str) -> None:
        """Opens what she can click that has these words in it."""
        with self.page.expect_navigation():
            self.page.get_by_role("link").filter(has_text=words).first.click()

    def call(self, wanted: str) -> None:
        """Somebody rings: from "Heute" to the page of the person."""
        self.heute()
        self.page.get_by_label("Wer ruft an?").fill(wanted)
        self.press("Suchen")

    def told(self) -> str:
        """The sentence at the top of the page that says what has just happened."""
        return self.page.locator(".messagelist").inner_text()

    def deliver(self) -> dict[str, EmailMessage]:
        """What one pass of a worker brings to the mail server, for each recipient."""
        before = len(self.sink.messages)
        with closing(Smtp(self.sink.url)) as transport:
            Worker(transport).work_all()
        return {each.recipients[0]: _parsed(each.data) for each in self.sink.messages[before:]}


def _parsed(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return message
