"""What people of a group write to each other: a mail for each, nothing of others in it (G-03, M-20)."""

import re

import pytest
from django.db import transaction
from django.test import Client

from events.groups import leaving
from mailings import tokens
from mailings.links import LEAVE
from mailings.models import Delivery
from members.groups import links, memberships, talking, texts
from members.models import GroupMembership, GroupMessage, Member
from tests.members.groups.circle import address, circle, email, join, member, page_of
from tests.post import Post, leave_link_of, text_of
from tests.pressing import press
from tests.slow import one_in

pytestmark = pytest.mark.django_db

OURS = "http://127.0.0.1:8000"


def test_olena_writes_to_all_and_each_gets_a_mail_of_their_own(client: Client, post: Post) -> None:
    group = circle("Aylin", "Olena")
    post.deliver()
    path = page_of(group, "Olena")
    said = press(
        client, client.get(path).content.decode(), "Nachricht schicken", path, text="Ich bringe Tee mit.\n\nBis bald."
    )
    assert "Ihre Nachricht ist unterwegs." in said
    mails = post.deliver()
    assert sorted(mail["To"] for mail in mails) == ["aylin@example.org", "jana@example.org", "sven@example.org"]
    for mail in mails:
        assert mail["Subject"] == "Nachricht von Olena"
        assert mail["List-Id"] == f"<{group.list_key}.netzwerk.example>"
        assert mail["Reply-To"] == "kontakt@netzwerk.example"
        assert "> Ich bringe Tee mit." in text_of(mail)
        assert "dann lesen es die Gleichstellungsbeauftragten" in text_of(mail)
        others = {"jana@", "sven@", "aylin@", "olena@"} - {mail["To"].partition("@")[0] + "@"}
        assert not [other for other in others if other in mail.as_string()]
    own = [set(re.findall(r"/gruppe/(\d+-\S{27})/", text_of(mail))) for mail in mails]
    assert [len(found) for found in own] == [1, 1, 1]
    assert len(set.union(*own)) == 3


def test_the_list_id_tells_neither_the_group_nor_its_page() -> None:
    group = circle()
    assert len({group.slug, group.list_key}) == 2
    assert re.fullmatch(r"[0-9a-f]{10}", group.list_key)


def test_only_to_olena_reaches_olena_alone(client: Client, post: Post) -> None:
    group = circle("Aylin", "Olena")
    post.deliver()
    path = page_of(group, "Aylin")
    olena = member(group, "Olena")
    html = client.get(f"{path}?an={olena.pk}").content.decode()
    press(client, html, "Nachricht schicken", path, text="Nur an dich.")
    [mail] = post.deliver()
    assert mail["To"] == "olena@example.org"
    assert "Nur an dich." in client.get(page_of(group, "Olena")).content.decode()
    assert "Nur an dich." not in client.get(page_of(group, "Sven")).content.decode()


def test_an_answer_to_somebody_who_has_left_goes_to_nobody_else(client: Client, post: Post) -> None:
    group = circle("Aylin", "Olena")
    path, olena = page_of(group, "Aylin"), member(group, "Olena")
    opened = client.get(f"{path}?an={olena.pk}").content.decode()
    leaving.leave(olena, "Test")
    post.deliver()
    for html in (opened, client.get(f"{path}?an={olena.pk}").content.decode()):
        again = press(client, html, "Nachricht schicken", path, text="Nur an dich.")
        assert "Diese Person ist nicht mehr in der Gruppe. Wählen Sie, an wen Sie schreiben." in again
        again = press(client, again, "Nachricht schicken", path)
        assert "Diese Person ist nicht mehr in der Gruppe." in again
        assert post.deliver() == []
    press(client, again, "Nachricht schicken", path, an=str(member(group, "Sven").pk))
    assert [mail["To"] for mail in post.deliver()] == ["sven@example.org"]


