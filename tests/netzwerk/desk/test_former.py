"""Former versions come back into the form, and are saved as new ones. Beate is an invented officer."""

from datetime import timedelta

import pytest
from django.contrib.flatpages.models import FlatPage
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from netzwerk.models import FormerVersion
from netzwerk.pages import former_versions
from tests.desk import page
from tests.pressing import press, send
from tests.wegweiser.offers import offer
from wegweiser import curation
from wegweiser.models import Advice, Offer, Situation, Version

pytestmark = pytest.mark.django_db


def at(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def back(client: Client, row: Model, version: int) -> str:
    """The form with the former version, to which the link on the page leads."""
    assert f'href="?fassung={version}"' in page(client, at(row))
    return page(client, f"{at(row)}?fassung={version}")


def test_the_text_of_a_page_comes_back_as_a_new_version(beate: Client) -> None:
    row = FlatPage.objects.get(url="/impressum/")
    before = row.content
    press(beate, page(beate, at(row)), "Speichern", at(row), content="Versehentlich alles gelöscht.")
    kept = FormerVersion.objects.get()
    assert (kept.model, kept.key, kept.by) == ("flatpages.flatpage", str(row.pk), "beate")
    form = back(beate, row, kept.pk)
    assert "Erst mit „Speichern“ gilt es wieder." in form
    row.refresh_from_db()
    assert row.content == "Versehentlich alles gelöscht."  # looking changes nothing
    press(beate, form, "Speichern", at(row))
    row.refresh_from_db()
    assert row.content.split() == before.split()
    newest = FormerVersion.objects.latest("pk")
    assert newest.contents["content"] == {"content": ["Versehentlich alles gelöscht."]}


def test_saving_without_a_change_keeps_no_version(beate: Client) -> None:
    row = FlatPage.objects.get(url="/impressum/")
    press(beate, page(beate, at(row)), "Speichern", at(row))
    assert not FormerVersion.objects.exists()


def test_a_life_situation_comes_back_with_its_steps(beate: Client) -> None:
    """Beate rewrites the first step and drops the second; both are back."""
    row = Situation.objects.create(title="Frisch getrennt", slug="frisch", intro="Was jetzt hilft.")
    for order, slug in ((1, "eins"), (2, "zwei")):
        Advice.objects.create(situation=row, order=order, offer=offer(slug), sentence=f"Schritt {order}.")
    changes = {"advice-0-sentence": "Anders.", "advice-1-DELETE": "on", "intro": "Neu."}
    press(beate, page(beate, at(row)), "Speichern", at(row), **changes)
    assert list(row.advice.values_list("sentence", flat=True)) == ["Anders."]
    press(beate, back(beate, row, FormerVersion.objects.get().pk), "Speichern", at(row))
    row.refresh_from_db()
    assert row.intro == "Was jetzt hilft."
    assert list(row.advice.values_list("offer__slug", "sentence")) == [("eins", "Schritt 1."), ("zwei", "Schritt 2.")]


def test_an_offer_says_again_what_it_said_and_stays_as_public_as_it_is(beate: Client) -> None:
    kiste = offer(hours="Di 10–12 Uhr")
    curation.change(kiste, "beate", hours="", phones=["030 23125-109"])
    curation.archive(kiste, "beate")
    version = Version.objects.order_by("pk")[0]
    form = back(beate, kiste, version.pk)
    press(beate, form, "Speichern", at(kiste))
    kiste.refresh_from_db()
    assert (kiste.hours, kiste.phones, kiste.state) == ("Di 10–12 Uhr", ["030 23125-101"], "archived")
    assert Version.objects.order_by("-pk")[0].contents["hours"] == ""


def test_what_a_colleague_has_saved_meanwhile_is_asked_about(beate: Client) -> None:
    kiste = offer(hours="Di 10–12 Uhr")
    curation.change(kiste, "beate", hours="Mi 9–10 Uhr")
    form = back(beate, kiste, Version.objects.get().pk)
    curation.change(Offer.objects.get(), "ruth", hours="Do 14–16 Uhr")
    asked = send(beate, form, "Speichern", at(kiste)).content.decode()
    assert "hat das hier auch gerade geändert" in asked
    kiste.refresh_from_db()
    assert kiste.hours == "Do 14–16 Uhr"


@pytest.mark.parametrize("asked", ["", "x", "0", "9" * 30, "-1"])
def test_a_version_that_there_is_not_shows_the_form_as_it_is(beate: Client, asked: str) -> None:
    assert "Erst mit „Speichern“" not in page(beate, f"{at(offer())}?fassung={asked}")


def test_versions_are_forgotten_after_three_years() -> None:
    now = timezone.now()
    for days in (3 * 365 + 1, 3 * 365 - 1):
        FormerVersion.objects.create(model="x", key="1", contents={}, until=now - timedelta(days=days), by="beate")
    former_versions.expire(now)
    assert FormerVersion.objects.count() == 1
