"""What officers do with reports and hints, and whom they call. Beate and Ruth are invented officers."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from kit.desk import editing
from kit.tallies import What
from tests.desk import logged, page
from tests.post import Post, text_of
from tests.pressing import press, send
from tests.tallies import counted
from tests.wegweiser.offers import checked, offer, provider
from tests.wegweiser.reporting.test_reports import waiting
from wegweiser import curation
from wegweiser.bulk import HINTS as HINTS_KIND
from wegweiser.bulk import OFFERS
from wegweiser.models import Advice, Hint, Offer, Situation, Submission, Synonym
from wegweiser.reporting import reports

pytestmark = pytest.mark.django_db

REPORTS, HINTS = "/verwaltung/wegweiser/submission/", "/verwaltung/wegweiser/hint/"
SITUATIONS, SYNONYMS = "/verwaltung/wegweiser/situation/", "/verwaltung/wegweiser/synonym/"


def reported(offer: Offer, **fields: object) -> Submission:
    return Submission.objects.create(
        offer=offer, fields=fields, state=Submission.State.WAITING, confirmed_at=timezone.now()
    )


# reports, corrected before they are published -----------------------------------------------------------------


def test_a_new_offer_is_corrected_and_published_and_the_report_stays(beate: Client, post: Post) -> None:
    submission = waiting(Client(), post, title="NÄHCAFE!!!", hours="Di 10–12 Uhr")
    at = f"{REPORTS}{submission.pk}/berichtigen/"
    assert f'href="{at}"' in page(beate, f"{REPORTS}{submission.pk}/ansehen/")
    form = page(beate, at)
    assert "<b>Gemeldet:</b> NÄHCAFE!!!" in form
    empty = press(beate, form, "So veröffentlichen", at, title="")
    assert "Schreiben Sie hier, wie es heißt." in empty
    assert "Di 10–12 Uhr" in empty
    shown = press(beate, form, "So veröffentlichen", at, title="Nähcafé")
    assert "„Nähcafé“ steht jetzt so im Wegweiser." in shown
    made = Offer.objects.get()
    assert (made.slug, made.title, made.hours, made.state) == ("naehcafe", "Nähcafé", "Di 10–12 Uhr", "published")
    assert counted(What.CHECKED) == 1
    assert "NÄHCAFE!!!" in page(beate, f"{REPORTS}{submission.pk}/ansehen/")
    [told] = post.deliver()
    assert "/wegweiser/naehcafe/" in text_of(told)
    assert [line.partition(": ")[2] for line in logged()] == [
        f"Meldung {submission.pk}: Berichtigt und übernommen.",
        f"Angebot {made.pk}: Aus Meldung {submission.pk}: Berichtigt und übernommen.",
    ]
    late = send(beate, form, "So veröffentlichen", at, title="Nähcafé").content.decode()
    assert "Das ist schon entschieden." in late
    assert Offer.objects.count() == 1


def test_letters_of_a_report_that_no_font_has_are_named_when_it_is_published(beate: Client, post: Post) -> None:
    reports_of = [waiting(Client(), post, title=title) for title in ("Café 你好", "Чай und شاي")]
    told, fine = (
        beate.post(f"{REPORTS}{submission.pk}/uebernehmen/", follow=True).content.decode() for submission in reports_of
    )
    assert "你好: Diese Buchstaben hat unsere Druckschrift nicht. Im gedruckten Wegweiser steht dort ein Frag" in told
    assert "„Чай und شاي“ steht jetzt so im Wegweiser." in fine
    assert "Druckschrift" not in fine


def test_of_a_change_the_rest_of_the_offer_stays_and_nothing_newer_is_undone(beate: Client) -> None:
    """While Beate corrects the hours, Ruth changes the price: Beate is told, reads it, and presses once more."""
    kiste = offer()
    submission = reported(kiste, hours="di 10-12")
    at = f"{REPORTS}{submission.pk}/berichtigen/"
    form = page(beate, at)
    curation.change(kiste, "ruth", cost="5 € im Monat")
    told = press(beate, form, "So veröffentlichen", at, hours="Di 10–12 Uhr")
    assert "Jemand hat das Angebot inzwischen geändert." in told
    assert "<b>Heute:</b> 5 € im Monat" in told
    kiste.refresh_from_db()
    assert (kiste.hours, kiste.cost) == ("", "5 € im Monat")
    press(beate, told, "So veröffentlichen", at, cost="5 € im Monat")
    kiste.refresh_from_db()
    assert (kiste.hours, kiste.cost, kiste.phones) == ("Di 10–12 Uhr", "5 € im Monat", ["030 23125-101"])
    submission.refresh_from_db()
    assert (submission.state, submission.fields) == ("published", {"hours": "di 10-12"})


def test_without_the_version_check_the_newer_change_would_be_undone() -> None:
    """The negative control of the test above."""
    kiste = offer()
    submission, seen = reported(kiste, hours="di 10-12"), editing.version(kiste)
    typed = kiste.contents() | {"hours": "Di 10–12 Uhr"}
    curation.change(kiste, "ruth", cost="5 € im Monat")
    with pytest.raises(editing.EditConflict):
        reports.publish(submission, "beate", ask_yearly=False, corrected=typed, seen=seen)
    reports.publish(submission, "beate", ask_yearly=False, corrected=typed)
    kiste.refresh_from_db()
    assert kiste.cost == "kostenlos"


# hints --------------------------------------------------------------------------------------------------------


def test_a_hint_is_ticked_off_on_its_page_and_opened_again(beate: Client) -> None:
    hint = Hint.objects.create(offer=offer(), text="Die Nummer gibt es nicht mehr.")
    at = f"{HINTS}{hint.pk}/change/"
    done = press(beate, page(beate, at), "Erledigt", at)
    hint.refresh_from_db()
    assert (hint.is_open, hint.done_by) == (False, "beate")
    again = press(beate, done, "Doch noch offen", at)
    hint.refresh_from_db()
    assert (hint.is_open, hint.done_by) == (True, "")
    assert "Haben Sie nachgesehen" in again
    beate.post(f"{HINTS}{hint.pk}/wieder-offen/")
    assert [line.rpartition(": ")[2] for line in logged()] == ["Erledigt.", "Wieder offen."]


def test_several_hints_are_asked_about_and_given_back(beate: Client) -> None:
    """Of three that Beate ticks off Ruth opens one again: it stays as Ruth left it."""
    hints = [Hint.objects.create(offer=offer(slug), text=f"Hinweis {slug}") for slug in ("a", "b", "c")]
    chosen = {"action": "done", "_selected_action": [hint.pk for hint in hints]}
    asked = beate.post(HINTS, chosen).content.decode()
    assert "3 Hinweise als erledigt abhaken?" in asked
    assert Hint.objects.filter(done_at=None).count() == 3
    told = press(beate, asked, "3 Hinweise als erledigt abhaken", HINTS)
    assert "3 Hinweise: Erledigt." in told
    assert Hint.objects.filter(done_at=None).count() == 0
    curation.reopen(hints[2])
    curation.done(hints[2], "ruth")
    back = press(beate, page(beate, HINTS), "Rückgängig machen", HINTS)
    assert "Rückgängig gemacht: 2 Hinweise." in back
    assert "1 Hinweis hat sich inzwischen geändert und bleibt so." in back
    assert list(Hint.objects.order_by("pk").values_list("done_by", flat=True)) == ["", "", "ruth"]
    assert "Rückgängig machen" not in page(beate, HINTS)


def test_whoever_only_reads_hints_ticks_nothing_off(settings) -> None:
    settings.DEMO = True
    hint = Hint.objects.create(offer=offer(), text="Die Nummer gibt es nicht mehr.")
    client = Client()
    client.force_login(User.objects.create_user("sinan", is_staff=True))
    for action in ("erledigt", "wieder-offen"):
        assert client.post(f"{HINTS}{hint.pk}/{action}/").status_code == 403
    assert client.post(f"{HINTS}rueckgaengig/").status_code == 403


# deletions ----------------------------------------------------------------------------------------------------


def test_a_deleted_life_situation_is_taken_back_with_its_steps(beate: Client) -> None:
    row = Situation.objects.create(title="Frisch getrennt", slug="frisch", intro="Was jetzt hilft.")
    Advice.objects.create(situation=row, order=1, offer=offer(), sentence="Rufen Sie an.")
    at = f"{SITUATIONS}{row.pk}/delete/"
    told = press(beate, page(beate, at), "Löschen", at)
    assert not Situation.objects.exists()
    assert "„Frisch getrennt“ gelöscht." in told
    back = press(beate, told, "Rückgängig machen", SITUATIONS)
    assert "„Frisch getrennt“ ist wieder da." in back
    assert list(Advice.objects.values_list("situation__slug", "sentence")) == [("frisch", "Rufen Sie an.")]
    assert "Rückgängig machen" not in page(beate, SITUATIONS)
    assert "schon rückgängig" in beate.post(f"{SITUATIONS}zurueckholen/", follow=True).content.decode()


def test_a_deleted_synonym_is_not_taken_back_over_a_new_one(beate: Client) -> None:
    row = Synonym.objects.create(word="omas haus", means=["kindergarten"])
    at = f"{SYNONYMS}{row.pk}/delete/"
    told = press(beate, page(beate, at), "Löschen", at)
    Synonym.objects.create(word="omas haus", means=["tagespflege"])
    assert "Inzwischen gibt es etwas Neues" in press(beate, told, "Rückgängig machen", SYNONYMS)
    assert Synonym.objects.get(word="omas haus").means == ["tagespflege"]


def test_every_action_on_a_list_is_one_that_asks_and_can_be_taken_back(beate: Client, rf) -> None:
    """An action that is not listed here was added without a question before it and a way back after it."""
    request = rf.get("/")
    request.user = User.objects.get(username="beate")
    found = {
        model._meta.model_name: list(shown.get_actions(request))
        for model, shown in admin.site._registry.items()
        if shown.get_actions(request)
    }
    assert found == {"offer": ["check_today", "publish", "archive"], "hint": ["done"]}
    assert {*OFFERS.orders} == {*found["offer"]}
    assert {*HINTS_KIND.orders} == {*found["hint"]}


# whom to call -------------------------------------------------------------------------------------------------


def test_offers_to_check_by_telephone_show_numbers_that_a_phone_dials(beate: Client) -> None:
    old = timezone.localdate().replace(year=2020)
    nobody = provider("Ohne Adresse", email="")
    checked(old, "kiste", provider=nobody, phones=["030 23125-101 (8-12 Uhr)"], contact_person="Frau Ahorn")
    checked(old, "boerse", provider=nobody, phones=[])
    shown = page(beate, "/verwaltung/wegweiser/offer/?pruefen=amt")
    assert 'href="tel:+493023125101"' in shown
    assert "Frau Ahorn" in shown
    assert "keine Nummer" in shown
    assert "tel:" not in page(beate, "/verwaltung/wegweiser/offer/")
