"""The yearly question: one mail for all offers, three answers each, a reminder, the officers, and the end.

Haus Lindenweg and Haus Ahornweg are invented.
"""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mailings.models import Address
from mailings.suppression import suppress
from tests.post import Post, link_in, text_of
from tests.pressing import press
from tests.wegweiser.offers import HOUSE, checked, form, offer, provider
from wegweiser import curation
from wegweiser.checking import checks
from wegweiser.models import Check, Hint, Offer, Submission
from wegweiser.reporting import reports
from wegweiser.reporting.forms import initial

pytestmark = pytest.mark.django_db

CHECK = "/wegweiser/pruefen/"
START = date(2026, 3, 2)


def state(slug: str = "kleiderkiste") -> str:
    return Offer.objects.get(slug=slug).state


def test_a_year_of_haus_lindenweg(client: Client, post: Post, on) -> None:
    kiste, cafe = checked(START), checked(date(2026, 3, 20), "naehcafe", title="Nähcafé")
    on(date(2027, 3, 1))
    assert post.deliver() == []
    on(date(2027, 3, 2))
    [asked] = post.deliver()
    assert (asked["To"], asked["Subject"]) == (HOUSE, "Stimmt noch alles?")
    path = link_in(asked, CHECK)
    page = client.get(path).content.decode()
    assert "Kleiderkiste" in page
    assert "Nähcafé" in page
    client.post(path, {"antwort": "stimmt", "angebot": "kleiderkiste"})
    client.post(path, {"antwort": "stimmt", "angebot": "naehcafe"})
    assert "Danke, alles ist beantwortet" in client.get(path).content.decode()
    assert {each.checked_on for each in Offer.objects.all()} == {date(2027, 3, 2)}
    on(date(2027, 3, 3))
    assert Check.objects.get().closed_at is not None
    for day in range(4, 60, 7):
        on(date(2027, 3, 2) + timedelta(days=day))
    assert post.deliver() == []
    assert [each.versions.first().by for each in (kiste, cafe)] == ["Anbieter", "Anbieter"]
    on(date(2028, 3, 2))
    assert [mail["Subject"] for mail in post.deliver()] == ["Stimmt noch alles?"]
    assert client.get(path).status_code == 404


def test_without_an_answer_reminder_then_officers_then_offline(client: Client, post: Post, on) -> None:
    checked(START)
    sent = {}
    edges = [date(2027, 3, 2), date(2027, 3, 23), date(2027, 4, 13), date(2027, 9, 2)]
    days = {edge + timedelta(days=day) for edge in edges for day in range(-2, 3)}
    days |= {date(2027, 2, 25) + timedelta(days=day) for day in range(0, 200, 9)}
    for today in sorted(days):
        at = on(today)
        for mail in post.deliver():
            sent[today] = mail["Subject"]
        todo = bool(checks.for_officers(at))
        assert todo == (date(2027, 4, 13) <= today < date(2027, 9, 2)), today
        assert Offer.objects.get().is_due == (date(2027, 3, 2) <= today < date(2027, 9, 2)), today
        assert state() == ("published" if today < date(2027, 9, 2) else "archived"), today
    assert sent == {date(2027, 3, 2): "Stimmt noch alles?", date(2027, 3, 23): "Noch einmal: Stimmt noch alles?"}
    assert [hint.text for hint in Hint.objects.all()] == [
        "Zu lange hat niemand geprüft, ob alles noch stimmt. Das Angebot ist nicht mehr sichtbar."
    ]


def test_days_on_which_nothing_ran_lose_nothing(post: Post, on) -> None:
    checked(START)
    on(date(2027, 5, 30))
    assert [mail["Subject"] for mail in post.deliver()] == ["Stimmt noch alles?"]
    on(date(2027, 8, 1))
    assert [mail["Subject"] for mail in post.deliver()] == ["Noch einmal: Stimmt noch alles?"]
    assert Check.objects.get().escalated_at is not None


def test_the_reminder_says_when_it_goes_offline_and_its_link_works(client: Client, post: Post, on) -> None:
    checked(START)
    on(date(2027, 3, 2))
    post.deliver()
    on(date(2027, 3, 23))
    [reminder] = post.deliver()
    assert "Bleibt die Antwort aus, nehmen wir es aus dem Wegweiser." in text_of(reminder)
    client.post(link_in(reminder, CHECK), {"antwort": "stimmt", "angebot": "kleiderkiste"})
    assert Offer.objects.get().checked_on == date(2027, 3, 23)


def test_what_went_offline_comes_back_when_its_provider_says_so(client: Client, post: Post, on) -> None:
    checked(START)
    on(date(2027, 8, 30))
    path = link_in(post.deliver()[-1], CHECK)
    on(date(2027, 9, 2))
    assert state() == "archived"
    assert "nicht mehr sichtbar" in client.get(path).content.decode()
    client.post(path, {"antwort": "stimmt", "angebot": "kleiderkiste"})
    assert (state(), Offer.objects.get().checked_on) == ("published", date(2027, 9, 2))


def test_what_an_officer_has_archived_no_link_brings_back(client: Client, post: Post, on) -> None:
    kiste = checked(START)
    checked(START, "naehcafe", title="Nähcafé")
    on(date(2027, 3, 2))
    path = link_in(post.deliver()[-1], CHECK)
    curation.archive(kiste, "beate")
    assert "Kleiderkiste" not in client.get(path).content.decode()
    client.post(path, {"antwort": "stimmt", "angebot": "kleiderkiste"})
    assert state() == "archived"


