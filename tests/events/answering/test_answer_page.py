"""The page behind the link in the invitation: two taps, the answer that stands, nothing by looking."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from events.answering import answers
from events.answering.answers import Details
from events.models import Event, Reply
from mailings.models import Delivery
from members.models import Member
from tests.events.meetings import berlin, invite, meeting, party, reply_of, taken
from tests.post import Post, text_of

pytestmark = pytest.mark.django_db


def link(post: Post, email: str, query: str = "?antwort=ja") -> str:
    """The path of the link in the latest mail to somebody."""
    post.deliver()
    pattern = re.escape(settings.SITE_URL) + r"(/antwort/[^/\s]+/\S*)"
    (found,) = [path for path in re.findall(pattern, text_of(post.to(email))) if path.endswith(query or "/")]
    return found


def filled(client: Client, path: str, **changed: object) -> dict[str, object]:
    """What a browser sends from the page as it stands, after some changes."""
    form = client.get(path).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {
        name: value for name, value in shown.items() if value is not None
    } | changed  # a box without a tick is not sent


@pytest.mark.parametrize(
    ("written", "taken_as_number"), [("keine Nummer", False), ("0271", False), ("404-23, abends", True)]
)
def test_what_is_no_telephone_number_is_said_and_kept(
    client: Client, post: Post, written: str, taken_as_number: bool
) -> None:
    event = meeting()
    invite(event, "kim@example.org")
    path = link(post, "kim@example.org")
    answer = client.post(path, filled(client, path, phone=written))
    said = "Hier steht keine Telefonnummer." in answer.content.decode()
    assert (answer.status_code, said) == ((302, False) if taken_as_number else (200, True))
    assert taken_as_number or f'value="{written}"' in answer.content.decode()
    assert reply_of(event, "kim@example.org").phone == (written if taken_as_number else "")


def test_two_taps_from_the_mail_to_a_saved_answer(client: Client, post: Post) -> None:
    year = timezone.localdate().year
    event = meeting(seats=10, care=4, begins_at=timezone.now() + timedelta(days=20))
    invite(event, "kim@example.org", name="Kim", children_years=[event.begins_at.year - 4, event.begins_at.year - 8])
    path = link(post, "kim@example.org")
    page = client.get(path)
    assert "Guten Tag Kim, kommen Sie?" in " ".join(page.content.decode().split())
    assert "Noch nicht gespeichert" in page.content.decode()
    assert client.post(path, filled(client, path)).status_code == 302
    kim = reply_of(event, "kim@example.org")
    assert (kim.state, kim.adults, kim.children, kim.childcare) == ("yes", 1, [0, 1, 1, 0, 0], [0, 1, 1, 0, 0])
    assert "Sie kommen" in client.get(path).content.decode()
    assert year


def test_i_cannot_is_one_tap_on_the_page(client: Client, post: Post) -> None:
    event = meeting(seats=10)
    invite(event, "kim@example.org")
    path = link(post, "kim@example.org", "?antwort=nein")
    assert client.get(path).context["form"]["antwort"].value() == "nein"
    client.post(path, {"antwort": "nein"})
    assert reply_of(event, "kim@example.org").state == "no"
    assert "Sie kommen nicht" in client.get(path.partition("?")[0]).content.decode()


def test_looking_writes_nothing(client: Client, post: Post) -> None:
    event = meeting(seats=10)
    invite(event, "kim@example.org")
    path = link(post, "kim@example.org")
    before = Reply.objects.values().get()
    for _ in range(3):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert Reply.objects.values().get() == before


def test_the_page_is_for_nobody_else_and_kept_nowhere(client: Client, post: Post) -> None:
    invite(meeting(), "kim@example.org")
    page = client.get(link(post, "kim@example.org"))
    assert "no-store" in page["Cache-Control"]
    assert 'content="noindex, nofollow"' in page.content.decode()
    assert set(page.cookies) <= {settings.CSRF_COOKIE_NAME}


def test_more_children_in_childcare_than_come_is_explained_and_nothing_is_lost(client: Client, post: Post) -> None:
    event = meeting(seats=10, care=5)
    invite(event, "kim@example.org")
    path = link(post, "kim@example.org")
    page = client.post(path, filled(client, path, children_1=1, childcare_1=2, remark="Wir kommen später."))
    assert page.status_code == 200
    assert "Von 1 Kind (3–5 Jahre) können wir nicht 2 betreuen." in page.content.decode()
    assert "Wir kommen später." in page.content.decode()
    assert reply_of(event, "kim@example.org").state == "open"


@pytest.mark.parametrize("bad", ["", "x", "-1", "99", "1e9", "\x00", "²"])
@pytest.mark.parametrize("field", ["adults", "children_0", "antwort"])
def test_bad_input_gets_a_sentence(client: Client, post: Post, field: str, bad: str) -> None:
    event = meeting(seats=10, care=5)
    invite(event, "kim@example.org")
    path = link(post, "kim@example.org")
    page = client.post(path, filled(client, path) | {field: bad})
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {field}
    assert reply_of(event, "kim@example.org").state == "open"


def test_a_full_childcare_is_a_question_with_two_answers(client: Client, post: Post) -> None:
    event = meeting(seats=10, care=1)
    invite(event, "anna@example.org", "ben@example.org")
    answers.accept(reply_of(event, "anna@example.org"), party(1, 5, care=1))
    path = link(post, "ben@example.org")
    page = client.post(path, filled(client, path, children_1=1, childcare_1=1))
    assert "Plätze gibt es, nur die Betreuung ist voll" in page.content.decode()
    assert reply_of(event, "ben@example.org").state == "open"
    sent = filled(client, path, children_1=1, childcare_1=1)
    client.post(path, sent | {"wahl": "warten"})
    assert reply_of(event, "ben@example.org").state == "waiting"
    client.post(path, sent | {"wahl": "ohne"})
    ben = reply_of(event, "ben@example.org")
    assert (ben.state, ben.seats, ben.childcare_seats) == ("yes", 2, 0)


def test_children_are_never_left_out_of_the_childcare_without_a_word(client: Client, post: Post) -> None:
    event = meeting(seats=10, care=5, childcare_bands=[1, 2])
    invite(event, "kim@example.org", "olena@example.org", "stine@example.org")
    path = link(post, "kim@example.org")
    sent = filled(client, path, children_1=1, children_2=1)
    page = client.post(path, sent).content.decode()
    assert "Sollen wir Ihre Kinder betreuen?" in page
    assert "Gespeichert ist noch nichts." in page
    assert reply_of(event, "kim@example.org").state == "open"
    client.post(path, sent | {"wahl": "mit"})
    kim = reply_of(event, "kim@example.org")
    assert (kim.seats, kim.childcare, kim.childcare_seats) == (3, [0, 1, 1, 0, 0], 2)

    path = link(post, "olena@example.org")
    sent = filled(client, path, children_1=1, children_4=1)
    client.post(path, sent | {"wahl": "ohne"})
    olena = reply_of(event, "olena@example.org")
    assert (olena.seats, olena.childcare_seats) == (3, 0)
    assert "1 erwachsene Person und 2 Kinder, ohne Kinderbetreuung." in client.get(path).content.decode()
    assert client.post(path, sent | {"remark": "Bis gleich!"}).status_code == 302, "asked once"

    path = link(post, "stine@example.org")
    assert client.post(path, filled(client, path, children_4=1)).status_code == 302, "too old to be asked about"
    post.deliver()
    said = {name: text_of(post.to(f"{name}@example.org")).partition("Angemeldet: ")[2] for name in ("kim", "olena")}
    assert said["kim"].startswith("1 erwachsene Person und 2 Kinder, beide in der Kinderbetreuung.")
    assert said["olena"].startswith("1 erwachsene Person und 2 Kinder, ohne Kinderbetreuung.")


def test_children_whose_age_we_know_are_in_the_childcare_from_the_start(client: Client, post: Post) -> None:
    event = meeting(seats=10, care=5, childcare_bands=[1, 2])
    invite(event, "kim@example.org", children_years=[event.begins_at.year - 4, event.begins_at.year - 15])
    path = link(post, "kim@example.org")
    assert (
        "Ausgefüllt ist: 1 erwachsene Person und 2 Kinder, 1 davon in der Kinderbetreuung."
        in client.get(path).content.decode()
    )
    client.post(path, filled(client, path))
    assert reply_of(event, "kim@example.org").childcare_seats == 1


def test_who_waits_reads_the_position_in_words_and_leaves_the_line_by_one_tap(client: Client, post: Post) -> None:
    event = meeting(seats=1)
    emails = [f"{name}@example.org" for name in ("anna", "ben", "cem", "dua")]
    for reply in invite(event, *emails):
        answers.accept(reply, party(1))
    path = link(post, "dua@example.org")
    page = client.get(path).content.decode()
    assert "Vor Ihnen warten zwei Familien." in page
    assert client.post(path, {"verlassen": "1"}).status_code == 302
    assert reply_of(event, "dua@example.org").state == "cancelled"
    assert taken(event) == (1, 0)


def test_after_the_deadline_the_page_says_whom_to_call(client: Client, post: Post) -> None:
    event = meeting(seats=5, contact="Frau Beispiel, Raum 3")
    (kim,) = invite(event, "kim@example.org")
    path = link(post, "kim@example.org")
    sent = filled(client, path)
    answers.accept(kim, party(1))
    with time_machine.travel(event.answer_by + timedelta(minutes=1)):
        page = client.get(path).content.decode()
        assert "Sie kommen" in page
        assert "Frau Beispiel, Raum 3" in page
        assert 'href="tel:+493023125100"' in page
        assert client.post(path, sent | {"antwort": "nein"}).status_code == 200
    assert reply_of(event, "kim@example.org").state == "yes"


def test_who_cannot_come_any_more_says_so_until_it_begins(client: Client, post: Post) -> None:
    event = meeting(seats=1, begins_at=berlin("2027-01-20 15:00"), answer_by=berlin("2027-01-10 12:00"))
    with time_machine.travel(berlin("2027-01-05 12:00")):
        anna, ben, _cem = invite(event, "anna@example.org", "ben@example.org", "cem@example.org")
        paths = [link(post, f"{name}@example.org") for name in ("anna", "ben", "cem")]
        answers.accept(anna, party(1), Details("", "Anna", "030 23125-101"))
        answers.accept(ben, party(1))
    button = 'name="absagen"'
    with time_machine.travel(berlin("2027-01-20 14:59")):
        assert [button in client.get(path).content.decode() for path in paths] == [True, True, False]
        assert client.post(paths[0], {"absagen": "1"}).status_code == 302
        page = client.get(paths[0]).content.decode()
        assert "Sie kommen nicht" in page
        assert button not in page
    assert (reply_of(event, "anna@example.org").name, taken(event)) == ("Anna", (0, 0))
    assert reply_of(event, "ben@example.org").state == "waiting", "an officer calls first (D-03)"
    with time_machine.travel(berlin("2027-01-20 15:00")):
        assert button not in client.get(paths[1]).content.decode()
        client.post(paths[1], {"absagen": "1"})
    assert reply_of(event, "ben@example.org").state == "waiting"


@pytest.mark.parametrize(("hours", "status"), [(23, 200), (25, 404)])
def test_the_link_is_good_until_a_day_after_the_event(client: Client, post: Post, hours: int, status: int) -> None:
    event = meeting()
    invite(event, "kim@example.org")
    path = link(post, "kim@example.org")
    with time_machine.travel(event.ends_at + timedelta(hours=hours)):
        assert client.get(path).status_code == status


def test_the_place_is_told_to_who_comes_and_to_nobody_else(client: Client, post: Post) -> None:
    event = meeting(hide_place=True, online_link="https://video.example/raum-7")
    (kim,) = invite(event, "kim@example.org")
    path = link(post, "kim@example.org")
    assert "Bürgertreff" not in text_of(post.to("kim@example.org"))
    before = client.get(path).content.decode()
    assert "Bürgertreff" not in before
    assert "video.example" not in before
    assert client.get(path.partition("?")[0] + "termin.ics").status_code == 404
    answers.accept(kim, party(1))
    after = client.get(path).content.decode()
    assert "Bürgertreff am Park, Parkweg 3, Siegen" in after
    entry = client.get(path.partition("?")[0] + "termin.ics")
    assert b"https://video.example/raum-7" in entry.content.replace(b"\r\n ", b"")
    post.deliver()
    assert "https://video.example/raum-7" in text_of(post.to("kim@example.org"))


def test_a_draft_cannot_be_answered(client: Client, post: Post) -> None:
    event = meeting()
    invite(event, "kim@example.org")
    path = link(post, "kim@example.org")
    Event.objects.update(state=Event.State.DRAFT)
    assert client.get(path).status_code == 404


def test_nothing_of_a_households_answer_is_in_the_mail_before_it_is_confirmed(post: Post) -> None:
    event = meeting()
    invite(event, "kim@example.org", name="Kim")
    assert Delivery.objects.get().values == {"anrede": "Guten Tag Kim,", "gruppen": ""}
    assert Member.objects.count() == 1


def test_who_has_not_answered_in_time_is_not_told_to_save(client: Client, post: Post) -> None:
    event = meeting()
    invite(event, "kim@example.org")
    path = link(post, "kim@example.org")
    with time_machine.travel(event.answer_by + timedelta(minutes=1)):
        page = client.get(path).content.decode()
    assert "Sie haben nicht geantwortet" in page
    assert "Noch nicht gespeichert" not in page
    assert "<form" not in page
    with time_machine.travel(event.ends_at + timedelta(minutes=1)):
        page = client.get(path).content.decode()
    assert "der Termin ist vorbei" in page
    assert "rufen Sie uns bitte an" not in page


def test_that_the_childcare_is_full_is_said_before_somebody_saves_without_it(client: Client, post: Post) -> None:
    event = meeting(seats=10, care=1)
    kim, _ = invite(event, "kim@example.org", "olena@example.org", children_years=[event.begins_at.year - 4])
    said = "Die Kinderbetreuung ist zurzeit voll."
    path = link(post, "olena@example.org")
    assert said not in client.get(path).content.decode()
    answers.accept(kim, party(1, 4, care=1))
    assert said in client.get(path).content.decode()
    assert said not in client.get(link(post, "kim@example.org", "")).content.decode()
