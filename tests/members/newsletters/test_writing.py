"""Rundmails: who gets them, what is checked, and that they go out once (M-18)."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from mailings import planning
from mailings.models import Address, Delivery, Mailing
from mailings.sending import queue, run_control
from members import audience, leaving, pauses
from members.audience import Audience
from members.models import Member, Newsletter
from members.newsletters import writing
from tests.members.people import active, asked
from tests.post import Post, link_in, text_of

pytestmark = pytest.mark.django_db

TEXT = "$anrede\n\nwir treffen uns **bald**. Rufen Sie an: $telefon\n\nMeine Daten ansehen:\n$meine_daten\n"


def written(**fields: object) -> Newsletter:
    return Newsletter.objects.create(**{"subject": "Neues im Advent", "text": TEXT, "written_by": "amt"} | fields)


def names(chosen: Audience, today: date | None = None) -> set[str]:
    return set(audience.chosen(chosen, today).values_list("name", flat=True))


def test_everybody_who_may_be_mailed_gets_it_once(post: Post) -> None:
    active("kim@example.org", name="Kim")
    active("olena@example.org")
    pauses.pause(active("pause@example.org").address, 3)
    Address.objects.filter(pk=active("bounce@example.org").address_id).update(bounced_at=timezone.now())
    leaving.leave(active("left@example.org").address, "Test")
    asked("pending@example.org")
    newsletter = written()
    assert audience.numbers(audience.chosen(audience.of(newsletter))) == audience.Numbers(4, 1, 1)
    mailing = writing.send(newsletter, by="amt")
    assert Delivery.objects.filter(mailing=mailing).count() == 2
    post.deliver()
    text = text_of(post.to("kim@example.org"))
    assert text.startswith("Guten Tag Kim,\n\nwir treffen uns bald. Rufen Sie an: 030 23125100\n")
    assert text_of(post.to("olena@example.org")).startswith("Guten Tag,\n")
    assert post.to("kim@example.org")["Auto-Submitted"] is None
    html = post.to("kim@example.org").get_body(("html",))
    assert html is not None
    assert "wir treffen uns <strong>bald</strong>" in html.get_content()
    newsletter.refresh_from_db()
    assert (newsletter.sent_by, newsletter.mailing) == ("amt", mailing)


def test_the_link_in_it_opens_the_readers_own_page(post: Post, client) -> None:
    active("kim@example.org", name="Kim")
    writing.send(written(), by="amt")
    post.deliver()
    path = link_in(post.to("kim@example.org"), "/meine-daten/")
    assert "kim@example.org" in client.get(path).content.decode()


def test_twice_is_once() -> None:
    active("kim@example.org")
    newsletter = written()
    writing.send(newsletter, by="kreis")
    with pytest.raises(planning.AlreadySent):
        writing.send(newsletter, by="stadt")
    assert Delivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_are_one_mailing_with_one_copy_each() -> None:
    for number in range(5):
        active(f"p{number}@example.org")
    newsletter = written()

    def click(number: int) -> bool:
        try:
            writing.send(newsletter, by=f"amt{number}")
        except planning.AlreadySent:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(click, range(20))) == 1
    assert Mailing.objects.count() == 1
    assert sorted(Delivery.objects.values_list("address__email", flat=True)) == [f"p{n}@example.org" for n in range(5)]


def test_nobody_chosen_sends_nothing() -> None:
    newsletter = written(municipalities=["burbach"])
    active("kim@example.org", municipality="siegen")
    with pytest.raises(planning.NobodyChosen):
        writing.send(newsletter, by="amt")
    newsletter.refresh_from_db()
    assert (newsletter.mailing, Mailing.objects.count()) == (None, 0)


def test_by_town() -> None:
    active("kim@example.org", name="Kim", municipality="siegen")
    active("olena@example.org", name="Olena", municipality="burbach")
    active("eva@example.org", name="Eva")
    assert names(Audience(["siegen", "burbach"])) == {"Kim", "Olena"}
    assert names(Audience()) == {"Kim", "Olena", "Eva"}


@pytest.mark.parametrize(
    ("youngest", "oldest", "found"),
    [
        (3, 5, {"Drei oder vier", "Fünf oder sechs"}),
        (4, 4, {"Drei oder vier"}),
        (None, 2, {"Null"}),
        (6, None, {"Fünf oder sechs", "Zehn oder elf"}),
        (11, 17, {"Zehn oder elf"}),
        (12, 17, set()),
        (10, 10, {"Zehn oder elf"}),
        (None, None, {"Drei oder vier", "Fünf oder sechs", "Zehn oder elf", "Null", "Ohne"}),
    ],
)
def test_by_the_ages_that_years_of_birth_allow(youngest: int | None, oldest: int | None, found: set[str]) -> None:
    """In 2026 a child born in 2022 is 3 or 4: nobody is left out for want of a birthday."""
    years = {"Null": [2026], "Drei oder vier": [2022], "Fünf oder sechs": [2020], "Zehn oder elf": [2015], "Ohne": []}
    for number, (name, born) in enumerate(years.items()):
        active(f"p{number}@example.org", name=name, children_years=born)
    assert names(Audience([], youngest, oldest), date(2026, 11, 23)) == found


def test_queueing_takes_as_many_statements_for_300_as_for_one() -> None:
    counts = []
    for size in (1, 299):
        for number in range(size):
            address = Address.objects.create(email=f"p{size}.{number}@example.org", list_mail=True)
            Member.objects.create(address=address, state="active", joined_at=timezone.now())
        newsletter = written()
        statements = itertools.count()

        def note(execute, sql, params, many, context, statements=statements):
            next(statements)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            mailing = writing.send(newsletter, by="amt")
        counts.append((next(statements), mailing.deliveries.count()))
    assert [rows for _, rows in counts] == [1, 300]
    assert counts[0][0] == counts[1][0] <= 10


@pytest.mark.parametrize("name", ["Kim", "", "Y?lmaz", "Gül\ufffden", "O’Neill & <b>", 'Quote " \\ End', "Ünal 🙂"])
def test_the_database_greets_as_the_model_does(name: str) -> None:
    member = active("kim@example.org", name=name)
    writing.send(written(), by="amt")
    assert Delivery.objects.get().values["anrede"] == member.greeting


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("$anrede $telefon $portal $meine_daten", []),
        ("5 $$ bitte", []),
        ("$name und $ und ${anrede}", ["$name", "$", "${anrede}"]),
        ("$Anrede", ["$Anrede"]),
        ("Ende $", ["$"]),
        ("**$anrede**n", []),
        ("$anrede**n**", []),
        ("$anrede\\_x, $name und $name", ["$name", "$anrede_x"]),
        ("&#36;name", ["$name"]),
    ],
)
def test_unknown_placeholders_are_named(text: str, unknown: list[str]) -> None:
    assert writing.unknown_placeholders(text) == unknown


def test_the_preview_is_what_will_be_sent(post: Post) -> None:
    kim = active("kim@example.org", name="Kim <b>& Co</b>")
    newsletter = written()
    seen = writing.preview(newsletter, kim)
    writing.send(newsletter, by="amt")
    [mail] = post.deliver()
    html = mail.get_body(("html",))
    assert html is not None
    assert mail["Subject"] == seen.subject
    for sent, shown in ((text_of(mail), seen.text), (html.get_content(), seen.html)):
        assert _unlinked(sent) == _unlinked(shown)
    assert "Kim &lt;b&gt;&amp; Co&lt;/b&gt;" in seen.html


def _unlinked(text: str) -> list[str]:
    return [word for word in text.replace('"', " ").replace(">", " ").split() if not word.startswith("http")]


def test_a_discreet_member_gets_and_is_shown_one_line() -> None:
    kim = active("kim@example.org", discreet=True)
    kim.address.refresh_from_db()
    assert writing.preview(written(), kim).text == "Es gibt eine Nachricht für Sie:\nhttp://127.0.0.1:8000/#vorschau\n"


def test_a_test_mail_goes_to_the_officer_alone(post: Post) -> None:
    active("kim@example.org")
    newsletter = written()
    writing.send_test(newsletter, "amt@example.org")
    writing.send_test(newsletter, "amt@example.org")
    assert [mail["To"] for mail in post.deliver()] == ["amt@example.org"] * 2
    newsletter.refresh_from_db()
    assert newsletter.mailing is None


def test_hold_go_on_and_stop(post: Post) -> None:
    for number in range(4):
        active(f"p{number}@example.org")
    mailing = writing.send(written(), by="amt")
    assert run_control.hold(mailing) == 4
    assert post.deliver() == []
    assert not run_control.is_finished(run_control.counts(mailing))
    assert run_control.resume(mailing) == 4
    Delivery.objects.filter(address__email="p0@example.org").update(state="held")
    assert len(post.deliver()) == 3
    assert run_control.stop(mailing) == 1
    numbers = run_control.counts(mailing)
    assert (numbers["sent"], numbers["cancelled"], numbers["recipients"]) == (3, 1, 4)
    assert run_control.is_finished(numbers)


def test_who_leaves_with_it_is_counted_and_the_count_stays(post: Post, time_machine) -> None:
    time_machine.move_to(timezone.now(), tick=False)
    kim = active("kim@example.org")
    active("olena@example.org")
    first = writing.send(written(), by="amt")
    post.deliver()
    second = writing.send(written(), by="amt")
    post.deliver()
    leaving.leave(kim.address, "Test")
    assert (run_control.counts(first)["left"], run_control.counts(second)["left"]) == (0, 1)
    run_control.freeze_counts(timezone.now() + timedelta(days=1))
    second.refresh_from_db()
    numbers = run_control.counts(second)
    assert (numbers["sent"], numbers["left"], numbers["recipients"], Delivery.objects.count()) == (2, 1, 2, 0)


@pytest.mark.parametrize(("order", "state"), [(run_control.hold, "held"), (run_control.stop, "cancelled")])
def test_a_copy_that_comes_back_from_a_worker_obeys_the_order_too(order, state: str, post: Post) -> None:
    """It was in a worker's hands when the officer held or stopped the run, and did not get through."""
    active("kim@example.org")
    mailing = writing.send(written(), by="amt")
    lease = queue.new_lease()
    [copy] = queue.claim(lease) or []
    order(mailing)
    queue.retry_later(copy, lease, "450 try later")
    Delivery.objects.update(due_at=timezone.now())
    assert post.deliver() == []
    assert Delivery.objects.get().state == state
    if state == "held":
        run_control.resume(mailing)
        assert len(post.deliver()) == 1
