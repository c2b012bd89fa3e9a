"""Asking to join: confirmed by mail first, answered by two taps, without a trace of anybody's address (G-02, P-04)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from events.groups import leaving
from mailings import suppression
from mailings.models import Address, Delivery, RateHit
from mailings.templates import DISCREET_SUBJECT
from members.groups import joining, lifecycle, memberships
from members.groups.joining import Decision
from members.models import Consent, Group, GroupMembership, GroupRequest
from tests.members.groups.circle import asking, circle, contact, email, join, member, page_of, request_form
from tests.members.people import active
from tests.post import Post, link_in, text_of
from tests.pressing import press

pytestmark = pytest.mark.django_db


def asks(client: Client, group: Group, name: str, **fields: object) -> str:
    answer = client.post(f"/gruppen/{group.slug}/", request_form(name, **fields), follow=True)
    return answer.content.decode()


def test_mehmet_asks_and_jana_answers_with_two_taps(client: Client, post: Post) -> None:
    group = circle()
    post.deliver()
    assert "Schauen Sie in Ihr Postfach" in asks(client, group, "Mehmet")
    [mail] = post.deliver()  # nobody in the group knows yet
    assert (mail["To"], "Tochter" in mail.as_string()) == ("mehmet@example.org", False)
    link = link_in(mail, "/gruppen/anfrage/")
    assert "Meine Tochter ist 5." in client.get(link).content.decode()
    assert "Ihre Anfrage ist unterwegs" in press(
        client, client.get(link).content.decode(), "Ja, Anfrage abschicken", link
    )

    told = post.deliver()
    assert {mail["To"] for mail in told} == {"jana@example.org", "sven@example.org"}
    assert all("mehmet@" not in mail.as_string() for mail in told)
    to_jana = post.to("jana@example.org")
    assert "Mehmet möchte in „Draußen mit Kindern“ dazukommen" in text_of(to_jana)
    first_tap = re.findall(r"(/gruppe/\S+antwort=passt)", text_of(to_jana))[0]
    said = press(client, client.get(first_tap).content.decode(), "Passt")
    assert "Danke. Wir haben Ihre Antwort weitergegeben." in said
    [welcome] = post.deliver()
    assert (welcome["To"], welcome["Subject"]) == ("mehmet@example.org", "Sie sind dabei")
    assert "Draußen mit Kindern" in client.get(page_in(welcome)).content.decode()


def page_in(mail) -> str:
    return re.findall(r"Zur Gruppe:\s+http://127\.0\.0\.1:8000(\S+)", text_of(mail))[0]


def test_gerade_nicht_is_told_kindly_and_names_nobody(client: Client, post: Post) -> None:
    group = circle()
    mehmet = asking(group, "Mehmet")
    post.deliver()
    assert joining.decide(contact(group), mehmet.pk, Decision.NO)
    [mail] = post.deliver()
    assert (mail["To"], mail["Subject"]) == ("mehmet@example.org", "Ihre Anfrage")
    for name in ("Jana", "Sven"):
        assert name not in text_of(mail)
    again = asking(group, "Mehmet")
    assert again.state == "asked"


@pytest.mark.parametrize("ticked", [True, False])
def test_whose_mailbox_others_read_gets_neutral_mail_from_the_first_on(
    client: Client, post: Post, settings, ticked: bool
) -> None:
    settings.FORM_SECONDS = 0
    path = f"/gruppen/{circle().slug}/"
    post.deliver()
    typed = {"name": "Mehmet", "sentence": "Meine Tochter ist 5.", "email": email("Mehmet"), "consent": "on"}
    typed |= {"discreet": "on"} if ticked else {}
    press(client, client.get(path).content.decode(), "Anfragen", path, **typed)
    [mail] = post.deliver()
    assert ("Gruppe" in text_of(mail), mail["Subject"] == DISCREET_SUBJECT) == (not ticked, ticked)
    mine = Address.objects.filter(email=email("Mehmet"))
    assert not mine.get().discreet  # anybody could have typed it
    link = link_in(mail, "/gruppen/anfrage/")
    press(client, client.get(link).content.decode(), "Ja, Anfrage abschicken", link)
    assert mine.get().discreet is ticked


def test_only_my_data_ends_neutral_mail(post: Post) -> None:
    group = circle()
    Address.objects.create(email=email("Mehmet"), discreet=True)
    asking(group, "Mehmet")  # without the box
    post.deliver()
    assert post.to(email("Mehmet"))["Subject"] == DISCREET_SUBJECT
    assert Address.objects.get(email=email("Mehmet")).discreet


def test_a_strangers_tick_makes_mail_neutral_until_the_owner_answers_and_not_longer(client: Client, post: Post) -> None:
    group = circle()
    joining.ask(group, email("Mehmet"), "X", "Von jemand anderem.", None, discreet=True)
    joining.ask(group, email("Mehmet"), "Mehmet", "Mein Satz.", None)
    mails = [mail for mail in post.deliver() if mail["To"] == email("Mehmet")]
    assert [mail["Subject"] for mail in mails] == [DISCREET_SUBJECT] * 2
    pages = [client.get(link_in(mail, "/gruppen/anfrage/")).content.decode() for mail in mails]
    assert [("Von jemand anderem." in page, "Andere können" in page) for page in pages] == [(True,) * 2, (False,) * 2]
    joining.confirm(GroupRequest.objects.filter(as_contact=False).latest("pk"))
    assert not Address.objects.get(email=email("Mehmet")).discreet


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("x" * 201, "höchstens 200 Zeichen"),
        ("Schreib mir: mehmet@example.org", "keine Mail-Adresse"),
        ("Ruf an 0271 404123", "keine Mail-Adresse"),
        ("Siehe https://evil.example/x", "keine Mail-Adresse"),
        ("Siehe evil.example", "keine Mail-Adresse"),
        ("", "Schreiben Sie einen Satz"),
    ],
)
def test_the_sentence_is_short_and_holds_no_address(client: Client, sentence: str, said: str) -> None:
    html = asks(client, circle(), "Mehmet", sentence=sentence)
    assert said in html
    assert not GroupRequest.objects.filter(as_contact=False)


def test_without_the_box_nothing_is_sent(client: Client) -> None:
    group = circle()
    typed = request_form("Mehmet")
    del typed["consent"]
    before = Delivery.objects.count()
    assert "Setzen Sie hier ein Häkchen" in client.post(f"/gruppen/{group.slug}/", typed).content.decode()
    assert Delivery.objects.count() == before
    assert not GroupRequest.objects.filter(as_contact=False)
    assert not Consent.objects.filter(address__email=email("Mehmet"))


WHO = ["unknown", "member", "in-group", "asking", "declined", "removed", "kept-out", "suppressed", "limited"]


def be(who: str, group: Group) -> None:
    if who == "member":
        active(email(who))
    if who in ("in-group", "removed"):
        join(group, who)
    if who in ("asking", "declined"):
        asking(group, who)
    if who == "declined":
        joining.decide(contact(group), member(group, who).pk, Decision.NO)
    if who == "removed":
        memberships.end(member(group, who), "removed", "Test")
    if who == "kept-out":
        memberships.keep_out(group, email(who), "beate")
    if who == "suppressed":
        suppression.suppress(email(who), "objection")


@pytest.mark.parametrize("ticked", [{}, {"discreet": "on"}])
def test_the_same_answer_statements_and_counts_for_every_address(client: Client, ticked: dict[str, str]) -> None:
    """P-04, P-26"""
    group, seen = circle(), {}
    for who in WHO:
        be(who, group)
        if who == "limited":
            asks(client, group, who)
        statements: list[str] = []

        def note(execute, sql, params, many, context, statements=statements):
            if not re.match("(SAVEPOINT|RELEASE|ROLLBACK TO)", sql):
                statements.append(sql)
            return execute(sql, params, many, context)

        before = RateHit.objects.count()
        with connection.execute_wrapper(note):
            answer = client.post(f"/gruppen/{group.slug}/", request_form(who, name="Kim", **ticked))
        seen[who] = (answer.status_code, answer.url, statements, RateHit.objects.count() - before)
    for who in WHO[1:]:
        assert seen[who] == seen["unknown"], who


def test_somebody_kept_out_sees_the_same_and_nobody_in_the_group_hears(client: Client, post: Post) -> None:
    group = circle()
    ex = asking(group, "Ralf")
    joining.decide(contact(group), ex.pk, Decision.NEVER)
    post.deliver()
    assert post.to("ralf@example.org")["Subject"] == "Ihre Anfrage"  # as for anybody who does not fit just now
    pages = {}
    for name in ("ralf+neu@example.org", "neu@example.org"):
        joining.ask(group, name, "Rolf", "Ich bin neu hier.", None)
        post.deliver()
        link = link_in(post.to(name), "/gruppen/anfrage/")
        html = press(client, client.get(link).content.decode(), "Ja, Anfrage abschicken", link)
        pages[name] = re.sub(r"[\d-]+[\w-]{27}", "", html)
        asked = GroupMembership.objects.get(group=group, address__email=name)
        told = {mail["To"] for mail in post.deliver()}
        assert told == (set() if "+" in name else {"jana@example.org", "sven@example.org"})
        assert ("Rolf" in client.get(page_of(group, "Jana")).content.decode()) is ("+" not in name)
        # Not even by guessing its number.
        assert joining.decide(contact(group), asked.pk, Decision.YES) is ("+" not in name)
    assert len(set(pages.values())) == 1


@pytest.mark.parametrize("why", ["takes nobody", "rests", "has ended", "is full"])
@pytest.mark.parametrize("who", ["mehmet@example.org", "ralf@example.org"])
def test_a_group_that_takes_nobody_by_the_time_of_the_second_tap_says_so(
    why: str, who: str, client: Client, post: Post, monkeypatch
) -> None:
    group = circle()
    memberships.keep_out(group, "ralf@example.org", "beate")
    joining.ask(group, who, "Kim", "Ich bin neu hier.", None)
    post.deliver()
    if why == "takes nobody":
        memberships.arrange(contact(group), takes_members=False, shown=True)
    elif why == "is full":
        monkeypatch.setattr(joining, "MOST_MEMBERS", 2)
    elif why == "rests":
        lifecycle.answered_no(contact(group))
    else:
        leaving.close(group)
    post.deliver()
    link = link_in(post.to(who), "/gruppen/anfrage/")
    for _ in range(2):
        client.post(link)
    told = [(mail["To"], mail["Subject"]) for mail in post.deliver()]
    assert told == [(who, "Ihre Anfrage")]
    assert not GroupMembership.objects.filter(address__email=who)


def test_two_requests_for_one_address_confirm_their_own_words(client: Client, post: Post) -> None:
    """P-27"""
    group = circle()
    for sentence in ("Erster Satz.", "Zweiter Satz."):
        joining.ask(group, email("Mehmet"), "Mehmet", sentence, None)
    first = GroupRequest.objects.filter(as_contact=False).earliest("pk")
    joining.confirm(first)
    assert member(group, "Mehmet").sentence == "Erster Satz."


def test_the_link_is_good_for_three_days(client: Client, post: Post, time_machine) -> None:
    group = circle()
    post.deliver()
    asks(client, group, "Mehmet")
    [mail] = post.deliver()
    link = link_in(mail, "/gruppen/anfrage/")
    until = GroupRequest.objects.latest("pk").confirm_until
    time_machine.move_to(until + timedelta(seconds=1), tick=False)
    assert client.get(link).status_code == 404
    with pytest.raises(joining.Expired):
        joining.confirm(GroupRequest.objects.latest("pk"))


def test_who_did_not_ask_has_it_deleted_at_once(client: Client, post: Post) -> None:
    group = circle()
    post.deliver()
    asks(client, group, "Mehmet")
    [mail] = post.deliver()
    link = link_in(mail, "/gruppen/anfrage/")
    for _ in range(2):
        assert "Danke, das ist gelöscht" in client.post(link, {"verwerfen": "1"}, follow=True).content.decode()
    assert client.get(link).status_code == 404
    assert not GroupMembership.objects.asking()


def test_each_group_has_a_consent_of_its_own(client: Client) -> None:
    """P-02"""
    group = circle("Aylin")
    chain = Consent.objects.filter(address__email=email("Aylin"))
    assert list(chain.values_list("act", "lists")) == [
        ("asked", f"Nachrichten der Gruppe „{group.title}“"),
        ("confirmed", f"Nachrichten der Gruppe „{group.title}“"),
    ]
    memberships.end(member(group, "Aylin"), "left", "RFC 8058")
    assert chain.last().act == "withdrawn"  # type: ignore[union-attr]


def test_a_group_that_takes_nobody_says_so_and_hears_of_nobody(client: Client) -> None:
    group = circle()
    memberships.arrange(contact(group), takes_members=False, shown=True)
    html = client.get(f"/gruppen/{group.slug}/").content.decode()
    assert "Die Gruppe nimmt gerade niemanden auf." in html
    asks(client, group, "Mehmet")
    assert not Delivery.objects.filter(address__email=email("Mehmet")).exists()


def test_a_button_of_the_mail_is_ready_for_its_own_request_only(client: Client) -> None:
    group = circle()
    mehmet, olena = asking(group, "Mehmet"), asking(group, "Olena")
    html = client.get(f"{page_of(group, 'Jana')}?anfrage={olena.pk}&antwort=gerade-nicht").content.decode()
    ready = {}
    for asks in (mehmet, olena):
        form = html.partition(f'name="person" value="{asks.pk}"')[2].partition("</form>")[0]
        ready[asks.name] = re.findall(r'class="btn btn-primary"\s+name="entscheidung"\s+value="([\w-]+)"', form)
    assert ready == {"Mehmet": ["passt"], "Olena": ["gerade-nicht"]}
