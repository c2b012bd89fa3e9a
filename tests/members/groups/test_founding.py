"""Founding a group: a member proposes, a second contact says yes by mail, officers approve (G-01). All are invented."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mailings import suppression
from mailings.models import Address, Delivery
from members.groups import founding, memberships
from members.groups.forms import SecondForm
from members.models import Consent, Group, GroupMembership, GroupRequest
from netzwerk import upkeep
from tests.desk import logged, page
from tests.members.groups.circle import (
    circle,
    contact,
    email,
    found_path,
    member,
    page_of,
    proposal_form,
    proposed,
    ready,
)
from tests.members.people import active, form
from tests.post import Post, link_in, text_of
from tests.pressing import press
from tests.statements import recorded, undone
from tests.tallies import counted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("ticked", [{}, {"discreet": "on"}])
def test_the_second_contact_says_that_others_read_the_mailbox(
    client: Client, post: Post, ticked: dict[str, str]
) -> None:
    active(email("Jana"))
    client.post(found_path("Jana"), proposal_form())
    [mail] = post.deliver()
    link = link_in(mail, "/gruppen/anfrage/")
    press(client, client.get(link).content.decode(), "Ja, ich bin dabei", link, name="Sven", **ticked)
    assert Address.objects.get(email=email("Sven")).discreet is bool(ticked)


def test_jana_proposes_sven_says_yes_and_beate_lets_it_begin(client: Client, beate: Client, post: Post) -> None:
    active(email("Jana"))
    path = found_path("Jana")
    html = client.get(path).content.decode()
    assert 'type="checkbox" name="consent"' in html.replace(' class="form-check-input"', "")
    waiting = client.post(path, proposal_form(), follow=True).content.decode()
    assert "Darauf warten wir noch." in waiting
    assert not Group.objects.ready()

    [mail] = post.deliver()
    assert "kochen" not in mail.as_string()  # nothing that Jana typed goes to somebody who has not agreed
    assert "kochen" in client.get(link_in(mail, "/gruppen/anfrage/")).content.decode()
    svens = press(client, client.get(link_in(mail, "/gruppen/anfrage/")).content.decode(), "Ja, ich bin dabei",
                  link_in(mail, "/gruppen/anfrage/"), name="Sven")  # fmt: skip
    assert "Das dauert meist nicht länger als eine Woche." in svens

    today = page(beate, "/verwaltung/")
    group = Group.objects.get()
    assert "Gruppe wartet auf Ihr Ja" in today
    at = f"/verwaltung/members/group/{group.pk}/change/"
    assert at in today
    assert "Freigegeben." in press(beate, page(beate, at), "Freigeben", at)
    assert logged()[-1].startswith(f"geändert: Gruppe {group.pk}: Freigegeben.")

    mails = post.deliver()
    assert sorted(mail["To"] for mail in mails) == ["jana@example.org", "sven@example.org"]
    assert {mail["Subject"] for mail in mails} == {"Ihre Gruppe kann beginnen"}
    assert "Reihum kochen" in client.get("/gruppen/").content.decode()
    assert counted("group founded") == 1


def test_a_group_without_a_second_contact_cannot_begin() -> None:
    group = proposed()
    assert founding.approve(group) is False
    assert Group.objects.get().state == "asked"


def test_two_officers_let_it_begin_once(post: Post) -> None:
    group = ready()
    post.deliver()
    assert [founding.approve(group), founding.approve(group)] == [True, False]
    assert len(post.deliver()) == 2


def test_a_kind_reason_reaches_both_and_nothing_is_public(client: Client, beate: Client, post: Post) -> None:
    group = ready()
    post.deliver()
    at = f"/verwaltung/members/group/{group.pk}/change/"
    button = "Nicht freigeben und antworten"
    press(beate, page(beate, at), button, at, reason="Im Namen steht noch ein Tag.")
    mails = post.deliver()
    assert sorted(mail["To"] for mail in mails) == ["jana@example.org", "sven@example.org"]
    assert all("Im Namen steht noch ein Tag." in text_of(mail) for mail in mails)
    assert "Draußen mit Kindern" not in client.get("/gruppen/").content.decode()
    assert client.get(page_of(group, "Jana")).status_code == 404


def test_the_second_one_says_no_and_jana_asks_somebody_else(client: Client, post: Post, time_machine) -> None:
    group = proposed()
    [mail] = post.deliver()
    asked = link_in(mail, "/gruppen/anfrage/")
    press(client, client.get(asked).content.decode(), "Lieber nicht", asked)
    [told] = post.deliver()
    assert (told["To"], told["Subject"]) == ("jana@example.org", "Noch eine Person für Ihre Gruppe")
    assert "sven" not in text_of(told).lower()
    assert client.get(asked).status_code == 404
    founding.ask_another(contact(group), "aylin@example.org", None)
    [again] = post.deliver()
    assert again["To"] == "aylin@example.org"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("title", "Spielplatz am Samstag", "Hier steht ein Tag"),
        ("text", "Immer Donnerstagabend um acht.", "Hier steht ein Tag"),
        ("text", "Wir sitzen um 15 Uhr auf der Bank.", "Hier steht ein Tag"),
        ("text", "Am 5. Dezember geht es los.", "Hier steht ein Tag"),
        ("text", "Im Parkweg 3, hinten durch.", "Hier steht eine Straße"),
        ("text", "Schreibt an jana@example.org.", "keine Mail-Adresse"),
        ("text", "Ruft an: 030 23125-100.", "keine Mail-Adresse"),
        ("text", "Mehr auf www.unsere-gruppe.example.", "keine Mail-Adresse"),
        ("email", "jana@example.org", "Ihre eigene Adresse"),
    ],
)
def test_a_notice_tells_no_day_no_place_and_no_address(client: Client, field: str, typed: str, said: str) -> None:
    active(email("Jana"))
    html = client.post(found_path("Jana"), proposal_form() | {field: typed}).content.decode()
    assert said in html
    assert typed in html  # what was typed stays
    assert not Group.objects.exists()


@pytest.mark.parametrize(
    "title", ["Runde mit Kleinkindern", "Frühstück für Frühaufsteher", "Große Kinder, große Fragen"]
)
def test_good_examples_pass(client: Client, title: str) -> None:
    active(email("Jana"))
    client.post(found_path("Jana"), proposal_form(title=title))
    assert Group.objects.get().title == title


def test_only_members_found_groups(client: Client) -> None:
    member = active(email("Jana"))
    path = found_path("Jana")
    member.state, member.left_at = "left", member.joined_at
    member.save()
    assert "Machen Sie zuerst mit" in client.get(path).content.decode()
    assert "Machen Sie zuerst mit" in client.post(path, proposal_form()).content.decode()
    assert not Group.objects.exists()


def test_each_contact_has_a_consent_of_their_own_for_this_group() -> None:
    """P-02"""
    ready()
    chain = Consent.objects.filter(lists="Nachrichten der Gruppe „Draußen mit Kindern“")
    assert list(chain.values_list("address__email", "act")) == [
        ("jana@example.org", "confirmed"),
        ("sven@example.org", "asked"),
        ("sven@example.org", "confirmed"),
    ]
    assert all(consent.consent_text for consent in chain)
    assert not Address.objects.get(email="sven@example.org").list_mail


def test_a_double_click_proposes_once(client: Client) -> None:
    active(email("Jana"))
    typed = proposal_form()
    first = client.post(found_path("Jana"), typed)
    assert client.post(found_path("Jana"), typed)["Location"] == first["Location"]
    assert (Group.objects.count(), GroupRequest.objects.count(), Delivery.objects.count()) == (1, 1, 1)


def test_a_proposal_ends_with_its_last_contact_and_nobody_can_say_yes_to_it(client: Client, post: Post) -> None:
    group = proposed()
    [mail] = post.deliver()
    memberships.end(contact(group), "left", "Test")
    link = link_in(mail, "/gruppen/anfrage/")
    assert "Danke, das ist schon beantwortet" in client.get(link).content.decode()
    client.post(link, {"name": "Sven"})
    group.refresh_from_db()
    assert (group.state, group.memberships.members().count(), post.deliver()) == ("declined", 0, [])


def test_a_proposal_lives_on_with_the_second_contact(client: Client) -> None:
    group = ready()
    memberships.end(member(group, "Jana"), "left", "Test")
    group.refresh_from_db()
    assert (group.state, founding.needs_second(group)) == ("asked", True)
    assert "Jemand anderen fragen" in client.get(page_of(group, "Sven")).content.decode()


def test_jana_is_told_when_nobody_was_found_in_thirty_days(post: Post, time_machine) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    proposed()
    post.deliver()
    time_machine.move_to(start + timedelta(days=30, seconds=1), tick=False)
    upkeep.run()
    upkeep.run()
    [mail] = post.deliver()
    assert (mail["To"], mail["Subject"]) == (email("Jana"), "Zu Ihrem Vorschlag")
    assert "keine zweite Ansprechperson" in text_of(mail)
    assert not Group.objects.exists()


def test_nobody_looks_after_more_than_three_groups(client: Client) -> None:
    for number in range(3):
        proposed(second=f"Sven{number}")
    html = client.post(found_path("Jana"), proposal_form()).content.decode()
    assert "Sie sind schon in drei Gruppen Ansprechperson." in html
    assert GroupMembership.objects.count() == 3


def test_the_same_answer_and_statements_for_every_second_address(client: Client) -> None:
    """P-04: whoever proposes a group learns nothing about the address of the second contact."""
    group = proposed()
    circle("in-group")
    active(email("member"))
    suppression.suppress(email("suppressed"), "objection")
    other, seen = f"{page_of(group, 'Jana')}zweite/", {}
    client.post(other, form(email("limited"), SecondForm))
    for who in ("unknown", "member", "in-group", "suppressed", "limited"):
        for path, typed in ((found_path("Jana"), proposal_form(who)), (other, form(email(who), SecondForm))):
            with undone(), recorded() as statements:
                answer = client.post(path, typed)
            seen.setdefault((path, answer.status_code, tuple(statements)), []).append(who)
    assert len(seen) == 2, {path: who for (path, _, _), who in seen.items()}


def test_somebody_who_objected_is_not_asked_to_be_the_second_contact(post: Post) -> None:
    suppression.suppress(email("Sven"), "objection")
    group = proposed()
    founding.ask_another(contact(group), email("Sven"), None)
    assert post.deliver() == []
    assert not GroupRequest.objects.exists()
