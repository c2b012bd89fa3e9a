"""A domain that suddenly calls many of our mailboxes unknown: nobody is silenced until an officer has looked (M-21b).

All people and providers are invented.
"""

from datetime import UTC, datetime, timedelta

import pytest

from mailings import personal_data, suppression
from mailings.models import Address, BounceGroup, Feedback, Mailing, Suppression
from mailings.returns import bounce_groups, feedback
from mailings.returns.feedback import Report
from mailings.templates import MailTemplate
from tests.mailings.sending.engine import LETTER, PERSONAL, write_to
from tests.netzwerk.privacy.test_my_data import dump

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 12, 3, 11, tzinfo=UTC)  # at noon in Berlin
LISTED = "550 5.1.1 Mailbox unavailable, 192.0.2.25 is listed"
State = BounceGroup.State


def family(number: int, domain: str = "gmx.example") -> str:
    return f"familie.{number:03}@{domain}"


def sent(emails: list[str], template: MailTemplate = LETTER, at: datetime = NOON) -> Mailing:
    """A mailing that has gone out to them."""
    mailing = write_to(emails, template)
    mailing.deliveries.update(state="sent", finished_at=at)
    return mailing


def came_back(mailing: Mailing, email: str, kind: str = "hard", at: datetime | None = None, event: str = "") -> bool:
    """The mail server reports that this copy came back, ten minutes after it was sent."""
    copy = mailing.deliveries.get(address__email=email)
    at = at or copy.finished_at + timedelta(minutes=10)
    event = event or f"{kind} {copy.pk} {at}"
    return feedback.record(Report(event, Feedback.Kind(kind), at, copy=copy.message_id, words=LISTED))


def silenced() -> list[str]:
    """The addresses to which no mail goes any more; on both lists, or the portal contradicts itself."""
    bounced = list(Address.objects.exclude(bounced_at=None).order_by("email").values_list("email", flat=True))
    assert sorted(map(suppression.key, bounced)) == sorted(
        Suppression.objects.filter(reason="bounce").values_list("key", flat=True)
    )
    return bounced


def group() -> BounceGroup:
    return BounceGroup.objects.exclude(state="counts").get()


def four_of_forty(kind: MailTemplate = LETTER) -> Mailing:
    mailing = sent([family(number) for number in range(40)], kind)
    for number in range(4):
        came_back(mailing, family(number))
    return mailing


def test_three_of_forty_mailboxes_are_gone() -> None:
    mailing = sent([family(number) for number in range(40)])
    for number in range(3):
        assert came_back(mailing, family(number))
    assert silenced() == [family(0), family(1), family(2)]
    assert list(BounceGroup.objects.values_list("state", flat=True)) == ["counts"]


def test_four_of_forty_are_too_many_to_be_believed() -> None:
    """The three that had taken effect are undone; that the copies came back, the officers still see."""
    mailing = four_of_forty()
    assert silenced() == []
    assert (group().state, group().domain, group().mailing, group().copies) == ("held", "gmx.example", mailing, 40)
    assert mailing.deliveries.filter(state="bounced").count() == 4
    came_back(mailing, family(4))
    assert (silenced(), group().feedback.count()) == ([], 5)


