"""A provider reports an offer without an account: confirmed by mail, published by an officer."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from mailings import antispam, suppression
from mailings.models import Address, Mailing, RateHit, Suppression
from tests import FULL
from tests.post import Post, link_in, text_of
from tests.statements import recorded, undone
from tests.wegweiser.imports.test_importing import ANGEBOTE, run
from tests.wegweiser.offers import HOUSE, form, offer, report
from wegweiser import personal_data
from wegweiser.models import Offer, Provider, Submission
from wegweiser.reporting import reports
from wegweiser.reporting.forms import OfferForm, ReportForm, initial

pytestmark = pytest.mark.django_db

REPORT = "/wegweiser/angebot-melden/"
BOTS = 1000 if FULL else 30


def waiting(client: Client, post: Post, **fields: object) -> Submission:
    """Reported and confirmed."""
    report(client, **fields)
    post.deliver()
    client.post(link_in(post.to(HOUSE), REPORT))
    return Submission.objects.waiting().latest("pk")


def test_haus_lindenweg_reports_a_sewing_cafe_and_an_officer_publishes_it(client: Client, post: Post) -> None:
    answer = report(client)
    assert (answer.status_code, answer["Location"]) == (302, f"{REPORT}unterwegs/")
    [asking] = post.deliver()
    assert (asking["To"], asking["Subject"]) == (HOUSE, "Bitte bestätigen Sie Ihre Meldung")
    path = link_in(asking, REPORT)
    shown = client.get(path).content.decode()
    assert "Nur noch ein Klick" in shown
    assert "Nähcafé" in shown
    assert Submission.objects.get().state == "unconfirmed"
    assert "Danke, Ihre Meldung ist bei uns" in client.post(path, follow=True).content.decode()
    assert not Offer.objects.exists()

    made = reports.publish(Submission.objects.get(), "beate", ask_yearly=True)
    assert (made.slug, made.title, made.state) == ("naehcafe", "Nähcafé", "published")
    assert (made.phones, made.municipalities) == (["030 23125-102", "030 23125-103"], ["kreuztal"])
    assert (made.checked_on, made.example) == (timezone.localdate(), False)
    assert [topic.slug for topic in made.topics.all()] == ["treffpunkte-und-selbsthilfe"]
    assert Provider.objects.get().address == Address.objects.get(email=HOUSE)
    [told] = post.deliver()
    assert (told["To"], told["Subject"]) == (HOUSE, "Ihre Meldung ist veröffentlicht")
    assert f"{settings.SITE_URL}/wegweiser/naehcafe/" in text_of(told)


def test_every_question_of_the_form_has_one_place_on_its_page() -> None:
    placed = [name for names in OfferForm.PARTS.values() for name in names]
    assert sorted(placed) == sorted(OfferForm.base_fields.keys() - {"message"})


def test_a_change_holds_only_what_is_different_and_leaves_alone_what_an_officer_changes_meanwhile(
    client: Client, post: Post
) -> None:
    kiste = offer()
    fields = initial(kiste) | {"hours": "Di 10–12 Uhr"}
    fields = {name: value for name, value in form(**fields).items() if value is not None}
    answer = client.post(f"{REPORT}?angebot=kleiderkiste", fields | {"email": HOUSE})
    assert answer.status_code == 302
    submission = Submission.objects.get()
    assert (submission.offer, submission.fields) == (kiste, {"hours": "Di 10–12 Uhr"})
    post.deliver()
    client.post(link_in(post.to(HOUSE), REPORT))
    Offer.objects.update(town="Kreuztal")
    reports.publish(submission, "beate", ask_yearly=False)
    kiste.refresh_from_db()
    assert (kiste.hours, kiste.town) == ("Di 10–12 Uhr", "Kreuztal")
    assert kiste.versions.first().contents["hours"] == ""


def test_no_offer_of_the_list_is_changed_by_sending_its_form_as_it_is(client: Client) -> None:
    run(str(ANGEBOTE))
    for each in Offer.objects.select_related("provider").prefetch_related("topics"):
        sent = OfferForm(initial(each))
        assert sent.is_valid(), (each.slug, sent.errors)
        assert reports.changes(each, sent.contents()) == {}, each.slug


def test_nothing_changed_is_said_and_not_kept(client: Client) -> None:
    kiste = offer()
    page = client.post(f"{REPORT}?angebot=kleiderkiste", form(**initial(kiste) | {"email": HOUSE}))
    assert "Sie haben noch nichts geändert." in page.content.decode()
    assert not Submission.objects.exists()


def test_the_link_is_valid_for_24_hours_to_the_second(client: Client, post: Post, time_machine) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    report(client)
    post.deliver()
    path = link_in(post.to(HOUSE), REPORT)
    time_machine.move_to(start + timedelta(hours=24), tick=False)
    assert client.get(path).status_code == 200
    time_machine.move_to(start + timedelta(hours=24, seconds=1), tick=False)
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 404
        assert "Dieser Link gilt nicht mehr" in answer.content.decode()
    assert Submission.objects.get().state == "unconfirmed"


def test_three_offers_within_ten_minutes_are_one_mail_and_one_tap(client: Client, post: Post) -> None:
    for title in ("Nähcafé", "Kleiderkiste", "Frühstück"):
        assert report(client, title=title).status_code == 302
    [asking] = post.deliver()
    path = link_in(asking, REPORT)
    client.post(path)
    assert Submission.objects.waiting().count() == 3
    report(client, title="Noch eines")
    assert "Noch eines" in client.get(path).content.decode()
    client.post(path)
    assert Submission.objects.waiting().count() == 4
    assert post.deliver() == []


@pytest.mark.slow
def test_nobody_fills_the_table_under_a_foreign_address(client: Client) -> None:
    for number in range(15):
        report(client, title=f"Angebot {number}")
    assert Submission.objects.count() == 10
    RateHit.objects.all().delete()
    for number in range(30):
        report(client, f"p{number}@example.org")
    assert Submission.objects.count() == 10 + 20  # one place: twenty addresses a day


def test_same_page_and_statements_whatever_the_address_is_to_us(client: Client) -> None:
    """P-04"""

    def put(state: str) -> None:
        if state == "provider":
            offer()
        elif state == "suppressed":
            suppression.suppress(HOUSE, Suppression.Reason.OBJECTION)
        elif state == "bounced":
            Address.objects.create(email=HOUSE, bounced_at=timezone.now())
        elif state in {"reported", "limited"}:
            report(client)
        if state != "limited":
            RateHit.objects.all().delete()

    seen = {}
    for state in ["new", "provider", "suppressed", "bounced", "reported", "limited"]:
        with undone():
            put(state)
            fields = form()
            with recorded() as statements:
                answer = client.post(REPORT, fields)
            page = client.get(answer["Location"]).content
            headers = {name: value for name, value in answer.headers.items() if name != "Expires"}
            seen[state] = (answer.status_code, answer.content, headers, page, statements)
    for state, found in seen.items():
        assert found == seen["new"], state


def test_the_mail_that_asks_holds_nothing_that_was_typed(client: Client, post: Post) -> None:
    """M-14"""
    marks = {name: f"MARKE-{name}" for name in ("title", "provider", "description", "audience", "hours", "street")}
    report(client, **marks, message="MARKE-message", contact_person="MARKE-person", town="MARKE-ort", cost="MARKE")
    [mail] = post.deliver()
    assert "MARKE" not in mail.as_string()
    assert "MARKE" not in "".join(part.get_content() for part in mail.walk() if not part.is_multipart())


def test_two_officers_decide_once_and_the_provider_hears_once(client: Client, post: Post) -> None:
    submission = waiting(client, post)
    reports.publish(submission, "beate", ask_yearly=True)
    with pytest.raises(reports.AlreadyDecided):
        reports.publish(submission, "uta", ask_yearly=True)
    with pytest.raises(reports.AlreadyDecided):
        reports.decline(submission, "uta")
    assert len(post.deliver()) == 1
    assert Offer.objects.count() == 1


def test_a_report_that_does_not_fit_is_declined_with_a_reason(client: Client, post: Post) -> None:
    submission = waiting(client, post)
    reports.decline(submission, "beate", "Der Wegweiser nennt nur Angebote\nim Kreis.")
    [told] = post.deliver()
    assert told["Subject"] == "Zu Ihrer Meldung"
    assert "Der Wegweiser nennt nur Angebote im Kreis." in text_of(told)
    assert not Offer.objects.exists()


def test_an_unconfirmed_report_cannot_be_published(client: Client) -> None:
    report(client)
    with pytest.raises(reports.AlreadyDecided):
        reports.publish(Submission.objects.get(), "beate", ask_yearly=True)


def test_the_same_title_twice_gets_another_address(client: Client, post: Post) -> None:
    offer("naehcafe")
    assert reports.publish(waiting(client, post), "beate", ask_yearly=True).slug == "naehcafe-2"
    RateHit.objects.all().delete()
    thema = reports.publish(waiting(client, post, title="Thema"), "beate", ask_yearly=True)
    assert thema.slug == "thema-angebot"


def test_a_strangers_change_does_not_take_over_the_providers_address(client: Client, post: Post) -> None:
    kiste = offer()
    fields = form(**initial(kiste) | {"email": "fremd@example.org", "hours": "nie"})
    client.post(f"{REPORT}?angebot=kleiderkiste", fields)
    post.deliver()
    client.post(link_in(post.to("fremd@example.org"), REPORT))
    reports.publish(Submission.objects.get(), "beate", ask_yearly=False)
    assert Provider.objects.get().address == Address.objects.get(email=HOUSE)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Schreiben Sie hier, wie es heißt."),
        ("area", "", "Wählen Sie, wo Eltern wohnen müssen."),
        ("website", "javascript:alert(1)", "Das ist keine Adresse einer Website."),
        ("website", "data:text/html,x", "Das ist keine Adresse einer Website."),
        ("contact", "kein-at", "Das @ fehlt"),
        ("phones", "ruf an", "Hier fehlt eine Telefonnummer"),
        ("postcode", "5707", "Eine Postleitzahl hat fünf Ziffern."),
        ("municipalities", [], "Wählen Sie wenigstens einen Ort"),
        ("topics", ["gibt-es-nicht"], "gibt-es-nicht"),
        ("homepage", "https://spam.example", "Dieses Feld muss leer bleiben."),
        ("seen", "gerade eben", "Das ging sehr schnell."),
        ("seen", "gefälscht", "Diese Seite war lange offen."),
        ("email", "x", "Das @ fehlt"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(client: Client, field: str, value: object, sentence: str) -> None:
    """S-14 among others: a bot's form comes back with a sentence that helps a person."""
    fields = form() | {field: value}
    if value == "gerade eben":
        fields["seen"] = antispam.stamp(ReportForm, 1)
    answer = client.post(REPORT, fields)
    assert answer.status_code == 200
    assert sentence in answer.content.decode().replace("&#x27;", "'")
    assert not Submission.objects.exists()
    assert not Mailing.objects.exists()


@pytest.mark.slow
def test_naive_bots_leave_nothing(client: Client) -> None:
    """S-14: they fill every field and send at once."""
    fields = form(homepage="https://spam.example", seen=antispam.stamp(ReportForm, 0))
    for _ in range(BOTS):
        assert client.post(REPORT, fields).status_code == 200
    assert not Submission.objects.exists()


def test_unconfirmed_reports_are_gone_after_seven_days(client: Client, time_machine) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    report(client)
    personal_data.expire(start + timedelta(days=7))
    assert Submission.objects.exists()
    personal_data.expire(start + timedelta(days=7, seconds=1))
    assert not Submission.objects.exists()
