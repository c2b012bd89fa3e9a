"""Kim rings because her address has changed. Kim, Olena and the officer Beate are invented."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from events.answering import answers
from events.answering.answers import Details
from events.models import Reply
from mailings import suppression
from mailings.models import Address, Delivery, Feedback
from mailings.returns import feedback
from mailings.returns.feedback import Report
from members import callers
from members.details import Details as About
from members.models import AddressChange, Consent, Member
from netzwerk import upkeep
from netzwerk.privacy import register
from tests.desk import logged, page
from tests.events.meetings import invite, meeting, party, reply_of
from tests.members.people import active, asked, newsletter
from tests.netzwerk.privacy.test_my_data import dump
from tests.post import Post, leave_link_of, link_in, text_of
from tests.pressing import press

pytestmark = pytest.mark.django_db

OLD, NEW = "kim.alt@example.org", "kim.neu@example.org"


def at(member: Member) -> str:
    return f"/verwaltung/mitglied/{member.pk}/"


def enters(beate: Client, member: Member, email: str) -> str:
    """Beate fills in the form on the person's page; what she reads then."""
    return press(beate, page(beate, at(member)), "Adresse ändern", at(member), email=email)


def confirms(client: Client, post: Post, email: str) -> str:
    """The owner of the mailbox presses the button behind the link; what she reads then."""
    post.deliver()
    path = link_in(post.to(email), "/adresse/")
    return press(client, page(client, path), "Ja, das ist meine Adresse", path)


def answer_link(mail: EmailMessage) -> str:
    """The path of the first link to the answer page."""
    links = [word for word in text_of(mail).split() if "/antwort/" in word]
    return links[0].removeprefix(settings.SITE_URL)


def email_of(member: Member) -> str:
    return Member.objects.select_related("address").get(pk=member.pk).mailbox.email


def test_a_new_address_counts_once_its_mailbox_has_confirmed_it(beate: Client, post: Post) -> None:
    kim = active(OLD, name="Kim Sommer")
    assert f"Eine Mail an {NEW} ist unterwegs." in enters(beate, kim, f"  {NEW.upper()} ")
    assert email_of(kim) == OLD
    shown = page(beate, at(kim))
    assert f"{NEW}, noch nicht bestätigt" in " ".join(shown.split())
    assert "Ab jetzt schreiben wir an diese Adresse." in confirms(Client(), post, NEW)
    assert email_of(kim) == NEW
    assert logged() == [f"verschickt: Mitglied {kim.pk}: Mail zum Bestätigen einer neuen Adresse."]
    with transaction.atomic():
        newsletter(NEW)
    assert [mail["To"] for mail in post.deliver()] == [OLD, NEW]


def test_both_mails_are_neutral_and_name_neither_person_nor_the_other_address(beate: Client, post: Post) -> None:
    kim = active(OLD, name="Kim Sommer")
    enters(beate, kim, NEW)
    confirms(Client(), post, NEW)
    post.deliver()
    asking, telling = text_of(post.to(NEW)), text_of(post.to(OLD))
    for text in (asking, telling, post.to(NEW)["Subject"], post.to(OLD)["Subject"]):
        assert "Kim" not in text
        assert OLD not in text
        assert NEW not in text
    assert "schickt das Netzwerk Siegen-Wittgenstein keine Mails mehr" in telling
    assert post.to(NEW)["List-Unsubscribe"] is None


def test_answers_proof_and_waiting_mails_go_on_under_the_new_address(beate: Client, post: Post) -> None:
    event = meeting(seats=10)
    [reply] = invite(event, OLD)
    kim = Member.objects.get()
    answers.accept(reply, party(1), Details("", "Kim", "030 23125-222"))
    enters(beate, kim, NEW)
    confirms(Client(), post, NEW)
    assert reply_of(event, NEW).state == "yes"
    answers.decline(reply_of(event, NEW))
    [_told, not_coming] = post.deliver()
    assert (not_coming["To"], "kommen nicht" in text_of(not_coming)) == (NEW, True)
    [recorded, moved] = Consent.objects.all()
    assert (moved.act, moved.former_email, moved.entered_by) == ("moved", OLD, "beate")
    printed = page(beate, f"/verwaltung/members/member/{kim.pk}/nachweis/")
    before, _, after = printed.partition("neue Adresse bestätigt")
    assert "Einwilligung liegt anderswo vor" in before
    assert f"<td>{OLD}</td>" in before  # what was said under the old address is not said under the new one
    assert after.index(f"<td>{NEW}</td>") < after.index(f"<td>{OLD}</td>")
    assert recorded.act == "recorded"


