"""The officers' desk of the Wegweiser: offers, reports, hints, words, and the list that goes in and out.

Beate is an invented officer.
"""

import csv
import io

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kit.spreadsheets import writing
from mailings.models import Address
from netzwerk import alerts
from tests.desk import change, page
from tests.post import Post, text_of
from tests.wegweiser.imports.test_importing import ANGEBOTE, run
from tests.wegweiser.offers import HOUSE, hint_form, offer, provider, report
from tests.wegweiser.reporting.test_reports import waiting
from wegweiser import curation
from wegweiser.models import Advice, FailedSearch, Hint, Offer, Provider, Situation, Submission, Synonym

pytestmark = pytest.mark.django_db

OFFERS = "/verwaltung/wegweiser/offer/"
REPORTS = "/verwaltung/wegweiser/submission/"


def act(client: Client, action: str, *offers: Offer) -> str:
    chosen = {"action": action, "_selected_action": [each.pk for each in offers]}
    return client.post(OFFERS, chosen, follow=True).content.decode()


def fields(**changed: object) -> dict[str, object]:
    """What the form of an offer sends."""
    return {
        "title": "Kleiderkiste",
        "provider": "Haus Lindenweg",
        "state": "published",
        "topics": ["wohnen"],
        "description": "Kleidung für Kinder, gut erhalten.",
        "area": "local",
        "municipalities": ["siegen"],
        "phones": "030 23125-101",
        "languages": ["de"],
        "cost": "kostenlos",
        "cost_kind": "free",
        "accessible": "unknown",
    } | changed


def test_offers_are_published_checked_and_taken_out_from_the_list(beate: Client) -> None:
    kiste = offer(state="draft", published_on=None, checked_on=None, example=True)
    assert "1 Angebot: Veröffentlicht." in act(beate, "publish", kiste)
    assert "1 Angebot: Heute geprüft." in act(beate, "check_today", kiste)
    kiste.refresh_from_db()
    assert (kiste.state, kiste.example, kiste.checked_on) == ("published", False, timezone.localdate())
    assert "1 Angebot: Aus dem Wegweiser genommen." in act(beate, "archive", kiste)
    assert "Das war schon so." in act(beate, "archive", kiste)
    assert [version.by for version in kiste.versions.all()] == ["beate"] * 3


def test_an_example_that_is_checked_says_where_its_provider_is_asked(beate: Client) -> None:
    kiste = offer(example=True, checked_on=None, email="haus@lindenweg.example", provider=provider(email=""))
    act(beate, "check_today", kiste)
    assert Provider.objects.get().address == Address.objects.get(email="haus@lindenweg.example")


def test_a_change_keeps_what_was_said_before_and_shows_it(beate: Client) -> None:
    kiste = offer()
    answer = change(beate, f"{OFFERS}{kiste.pk}/change/", fields(phones="030 23125-102", provider="Haus Ahornweg"))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    kiste.refresh_from_db()
    assert (kiste.phones, kiste.provider.name) == (["030 23125-102"], "Haus Ahornweg")
    assert [version.contents["phones"] for version in kiste.versions.all()] == [["030 23125-101"]]
    shown = page(beate, f"{OFFERS}{kiste.pk}/change/")
    assert "<del>030 23125-101</del>" in shown
    assert "<ins>Haus Ahornweg</ins>" in shown
    change(beate, f"{OFFERS}{kiste.pk}/change/", fields(phones="030 23125-102", provider="Haus Ahornweg"))
    assert kiste.versions.count() == 1


def test_an_officer_enters_an_offer(beate: Client) -> None:
    page(beate, f"{OFFERS}add/")
    offer("andere")
    answer = beate.post(f"{OFFERS}add/", fields(title="Väter & Söhne", checked_now="on"))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    entered = Offer.objects.get(title="Väter & Söhne")
    assert (entered.slug, entered.state, entered.checked_on) == ("vaeter-soehne", "published", timezone.localdate())
    again = beate.post(f"{OFFERS}add/", fields(title="Väter & Söhne"))
    assert "Diese Adresse hat schon ein anderes Angebot." in again.content.decode()


def test_the_form_says_what_the_call_button_dials_and_refuses_half_a_number(beate: Client) -> None:
    held = offer(phones=["030 23125-101 (8-12 Uhr)", "-102"], title="Kleiderkiste")
    form = f"{OFFERS}{held.pk}/change/"
    assert "Der Knopf „Anrufen“ wählt: +493023125101" in page(beate, form)
    answer = change(beate, form, fields(phones="23125100"))
    assert "„23125100“ lässt sich so nicht anrufen. Bitte jede Nummer ganz und mit Vorwahl" in answer.content.decode()
    assert 'value="23125100"' in answer.content.decode()
    answer = change(beate, form, fields(phones="030 23125-103, -104 (Mo-Fr 9-12 Uhr)"))
    assert answer.status_code == 302
    assert "Der Knopf „Anrufen“ wählt: +493023125103, +493023125104" in page(beate, form)


