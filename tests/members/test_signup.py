"""Joining: asked, confirmed, welcomed. Kim, Olena and Jörg are invented."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mailings import limits, suppression
from mailings.models import Address, Delivery, Mailing, Suppression
from members import leaving, pauses, signup
from members.models import Consent, Member
from tests.events.meetings import meeting
from tests.members.people import active, asked, confirm_by_mail, form
from tests.post import Post, leave_link_of, link_in
from tests.statements import recorded, undone
from tests.tallies import counted

pytestmark = pytest.mark.django_db


def test_kim_joins_with_one_address_and_one_tap_in_the_mail(client: Client, post: Post) -> None:
    answer = client.post("/mitmachen/", form(" Kim@Example.org "))
    assert (answer.status_code, answer["Location"]) == (302, "/mitmachen/unterwegs/")
    [asking] = post.deliver()
    sent = " ".join(client.get("/mitmachen/unterwegs/").content.decode().split())
    assert f"(post@netzwerk.example). Der Betreff ist: „{asking['Subject']}“." in sent
    assert str(asking["From"]).endswith("<post@netzwerk.example>")
    assert (asking["To"], asking["Subject"]) == ("kim@example.org", "Bitte bestätigen Sie Ihre Adresse")

    path = link_in(asking, "/mitmachen/bestaetigen/")
    assert "Nur noch ein Klick" in client.get(path).content.decode()
    assert Member.objects.get().state == "pending"
    assert "Willkommen, Sie sind dabei" in client.post(path, follow=True).content.decode()

    member = Member.objects.select_related("address").get()
    assert (member.state, member.address.email, member.address.list_mail) == ("active", "kim@example.org", True)
    [welcome] = post.deliver()
    assert (welcome["Subject"], welcome["List-Unsubscribe-Post"]) == ("Willkommen", "List-Unsubscribe=One-Click")
    assert "Abgemeldet" in client.post(leave_link_of(welcome), follow=True).content.decode()


def test_confirming_twice_welcomes_once_and_counts_once(client: Client, post: Post) -> None:
    client.post("/mitmachen/", form("kim@example.org"))
    confirm_by_mail(client, post, "kim@example.org")
    path = link_in(post.to("kim@example.org"), "/mitmachen/bestaetigen/")
    assert client.post(path, follow=True).status_code == 200
    assert [mail["Subject"] for mail in post.deliver()] == ["Willkommen"]
    assert (counted("joined"), counted("confirmed")) == (1, 1)


def test_the_request_for_confirmation_holds_nothing_that_was_typed(client: Client, post: Post) -> None:
    fields = {"name": "MARKEName", "municipality": "siegen", "children_years": "2017"}
    client.post("/mitmachen/", form("kim@example.org", **fields))
    [mail] = post.deliver()
    for part in mail.walk():
        if not part.is_multipart():
            assert not any(mark in part.get_content() for mark in ("MARKE", "2017", "Siegen,"))


def test_the_link_is_valid_for_72_hours_to_the_second(time_machine) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    kim, olena = asked("kim@example.org"), asked("olena@example.org")
    time_machine.move_to(start + timedelta(hours=72), tick=False)
    signup.confirm(kim)
    time_machine.move_to(start + timedelta(hours=72, seconds=1), tick=False)
    with pytest.raises(signup.Expired):
        signup.confirm(olena)
    assert Member.objects.get(address__email="olena@example.org").state == "pending"


def test_the_late_link_leads_to_one_friendly_page(client: Client, post: Post, time_machine) -> None:
    client.post("/mitmachen/", form("kim@example.org"))
    post.deliver()
    path = link_in(post.to("kim@example.org"), "/mitmachen/bestaetigen/")
    time_machine.move_to(timezone.now() + timedelta(hours=73))
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 404
        assert "Dieser Link gilt nicht mehr" in answer.content.decode()


STATES = ["new", "pending", "active", "paused", "left", "suppressed", "bounced", "limited"]


def put(state: str, email: str) -> None:
    """Brings the address into the state, some days ago as far as limits are concerned."""
    if state == "pending":
        asked(email)
    elif state in {"active", "paused", "left", "bounced"}:
        member = active(email, name="Kim")
        if state == "paused":
            pauses.pause(member.address, 3)
        if state == "left":
            leaving.leave(member.address, "Test")
        if state == "bounced":
            Address.objects.update(bounced_at=timezone.now())
    elif state == "suppressed":
        suppression.suppress(email, Suppression.Reason.OBJECTION)
    limits.RateHit.objects.all().delete()
    if state == "limited":
        asked(email)


def test_same_page_same_queries_whatever_the_state_of_the_address(client: Client) -> None:
    """P-04: what is measured is the cause, the statements and their order; the answer is compared whole."""
    seen = {}
    for state in STATES:
        with undone():
            put(state, "kim@example.org")
            with recorded() as statements:
                answer = client.post("/mitmachen/", form("kim@example.org"))
            page = client.get(answer["Location"]).content
            headers = {name: value for name, value in answer.headers.items() if name != "Expires"}  # the clock
            seen[state] = (answer.status_code, answer.content, headers, page, statements)
    for state in STATES:
        assert seen[state][:4] == seen["new"][:4], state
        assert seen[state][4] == seen["new"][4], state
    assert len(seen["new"][4]) > 10


@pytest.mark.parametrize(
    ("state", "subject"),
    [
        ("new", "Bitte bestätigen Sie Ihre Adresse"),
        ("pending", "Bitte bestätigen Sie Ihre Adresse"),
        ("left", "Bitte bestätigen Sie Ihre Adresse"),
        ("suppressed", "Bitte bestätigen Sie Ihre Adresse"),
        ("active", "Sie sind schon dabei"),
        ("paused", "Sie sind schon dabei"),
        ("bounced", ""),
    ],
)
def test_what_differs_is_the_mail(state: str, subject: str, client: Client, post: Post) -> None:
    put(state, "kim@example.org")
    post.deliver()
    client.post("/mitmachen/", form("kim@example.org"))
    assert [mail["Subject"] for mail in post.deliver()] == ([subject] if subject else [])


def test_a_limited_address_gets_no_mail_and_leaves_no_row(client: Client, post: Post) -> None:
    client.post("/mitmachen/", form("kim@example.org"))
    before = (Consent.objects.count(), Mailing.objects.count(), Delivery.objects.count())
    client.post("/mitmachen/", form("kim@example.org"))
    assert (Consent.objects.count(), Mailing.objects.count(), Delivery.objects.count()) == before
    assert len(post.deliver()) == 1


def test_nobody_changes_what_an_active_member_has_told_us(client: Client) -> None:
    active("kim@example.org", name="Kim", municipality="siegen", children_years=[2017])
    client.post("/mitmachen/", form("kim@example.org", name="Fremd", municipality="burbach", children_years="2001"))
    member = Member.objects.get()
    assert (member.state, member.name, member.municipality, member.children_years) == (
        "active",
        "Kim",
        "siegen",
        [2017],
    )


def test_who_left_comes_back_only_by_confirming_again(client: Client, post: Post) -> None:
    member = active("kim@example.org")
    leaving.leave(member.address, "Test")
    client.post("/mitmachen/", form("kim@example.org"))
    assert not Address.objects.get().list_mail
    confirm_by_mail(client, post, "kim@example.org")
    assert Address.objects.get().list_mail
    acts = list(Consent.objects.values_list("act", flat=True))
    assert acts == ["recorded", "withdrawn", "asked", "confirmed"]


def test_only_a_confirmation_lifts_the_suppression(client: Client, post: Post) -> None:
    suppression.suppress("kim@example.org", Suppression.Reason.COMPLAINT)
    client.post("/mitmachen/", form("kim@example.org"))
    assert suppression.is_suppressed("kim@example.org")
    confirm_by_mail(client, post, "kim@example.org")
    assert not suppression.is_suppressed("kim@example.org")


def test_the_welcome_shows_the_next_meeting_with_its_button(client: Client, post: Post) -> None:
    client.post("/mitmachen/", form("kim@example.org"))
    post.deliver()
    path = link_in(post.to("kim@example.org"), "/mitmachen/bestaetigen/")
    assert "sobald das nächste Treffen feststeht" in client.post(path, follow=True).content.decode()
    meeting(days=-3, title="Vorbei")
    meeting(days=20, title="Später")
    meeting(days=5, title="Abgesagt", state="cancelled")
    event = meeting(days=10, title="Frühstück")
    shown = client.get(path).content.decode()
    assert "sobald das nächste Treffen feststeht" not in shown
    assert "Frühstück" in shown
    assert f'<a class="btn btn-primary" href="/termine/{event.slug}/">Termin ansehen</a>' in shown
    assert not any(title in shown for title in ("Vorbei", "Später", "Abgesagt"))
