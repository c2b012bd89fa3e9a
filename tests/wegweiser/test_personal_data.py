"""What the Wegweiser holds about people: shown, erased, and forgotten in time (P-03, P-07, P-08)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kit import months
from mailings.models import Address
from netzwerk import upkeep
from netzwerk.privacy import my_data
from netzwerk.privacy import register as everything
from tests.netzwerk.privacy.test_my_data import dump
from tests.post import Post, link_in
from tests.wegweiser.offers import HOUSE, checked, offer, provider, report
from wegweiser import curation, personal_data
from wegweiser.checking import checks
from wegweiser.models import Check, FailedSearch, Hint, Offer, Provider, Submission, Version
from wegweiser.reporting import reports

pytestmark = pytest.mark.django_db

REPORT = "/wegweiser/angebot-melden/"


def test_a_provider_sees_what_is_held(client: Client, post: Post) -> None:
    offer(email=HOUSE, contact_person="Frau Brandt")
    report(client, message="Ab Mai.")
    held = everything.export(Address.objects.get(email=HOUSE))
    assert held["Anbieter im Wegweiser"] == [{"Anbieter": "Haus Lindenweg", "gefragt": []}]
    [reported] = held["Gemeldete Angebote"]
    assert (reported["Nachricht"], reported["Angaben"]["title"]) == ("Ab Mai.", "Nähcafé")
    [shown] = held["Angebote mit Ihrer Adresse"]
    assert shown["Ansprechperson"] == "Frau Brandt"


def test_somebody_else_sees_nothing_of_it(client: Client) -> None:
    offer(email=HOUSE)
    other = Address.objects.create(email="kim@example.org")
    assert set(everything.export(other)) & {"Anbieter im Wegweiser", "Gemeldete Angebote"} == set()


def test_erasing_a_provider_leaves_no_address_anywhere_and_the_offer_stays(client: Client, post: Post) -> None:
    """P-08: also in former versions, in reports and where it was public."""
    email = "frau.seltsam@lindenweg.example"
    kiste = offer(email=email, provider=provider(email=email))
    curation.change(kiste, "beate", title="Kleiderkiste am Markt")
    report(client, email, contact=email, message="seltsamnachricht")
    post.deliver()
    client.post(link_in(post.to(email), REPORT))
    reports.publish(Submission.objects.get(), "beate", ask_yearly=True)
    report(client, email, title="Noch eines", contact=email)
    my_data.erase(Address.objects.get(email=email), objection=False)
    left = dump(None)
    assert "seltsam" not in left
    assert Offer.objects.published().count() == 2
    assert {each.address for each in Provider.objects.all()} == {None}
    assert {hint.text for hint in Hint.objects.all()} == {
        "Die E-Mail-Adresse wurde auf Wunsch gelöscht. Bitte fragen Sie nach einer neuen."
    }
    assert Submission.objects.get().state == "published"


def test_each_thing_is_forgotten_on_its_day(client: Client, time_machine) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    kiste = offer()
    FailedSearch.objects.create(words="nachtbetreuung", day=timezone.localdate(start))
    done = Hint.objects.create(offer=kiste, text="erledigt", done_at=start)
    open_ = Hint.objects.create(offer=kiste, text="offen", at=start)
    Version.objects.create(offer=kiste, contents={}, until=start, by="beate")
    Check.objects.create(provider=kiste.provider, asked_at=start, closed_at=start)
    decided = Submission.objects.create(fields={}, state="declined", confirmed_at=start, decided_at=start)

    def held(days: float) -> list[bool]:
        personal_data.expire(start + timedelta(days=days))
        rows = [FailedSearch.objects, Hint.objects.filter(pk=done.pk), Hint.objects.filter(pk=open_.pk)]
        rows += [Submission.objects.filter(pk=decided.pk), Version.objects, Check.objects]
        return [each.exists() for each in rows]

    assert held(90) == [True] * 6
    assert held(91) == [False, False, True, True, True, True]
    assert held(365) == [False, False, True, True, True, True]
    assert held(365.1) == [False, False, False, False, True, True]
    assert held(3 * 365) == [False, False, False, False, True, True]
    assert held(3 * 365 + 0.1) == [False] * 6


def test_an_address_stays_while_the_wegweiser_needs_it_and_no_longer(client: Client, time_machine) -> None:
    offer(provider=provider(email="anbieter@example.org"))
    report(client, "melder@example.org")
    Address.objects.create(email="niemand@example.org")
    upkeep.run()
    assert set(Address.objects.values_list("email", flat=True)) == {"anbieter@example.org", "melder@example.org"}
    time_machine.move_to(timezone.now() + timedelta(days=8))
    upkeep.run()
    assert set(Address.objects.values_list("email", flat=True)) == {"anbieter@example.org"}


def test_whom_to_ask_about_an_offer_is_forgotten_a_year_after_it_went(time_machine) -> None:
    """P-07: unless the provider has another offer, its address for the yearly question goes too."""
    now = timezone.now().replace(microsecond=0)
    time_machine.move_to(now, tick=False)
    person = {"contact_person": "Frau Brandt", "email": "brandt@haus.example", "phones": ["030 23125-101"]}
    ahorn, buche = (provider(f"Haus {tree}", f"{tree.lower()}@example.org") for tree in ("Ahorn", "Buche"))
    provider("Haus Neu", "neu@example.org")
    gone = [offer(slug, provider=by, **person) for slug, by in (("eins", ahorn), ("zwei", buche))]
    stays = checked(months.today(), "drei", provider=buche, **person)
    for each in gone:
        curation.archive(each, checks.PORTAL)
    for days, people, addresses in ((365, 3, {"ahorn", "buche", "neu"}), (365 + 1 / 86400, 1, {"buche", "neu"})):
        Offer.objects.filter(pk=stays.pk).update(checked_on=timezone.localdate(now + timedelta(days=days)))
        time_machine.move_to(now + timedelta(days=days), tick=False)
        upkeep.run()
        named = Offer.objects.exclude(contact_person="", email="", phones=[])
        assert named.filter(**person).count() == named.count() == people
        found = Provider.objects.filter(address__isnull=False).values_list("address__email", flat=True)
        assert {email.partition("@")[0] for email in found} == addresses
    assert not Address.objects.filter(email="ahorn@example.org").exists()
    assert list(checks.offers_of(buche)) == [stays], "nobody can make one public again that does not say whom to ask"


def test_nobody_is_asked_whose_day_has_not_come_when_daily_runs(post: Post) -> None:
    checked(months.before(months.today(), 13))
    checked(months.before(months.today(), 11), "naehcafe", provider=provider("Haus Ahornweg", "ahorn@example.org"))
    assert upkeep.run()
    assert [mail["To"] for mail in post.deliver()] == [HOUSE]