def test_the_list_asks_the_same_few_questions_however_long_it_is(
    beate: Client,
    django_assert_max_num_queries,
) -> None:
    run(str(ANGEBOTE))
    for query in ("", "?pruefen=amt", "?pruefen=faellig", "?pruefen=beispiel", "?thema=wohnen", "?q=jugendamt"):
        with django_assert_max_num_queries(12):
            assert beate.get(OFFERS + query).status_code == 200


def test_a_report_is_read_as_a_difference_and_published(beate: Client, post: Post) -> None:
    submission = waiting(Client(), post, hours="Di 10–12 Uhr", message="Ab Mai gilt das.")
    [alert] = [alert for alert in alerts.now() if "Meldung" in alert.what]
    assert (str(alert), alert.url) == ("1 Meldung zum Wegweiser wartet", f"{REPORTS}?state__exact=waiting")
    assert "Nähcafé" in page(beate, alert.url)
    shown = beate.get(f"{REPORTS}{submission.pk}/change/", follow=True).content.decode()
    for words in (
        "Das ist ein neues Angebot",
        HOUSE,
        "Di 10–12 Uhr",
        "Ab Mai gilt das.",
        "Treffpunkte und Selbsthilfe",
    ):
        assert words in shown
    beate.post(f"{REPORTS}{submission.pk}/uebernehmen/", {"yearly": "1"})
    assert Offer.objects.get().title == "Nähcafé"
    assert Provider.objects.get().address == Address.objects.get(email=HOUSE)
    late = beate.post(f"{REPORTS}{submission.pk}/ablehnen/", {"reason": "zu spät"}, follow=True).content.decode()
    assert "Das ist schon entschieden." in late
    assert [mail["Subject"] for mail in post.deliver()] == ["Ihre Meldung ist veröffentlicht"]


def test_a_report_is_declined_with_a_sentence(beate: Client, post: Post) -> None:
    submission = waiting(Client(), post)
    empty = beate.post(f"{REPORTS}{submission.pk}/ablehnen/", {"reason": " "}).content.decode()
    assert "Schreiben Sie einen Satz, warum nicht." in empty
    beate.post(f"{REPORTS}{submission.pk}/ablehnen/", {"reason": "Das gibt es schon."})
    [mail] = post.deliver()
    assert "Das gibt es schon." in text_of(mail)
    assert Submission.objects.get().decided_by == "beate"


def test_looking_at_a_report_decides_nothing(beate: Client, post: Post) -> None:
    submission = waiting(Client(), post)
    for path in ("ansehen", "uebernehmen", "ablehnen"):
        beate.get(f"{REPORTS}{submission.pk}/{path}/")
    assert Submission.objects.get().state == "waiting"


@pytest.mark.usefixtures("texts_are_complete")
def test_a_hint_is_a_todo_until_it_is_done(client: Client, beate: Client) -> None:
    kiste = offer()
    answer = Client().post("/wegweiser/kleiderkiste/hinweis/", hint_form())
    assert (answer.status_code, answer["Location"]) == (302, "/wegweiser/kleiderkiste/hinweis/danke/")
    [alert] = alerts.now()
    assert (str(alert), alert.url) == ("1 Hinweis auf eine falsche Angabe", "/verwaltung/wegweiser/hint/?stand=offen")
    assert "Die Nummer gibt es nicht mehr." in page(beate, alert.url)
    hint = Hint.objects.get()
    beate.post("/verwaltung/wegweiser/hint/", {"action": "done", "_selected_action": [hint.pk]})
    hint.refresh_from_db()
    assert (hint.done_by, hint.offer) == ("beate", kiste)
    assert alerts.now() == []


def test_searches_in_vain_are_shown_from_the_third_time_on_once_for_the_same_words(beate: Client) -> None:
    today = timezone.localdate()
    FailedSearch.objects.create(words="oma hund", day=today, count=2)
    FailedSearch.objects.create(words="nachtbetreuung", day=today, count=2)
    FailedSearch.objects.create(words="nachtbetreuung", day=today - timezone.timedelta(days=3), count=2)
    shown = page(beate, "/verwaltung/wegweiser/failedsearch/")
    assert shown.count("nachtbetreuung</td>") == 1
    assert '<td class="field-times">4</td>' in shown
    assert "oma hund" not in shown


