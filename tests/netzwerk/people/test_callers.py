"""People without e-mail: kept, called, and never mailed. Frau Hees and the others are invented."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from events import counting, door, invitations, notices, reminders
from events.models import Event, Reply
from mailings.models import Delivery
from members import audience, callers, leaving
from members.audience import Audience
from members.details import Details
from members.models import Consent, Member
from members.newsletters import writing
from netzwerk import upkeep
from netzwerk.models import Erasure, Tally
from netzwerk.privacy import register, tombstones
from tests.desk import change, logged, page, person_form
from tests.events.meetings import meeting
from tests.members.newsletters.test_pages import draft
from tests.members.people import active
from tests.netzwerk.privacy.test_my_data import dump
from tests.post import Post
from tests.pressing import press

pytestmark = pytest.mark.django_db

ADD = "/verwaltung/members/member/add/"
HEES = {"name": "Frau Hees", "phone": "030/23125118", "way": "spoken", "proof": "am 3. März 2026 am Telefon"}


def hees(**details: object) -> Member:
    return callers.enter("030 23125118", Details(name="Frau Hees", **details), by="amt", proof="am Telefon")  # type: ignore[arg-type]


def answers_yes(beate: Client, event: Event) -> None:
    """Beate calls from the list of the event, and enters the answer one tap away."""
    shown = page(beate, f"/verwaltung/events/event/{event.pk}/anrufen/")
    assert 'href="tel:+493023125118"' in shown
    path = f"/verwaltung/events/event/{event.pk}/eintragen/mitglied/{Member.objects.callers().get().pk}/"
    assert path in shown
    press(beate, page(beate, path), "Speichern", path, antwort="ja", adults="2")


def test_somebody_without_e_mail_is_entered_with_a_number_and_how_she_agreed(beate: Client) -> None:
    shown = beate.post(ADD, person_form("", **HEES), follow=True).content.decode()
    assert "steht bei jedem Treffen unter „Anrufen“" in shown
    caller = Member.objects.get()
    assert (caller.address, caller.phone, caller.state) == (None, "030 23125118", "active")
    proof = Consent.objects.get()
    assert (proof.act, proof.proof, proof.entered_by) == ("spoken", "am 3. März 2026 am Telefon", "beate")
    assert Tally.objects.get().what == "joined"
    assert "030 23125118" in page(beate, "/verwaltung/members/member/?post=ohne")
    assert "Frau Hees, am 3. März" not in " ".join(logged())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"phone": ""}, "Ohne E-Mail-Adresse brauchen Sie eine Telefonnummer."),
        ({"phone": "23125118"}, "Diese Nummer lässt sich so nicht anrufen."),
        ({"name": ""}, "Schreiben Sie einen Namen."),
        ({"proof": ""}, "Schreiben Sie, wann und wie die Person zugestimmt hat."),
        ({"email": "hees@example.org"}, "Hat sie eine E-Mail-Adresse, fragen Sie bitte per Mail."),
        ({"way": "ask"}, "Schreiben Sie hier die E-Mail-Adresse hinein."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(beate: Client, wrong: dict[str, str], sentence: str) -> None:
    answer = beate.post(ADD, person_form(**({"email": ""} | HEES | wrong)))
    assert sentence in answer.content.decode()
    assert not Member.objects.exists()


def test_a_double_click_enters_nobody_twice(beate: Client) -> None:
    beate.post(ADD, person_form("", **HEES))
    assert "steht mit dieser Nummer schon auf der Liste" in beate.post(ADD, person_form("", **HEES)).content.decode()
    assert Member.objects.count() == 1


def test_the_database_wants_an_address_or_a_number() -> None:
    """And nobody without an address can be asked by mail."""
    for fields in ({"phone": ""}, {"state": "pending"}):
        with pytest.raises(IntegrityError, match="member_can_be_reached"), transaction.atomic():
            Member.objects.filter(pk=hees().pk).update(**fields)


def test_no_sender_mails_somebody_without_an_address(beate: Client, post: Post, time_machine) -> None:
    """Every way in which the portal writes to many, and every mail about an answer; kim is the control."""
    hees()
    active("kim@example.org", name="Kim")
    event = meeting(days=10, last_call_on=timezone.localdate() + timedelta(days=2))
    with transaction.atomic():
        writing.send(draft(), by="beate")
        invitations.invite(event, Audience())
    answers_yes(beate, event)
    notices.changed(event, "", unanswered=True)
    assert {mail["To"] for mail in post.deliver()} == {"kim@example.org"}
    time_machine.move_to(event.begins_at - timedelta(days=1))
    reminders.send(timezone.now())
    time_machine.move_to(event.begins_at - timedelta(hours=3))
    reminders.send(timezone.now())
    with transaction.atomic():
        notices.cancelled(event, "", unanswered=True)
    post.deliver()
    assert {mail["To"] for mail in post.mails} == {"kim@example.org"}
    assert not Delivery.objects.filter(address=None).exists()


def test_she_is_no_part_of_what_counts_mails(beate: Client) -> None:
    hees(municipality="siegen")
    active("kim@example.org", municipality="siegen")
    everybody = audience.chosen(Audience(["siegen"]))
    assert audience.numbers(everybody).chosen == 1
    assert [str(member.address) for member in audience.reachable(everybody)] == ["kim@example.org"]
    assert invitations.plan(meeting(), Audience()).numbers.chosen == 1


def test_she_is_called_and_stands_on_the_list_for_the_door(beate: Client) -> None:
    event = meeting(seats=10)
    hees()
    answers_yes(beate, event)
    answers_yes(beate, event)  # the same again changes nothing
    assert Reply.objects.count() == 1
    [household] = door.households(event)
    assert (household.name, household.phone, household.seats) == ("Frau Hees", "030 23125118", 2)
    numbers = counting.numbers(event)
    assert (numbers.invited.yes, numbers.unasked.yes) == (1, 0)
    shown = page(beate, f"/verwaltung/events/event/{event.pk}/anrufen/")
    assert "Alle haben geantwortet." in shown
    assert "kommt" in shown


def test_an_event_without_people_to_call_shows_no_list_of_them(beate: Client) -> None:
    active("kim@example.org")
    event = meeting()
    assert "/anrufen/" not in page(beate, f"/verwaltung/events/event/{event.pk}/ueberblick/")
    hees()
    assert "/anrufen/" in page(beate, f"/verwaltung/events/event/{event.pk}/ueberblick/")


def test_her_page_offers_what_fits_her(beate: Client) -> None:
    caller = hees()
    shown = page(beate, f"/verwaltung/mitglied/{caller.pk}/")
    assert 'href="tel:+493023125118"' in shown
    assert "sie jetzt eine E-Mail-Adresse hat" in shown
    assert "nicht mehr angerufen werden möchte" in shown
    for missing in ("Wieder versuchen", "sie eine Pause möchte", 'id="mails"'):
        assert missing not in shown
    path = f"/verwaltung/members/member/{caller.pk}/change/"
    assert 'name="discreet"' not in page(beate, path)
    change(beate, path, {"name": "Frau Hees", "phone": "030 23125-119", "note": "abends anrufen"})
    caller.refresh_from_db()
    assert (caller.phone, caller.note, caller.noted_by) == ("030 23125119", "abends anrufen", "beate")
    assert "Ohne E-Mail-Adresse brauchen Sie" in change(beate, path, {"name": "x", "phone": ""}).content.decode()


def test_what_is_held_of_her_is_a_sheet(beate: Client) -> None:
    hees(note="abends anrufen")
    answers_yes(beate, meeting())
    shown = page(beate, f"/verwaltung/mitglied/{Member.objects.get().pk}/gespeichert/")
    for held in ("Frau Hees", "030 23125118", "abends anrufen", "am Telefon", "Adventsfrühstück"):
        assert held in shown, held


def test_after_leaving_she_is_called_no_more_and_is_gone_a_day_later(beate: Client, time_machine, db) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    event, caller = meeting(), hees()
    beate.post(f"/verwaltung/members/member/{caller.pk}/abmelden/")
    assert "Frau Hees" not in page(beate, f"/verwaltung/events/event/{event.pk}/anrufen/")
    time_machine.move_to(start + timedelta(hours=24), tick=False)
    upkeep.run()
    assert Member.objects.count() == 1
    time_machine.move_to(start + timedelta(hours=24, seconds=1), tick=False)
    upkeep.run()
    assert "Frau Hees" not in dump(db)
    assert sorted(Tally.objects.values_list("what", flat=True)) == ["joined", "left"]


def test_erasing_her_gives_her_seats_back_and_leaves_nothing(beate: Client, db) -> None:
    event, caller = meeting(seats=2), hees(note="abends anrufen")
    answers_yes(beate, event)
    beate.post(f"/verwaltung/mitglied/{caller.pk}/loeschen/")
    event.capacity.refresh_from_db()
    assert event.capacity.seats == 0
    left = dump(db)
    for gone in ("Hees", "23125118", "abends anrufen", "am Telefon"):
        assert gone not in left, gone
    assert Erasure.objects.count() == 1
    assert leaving.leave_list(Member.objects.all(), "Test") is False


def test_she_stays_erased_after_an_old_backup_and_nobody_else_goes() -> None:
    caller, ali = hees(), callers.enter("030 23125-119", Details(name="Ali"), by="amt", proof="persönlich")
    kept = {field.attname: getattr(caller, field.attname) for field in Member._meta.concrete_fields}
    register.erase_caller(caller, timezone.now())
    tombstones.write()
    Erasure.objects.all().delete()
    Member.objects.create(**kept)
    call_command("reapply_erasures")
    assert list(Member.objects.all()) == [ali]
