"""The Zwischenbilanz on the desk. Beate coordinates, Ayla only reads reports; both are invented."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pypdf
import pytest
import time_machine
from django.test import Client

from kit import tallies
from kit.tallies import What
from netzwerk.models import CountedSince, PublishedReport
from netzwerk.report import paper, sheet, spans
from netzwerk.report.figures import FIGURES
from tests.desk import logged, page
from tests.netzwerk.accounts.officers import desk_of, officer, said
from tests.netzwerk.signing_in import officers
from tests.pressing import form_of, press, send
from wegweiser.models import Topic

pytestmark = pytest.mark.django_db

REPORT = "/verwaltung/bericht/"
COUNTED = {
    2023: {What.JOINED: 76, What.LEFT: 1},
    2024: {What.JOINED: 33, What.LEFT: 13},
    2025: {What.JOINED: 41, What.LEFT: 14, What.HELD: 4, What.DOOR_COUNTED: 4, What.CAME_ADULTS: 84},
}


@pytest.fixture
def in_january() -> Iterator[None]:
    with time_machine.travel(date(2026, 1, 11)):
        for number, counted in COUNTED.items():
            for what, times in counted.items():
                tallies.count(what, times, on=date(number, 5, 3))
        tallies.count(What.SEARCHED_IN_VAIN, 23, on=date(2025, 5, 3), of="umzug/siegen")
        tallies.count(What.SEARCHED_IN_VAIN, 2, on=date(2025, 5, 3), of="schulden/burbach")
        yield


@pytest.fixture
def ayla(in_january: None, settings: Any) -> Client:
    settings.DEMO = True
    return desk_of(officer("Ayla Kurt", "Bericht"))


@pytest.fixture
def rita(in_january: None, settings: Any) -> Client:
    settings.DEMO = True
    return desk_of(officer("Rita Sommer", "Koordination"))


def publish(client: Client, name: str = "2025") -> str:
    at = f"{REPORT}{name}/"
    return press(client, page(client, at), "Zwischenbilanz veröffentlichen", at)


def test_one_press_makes_sheet_plots_paragraph_and_files(rita: Client) -> None:
    shown = said(publish(rita))
    assert "Veröffentlicht. Diese Zahlen ändern sich nicht mehr." in shown
    assert "ist 2025 gewachsen: Rund 120 Mütter und Väter standen Ende Dezember 2025 auf der Liste" in shown
    assert "auf der Liste am Ende 75 95 120 + 25" in shown.replace("\xa0", " ")
    assert logged() == ["veröffentlicht: Zwischenbilanz 01.01.2025 bis 31.12.2025"]
    table = rita.get(f"{REPORT}2025/zwischenbilanz.csv").content.decode("utf-8-sig")
    assert '"Menschen";"auf der Liste am Ende";"75";"95";"120";' in table
    assert "veröffentlichung" not in table.lower()


def test_the_gap_list_tells_topics_and_towns_and_nothing_rare(rita: Client) -> None:
    Topic.objects.create(slug="umzug", title="Umzug", order=1)
    Topic.objects.create(slug="schulden", title="Schulden", order=2)
    shown = said(publish(rita))
    assert "Umzug Siegen 25" in shown
    assert "Burbach" not in shown


def test_what_nobody_could_name_is_told_as_all_others(rita: Client) -> None:
    """The search "Schwimmkurs" comes near no topic, and three rows of the same number stand in order of name."""
    for order, title in enumerate(("Umzug", "Arbeit", "Geld"), 1):
        Topic.objects.create(slug=title.lower(), title=title, order=order)
        tallies.count(What.SEARCHED_IN_VAIN, 7 - order, on=date(2025, 5, 3), of=f"{title.lower()}/burbach")
    tallies.count(What.SEARCHED_IN_VAIN, 11, on=date(2025, 5, 3), of="/siegen")
    shown = said(publish(rita))
    assert "Umzug Siegen 25 Arbeit Burbach 5 Geld Burbach 5 Umzug Burbach 5 alles andere 10" in shown


def test_what_is_published_never_changes(rita: Client) -> None:
    before = publish(rita)
    tallies.count(What.JOINED, 50, on=date(2025, 5, 3))
    tallies.count(What.LEFT, 30, on=date(2024, 5, 3))
    told = "Veröffentlicht. Diese Zahlen ändern sich nicht mehr. "
    assert said(page(rita, f"{REPORT}2025/")) == said(before).replace(told, "")
    assert PublishedReport.objects.count() == 3
    publish_again = rita.post(f"{REPORT}2025/veroeffentlichen/")
    assert publish_again.status_code == 302
    assert PublishedReport.objects.count() == 3
    assert len(logged()) == 1


def test_a_year_that_runs_is_not_published(rita: Client) -> None:
    assert "läuft noch" in page(rita, f"{REPORT}2026-1/")
    rita.post(f"{REPORT}2026-1/veroeffentlichen/")
    assert not PublishedReport.objects.exists()
    assert rita.get(f"{REPORT}2026-1/zwischenbilanz.pdf").status_code == 404
    assert [rita.get(f"{REPORT}{name}/").status_code for name in ("2025-3", "1999", "jahr")] == [404, 404, 404]


def test_who_reads_reports_sees_what_is_published_and_no_exact_figure(rita: Client, ayla: Client) -> None:
    assert "noch nicht veröffentlicht" in page(ayla, REPORT)
    assert "Das macht die Koordination." in page(ayla, f"{REPORT}2025/")
    assert ayla.post(f"{REPORT}2025/veroeffentlichen/").status_code == 403
    publish(rita)
    assert "Rund 120 Mütter und Väter" in said(page(ayla, f"{REPORT}2025/"))
    assert "bericht/genau" not in page(ayla, f"{REPORT}2025/") + page(ayla, REPORT)
    for path in ("genau/", "genau/?von=2025-01-01&bis=2025-12-31"):
        assert ayla.get(f"{REPORT}{path}").status_code == 403


def test_exact_figures_are_marked_and_logged(rita: Client) -> None:
    at = f"{REPORT}genau/?von=2025-05-03&bis=2025-05-03&stand="
    shown = page(rita, at)
    assert "Nicht zur Veröffentlichung." in shown
    assert "Erwachsene dabei 0 0 84" in said(shown)
    path, data = form_of(shown, "Als CSV-Datei", at)
    given = rita.post(f"{REPORT}genau/{path}", data)
    header = given.getvalue().decode("utf-8-sig").splitlines()[0]  # type: ignore[attr-defined]
    assert header.count("(nicht zur Veröffentlichung)") == 3
    assert logged() == ["heruntergeladen: Genaue Zahlen, 3. Mai 2025: 36 als CSV-Datei."]


def test_publishing_and_exact_files_ask_for_the_password(in_january: None) -> None:
    officers.officer("beate")
    beate = officers.sign_in("beate")
    at = f"{REPORT}genau/?von=2025-05-03&bis=2025-05-03&stand="
    files, publishing = page(beate, at), page(beate, f"{REPORT}2025/")
    with time_machine.travel(datetime(2026, 1, 11, 0, 11, tzinfo=UTC)):
        path, data = form_of(files, "Als CSV-Datei", at)
        for sent in (
            beate.post(f"{REPORT}genau/{path}", data),
            send(beate, publishing, "Zwischenbilanz veröffentlichen", f"{REPORT}2025/"),
        ):
            assert "Sind Sie es noch?" in sent.content.decode()
    assert logged() == []
    assert not PublishedReport.objects.exists()


def test_a_span_that_makes_no_sense_is_explained(rita: Client) -> None:
    shown = page(rita, f"{REPORT}genau/?von=2025-12-31&bis=2025-01-01&stand=gestern")
    assert "Dieser Tag liegt vor dem ersten." in shown
    assert "Geben Sie einen Tag ein, zum Beispiel 31.12.2026." in shown
    assert 'value="2025-12-31"' in shown
    assert "Wählen Sie ein Jahr" in page(rita, f"{REPORT}genau/?von=0001-01-01&bis=9999-12-31")


def test_a_day_to_come_is_no_day_to_count_until(rita: Client) -> None:
    shown = page(rita, f"{REPORT}genau/?von=2025-01-01&bis=2025-12-31&stand=2099-01-01")
    assert "Dieser Tag kommt erst noch." in shown


def test_the_sheet_and_the_table_say_since_when_a_figure_is_counted(rita: Client) -> None:
    CountedSince.objects.create(what="mail sent", on=date(2024, 4, 1))
    tallies.count(What.MAIL_SENT, 10, on=date(2024, 5, 3))
    assert "In 2024 erst seit dem 1. April 2024 gezählt: „Mails verschickt“." in said(publish(rita))
    table = rita.get(f"{REPORT}2025/zwischenbilanz.csv").content.decode("utf-8-sig")
    assert "Bestätigungen. 2024: erst seit dem 01.04.2024 gezählt." in table


def test_a_check_of_long_ago_makes_no_sheet_of_that_year(rita: Client) -> None:
    tallies.count(What.CHECKED, 1, on=date(2019, 5, 3))
    assert "2019" not in page(rita, REPORT)
    assert "dazugekommen – – 75" in said(publish(rita, "2023"))
    found = PublishedReport.objects.get(begins_on=date(2022, 1, 1), ends_on=date(2022, 12, 31))
    assert found.figures["values"]["joined"] is None


def test_every_figure_is_explained(ayla: Client) -> None:
    shown = said(page(ayla, f"{REPORT}hilfe/"))
    for figure in FIGURES:
        assert f"{figure.label} {figure.counts} Nicht mitgezählt: {figure.not_counted}" in shown


def test_the_sheet_is_accessible_and_fit_for_an_archive(rita: Client) -> None:
    """PDF/UA-1 and PDF/A-2a, by what the file says of itself."""
    publish(rita)
    found = pypdf.PdfReader(io.BytesIO(rita.get(f"{REPORT}2025/zwischenbilanz.pdf").content))
    assert len(found.pages) == 2
    xmp = found.trailer["/Root"]["/Metadata"].get_data().decode()
    for marker in ("<pdfuaid:part>1<", "<pdfaid:part>2<", "<pdfaid:conformance>A<"):
        assert marker in xmp
    assert (found.trailer["/Root"]["/Lang"], found.trailer["/Root"]["/MarkInfo"]["/Marked"]) == ("de-DE", True)
    assert found.metadata.title == "Zwischenbilanz 2025"
    words = " ".join(found.pages[0].extract_text().split() + found.pages[1].extract_text().split())
    assert "1. Januar bis 31. Dezember 2025, daneben die beiden Jahre davor." in words
    assert "Seite 2 von 2" in words
    assert "nicht zur Veröffentlichung" not in words
    exact = pypdf.PdfReader(io.BytesIO(paper.pdf(sheet.exact(spans.year(2025)))))
    assert all("nicht zur Veröffentlichung" in one.extract_text() for one in exact.pages)