def test_officers_write_synonyms_and_situations(beate: Client) -> None:
    kiste = offer()
    sent = {"word": "schnullerbaum", "means": "Kleidung, Anziehsachen"}
    answer = beate.post("/verwaltung/wegweiser/synonym/add/", sent)
    assert answer.status_code == 302, answer.context["errors"]
    assert Synonym.objects.get(word="schnullerbaum").means == ["Kleidung", "Anziehsachen"]
    answer = beate.post(
        "/verwaltung/wegweiser/situation/add/",
        {
            "title": "Alles zu klein",
            "slug": "alles-zu-klein",
            "intro": "Kinder wachsen.",
            "search_words": "Schuhe, Jacken",
            "order": "5",
            "published": "on",
            "advice-TOTAL_FORMS": "1",
            "advice-INITIAL_FORMS": "0",
            "advice-0-order": "1",
            "advice-0-offer": kiste.pk,
            "advice-0-sentence": "Dort gibt es Kleidung, rufen Sie vorher an.",
        },
    )
    assert answer.status_code == 302, answer.context["errors"]
    situation = Situation.objects.get(slug="alles-zu-klein")
    assert situation.search_words == ["Schuhe", "Jacken"]
    assert [(advice.offer, advice.order) for advice in Advice.objects.filter(situation=situation)] == [(kiste, 1)]


@pytest.mark.parametrize(
    "path", ["offer", "provider", "topic", "submission", "hint", "check", "situation", "synonym", "failedsearch"]
)
def test_every_list_and_form_opens(path: str, beate: Client, post: Post) -> None:
    kiste = offer()
    report(Client())
    Hint.objects.create(offer=kiste, text="Falsch.")
    page(beate, f"/verwaltung/wegweiser/{path}/")
    if path in {"offer", "provider", "topic", "situation", "synonym"}:
        page(beate, f"/verwaltung/wegweiser/{path}/add/")
    rows = {"offer": Offer, "provider": Provider, "hint": Hint}.get(path)
    if rows:
        page(beate, f"/verwaltung/wegweiser/{path}/{rows.objects.get().pk}/change/")


def test_another_address_for_the_provider_is_one_field(beate: Client) -> None:
    haus = provider()
    nonce = Provider.objects.get().nonce
    sent = {"name": "Haus Linde", "email": "neu@linde.example"}
    change(beate, f"/verwaltung/wegweiser/provider/{haus.pk}/change/", sent)
    changed = Provider.objects.select_related("address").get()
    assert changed.address is not None
    assert (changed.name, changed.address.email) == ("Haus Linde", "neu@linde.example")
    assert changed.nonce != nonce


# The list, in and out


def test_what_goes_out_comes_in_again_unchanged(beate: Client, tmp_path) -> None:
    run(str(ANGEBOTE))
    Offer.objects.filter(slug="tafel-siegen").update(title="=1+1", phones=["+49 30 23125100"])
    out = beate.post(f"{OFFERS}herunterladen/csv/")
    assert out["Content-Disposition"] == 'attachment; filename="angebote.csv"'
    file = tmp_path / "angebote.csv"
    file.write_bytes(out.getvalue())
    assert "120  unverändert" in run(str(file))
    out = beate.post(f"{OFFERS}herunterladen/xlsx/")
    file = tmp_path / "angebote.xlsx"
    file.write_bytes(out.getvalue())
    assert "120  unverändert" in run(str(file))
    sheet = openpyxl.load_workbook(io.BytesIO(file.read_bytes())).active
    assert sheet is not None
    assert {cell.data_type for line in sheet.iter_rows() for cell in line if cell.value} == {"s"}
    assert "+49 30 23125100" in {cell.value for line in sheet.iter_rows() for cell in line}


CELLS = st.lists(
    st.text(max_size=30) | st.sampled_from(["=1+1", "@SUM(1)", "\t=x", " =x", "|calc", "+49 30 1"]), max_size=5
)


@given(CELLS)
def test_no_cell_of_a_list_is_taken_for_a_formula(cells: list[str]) -> None:
    """S-10"""
    text = writing.csv_of(["a"] * len(cells), [cells]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    for cell in rows[1] if len(rows) > 1 else []:
        assert not cell.lstrip(" \u00a0").startswith(writing.TRIGGERS)
    for cell in cells:
        clean = writing.unguarded(writing.guarded(cell))
        assert clean == writing.guarded(clean) or writing.unguarded(writing.guarded(clean)) == clean


def test_a_phone_number_stays_readable() -> None:
    assert writing.guarded("+49 271 404") == "'+49 271 404"
    assert writing.unguarded("'+49 271 404") == "+49 271 404"
    assert writing.unguarded("'s-Hertogenbosch") == "'s-Hertogenbosch"


def test_what_was_archived_by_an_officer_is_found_again(beate: Client) -> None:
    kiste = offer()
    curation.archive(kiste, "beate")
    assert "Kleiderkiste" in page(beate, f"{OFFERS}?state__exact=archived")
