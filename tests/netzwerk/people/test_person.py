"""A caller's wishes, from the search on "Heute" (R-02). Kim and the officers are invented."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from events.answering import answers
from events.answering.answers import Details
from events.models import Event
from mailings.models import Address, Delivery, Feedback, Mailing
from members.groups import talking
from members.models import Member
from netzwerk.accounts import roles
from netzwerk.people import record
from tests.desk import change, logged, page
from tests.events.meetings import invite, meeting, party
from tests.members.groups.circle import circle, email, member
from tests.members.people import active, newsletter
from tests.netzwerk.accounts.officers import desk_of, officer, said
from tests.post import Post, text_of
from tests.pressing import form_of, press
from tests.statements import recorded

pytestmark = pytest.mark.django_db


def at(member: Member) -> str:
    return f"/verwaltung/mitglied/{member.pk}/"


@pytest.fixture
def kim(post: Post) -> Member:
    """Kim comes to the breakfast with a child, and has got three mails."""
    event = meeting(seats=10, care=2, title="Adventsfrühstück")
    [reply] = invite(event, "kim@example.org", name="Kim Sommer", note="ruft abends an")
    answers.accept(reply, party(1, 4, care=1), Details("mit Kinderwagen", "Kim Sommer", "030 23125-222"))
    with transaction.atomic():
        newsletter("kim@example.org")
    post.deliver()
    return Member.objects.select_related("address").get()


def test_from_the_search_on_heute_everything_is_two_clicks_away(beate: Client, kim: Member) -> None:
    path, sent = form_of(page(beate, "/verwaltung/"), "Suchen", q="23125 222")
    answer = beate.get(path, sent, follow=True)
    shown = said(answer.content.decode())
    for words in [
        "Kim Sommer dabei",
        "kim@example.org",
        "030 23125222",
        "Die Nummer stammt aus einer Antwort.",
        "Adventsfrühstück 1 erwachsene Person und 1 Kind",
        "mit Kinderwagen",
        "kommt",
        "Einladung",
        "Neuigkeiten",
        "ruft abends an",
        "Einwilligung liegt anderswo vor",
        "Die Person ruft an, weil …",
    ]:
        assert words in shown, words
    assert answer.content.decode().count("Noch einmal schicken") >= 3


def test_what_kim_has_told_when_joining_stands_under_contact(beate: Client) -> None:
    kim = active("kim@example.org", name="Kim Sommer", municipality="siegen", children_years=[2017, 2021])
    told = "Adresse kim@example.org Anrede Kim Sommer Wohnort Siegen Geburtsjahre der Kinder 2017, 2021 Dabei seit"
    assert told in said(page(beate, at(kim)))
    olena = active("olena@example.org")
    assert "Adresse olena@example.org Dabei seit" in said(page(beate, at(olena)))


def test_a_mail_opens_to_its_text_without_the_readers_links(beate: Client, kim: Member, post: Post) -> None:
    shown = page(beate, at(kim))
    assert "wir treffen uns." in shown
    assert "(persönlicher Link)" in shown
    for mail in post.mails:
        for word in text_of(mail).split():
            if "/antwort/" in word or "/abmelden/" in word:
                assert word.rpartition("http://127.0.0.1:8000")[2] not in shown


def test_texts_are_forgotten_after_fourteen_days(beate: Client, kim: Member, time_machine) -> None:
    time_machine.move_to(timezone.now() + timedelta(days=14))
    beate.force_login(User.objects.get(username="beate"))
    shown = page(beate, at(kim))
    assert "Der Text ist schon gelöscht." in shown
    assert "wir treffen uns." not in shown
    assert "Noch einmal schicken" not in shown


def test_a_mail_that_is_missing_is_sent_once_more_and_not_twice(
    beate: Client, kim: Member, post: Post, time_machine
) -> None:
    time_machine.move_to(timezone.now() + timedelta(minutes=11))
    [mail] = record.mails(kim.mailbox, timezone.now(), every=True)[0][:1]
    path = f"{at(kim)}mails/{mail.delivery.pk}/noch-einmal/"
    assert "geht jetzt noch einmal hinaus." in beate.post(path, follow=True).content.decode()
    assert "ist gerade erst hinausgegangen" in beate.post(path, follow=True).content.decode()
    [again] = post.deliver()
    first = post.mails[-2]
    assert (again["Subject"], text_of(again)) == (first["Subject"], text_of(first))
    assert again["Message-ID"] != first["Message-ID"]
    assert again["List-Unsubscribe"] == first["List-Unsubscribe"]
    assert logged()[-1] == f"verschickt: Mitglied {kim.pk}: Eine Mail noch einmal."


def test_a_mail_that_may_not_go_out_is_not_sent_again(beate: Client, kim: Member, post: Post) -> None:
    Address.objects.update(paused_until=timezone.now() + timedelta(days=3))
    rundmail = Delivery.objects.get(mailing__template="newsletter")
    told = beate.post(f"{at(kim)}mails/{rundmail.pk}/noch-einmal/", follow=True).content.decode()
    assert "Diese Mail darf gerade nicht hinausgehen: macht Pause." in told
    foreign = Delivery.objects.create(
        mailing=rundmail.mailing, address=active("olena@example.org").address, finished_at=timezone.now(), state="sent"
    )
    assert beate.post(f"{at(kim)}mails/{foreign.pk}/noch-einmal/").status_code == 404
    assert post.deliver() == []


def test_mails_to_an_account_are_nobodys_business_here(beate: Client, kim: Member) -> None:
    mailing = Mailing.objects.create(
        kind="personal", template="netzwerk/password", subject="Neues Passwort", text="$link"
    )
    secret = Delivery.objects.create(mailing=mailing, address=kim.address, state="sent", finished_at=timezone.now())
    assert "Neues Passwort" not in page(beate, at(kim))
    assert beate.post(f"{at(kim)}mails/{secret.pk}/noch-einmal/").status_code == 404


def test_a_bounce_is_lifted_with_its_reason_in_view(beate: Client, kim: Member) -> None:
    Address.objects.update(bounced_at=timezone.now())
    copy = Delivery.objects.filter(mailing__template="newsletter")
    copy.update(state="bounced")
    Feedback.objects.create(
        event="x", kind="soft", address=kim.address, delivery=copy.get(), at=timezone.now(), words="452 4.2.2 full"
    )
    shown = said(page(beate, at(kim)))
    assert "kommt keine Mail mehr an Das Postfach ist voll. Der Mailserver schrieb: „452 4.2.2 full“" in shown
    path = f"/verwaltung/members/member/{kim.pk}/wieder-versuchen/"
    assert path in page(beate, at(kim))
    after = press(beate, page(beate, path), "Wieder versuchen", path)
    assert "Die nächste Mail geht wieder an diese Adresse." in after
    assert "kommt keine Mail mehr an" not in after


def test_a_pause_begins_and_ends_on_the_phone(beate: Client, kim: Member) -> None:
    shown = press(beate, page(beate, at(kim)), "3 Monate", at(kim))
    assert "Macht Pause bis" in shown
    assert "Die Pause ist beendet." in press(beate, shown, "Pause beenden", at(kim))
    assert Address.objects.get().paused_until is None


def test_a_note_says_who_wrote_it_and_when(beate: Client, kim: Member) -> None:
    path = f"/verwaltung/members/member/{kim.pk}/change/"
    assert f'href="{path}#id_note"' in page(beate, at(kim))
    answer = change(beate, path, {"name": "Kim Sommer", "note": "kommt mit dem Bus"})
    assert answer["Location"] == at(kim)
    kim.refresh_from_db()
    noted = kim.noted_at
    assert (kim.note, kim.noted_by) == ("kommt mit dem Bus", "beate")
    change(beate, path, {"name": "Kim S.", "note": "kommt mit dem Bus"})
    kim.refresh_from_db()
    assert kim.noted_at == noted


def test_what_is_held_is_printed_and_logged(beate: Client, kim: Member) -> None:
    shown = page(beate, f"{at(kim)}gespeichert/")
    for held in ("kim@example.org", "ruft abends an", "mit Kinderwagen", "Neuigkeiten", "Blatt 1"):
        assert held in shown, held
    assert logged()[-1] == f"heruntergeladen: Mitglied {kim.pk}: Auskunft über gespeicherte Daten."


def test_an_answer_by_phone_is_one_tap_away(beate: Client, kim: Member) -> None:
    event, other = Event.objects.get(), meeting(title="Vortrag")
    over = meeting(days=-3, title="Waldtag")
    shown = page(beate, at(kim))
    for open_event in (event, other):
        assert f"/verwaltung/events/event/{open_event.pk}/eintragen/mitglied/{kim.pk}/" in shown
    assert f"/verwaltung/events/event/{over.pk}/eintragen/" not in shown


def test_who_plans_events_reads_and_changes_nothing(kim: Member, settings) -> None:
    settings.DEMO = True
    vera = desk_of(officer("Vera Klein", "Veranstaltungen"))
    shown = page(vera, at(kim))
    assert "Adventsfrühstück" in shown
    for missing in ("Die Person ruft an, weil", "Noch einmal schicken", "Angaben ändern"):
        assert missing not in shown
    assert vera.get(f"{at(kim)}gespeichert/").status_code == 403
    assert vera.post(f"{at(kim)}adresse/", {"email": "x@example.org"}).status_code == 403
    helper = desk_of(officer("Mika Beck", "Tür"))
    assert [helper.get(path).status_code for path in (at(kim), "/verwaltung/menschen/")] == [403, 403]


def test_a_page_needs_as_many_queries_however_much_there_is(beate: Client, kim: Member) -> None:
    def queries() -> int:
        with recorded() as statements:
            page(beate, f"{at(kim)}?mails=alle")
        return len(statements)

    few = queries()
    for number in range(6):
        event = meeting(title=f"Treffen {number}")
        invite(event, "kim@example.org")
        with transaction.atomic():
            newsletter("kim@example.org")
    assert queries() == few
    assert few <= 24


def test_every_mail_has_a_name() -> None:
    folder = settings.BASE_DIR / "templates" / "mails"
    names = {str(path.relative_to(folder).with_suffix("")) for path in folder.rglob("*.txt")} - {"text"}
    unnamed = {name for name in names if not name.startswith(("netzwerk/", "groups/")) and name != "sign_in_changed"}
    assert unnamed - set(record.KINDS) == set()
    assert set(record.KINDS) - unnamed == {"newsletter"}


def test_what_is_said_in_a_group_is_not_shown_nor_sent_again(beate: Client) -> None:
    group = circle("Aylin")
    aylin = active(email("Aylin"))
    talking.say(member(group, "Jana"), "Seltsamer Satz.")
    copy = Delivery.objects.get(address=aylin.address, mailing__template="groups/message")
    shown = page(beate, f"/verwaltung/mitglied/{aylin.pk}/?mails=alle")
    assert "Seltsamer Satz" not in shown
    assert "Nachricht von Jana" not in shown
    assert beate.post(f"/verwaltung/mitglied/{aylin.pk}/mails/{copy.pk}/noch-einmal/").status_code == 404
    assert Delivery.objects.filter(address=aylin.address, mailing__template="groups/message").count() == 1


def test_the_groups_of_a_person_stand_there_for_who_may_see_groups(beate: Client, settings) -> None:
    """Jana is one of the two contacts. An account that only plans events sees no groups."""
    circle("Aylin")
    jana, aylin = Member.objects.get(address__email=email("Jana")), active(email("Aylin"))
    shown = said(page(beate, at(jana)))
    today = date_format(timezone.localdate(), "j. F Y")
    assert f"dabei seit {today}, Ansprechperson" in shown
    assert f"dabei seit {today} Was in der Gruppe gesagt wird" in said(page(beate, at(aylin)))
    settings.DEMO = True
    assert "Ansprechperson" not in page(desk_of(officer("Kim Wald", roles.EVENTS)), at(jana))