def test_without_the_second_line_all_members_at_a_provider_are_silenced(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: what one listing of our server did."""
    monkeypatch.setattr(bounce_groups, "add", lambda bounce, address: False)
    mailing = sent([family(number) for number in range(12)])
    for number in range(12):
        came_back(mailing, family(number))
    assert len(silenced()) == 12


@pytest.mark.parametrize(("copies", "most"), [(4, 3), (99, 4), (100, 5), (101, 5), (120, 6)])
def test_the_limit_is_three_or_five_percent_whichever_is_more(copies: int, most: int) -> None:
    mailing = sent([family(number) for number in range(copies)])
    for number in range(most):
        came_back(mailing, family(number))
    assert len(silenced()) == most
    came_back(mailing, family(most))
    assert silenced() == []


def test_other_domains_and_other_mailings_go_on_as_ever() -> None:
    """Two of one mailing and two of the next at the same provider are no storm, nor is one at another provider."""
    invitation = sent([family(number) for number in range(10)] + ["olena@web.example", "noa@mail.gmx.example"])
    reminder = sent([family(number) for number in range(10)])
    came_back(invitation, "olena@web.example")
    came_back(invitation, "noa@mail.gmx.example")
    for number in (0, 1):
        came_back(invitation, family(number))
    for number in (2, 3):
        came_back(reminder, family(number))
    assert silenced() == [*(family(number) for number in range(4)), "noa@mail.gmx.example", "olena@web.example"]
    for number in (4, 5):
        came_back(invitation, family(number))
    assert silenced() == [family(2), family(3), "noa@mail.gmx.example", "olena@web.example"]


def test_a_domain_that_refuses_all_our_confirmations_is_noticed() -> None:
    """Each of them is a mailing of its own."""
    for number in range(4):
        came_back(sent([family(number)], PERSONAL), family(number))
    assert silenced() == []
    assert (group().mailing, str(group().day), group().copies) == (None, "2026-12-03", 4)


def test_personal_mail_is_counted_by_the_day_in_berlin_on_which_it_was_sent() -> None:
    evening = datetime(2026, 12, 3, 22, 59, 59, tzinfo=UTC)
    for number, at in enumerate([evening] * 3 + [evening + timedelta(seconds=1)] * 3):
        came_back(sent([family(number)], PERSONAL, at), family(number))
    assert len(silenced()) == 6
    came_back(sent([family(6)], PERSONAL, evening), family(6))
    assert silenced() == [family(3), family(4), family(5)]


def test_list_mail_of_the_day_does_not_count_as_personal_mail() -> None:
    sent([family(number) for number in range(100)])
    for number in range(4):
        came_back(sent([family(number)], PERSONAL), family(number))
    assert (group().copies, silenced()) == (4, [])


def test_four_mails_to_one_person_say_nothing_about_the_domain() -> None:
    for _ in range(4):
        came_back(sent(["kim@gmx.example"], PERSONAL), "kim@gmx.example")
    assert silenced() == ["kim@gmx.example"]


def test_a_report_that_comes_again_does_not_count_again() -> None:
    mailing = sent([family(number) for number in range(40)])
    for _ in range(3):
        for number in range(3):
            came_back(mailing, family(number))
    came_back(mailing, family(0), event="another report of the same copy")
    assert len(silenced()) == 3


def test_what_holds_one_mailing_back_leaves_other_reasons_alone() -> None:
    """Kim's mailbox was gone before, Olena's is worn out, Noa has complained."""
    earlier = sent([family(0)], at=NOON - timedelta(days=3))
    came_back(earlier, family(0))
    for day in range(5):
        came_back(sent([family(1)], at=NOON - timedelta(days=day)), family(1), "soft")
    mailing = sent([family(number) for number in range(40)])
    came_back(mailing, family(2), "complaint")
    for number in range(4):
        came_back(mailing, family(number))
    assert group().state == "held"
    assert silenced() == [family(0), family(1)]
    assert Suppression.objects.get(key=suppression.key(family(2))).reason == "complaint"
    assert Address.objects.get(email=family(0)).bounced_at == NOON - timedelta(days=3) + timedelta(minutes=10)


# decisions ----------------------------------------------------------------------------------------------------------


def test_it_was_our_fault_then_all_of_them_get_the_next_mail() -> None:
    mailing = four_of_forty()
    assert bounce_groups.decide(group(), State.DROPPED)
    came_back(mailing, family(5))
    assert (silenced(), group().state) == ([], "dropped")
    again = sent([family(number) for number in range(40)], at=NOON + timedelta(days=1))
    came_back(again, family(0))
    assert silenced() == [family(0)]


def test_the_mailboxes_are_gone_then_no_more_mail_goes_there() -> None:
    mailing = four_of_forty()
    assert bounce_groups.decide(group(), State.BLOCKED)
    assert silenced() == [family(number) for number in range(4)]
    came_back(mailing, family(5))
    assert len(silenced()) == 5


def test_a_decision_is_made_once_and_can_be_taken_back() -> None:
    four_of_forty()
    assert [bounce_groups.decide(group(), State.BLOCKED) for _ in range(2)] == [True, False]
    assert [bounce_groups.decide(group(), State.DROPPED) for _ in range(2)] == [True, False]
    assert silenced() == []


def test_what_does_not_wait_cannot_be_decided() -> None:
    came_back(sent([family(0)]), family(0))
    assert not bounce_groups.decide(BounceGroup.objects.get(), State.DROPPED)
    assert silenced() == [family(0)]


def test_dropped_ones_count_as_soft() -> None:
    """Kim's is the fifth copy within a week that comes back, Olena's the fourth."""
    for email, copies in ((family(0), 4), (family(1), 3)):
        for day in range(1, copies + 1):
            came_back(sent([email], at=NOON - timedelta(days=day)), email, "soft")
    four_of_forty()
    assert silenced() == []
    bounce_groups.decide(group(), State.DROPPED)
    assert silenced() == [family(0)]


# forgetting ----------------------------------------------------------------------------------------------------------


def test_an_erased_person_leaves_nothing() -> None:
    """Not even the domain, which may be a family's own, once the last of its people is erased."""
    mailing = sent(["kim@sommer.example", *(family(number) for number in range(40))])
    came_back(mailing, "kim@sommer.example")
    for number in range(4):
        came_back(mailing, family(number))
    assert BounceGroup.objects.count() == 2
    for email in ("kim@sommer.example", family(0)):
        personal_data.erase(Address.objects.get(email=email))
    assert "sommer.example" not in dump(None)
    assert (group().domain, group().feedback.count(), group().state) == ("gmx.example", 3, "held")
    assert sorted(Feedback.objects.filter(address=None).values_list("words", "group")) == [("", None), ("", None)]
    assert bounce_groups.decide(group(), State.BLOCKED)
    # Kim's unreadable key stays on the suppression list, as it did before.
    bounced = Address.objects.exclude(bounced_at=None).order_by("email")
    assert list(bounced.values_list("email", flat=True)) == [family(1), family(2), family(3)]


def test_the_words_of_the_server_name_nobody_and_are_forgotten_after_ninety_days() -> None:
    copy = sent(["kim@gmx.example"]).deliveries.get()
    words = "550 5.1.1 <kim@gmx.example>: no mailbox kim here"
    feedback.record(Report("x", Feedback.Kind.HARD, NOON + timedelta(hours=1), copy=copy.message_id, words=words))
    assert Feedback.objects.get().words == "550 5.1.1 <Adresse> no mailbox <Adresse> here"
    held = personal_data.export(Address.objects.get())["Was zurückkam"]
    assert [row["Antwort des Mailservers"] for row in held] == ["550 5.1.1 <Adresse> no mailbox <Adresse> here"]
    personal_data.expire(NOON + timedelta(days=90))
    assert (Feedback.objects.count(), BounceGroup.objects.count()) == (1, 1)
    personal_data.expire(NOON + timedelta(days=90, seconds=1))
    assert (Feedback.objects.count(), BounceGroup.objects.count()) == (0, 0)
