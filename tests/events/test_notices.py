"""The mails about a change and a cancellation: what was and what is, once for each household (D-06).

Anna comes, Ben waits, Cem has not answered; Stine has signed up without an invitation. All of them are invented.
"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from events import invitations, lifecycle, notices, wording
from events.answering import answers
from events.models import Event, Reply
from events.place import Told
from mailings.models import Delivery, Mailing
from members import leaving
from members.audience import Audience
from tests.events.meetings import address, berlin, invite, meeting, party, reply_of
from tests.mailings.copies import html_of
from tests.members.people import active
from tests.post import Post, text_of

pytestmark = pytest.mark.django_db

ANNA, BEN, CEM, STINE = (f"{name}@example.org" for name in ("anna", "ben", "cem", "stine"))
OLD_TIME = "Samstag, 4. Dezember 2027, 15 bis 17 Uhr"
NEW_TIME = "Sonntag, 5. Dezember 2027, 15 bis 17 Uhr"
OLD_PLACE, NEW_PLACE = "Bürgertreff am Park, Parkweg 3, Siegen", "Kulturhaus, Gartenweg 1, Siegen"


def announced(**fields: object) -> Event:
    """A meeting next December with one seat, and what people have answered: Anna has it, Ben and Stine wait."""
    begins_at = berlin("2027-12-04 15:00")
    event = meeting(seats=1, begins_at=begins_at, answer_by=begins_at - timedelta(days=2), **fields)
    anna, ben, _ = invite(event, ANNA, BEN, CEM)
    answers.accept(anna, party(1))
    answers.accept(ben, party(1))
    stine = Reply.objects.create(event=event, address=active(STINE).address)
    answers.accept(stine, party(1))
    return event


def comes(event: Event, email: str) -> None:
    """Gives a household its seat, as if one had become free for it."""
    event.waiting_list.filter(reply__address__email=email).delete()
    event.capacity.__class__.objects.update(total=None, seat_limit=None)
    Reply.objects.filter(event=event, address__email=email).update(state="open")
    answers.accept(reply_of(event, email), party(1))


def move(event: Event, **fields: object) -> None:
    Event.objects.filter(pk=event.pk).update(**fields)


def day_later(event: Event) -> dict[str, object]:
    return {"begins_at": event.begins_at + timedelta(days=1), "ends_at": event.ends_at + timedelta(days=1)}


def sent(post: Post) -> dict[str, str]:
    """The text that each of them got; fails if somebody got two."""
    mails = post.deliver()
    assert len({mail["To"] for mail in mails}) == len(mails)
    return {mail["To"]: text_of(mail) for mail in mails}


def test_the_mail_says_what_was_and_what_is_of_what_has_changed_only(post: Post) -> None:
    event = announced()
    post.deliver()
    move(event, **day_later(event))
    assert lifecycle.tell(event) == 3
    mails = sent(post)
    assert mails.keys() == {ANNA, BEN, STINE}
    for text in mails.values():
        assert f"- Wann:\n  Bisher: {OLD_TIME}\n  Jetzt: {NEW_TIME}\n- Wo: {OLD_PLACE}\n" in text
        assert text.count("Bisher:") == text.count(NEW_TIME) == text.count(OLD_PLACE) == 1
    move(event, place="Kulturhaus", address="Gartenweg 1, Siegen")
    lifecycle.tell(event)
    for text in sent(post).values():
        assert f"- Wann: {NEW_TIME}\n- Wo:\n  Bisher: {OLD_PLACE}\n  Jetzt: {NEW_PLACE}\n" in text
        assert OLD_TIME not in text


def test_what_was_is_what_people_were_told_not_what_was_saved_last(post: Post) -> None:
    """Two officers change the place one after the other, and only then somebody tells it."""
    event = announced()
    post.deliver()
    for house in ("Turnhalle", "Rathaus", "Kulturhaus"):
        move(event, place=house)
    lifecycle.tell(event)
    text = sent(post)[ANNA]
    assert "Bisher: Bürgertreff am Park" in text
    assert "Jetzt: Kulturhaus" in text
    assert "Turnhalle" not in text
    assert notices.changes(Event.objects.get()) == []


def test_publishing_fixes_what_people_know() -> None:
    event = meeting(state="draft")
    assert event.announced == {}
    lifecycle.publish(event)
    event.refresh_from_db()
    assert notices.as_announced(event) == event
    assert notices.changes(event) == []
    event.online_link = "https://video.example/neu"
    assert notices.changes(event) == ["online_link"]


def test_an_event_of_which_nothing_is_noted_says_what_holds_now(post: Post) -> None:
    event = announced()
    move(event, announced={}, place="Kulturhaus")
    post.deliver()
    lifecycle.tell(event)
    text = sent(post)[ANNA]
    assert "- Wo: Kulturhaus" in text
    assert "Bisher:" not in text


# a hidden place ----------------------------------------------------------------------------------------------------


def test_old_and_new_place_are_for_those_who_knew_the_old_one(post: Post) -> None:
    event = announced(hide_place=True)
    comes(event, STINE)
    post.deliver()
    move(event, place="Kulturhaus", address="Gartenweg 1, Siegen")
    assert lifecycle.tell(event, unanswered=True) == 4
    mails = sent(post)
    assert f"Bisher: {OLD_PLACE}\n  Jetzt: {NEW_PLACE} (Bitte nicht weitergeben.)" in mails[ANNA]
    later = (
        "Hier hat sich etwas geändert. Den Ort schicken wir Ihnen per Mail, sobald wir Ihre Anmeldung geprüft haben."
    )
    assert later in mails[STINE]
    for email in (BEN, CEM):
        assert "Hier hat sich etwas geändert. Den Ort erfahren Sie mit Ihrer Zusage." in mails[email]
    for email in (STINE, BEN, CEM):
        assert not any(word in mails[email] for word in ("Bürgertreff", "Parkweg", "Kulturhaus", "Gartenweg"))


def test_a_place_that_is_hidden_from_now_on_tells_strangers_the_old_one_only(post: Post) -> None:
    """It was public: everybody has seen it."""
    event = announced()
    comes(event, STINE)
    post.deliver()
    move(event, hide_place=True, place="Kulturhaus", address="Gartenweg 1, Siegen")
    lifecycle.tell(event)
    mails = sent(post)
    assert NEW_PLACE in mails[ANNA]
    assert f"Bisher: {OLD_PLACE}\n  Jetzt: Den Ort schicken wir Ihnen" in mails[STINE]
    assert "Kulturhaus" not in mails[STINE] + mails[BEN]


def test_a_place_that_is_hidden_no_longer_stays_secret_where_it_was(post: Post) -> None:
    event = announced(hide_place=True)
    comes(event, STINE)
    post.deliver()
    move(event, hide_place=False, place="Kulturhaus", address="Gartenweg 1, Siegen")
    lifecycle.tell(event)
    mails = sent(post)
    assert f"Bisher: {OLD_PLACE}\n  Jetzt: {NEW_PLACE}" in mails[ANNA]
    assert f"Wo: Hier hat sich etwas geändert. {NEW_PLACE}" in mails[STINE]
    assert "Bürgertreff" not in mails[STINE] + mails[BEN]


def test_a_new_link_is_for_those_who_come(post: Post) -> None:
    event = announced(online_link="https://video.example/alt")
    post.deliver()
    move(event, online_link="https://video.example/neu")
    lifecycle.tell(event)
    mails = sent(post)
    assert f"Bisher: {OLD_PLACE}; online: https://video.example/alt" in mails[ANNA]
    assert f"Jetzt: {OLD_PLACE}; online: https://video.example/neu" in mails[ANNA]
    assert "video.example" not in mails[BEN]


def test_a_cancellation_names_no_hidden_place(post: Post) -> None:
    event = announced(hide_place=True, online_link="https://video.example/alt")
    post.deliver()
    lifecycle.cancel(event, unanswered=True)
    mails = post.deliver()
    for mail in mails:
        everything = text_of(mail) + html_of(mail) + "".join(part.get_content() for part in mail.iter_attachments())
        assert not any(word in everything for word in ("Bürgertreff", "Parkweg", "video.example"))
    assert len(mails) == 4


# those who have not answered ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", [lifecycle.tell, lifecycle.cancel])
def test_those_who_have_not_answered_get_list_mail_which_needs_consent(post: Post, action) -> None:
    event = announced()
    dua = active("dua@example.org")
    invitations.invite(event, Audience())
    post.deliver()
    move(event, place="Kulturhaus")
    assert action(event, "Schade.", unanswered=True) == 5
    leaving.leave(dua.address, method="RFC 8058")
    leaving.leave(address(ANNA), method="RFC 8058")
    texts = sent(post)
    assert texts.keys() == {ANNA, BEN, STINE, CEM}, "who comes hears of it whatever the list; Dua has left it"
    assert all("Schade." in text for text in texts.values())
    kinds = {each.mailing.template: each.mailing.kind for each in Delivery.objects.filter(address=address(CEM))}
    assert [kind for name, kind in kinds.items() if name.endswith("_unanswered")] == [Mailing.Kind.LIST]
    assert Delivery.objects.get(address=dua.address, mailing__template__endswith="_unanswered").state == "cancelled"


def test_nobody_hears_of_a_cancellation_who_never_heard_of_the_event(post: Post) -> None:
    event = announced()
    post.deliver()
    active("dua@example.org")
    invitations.invite(event, Audience())
    lifecycle.cancel(event, unanswered=True)
    assert sent(post).keys() == {ANNA, BEN, STINE, CEM}, "Dua's invitation is stopped"


# every fact once ---------------------------------------------------------------------------------------------------


def test_the_invitation_holds_what_is_said_in_short_and_the_description(post: Post) -> None:
    event = meeting(
        summary="Kaffee und Zeit zum Reden.", text="Wir decken den Tisch.", contact="Frau Beispiel, bis 12 Uhr"
    )
    invite(event, ANNA)
    (mail,) = post.deliver()
    for body in (text_of(mail), html_of(mail).replace("&nbsp;", " ")):
        assert body.count("Kaffee und Zeit zum Reden.") == body.count("Wir decken den Tisch.") == 1
        assert f"Fragen? Frau Beispiel, bis 12 Uhr, Telefon {settings.CONTACT_PHONE}" in body


def test_our_number_stands_in_every_mail_once(post: Post) -> None:
    for contact in ("", "Frau Beispiel", f"Frau Beispiel, {settings.CONTACT_PHONE}", "Frau Beispiel, 03023125100"):
        said = wording.contact(Event(contact=contact))
        digits = "".join(filter(str.isdecimal, said))
        assert digits == "".join(filter(str.isdecimal, settings.CONTACT_PHONE))
    event = announced(contact="Frau Beispiel")
    move(event, last_call_on=timezone.localdate())
    lifecycle.tell(event, "Neues.")
    lifecycle.cancel(event)
    texts = [text_of(mail) for mail in post.deliver() if "/antwort/" in text_of(mail)]
    assert len(texts) > 8
    assert [text for text in texts if text.count(settings.CONTACT_PHONE) != 1] == []


def test_the_words_for_the_officer_are_those_of_the_mail() -> None:
    event = announced()
    move(event, **day_later(event))
    event.refresh_from_db()
    assert notices.in_words(event, Told.NOW, Told.NOW) == {
        "when": NEW_TIME, "where": OLD_PLACE, "when_before": OLD_TIME, "where_before": "",
    }  # fmt: skip
