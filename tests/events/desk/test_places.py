"""The officers and a hidden place: the choice, who waits, and their yes (P-24a). Beate is an invented officer."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from events import approvals, lifecycle, place
from events.answering import answers, phone_answers
from events.answering.answers import Details
from events.models import Event
from events.place import NAMED
from tests.desk import page
from tests.events.desk.test_event_forms import ADD, again, at, told
from tests.events.desk.test_event_forms import filled as typed_event
from tests.events.meetings import invite, meeting, party, reply_of
from tests.events.test_hidden_place import MIA, PLACE, STINE, hidden_meeting, said, shows, sign_up, sign_up_quietly
from tests.members.people import active
from tests.post import Post, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return hidden_meeting()


def test_one_tap_of_an_officer_sends_the_place_once(beate: Client, post: Post, event: Event) -> None:
    path = sign_up(Client(), post, event, STINE, name="Stine")
    post.deliver()
    assert "sobald wir Ihre Anmeldung geprüft haben" in text_of(post.to(STINE))
    assert "sobald wir Ihre Anmeldung geprüft haben" in Client().get(path).content.decode()
    assert "Eine Familie ohne Einladung kennt den Ort noch nicht." in page(beate, at(event, "ueberblick"))
    shown = page(beate, at(event, "ort"))
    assert "stine@example.org" in shown
    tell = f"{at(event, 'ort')}{reply_of(event, STINE).pk}/mitteilen/"
    assert f'action="{tell}"' in shown
    assert "Die Mail mit dem Ort geht jetzt an Stine." in told(beate.post(tell, follow=True))
    (mail,) = post.deliver()
    assert (mail["To"], mail["Subject"].partition(":")[0], said(mail)) == (STINE, "Der Ort", [True] * 3)
    assert shows(Client().get(path).content.decode())
    assert "Verschickt ist nichts." in told(beate.post(tell, follow=True))
    assert post.deliver() == []
    assert "Niemand wartet." in page(beate, at(event, "ort"))


def test_a_member_who_signed_up_on_the_web_and_calls_still_waits_for_the_yes(
    beate: Client, post: Post, event: Event
) -> None:
    """A stranger may join the list, sign up, and have an officer change a number."""
    sign_up(Client(), post, event, STINE)
    post.deliver()
    shown = page(beate, at(event, f"antworten/{reply_of(event, STINE).pk}"))
    assert "Die Familie erfährt ihn, wenn Sie unter „Wer den Ort erfährt“ Ja sagen." in shown
    phone_answers.enter_member(event, active(STINE), party(2), Details(), "beate", wait_for_childcare=False)
    (mail,) = post.deliver()
    assert said(mail) == [False] * 3
    assert place.waiting(event).count() == 1


def test_nobody_is_told_who_does_not_come_any_more(post: Post, event: Event) -> None:
    sign_up(Client(), post, event, STINE)
    stine = reply_of(event, STINE)
    answers.decline(stine)
    post.deliver()
    assert approvals.approve(event, stine.pk) is None
    assert post.deliver() == []
    answers.accept(stine, party(1))
    lifecycle.cancel(event)
    assert approvals.approve(event, stine.pk) is None


def test_helpers_neither_see_who_waits_nor_give_the_place_away(
    client: Client, post: Post, event: Event, settings: Any
) -> None:
    settings.DEMO = True  # no second factor
    sign_up(Client(), post, event, STINE)
    stine = reply_of(event, STINE)
    soon = timezone.now() + timedelta(hours=1)  # the door is open
    Event.objects.filter(pk=event.pk).update(begins_at=soon, ends_at=soon + timedelta(hours=2), answer_by=soon)
    helper = User.objects.create_user("mika", is_staff=True)
    helper.groups.add(Group.objects.get(name="Tür"))
    client.force_login(helper)
    assert client.get(at(event, "ueberblick")).status_code == 200
    assert client.get(at(event, "ort")).status_code == 403
    assert client.post(f"{at(event, 'ort')}{stine.pk}/mitteilen/").status_code == 403
    assert reply_of(event, STINE).place_told_at is None


def test_today_names_the_event_at_which_families_wait_for_a_yes(beate: Client, post: Post) -> None:
    event = meeting(days=10, hide_place=True)
    assert "Familie kennt den Ort noch nicht" not in page(beate, "/verwaltung/")
    sign_up_quietly(event, STINE)
    assert "Familie kennt den Ort noch nicht" in page(beate, "/verwaltung/")
    approvals.approve(event, reply_of(event, STINE).pk)
    assert "Familie kennt den Ort noch nicht" not in page(beate, "/verwaltung/")


def test_the_officer_chooses_and_the_safe_way_is_chosen_first(beate: Client) -> None:
    shown = page(beate, ADD)
    assert '<option value="approved" selected>sobald Sie Ja gesagt haben</option>' in shown
    beate.post(ADD, typed_event(hide_place="on", place_for_others="day-before", place=PLACE))
    event = Event.objects.get()
    assert (event.hide_place, event.place_for_others) == (True, "day-before")
    assert "Andere: am Tag vorher, von selbst." in page(beate, at(event, "ueberblick"))
    beate.post(at(event), again(event, hide_place="on", title="Frühstück"))
    event.refresh_from_db()
    assert (event.title, event.place_for_others) == ("Frühstück", "day-before")
    assert "Bitte wählen Sie etwas aus der Liste." in told(
        beate.post(at(event), again(event, place_for_others="sofort"))
    )


def test_a_place_that_everybody_may_see_has_no_such_page(beate: Client) -> None:
    event = meeting()
    assert beate.get(at(event, "ort"))["Location"] == at(event, "ueberblick")
    assert "Wer den Ort erfährt" not in page(beate, at(event, "ueberblick"))
    assert invite(event, MIA)[0].state == "open"


@pytest.mark.parametrize("named", ["im Bürgertreff  am park", "Parkweg 3", "https://video.example/raum-7"])
def test_a_hidden_place_is_named_in_no_text_that_others_read(
    beate: Client, post: Post, event: Event, named: str
) -> None:
    """Neither on the page, nor in the sentence of a mail that strangers get, too."""
    text = f"Wir treffen uns {named}, in Siegen."
    answer = beate.post(at(event), again(event, hide_place="on", text=text, summary=text, title=text))
    errors = answer.context["adminform"].form.errors
    assert {name: list(found) for name, found in errors.items()} == {
        name: [NAMED] for name in ("title", "summary", "text")
    }
    event.refresh_from_db()
    for action in ("mitteilen", "absagen"):
        answer = beate.post(at(event, action), {"seen": event.sequence, "note": text})
        assert answer.context["form"].errors["note"] == [NAMED]
        assert answer.context["form"]["note"].value() == text
    assert post.deliver() == []
    assert beate.post(at(event), again(event, hide_place="on", text="Wir treffen uns in Siegen.")).status_code == 302
    assert beate.post(at(event), again(event, text=text)).status_code == 302


def test_the_officer_reads_what_an_answer_on_the_telephone_means_for_the_place(beate: Client, event: Event) -> None:
    mia = active(MIA)
    shown = page(beate, at(event, f"eintragen/mitglied/{mia.pk}"))
    assert "Mit der Zusage bekommt die Familie ihn per Mail." in shown
    assert "nur Menschen, die Sie kennen" in page(beate, at(event, "eintragen/neu"))
    assert "nicht öffentlich" not in page(beate, at(meeting(), "eintragen/neu"))
