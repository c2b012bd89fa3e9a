"""Sheets for notice boards: right, readable by machines and by ears, and neutral in the pocket."""

import io
import json
import re
from xml.etree import ElementTree

import pytest
import segno
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from events import posters
from events.models import Event
from kit.printing import typesetting
from mailings.desk import neutral_subject
from tests.events.desk.test_event_forms import ADD, again, filled
from tests.events.desk.test_event_forms import at as change
from tests.events.meetings import berlin, meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return meeting(
        slug="2037-12-12-treffen",
        begins_at=berlin("2037-12-12 10:00"),
        title="Trennung: Was hilft Kindern?",
        summary="Ein Vormittag mit Frühstück.",
        address="Parkweg 3, 57072 Siegen",
        host="Frau Beispiel",
        care=6,
        childcare_bands=[1, 2],
    )


def read(pdf: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(pdf))
    (page,) = reader.pages
    assert [round(float(side)) for side in (page.mediabox.width, page.mediabox.height)] == [595, 842]
    return reader, " ".join(page.extract_text().replace("\u200b", "").replace("\u2060", "").split())


def test_an_event_on_one_sheet(event: Event, settings) -> None:
    settings.SITE_URL, settings.CONTACT_PHONE = "https://portal.example", "030 23125-100"
    _, text = read(posters.for_event(event))
    for said in (
        "Netzwerk Siegen-Wittgenstein", "Trennung: Was hilft Kindern?", "Ein Vormittag mit Frühstück.",
        "Samstag 12. Dezember", "10 bis 12 Uhr", "Bürgertreff am Park, Parkweg 3, 57072 Siegen", "Mit: Frau Beispiel",
        "Kinder von 3 bis 9 Jahren werden betreut.",
    ):  # fmt: skip
        assert said in text
    assert text.count("/termine/2037-12-12-treffen/") == 1 + 9
    assert text.count("portal.example") == 1 + 9
    assert text.count("030 23125-100") == 1 + 9


def size_of(begin: str, pdf: bytes) -> int:
    """The size in points of the letters of the first line that begins so."""
    found: dict[str, float] = {}

    def see(line: str, matrix: list[float], _text_matrix: list[float], _font: object, size: float) -> None:
        found.setdefault(line.strip(), abs(size * matrix[0]))

    read(pdf)[0].pages[0].extract_text(visitor_text=see)
    return round(next(size for line, size in found.items() if line.startswith(begin)))


def test_it_can_be_read_across_a_corridor(event: Event) -> None:
    """From 5 m the title and the day: letters of 60 pt, or as large as a long title lets them be."""
    sheet = posters.for_event(event)
    assert size_of("Trennung", sheet) >= 60
    assert size_of("12.", sheet) >= 48
    assert size_of("10 bis 12 Uhr", sheet) >= 17
    assert size_of("Alleinerziehend?", posters.for_joining()) >= 60
    event.title = "Impulsvortrag: Präventive Selbstfürsorge – Burn-out-Prophylaxe für Alleinerziehende"
    long = posters.for_event(event)
    assert size_of("Impulsvortrag", long) >= 38
    assert size_of("12.", long) >= 48


def test_a_strip_in_the_pocket_tells_nothing(event: Event) -> None:
    _, text = read(posters.for_event(event))
    strips = text[text.index("Treffen, Samstag, 12. Dezember") :]
    assert strips.count("Treffen, Samstag, 12. Dezember 10 bis 12 Uhr") == 9
    assert neutral_subject.finds(strips) == []
    _, joining = read(posters.for_joining())
    strip = joining[joining.rindex("Netzwerk Siegen-Wittgenstein") :]
    assert "/mitmachen/" in strip
    assert neutral_subject.finds(strip) == []


def test_it_is_tagged_so_that_it_can_be_listened_to(event: Event) -> None:
    """PDF/UA-1: language, title, structure, headings and a text for the picture."""
    for pdf, title in (
        (posters.for_event(event), "Trennung: Was hilft Kindern?, Samstag, 12. Dezember"),
        (posters.for_joining(), "Mitmachen: Netzwerk Siegen-Wittgenstein"),
    ):
        reader, _ = read(pdf)
        root = reader.root_object
        assert root["/Lang"] == "de-DE"
        assert root["/MarkInfo"]["/Marked"]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert reader.metadata is not None
        assert reader.metadata.title == title
        assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
        kinds, texts = structure(root["/StructTreeRoot"])
        assert kinds.count("/H1") == 1
        assert len(texts) == 1
        assert texts[0].startswith("QR-Code mit der Adresse ")


def structure(element) -> tuple[list[str], list[str]]:
    """The kinds of all elements below, and the texts that stand for pictures."""
    kinds, texts = [str(element.get("/S", ""))], [str(element["/Alt"])] if "/Alt" in element else []
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        child = child.get_object()
        if hasattr(child, "get"):
            below = structure(child)
            kinds, texts = kinds + below[0], texts + below[1]
    return kinds, texts