def test_a_mail_that_waited_goes_to_the_new_address_and_its_link_works(beate: Client, post: Post) -> None:
    enters(beate, active(OLD), NEW)
    post.deliver()
    path = link_in(post.to(NEW), "/adresse/")
    invite(meeting(), OLD)
    Client().post(path)
    [invitation] = [mail for mail in post.deliver() if "/antwort/" in text_of(mail)]
    assert invitation["To"] == NEW
    assert Client().get(answer_link(invitation)).status_code == 200


def test_links_in_mails_to_the_old_mailbox_end(beate: Client, post: Post) -> None:
    """Somebody else may be reading it, and must learn nothing of what comes."""
    event = meeting()
    invite(event, OLD)
    post.deliver()
    answer, leave = answer_link(post.to(OLD)), leave_link_of(post.to(OLD))
    assert Client().get(answer).status_code == 200
    kim = Member.objects.get()
    enters(beate, kim, NEW)
    assert Client().get(answer).status_code == 200  # nothing changes before the new mailbox says so
    confirms(Client(), post, NEW)
    assert Client().get(answer).status_code == 404
    assert Client().post(leave, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Member.objects.get().state == "active"


def test_an_answer_given_under_the_new_address_is_not_a_second_household(beate: Client, post: Post) -> None:
    event = meeting(seats=4)
    [reply] = invite(event, OLD)
    answers.accept(reply, party(1))
    other = Reply.objects.create(event=event, address=Address.objects.ensure(NEW))
    answers.accept(other, party(2))
    enters(beate, Member.objects.get(), NEW)
    confirms(Client(), post, NEW)
    kept = Reply.objects.get()
    assert (kept.pk, kept.seats, kept.invited_at) == (other.pk, 2, reply.invited_at)
    event.capacity.refresh_from_db()
    assert event.capacity.seats == 2


def test_an_address_that_somebody_has_is_said_to_the_officer_and_to_nobody_else(beate: Client, post: Post) -> None:
    kim, olena = active(OLD, name="Kim"), active(NEW, name="Olena")
    shown = enters(beate, kim, NEW)
    assert "Mit dieser Adresse gibt es schon jemanden auf der Liste." in shown
    assert f'href="{at(olena)}"' in shown
    assert f'value="{NEW}"' in shown
    assert "Das ist schon die Adresse dieser Person." in enters(beate, kim, OLD)
    suppression.suppress("weg@example.org", "objection")
    assert "An diese Adresse dürfen wir nicht schreiben" in enters(beate, kim, "weg@example.org")
    assert "Das @ fehlt" in enters(beate, kim, "kim.example.org")
    assert (post.deliver(), AddressChange.objects.count()) == ([], 0)


def test_who_joins_meanwhile_with_that_address_keeps_it(beate: Client, post: Post) -> None:
    kim = active(OLD)
    enters(beate, kim, NEW)
    post.deliver()
    path = link_in(post.to(NEW), "/adresse/")
    active(NEW, name="Olena")
    answer = Client().post(path)
    assert (answer.status_code, "Dieser Link gilt nicht mehr" in answer.content.decode()) == (404, True)
    assert email_of(kim) == OLD


def test_a_request_to_join_that_nobody_has_confirmed_is_no_obstacle(beate: Client, post: Post) -> None:
    kim = active(OLD)
    asked(NEW, name="Kim")
    enters(beate, kim, NEW)
    Delivery.objects.update(due_at=timezone.now())
    confirms(Client(), post, NEW)
    assert email_of(Member.objects.get()) == NEW


def test_the_link_is_good_for_three_days_and_one_mailbox_gets_one_mail(beate: Client, post: Post, time_machine) -> None:
    kim = active(OLD)
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    enters(beate, kim, NEW)
    assert "Verschickt ist nichts." in enters(beate, kim, NEW)
    [mail] = post.deliver()
    path = link_in(mail, "/adresse/")
    time_machine.move_to(start + timedelta(hours=72), tick=False)
    assert Client().get(path).status_code == 200
    time_machine.move_to(start + timedelta(hours=72, seconds=1), tick=False)
    assert Client().post(path).status_code == 404
    time_machine.move_to(start + timedelta(days=7, seconds=1), tick=False)
    upkeep.run()
    assert list(Address.objects.values_list("email", flat=True)) == [OLD]


def test_the_owner_of_a_wrong_mailbox_ends_it(beate: Client, post: Post) -> None:
    kim = active(OLD)
    enters(beate, kim, NEW)
    post.deliver()
    path = link_in(post.to(NEW), "/adresse/")
    press(Client(), page(Client(), path), "Das war ich nicht", path)
    assert Client().post(path, {"verwerfen": "1"})["Location"] == "/verworfen/"
    assert Client().post(path).status_code == 404
    assert email_of(kim) == OLD


def test_a_bounced_member_gets_mail_again_and_the_dead_mailbox_none(beate: Client, post: Post) -> None:
    kim = active(OLD)
    Address.objects.update(bounced_at=timezone.now())
    enters(beate, kim, NEW)
    confirms(Client(), post, NEW)
    assert post.deliver() == []
    assert Address.objects.get().bounced_at is None


@pytest.mark.parametrize("kind", [Feedback.Kind.HARD, Feedback.Kind.COMPLAINT])
def test_what_the_old_mailbox_reports_later_is_not_about_the_new_one(beate: Client, post: Post, kind: str) -> None:
    kim = active(OLD)
    with transaction.atomic():
        newsletter(OLD)
    post.deliver()
    copy = Delivery.objects.get()
    enters(beate, kim, NEW)
    confirms(Client(), post, NEW)
    report = Report("x", Feedback.Kind(kind), timezone.now(), copy=copy.message_id, email=OLD)
    feedback.record(report)
    address = Member.objects.select_related("address").get(state="active").mailbox
    assert (address.email, address.bounced_at, address.complained_at, address.list_mail) == (NEW, None, None, True)
    assert not suppression.is_suppressed(NEW)


def test_a_caller_who_has_an_address_now_gets_mail(beate: Client, post: Post) -> None:
    caller = callers.enter("030 23125-118", About(name="Frau Hees"), by="amt", proof="am Telefon")
    event = meeting()
    Reply.objects.create(event=event, caller=caller, name="Frau Hees", state="no")
    enters(beate, caller, NEW)
    assert Member.objects.get().address is None
    confirms(Client(), post, NEW)
    member = Member.objects.select_related("address").get()
    assert (member.mailbox.email, member.mailbox.list_mail) == (NEW, True)
    assert reply_of(event, NEW).caller is None
    assert "am Telefon oder persönlich zugestimmt" in page(beate, f"/verwaltung/members/member/{caller.pk}/nachweis/")


def test_erasing_reaches_the_former_and_the_unconfirmed_address(beate: Client, post: Post, db) -> None:
    kim = active(OLD)
    enters(beate, kim, NEW)
    confirms(Client(), post, NEW)
    enters(beate, kim, "kim.dritte@example.org")
    register.erase(Member.objects.select_related("address").get().mailbox, timezone.now())
    left = dump(db)
    for email in (OLD, NEW, "kim.dritte@example.org"):
        assert email not in left, email
    assert not Member.objects.exists()


def test_a_former_address_that_is_somebodys_own_by_now_stays(beate: Client, post: Post) -> None:
    kim = active(OLD)
    enters(beate, kim, NEW)
    confirms(Client(), post, NEW)
    olena = active(OLD, name="Olena")
    register.erase(Member.objects.select_related("address").get(pk=kim.pk).mailbox, timezone.now())
    assert list(Member.objects.all()) == [olena]
