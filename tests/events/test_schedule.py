"""The schedule of an event: on its page, in the mails about it, on the poster if it fits."""

import io

import pytest
from django.test import Client
from pypdf import PdfReader

from events import posters, wording
from events.models import Event
from events.wording import Item
from tests.desk import page
from tests.events.desk.test_event_forms import ADD, filled, told
from tests.events.meetings import invite, meeting
from tests.post import Post, text_of

pytestmark = pytest.mark.django_db

THREE = "10 Uhr: Ankommen\n\n- 10.30 bis 12 Uhr  Frühstück, die Kinder spielen\nZum Schluss ein Lied"


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("10 Uhr: Ankommen", ("10 Uhr", "Ankommen")),
        ("10:00 Ankommen", ("10:00", "Ankommen")),
        ("10-12 Uhr, Basteln", ("10-12 Uhr", "Basteln")),
        ("9.30 – 10 Uhr – Kaffee", ("9.30 – 10 Uhr", "Kaffee")),
        ("* ab 11 Uhr Spielen", ("", "ab 11 Uhr Spielen")),
        ("10 Kinder basteln", ("", "10 Kinder basteln")),
        ("10 Uhr", ("", "10 Uhr")),
    ],
)
def test_a_time_in_front_is_told_from_what_happens(line: str, item: tuple[str, str]) -> None:
    assert wording.schedule(Event(schedule=f"\n {line}\r\n")) == [Item(*item)]


def test_officers_write_it_and_everybody_reads_it(beate: Client, client: Client) -> None:
    beate.post(ADD, filled(schedule=THREE))
    event = Event.objects.get()
    assert event.schedule.splitlines()[0] == "10 Uhr: Ankommen"
    Event.objects.update(state="published")
    shown = page(client, f"/termine/{event.slug}/")
    assert "<b>10.30 bis 12 Uhr</b>" in shown
    assert "Zum Schluss ein Lied" in shown
    Event.objects.update(schedule="")
    assert "Ablauf" not in page(client, f"/termine/{event.slug}/")


def test_it_stands_in_the_invitation_and_is_no_formatting(post: Post) -> None:
    event = meeting(schedule="10 Uhr: Ankommen\n12 Uhr: *Suppe* für $2")
    invite(event, "anna@example.org")
    [mail] = post.deliver()
    assert "- Ablauf:\n  10 Uhr Ankommen\n  12 Uhr" in text_of(mail).replace("**", "")
    assert "$2" in text_of(mail)


def test_it_does_not_give_away_a_hidden_place(beate: Client) -> None:
    answer = beate.post(
        ADD, filled(schedule="10 Uhr: Treffen vor dem Haus am Bach", place="Haus am Bach", hide_place="on")
    )
    assert "Hier steht, wo es ist." in told(answer)
    assert not Event.objects.exists()


@pytest.mark.parametrize(("lines", "fits"), [(3, True), (40, False)])
def test_it_is_on_the_poster_if_all_else_stays_large(lines: int, fits: bool) -> None:
    sheet = posters.for_event(meeting(schedule="\n".join(f"{9 + number}.00 Uhr: Punkt" for number in range(lines))))
    [text] = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(sheet)).pages]
    assert ("11.00 Uhr" in text) is fits