def test_one_click_leaves_this_group_and_never_the_network(client: Client, post: Post) -> None:
    """M-02"""
    group = circle("Aylin")
    Member.objects.create(address=address("Aylin"), state="active", joined_at=group.asked_at)
    address("Aylin").__class__.objects.filter(email=email("Aylin")).update(list_mail=True)
    other = circle()
    join(other, "Aylin")
    post.deliver()
    talking.say(member(group, "Sven"), "Hallo")
    post.deliver()
    leave = leave_link_of(post.to("aylin@example.org"))
    assert leave.startswith("/gruppe/verlassen/")
    for _ in range(3):
        answer = client.post(leave, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.content) == (200, b"")
    assert (member(group, "Aylin").state, member(other, "Aylin").state) == ("left", "member")
    assert address("Aylin").list_mail
    assert client.post("/gruppe/verlassen/1-x/", {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_one_click_in_a_mail_of_an_earlier_time_leaves_after_rejoining(client: Client, post: Post) -> None:
    """M-02"""
    group = circle("Aylin")
    post.deliver()
    talking.say(member(group, "Sven"), "Hallo")
    post.deliver()
    leave = leave_link_of(post.to("aylin@example.org"))
    client.post(leave, {"List-Unsubscribe": "One-Click"})
    assert join(group, "Aylin").state == "member"
    client.post(leave, {"List-Unsubscribe": "One-Click"})
    assert member(group, "Aylin").state == "left"


def test_who_leaves_gets_nothing_that_still_waits(post: Post) -> None:
    """M-04: also of a message that was written before."""
    group = circle("Aylin")
    post.deliver()
    talking.say(member(group, "Sven"), "Hallo")
    memberships.end(member(group, "Aylin"), "left", "Test")
    assert "aylin@example.org" not in {mail["To"] for mail in post.deliver()}


def test_consent_is_read_again_when_a_copy_is_claimed(post: Post) -> None:
    """Even if nobody has cancelled it."""
    group = circle("Aylin")
    post.deliver()
    talking.say(member(group, "Sven"), "Hallo")
    GroupMembership.objects.filter(name="Aylin").update(state="left", released_at=None)
    assert "aylin@example.org" not in {mail["To"] for mail in post.deliver()}
    assert Delivery.objects.filter(address=address("Aylin"), state="cancelled", reason="left").count() == 1


def test_a_pause_of_one_group_stops_its_mail_and_no_other(client: Client, post: Post, time_machine) -> None:
    group = circle("Aylin")
    post.deliver()
    talking.say(member(group, "Sven"), "Vor der Pause")
    path = page_of(group, "Aylin")
    assert "Vier Wochen lang bekommen Sie keine Mails" in press(
        client, client.get(path).content.decode(), "Vier Wochen keine Mails", path
    )
    talking.say(member(group, "Sven"), "In der Pause")
    assert {mail["To"] for mail in post.deliver()} == {"jana@example.org"}
    press(client, client.get(path).content.decode(), "Pause beenden", path)
    talking.say(member(group, "Sven"), "Danach")
    assert "aylin@example.org" in {mail["To"] for mail in post.deliver()}


def test_discreet_people_get_one_neutral_line(post: Post) -> None:
    group = circle("Aylin")
    post.deliver()
    type(address("Aylin")).objects.filter(email=email("Aylin")).update(discreet=True)
    talking.say(member(group, "Sven"), "Der Vater weiß nichts davon.")
    post.deliver()
    mail = post.to("aylin@example.org")
    assert mail["Subject"] == "Nachricht für Sie"
    for word in ("Vater", "Sven", "Draußen"):
        assert word not in mail.as_string()
    assert re.search(r"/gruppe/\d+-\S{27}/", text_of(mail))


TOKEN = tokens.make(links.PAGE, 12, "a" * 64)
LEAVING = tokens.make(LEAVE, 7, "b" * 64)


@pytest.mark.parametrize(
    "quoted",
    one_in(
        5,
        [
            f"{OURS}/gruppe/{TOKEN}/",
            f"> {OURS}/gruppe/{TOKEN}/?an=3#schreiben",
            f"<{OURS}/abmelden/{LEAVING}/>",
            f"https://safelinks.example/?url=http%3A%2F%2F127.0.0.1%2Fabmelden%2F{LEAVING}%2F&data=x",
            f"/antwort/{TOKEN}/?antwort=ja",
            f"Zur Gruppe:{OURS}/gruppe/{TOKEN}",
            TOKEN,
            f"_{TOKEN}_",
            f"__{OURS}/gruppe/{TOKEN}/__",
            f"https://safelinks.example/?url=http%3A%2F%2F127.0.0.1%2Fgruppe%2F{TOKEN.replace('-', '%2D')}%2F&data=x",
            f"https://a.example/?u=b%3Fu%3D{TOKEN.replace('-', '%252d').replace('_', '%255f')}",
            f"> {OURS}/gruppe/{TOKEN[:9]}\n> {TOKEN[9:]}/",
            f">> {OURS}/gruppe/{TOKEN[:2]}=\r\n>> {TOKEN[2:20]}=\r\n>> {TOKEN[20:]}/?an=3",
            f"{OURS}/gruppe/{TOKEN[:2]}\n{TOKEN[2:]}",
            f"{OURS}/gruppe/{TOKEN[:12]}\u200b{TOKEN[12:15]}\u00ad{TOKEN[15:]}/",
        ],
    ),
)
def test_quoted_links_are_dead_for_others(quoted: str, post: Post) -> None:
    group = circle("Aylin")
    post.deliver()
    talking.say(member(group, "Aylin"), f"Schaut mal:\n{quoted}\nGruß von aylin@example.org")
    mails = post.deliver()
    assert len(mails) == 2
    for mail in mails:
        said = re.sub(r"[^\w-]", "", re.sub("%(?:25)*2D", "-", text_of(mail), flags=re.IGNORECASE))
        for token in (TOKEN, LEAVING):
            assert token not in mail.as_string()
            assert token[-20:] not in said  # nor put together again
        assert "[Link entfernt]" in text_of(mail)
        assert "aylin@" not in mail.as_string()


def test_other_links_and_plain_words_stay() -> None:
    text = "Plan 3-4\nEis\nSaft\nKuchen\nDecken\nSpieles\n\n"
    text += f"Das Freibad: https://www.freibad.example/preise\n{OURS}/wegweiser/kleiderkiste/ um 15-17 Uhr, 3-4 Kinder"
    assert texts.relayed(text) == (text, False)


@pytest.mark.parametrize(
    "text",
    ["# Groß", "* Stern", "![x](http://a.example/b.png)", "1. eins", "$anrede", "a\\b", "--", "<b>x</b>", "    vier"],
)
def test_what_is_typed_arrives_as_it_was_typed(text: str, post: Post) -> None:
    group = circle()
    post.deliver()
    talking.say(member(group, "Jana"), f"Davor\n{text}\nDanach")
    [mail] = post.deliver()
    assert f"> Davor\n> {text.strip()}\n> Danach" in text_of(mail)
    html = mail.get_body(("html",)).get_content()
    assert "<img" not in html
    assert 'a.example/b.png"' not in html


def test_limits_of_a_day(client: Client) -> None:
    group = circle("Aylin")
    for number in range(talking.TO_ALL):
        talking.say(member(group, "Aylin"), f"Nummer {number}")
    path = page_of(group, "Aylin")
    html = press(client, client.get(path).content.decode(), "Nachricht schicken", path, text="Noch eine")
    assert "Bitte schreiben Sie morgen weiter." in html
    assert "Noch eine" in html  # what was typed stays
    assert GroupMessage.objects.count() == talking.TO_ALL


def test_too_long_and_empty_messages_come_back(client: Client) -> None:
    group = circle()
    path = page_of(group, "Jana")
    for text in ("", "x" * 2001):
        html = press(client, client.get(path).content.decode(), "Nachricht schicken", path, text=text)
        assert "Bitte prüfen Sie eine Angabe" in html
    assert not GroupMessage.objects.exists()


def test_a_new_member_reads_nothing_older(client: Client, time_machine) -> None:
    group = circle("Aylin")
    talking.say(member(group, "Aylin"), "Das war vorher.")
    join(group, "Olena")
    talking.say(member(group, "Aylin"), "Das ist jetzt.")
    html = client.get(page_of(group, "Olena")).content.decode()
    assert "Das ist jetzt." in html
    assert "Das war vorher." not in html


def test_no_group_mail_tells_anything_on_a_lock_screen(post: Post) -> None:
    """M-15: neither the title nor what was written stands in a subject or a header."""
    group = circle("Aylin")
    talking.say(member(group, "Sven"), "Über die Scheidung.")
    telling = re.compile("alleinerzieh|scheidung|draußen|kreuztal", re.IGNORECASE)
    for mail in post.deliver():
        headers = " ".join(f"{mail[name]}" for name in ("Subject", "From", "List-Id", "Reply-To"))
        assert not telling.search(headers)


def test_a_message_and_its_mails_are_one_transaction() -> None:
    """M-10"""
    group = circle("Aylin")
    before = Delivery.objects.count()
    with transaction.atomic():
        talking.say(member(group, "Aylin"), "Hallo")
        transaction.set_rollback(True)
    assert (GroupMessage.objects.count(), Delivery.objects.count()) == (0, before)