def test_the_code_leads_to_the_address_that_is_printed(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    for sheet, url in (
        (lambda: posters.for_event(event), "http://127.0.0.1:8000/termine/2037-12-12-treffen/"),
        (posters.for_joining, "http://127.0.0.1:8000/mitmachen/"),
    ):
        drawn: list[dict] = []
        monkeypatch.setattr(typesetting, "pdf", lambda _, data, drawn=drawn: drawn.append(json.loads(data)) or b"")
        sheet()
        expected = [[bool(module) for module in row] for row in segno.make(url, error="m", micro=False).matrix]
        assert modules(drawn[0]["qr"]) == expected


def modules(svg: str) -> list[list[bool]]:
    """The dark modules of a drawn code: its path holds one stroke for each run of them."""
    root = ElementTree.fromstring(svg)
    size = int(root.attrib["width"])
    grid = [[False] * size for _ in range(size)]
    x = y = 0.0
    path = next(iter(root)).attrib["d"]
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "h":
            for column in range(int(x), int(x + values[0])):
                grid[int(y)][column] = True
            x += values[0]
        else:
            x, y = values if command == "M" else (x + values[0], y + values[1])
    return grid


@pytest.mark.parametrize(
    "title", ["x" * 150, "Жінки та діти разом", "Feste 🎉 feiern 你好", '#set page(fill: red) "$x$"']
)
def test_whatever_officers_type_it_stays_one_sheet(title: str) -> None:
    event = meeting(
        title=title, summary="Lang " * 60, place="P" * 150, address="A " * 100, host="H" * 150, care=1,
        childcare_note="n " * 100,
    )  # fmt: skip
    reader, text = read(posters.for_event(event))
    assert len(reader.pages) == 1
    if title.startswith("#"):
        assert '#set page(fill: red) "$x$"' in text


def test_a_hidden_place_is_not_on_the_notice_board() -> None:
    _, text = read(posters.for_event(meeting(hide_place=True, online_link="https://video.example/x")))
    assert "Ort und Link schicken wir Ihnen per Mail" in text
    assert "Bürgertreff" not in text
    assert "video.example" not in text
    _, text = read(posters.for_event(meeting(online_link="https://video.example/x", place="", address="")))
    assert "Uhr Online, den Link bekommen Sie mit Ihrer Zusage." in text


def test_officers_get_them_and_nobody_else(client: Client, event: Event, settings) -> None:
    settings.DEMO = True
    sheet, joining = reverse("admin:event_poster", args=[event.pk]), reverse("admin:join_poster")
    for path in (sheet, joining):
        assert client.get(path).status_code == 302
    helper = User.objects.create_user("helga", is_staff=True)
    client.force_login(helper)
    for path in (sheet, joining):
        assert client.get(path).status_code == 403
    helper.user_permissions.add(Permission.objects.get(codename="view_event"))
    answer = client.get(sheet)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="aushang-2037-12-12-treffen.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert client.get(joining)["Content-Disposition"] == 'inline; filename="aushang-mitmachen.pdf"'
    overview = reverse("admin:event_overview", args=[event.pk])
    assert f'href="{sheet}"' in client.get(overview).content.decode()
    for state in (Event.State.DRAFT, Event.State.CANCELLED):
        Event.objects.update(state=state)
        assert client.get(sheet).status_code == 404
        assert "Aushang" not in client.get(overview).content.decode()


def test_if_it_cannot_be_set_the_officer_is_told_and_the_portal_goes_on(
    admin_client: Client, event: Event, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO = True
    monkeypatch.setattr(typesetting, "LONGEST", 0.01)
    for name, args in (("event_poster", [event.pk]), ("join_poster", [])):
        shown = admin_client.get(reverse(f"admin:{name}", args=args), follow=True)
        assert "Der Aushang ließ sich gerade nicht herstellen." in shown.content.decode()


def test_letters_that_no_font_has_are_named_when_the_event_is_stored(beate: Client, event: Event) -> None:
    """Before they are question marks on the notice board. The description is not on the sheet."""
    typed = filled(title="Teetrinken 茶", host="Frau Лі", text="በትግርኛ")
    told = beate.post(ADD, typed, follow=True).content.decode()
    assert "茶: Diese Buchstaben hat unsere Druckschrift nicht. Auf dem Aushang steht dort ein Fragezeichen." in told
    fine = beate.post(ADD, filled(title="Чай, شاي und Trà? 🏠"), follow=True).content.decode()
    assert "Druckschrift" not in fine
    changed = beate.post(change(event), again(event, host="በትግርኛ"), follow=True).content.decode()
    assert "በትግርኛ: Diese Buchstaben hat unsere Druckschrift nicht." in changed
    _, text = read(posters.for_event(Event.objects.get(pk=event.pk)))
    assert "Mit: ????" in text


def test_the_list_of_events_leads_to_the_sheet_for_joining(admin_client: Client, settings) -> None:
    settings.DEMO = True
    page = admin_client.get(reverse("admin:events_event_changelist")).content.decode()
    assert f'href="{reverse("admin:join_poster")}"' in page
