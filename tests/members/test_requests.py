"""What a stranger typed belongs to the link that is clicked, never to the person's record (P-27). All are invented."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mailings.models import Address, RateHit
from members import leaving, signup
from members.details import Details
from members.models import Consent, JoinRequest, Member
from netzwerk import upkeep
from netzwerk.privacy import register
from tests.members.people import active, asked, form, request_of
from tests.netzwerk.privacy.test_my_data import dump
from tests.post import Post, link_in, text_of

pytestmark = pytest.mark.django_db

KIM = "kim@example.org"
CONFIRM = "/mitmachen/bestaetigen/"
THREAT = "du kommst uns nicht davon"


def joins(client: Client, post: Post, **fields: object) -> str:
    """Sends the form for Kim's address, a day after what came before; the link in the mail that follows."""
    RateHit.objects.all().delete()
    assert client.post("/mitmachen/", form(KIM, **fields)).status_code == 302
    [mail] = post.deliver()
    return link_in(mail, CONFIRM)


def kim() -> Member:
    return Member.objects.select_related("address").get(address__email=KIM)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def record(member: Member) -> dict[str, object]:
    """Everything that is stored of a person, except the chain of proof and the mails."""
    rows = (Member.objects.filter(pk=member.pk), Address.objects.filter(pk=member.address_id))
    return {f"{row.model.__name__}.{name}": value for row in rows for name, value in row.values().get().items()}


def test_two_requests_for_one_address_and_each_link_confirms_its_own(client: Client, post: Post) -> None:
    own = joins(client, post, name="Kim", municipality="siegen", children_years="2017", discreet="on")
    foreign = joins(client, post, name=THREAT, municipality="burbach")
    assert (kim().state, kim().name, kim().address.discreet) == ("pending", "", False)

    assert THREAT not in page(client, own)
    assert "Siegen" in page(client, own)
    assert "<dt>Andere können das Postfach lesen</dt><dd>ja</dd>" in page(client, own)
    assert THREAT in page(client, foreign)
    assert "Andere können" not in page(client, foreign)

    client.post(own)
    assert (kim().state, kim().name, kim().municipality) == ("active", "Kim", "siegen")
    assert (kim().children_years, kim().address.discreet) == ([2017], True)
    [welcome] = post.deliver()
    assert THREAT not in welcome.as_string()


def test_the_link_of_the_stranger_confirms_what_the_stranger_typed_if_kim_says_so(client: Client, post: Post) -> None:
    joins(client, post, name="Kim", children_years="2017")
    foreign = joins(client, post, name="Kim Sommer", municipality="burbach")
    client.post(foreign)
    assert (kim().name, kim().municipality, kim().children_years) == ("Kim Sommer", "burbach", [])


def test_confirming_forgets_what_else_waited_and_every_link_leads_to_the_welcome(client: Client, post: Post) -> None:
    own, foreign = joins(client, post, name="Kim"), joins(client, post, name=THREAT)
    client.post(own)
    assert THREAT not in dump(None)
    assert list(JoinRequest.objects.values_list("details", flat=True)) == [{}, {}]
    for path in (own, foreign):
        assert "Willkommen, Sie sind dabei" in page(client, path)
        assert client.post(path).status_code == 302
    assert kim().name == "Kim"


def test_no_link_of_before_brings_kim_back_who_has_left(client: Client, post: Post) -> None:
    own, other = joins(client, post, name="Kim"), joins(client, post)
    client.post(own)
    leaving.leave(kim().address, "Test")
    for path in (own, other):
        assert client.get(path).status_code == client.post(path).status_code == 404
    assert kim().state == "left"


@pytest.mark.parametrize("state", ["active", "bounced", "left", "entered"])
def test_the_form_changes_no_record_of_anybody(state: str, client: Client, post: Post) -> None:
    details = Details(name="Kim", municipality="siegen", children_years=[2017])
    if state == "entered":
        signup.enter(KIM, details, origin="officer", by="beate")
    else:
        signup.enter(KIM, details, origin="officer", by="beate", proof="Blatt 1")
    if state == "bounced":
        Address.objects.update(bounced_at=timezone.now())
    if state == "left":
        leaving.leave(kim().address, "Test")
    before = record(kim())
    client.post("/mitmachen/", form(KIM, name=THREAT, municipality="burbach", children_years="2001", discreet="on"))
    assert record(kim()) == before
    if state in ("active", "bounced"):
        assert THREAT not in dump(None)