def test_gone_is_gone_at_once_told_to_the_officers_and_can_be_taken_back(client: Client, post: Post, on) -> None:
    checked(START)
    on(date(2027, 3, 2))
    path = link_in(post.deliver()[-1], CHECK)
    client.post(path, {"antwort": "weg", "angebot": "kleiderkiste"})
    assert state() == "archived"
    [hint] = Hint.objects.all()
    assert (hint.by_provider, hint.text) == (
        True,
        "Der Anbieter sagt: Dieses Angebot gibt es nicht mehr. Es ist nicht mehr sichtbar.",
    )
    client.post(path, {"antwort": "stimmt", "angebot": "kleiderkiste"})
    assert state() == "published"


def test_a_change_waits_for_the_officers_and_stops_the_reminder(client: Client, post: Post, on) -> None:
    kiste = checked(START)
    on(date(2027, 3, 2))
    path = link_in(post.deliver()[-1], CHECK)
    fields = form(**initial(kiste) | {"phones": "030 23125-199"})
    answer = client.post(f"{path}aendern/?angebot=kleiderkiste", fields)
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert "Ihre Änderung ist bei uns" in client.get(path).content.decode()
    on(date(2027, 3, 23))
    assert post.deliver() == []
    submission = Submission.objects.get()
    assert (submission.state, submission.fields) == ("waiting", {"phones": ["030 23125-199"]})
    reports.publish(submission, "beate", ask_yearly=False)
    assert (Offer.objects.get().phones, Offer.objects.get().checked_on) == (["030 23125-199"], date(2027, 3, 23))
    assert Check.objects.get().closed_at is not None


def test_a_second_change_keeps_the_first(client: Client, post: Post, on) -> None:
    checked(START)
    on(date(2027, 3, 2))
    path = link_in(post.deliver()[-1], CHECK)
    at = f"{path}aendern/?angebot=kleiderkiste"
    for typed in ({"phones": "030 23125-199", "message": "Neue Nummer"}, {"hours": "Di 10–12 Uhr"}):
        told = press(client, client.get(at).content.decode(), "Abschicken", at, **typed)
        assert "Ihre Änderung ist bei uns" in told
    submission = Submission.objects.get()
    assert submission.fields == {"phones": ["030 23125-199"], "hours": "Di 10–12 Uhr"}
    assert submission.message == "Neue Nummer"
    today = {"phones": "030 23125-101", "hours": "", "message": ""}
    told = press(client, client.get(at).content.decode(), "Abschicken", at, **today)
    assert "Ihre Änderung ist bei uns" not in told
    assert not Submission.objects.exists()


def test_all_at_once_with_one_tap(client: Client, post: Post, on) -> None:
    for slug in ("eins", "zwei", "drei"):
        checked(START, slug, title=slug)
    on(date(2027, 3, 2))
    [asked] = post.deliver()
    path = link_in(asked, CHECK)
    assert "Bei allen stimmt alles noch" in client.get(path).content.decode()
    client.post(path, {"antwort": "alle"})
    assert set(Offer.objects.values_list("checked_on", flat=True)) == {date(2027, 3, 2)}


def test_two_providers_at_one_address_get_one_mail_for_both(client: Client, post: Post, on) -> None:
    checked(START)
    checked(START, "ahorn", title="Ahorntreff", provider=provider("Haus Ahornweg"))
    checked(date(2026, 3, 9), "birke", title="Birkentreff", provider=provider("Haus Birkenweg"))
    on(date(2027, 3, 2))
    on(date(2027, 3, 9))
    [asked] = post.deliver()
    path = link_in(asked, CHECK)
    page = client.get(path).content.decode()
    assert all(title in page for title in ("Kleiderkiste", "Ahorntreff", "Birkentreff"))
    client.post(path, {"antwort": "alle"})
    on(date(2027, 4, 30))
    assert post.deliver() == []
    assert not Check.objects.open().exists()


def test_one_providers_link_answers_for_no_other(client: Client, post: Post, on) -> None:
    checked(START)
    other = checked(START, "ahorn", provider=provider("Haus Ahornweg", "ahorn@example.org"))
    on(date(2027, 3, 2))
    post.deliver()
    path = link_in(post.to(HOUSE), CHECK)
    client.post(path, {"antwort": "weg", "angebot": "ahorn"})
    assert state("ahorn") == "published"
    page = client.get(f"{path}aendern/?angebot=ahorn").content.decode()
    assert other.title not in page or "Stimmt noch alles?" in page


def test_examples_are_never_asked_for_flagged_or_taken_offline(post: Post, on) -> None:
    offer(example=True, checked_on=None, published_on=date(2020, 1, 1), email=HOUSE)
    on(date(2026, 11, 23))
    assert post.deliver() == []
    assert (state(), Offer.objects.get().is_due) == ("published", False)
    assert not Check.objects.exists()


@pytest.mark.parametrize("why", ["no address", "bounced", "complained"])
def test_whom_no_mail_reaches_the_officers_ask_from_the_start(why: str, post: Post, on) -> None:
    checked(START, provider=provider(email="" if why == "no address" else HOUSE))
    now = timezone.now()
    Address.objects.update(
        bounced_at=now if why == "bounced" else None, complained_at=now if why == "complained" else None
    )
    at = on(date(2027, 3, 2))
    assert post.deliver() == []
    assert checks.for_officers(at).count() == 1


def test_who_has_objected_is_not_asked_and_the_officers_know(post: Post, on) -> None:
    checked(START)
    suppress(HOUSE, "objection")
    at = on(date(2027, 3, 2))
    on(date(2027, 4, 2))
    assert post.deliver() == []
    assert checks.for_officers(at).count() == 1