def test_who_has_left_can_still_take_it_back_after_somebody_asked(client: Client) -> None:
    active(KIM, name="Kim")
    leaving.leave(kim().address, "Test")
    client.post("/mitmachen/", form(KIM, name=THREAT))
    assert leaving.undo(kim().address)
    assert (kim().state, kim().name) == ("active", "Kim")


def test_the_link_of_the_officer_confirms_what_the_officer_wrote(client: Client, post: Post) -> None:
    signup.enter(KIM, Details(name="Frau Sommer", note="rief an"), origin="officer", by="beate")
    [mail] = post.deliver()
    joins(client, post, name=THREAT)
    entered = link_in(mail, CONFIRM)
    assert THREAT not in page(client, entered)
    client.post(entered)
    assert (kim().state, kim().name, kim().note) == ("active", "Frau Sommer", "rief an")
    asked_by, confirmed = Consent.objects.exclude(entered_by="", act="asked").order_by("pk")
    assert (asked_by.entered_by, confirmed.act) == ("beate", "confirmed")
    assert (confirmed.message_id, confirmed.form_url) == (mail["Message-ID"], "")


def test_the_proof_names_the_mail_whose_link_was_clicked(client: Client, post: Post) -> None:
    own = joins(client, post, name="Kim")
    joins(client, post, name=THREAT)
    client.post(own)
    confirmed = Consent.objects.get(act="confirmed")
    assert confirmed.message_id == post.mails[0]["Message-ID"] != post.mails[1]["Message-ID"]


def test_the_mail_of_a_discreet_request_is_neutral_before_anything_is_confirmed(client: Client, post: Post) -> None:
    """And so is the next one, whoever asks: Kim has said that others read the mailbox."""
    for fields in ({"discreet": "on"}, {}):
        path = joins(client, post, **fields)
        assert "Nur noch ein Klick" in page(client, path)
        mail = post.mails[-1]
        assert mail["Subject"] == "Nachricht für Sie"
        assert text_of(mail).split("\n") == ["Es gibt eine Nachricht für Sie:", f"http://127.0.0.1:8000{path}", ""]
        html = mail.get_body(("html",))
        assert html is not None
        assert "Netzwerk" not in html.get_content()
    assert not kim().address.discreet


def test_a_stranger_does_not_make_the_mails_of_a_member_more_or_less_discreet(client: Client, post: Post) -> None:
    active(KIM)
    client.post("/mitmachen/", form(KIM, discreet="on"))
    assert [mail["Subject"] for mail in post.deliver()] == ["Sie sind schon dabei"]
    Address.objects.update(discreet=True)
    RateHit.objects.all().delete()
    client.post("/mitmachen/", form(KIM))
    assert [mail["Subject"] for mail in post.deliver()] == ["Nachricht für Sie"]
    assert kim().address.discreet


def test_mail_that_bounced_gets_another_try_as_long_as_kim_is_no_member(client: Client, post: Post) -> None:
    joins(client, post)
    Address.objects.update(bounced_at=timezone.now())
    client.post(joins(client, post))
    Address.objects.update(bounced_at=timezone.now())
    RateHit.objects.all().delete()
    client.post("/mitmachen/", form(KIM))
    assert kim().address.bounced_at is not None


def test_kim_reads_in_meine_daten_what_waits(client: Client, post: Post) -> None:
    joins(client, post, name="Kim Sommer", discreet="on")
    [waiting] = register.export(kim().address)["Anfragen"]
    assert waiting["Anrede"] == "Kim Sommer"
    assert waiting["Andere können das Postfach lesen"] is True
    json.dumps(waiting, default=str)


@pytest.mark.parametrize("state", ["new", "left"])
def test_a_request_is_gone_after_seven_days(state: str, time_machine) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    if state == "left":
        leaving.leave(active(KIM).address, "Test")
    asked(KIM, name="Seltsamname")
    time_machine.move_to(start + timedelta(days=7), tick=False)
    upkeep.run()
    assert JoinRequest.objects.count() == 1
    time_machine.move_to(start + timedelta(days=7, seconds=1), tick=False)
    upkeep.run()
    assert "Seltsamname" not in dump(None)
    assert list(Member.objects.values_list("state", flat=True)) == (["left"] if state == "left" else [])


def test_a_later_request_keeps_whom_an_officer_entered_until_its_own_end(time_machine) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    signup.enter(KIM, Details(), origin="officer", by="beate")
    time_machine.move_to(start + timedelta(days=5), tick=False)
    asked(KIM)
    time_machine.move_to(start + timedelta(days=8), tick=False)
    upkeep.run()
    signup.confirm(request_of(KIM))
    assert kim().state == "active"


def test_erasing_takes_the_requests_too(client: Client, post: Post) -> None:
    joins(client, post, name="Seltsamname")
    register.erase(kim().address, timezone.now())
    assert "Seltsamname" not in dump(None)
    assert not JoinRequest.objects.exists()


def test_the_old_way_confirmed_the_threat(client: Client, post: Post) -> None:
    """The negative control: with one place for all that was typed, Kim's own link confirms the stranger's text."""
    own = joins(client, post, name="Kim")
    joins(client, post, name=THREAT)
    JoinRequest.objects.update(details=request_of(KIM).details)
    assert THREAT in page(client, own)
    client.post(own)
    assert kim().name == THREAT


# "Das war ich nicht" ------------------------------------------------------------------------------------------------


def discards(client: Client, path: str) -> None:
    assert "Das war ich nicht" in page(client, path)
    for _ in range(2):  # a second click finds the same page
        answer = client.post(path, {"verwerfen": "1"}, follow=True)
        assert "Danke, das ist gelöscht" in answer.content.decode()
    assert client.get(path).status_code == client.post(path).status_code == 404


def test_kim_did_not_ask_and_nothing_is_left(client: Client, post: Post) -> None:
    discards(client, joins(client, post, name=THREAT))
    assert not Member.objects.exists()
    assert not Consent.objects.exists()
    assert THREAT not in dump(None)
    upkeep.run()
    assert not Address.objects.exists()


def test_kim_throws_away_the_request_of_the_stranger_and_keeps_her_own(client: Client, post: Post) -> None:
    own, foreign = joins(client, post, name="Kim"), joins(client, post, name=THREAT)
    discards(client, foreign)
    assert THREAT not in dump(None)
    client.post(own)
    assert (kim().state, kim().name) == ("active", "Kim")


@pytest.mark.parametrize("link", ["form", "officer"])
def test_what_an_officer_wrote_and_what_was_typed_are_thrown_away_apart(link: str, client: Client, post: Post) -> None:
    signup.enter(KIM, Details(name="Frau Sommer"), origin="officer", by="beate")
    [mail] = post.deliver()
    paths = {"officer": link_in(mail, CONFIRM), "form": joins(client, post, name="Kim")}
    discards(client, paths.pop(link))
    [kept] = paths.values()
    client.post(kept)
    assert (kim().state, kim().name) == ("active", "Frau Sommer" if link == "form" else "Kim")


def test_who_left_stays_someone_who_left(client: Client, post: Post) -> None:
    leaving.leave(active(KIM).address, "Test")
    discards(client, joins(client, post, name=THREAT))
    assert kim().state == "left"
    assert list(Consent.objects.values_list("act", flat=True)) == ["recorded", "withdrawn", "asked"]


def test_a_member_does_not_lose_anything_by_that_button(client: Client, post: Post) -> None:
    path = joins(client, post, name="Kim")
    client.post(path)
    client.post(path, {"verwerfen": "1"})
    assert (kim().state, kim().name, kim().address.list_mail) == ("active", "Kim", True)
