"""The officers' list becomes members. Everybody in verteiler.csv is invented."""

import io
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mailings import suppression
from mailings.models import Address, Delivery, Mailing, Suppression
from members import leaving, signup
from members.details import Details
from members.imports import importing
from members.imports.importing import Plan
from members.models import Consent, Member
from tests.members.imports.lists import read
from tests.members.people import active, asked
from tests.post import Post
from tests.tallies import counted, counts

pytestmark = pytest.mark.django_db

VERTEILER = Path(__file__).parent / "verteiler.csv"
HEADER = "Nachname;Vorname;E-Mail-Adresse;Wohnort;Notiz\n"
ORDNER = "Anmeldelisten 2016 bis 2019, Ordner 4"


def plan_of(rows: str) -> Plan:
    return importing.plan(read((HEADER + rows).encode(), "liste.csv"))


def verteiler() -> Plan:
    return importing.plan(read(VERTEILER.read_bytes(), VERTEILER.name))


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("import_members", *arguments, stdout=out)
    return out.getvalue()


def file(tmp_path: Path, rows: str) -> str:
    path = tmp_path / "liste.csv"
    path.write_text(HEADER + rows)
    return str(path)


def sizes(plan: Plan) -> list[int]:
    """New, repeated, listed, left, suppressed, rejected."""
    return [count for _label, count in plan.counts]


def test_the_officers_list_is_118_people_7_repeats_and_6_rows_to_look_at() -> None:
    plan = verteiler()
    assert sizes(plan) == [118, 7, 0, 0, 0, 0, 6]
    assert [(row.number, row.name) for row in plan.rejected] == [
        (6, "Eva Schmidt"),
        (37, "Eva Alt"),
        (54, "Kim Hof"),
        (89, "Ina Berg"),
        (94, "Pia Rau"),
        (100, "Ute Funk"),
    ]
    assert "zwei Adressen" in plan.rejected[4].reason
    assert not Member.objects.exists()


def test_names_that_lost_letters_are_pointed_out() -> None:
    damaged = next(section for section in verteiler().sections if section.title == "Im Namen fehlen Buchstaben")
    names = [name for _number, (name, _address) in damaged.rows]
    assert names.count("Mehmet Y?lmaz") == 1
    assert all("?" in name for name in names)
    assert len(names) == sum("?" in person.details.name for person in verteiler().new) > 5


def test_with_consent_everybody_is_a_member_at_once_and_nothing_is_sent() -> None:
    members = importing.carry_out(verteiler(), consent=ORDNER, by="beate")
    assert len(members) == 118
    assert Member.objects.active().filter(origin="import").count() == 118
    assert Address.objects.filter(list_mail=True).count() == 118
    assert counted("joined") == 118
    assert not Mailing.objects.exists()
    proof = Consent.objects.select_related("address").get(address__email="o.patt@example.org")
    assert (proof.act, proof.method, proof.proof, proof.entered_by) == ("recorded", "Liste", ORDNER, "beate")


def test_without_consent_everybody_is_asked_by_mail(post: Post) -> None:
    members = importing.carry_out(plan_of("Patt;Olena;o.patt@example.org;Siegen;\n"), consent=" ", by="beate")
    assert [member.address.email for member in members] == ["o.patt@example.org"]
    assert Member.objects.get().state == "pending"
    [mail] = post.deliver()
    assert (mail["To"], mail["Subject"]) == ("o.patt@example.org", "Bitte bestätigen Sie Ihre Adresse")


def test_name_town_and_note_are_kept() -> None:
    importing.carry_out(
        plan_of("Patt;Olena;O.Patt@example.org;57076 Siegen-Weidenau;tel. 3/2019\n"), consent="x", by="b"
    )
    member = Member.objects.get()
    assert (member.name, member.municipality, member.note) == ("Olena Patt", "siegen", "tel. 3/2019")


def test_what_only_the_repeat_tells_is_kept() -> None:
    plan = plan_of(
        "Y?lmaz;Mehmet;m@example.org;;tel. 3/2019\n"
        "Yılmaz;Mehmet;M@example.org;Siegen;Auftakt\n"
        "Yılmaz;Mehmet;mailto:m@example.org;Burbach;Auftakt\n"
    )
    assert sizes(plan) == [1, 2, 0, 0, 0, 0, 0]
    details = plan.new[0].details
    assert (details.name, details.municipality, details.note) == ("Mehmet Yılmaz", "siegen", "tel. 3/2019\nAuftakt")


def test_frau_and_herr_and_plausible_years_become_part_of_the_person() -> None:
    year = timezone.localdate().year
    text = f"E-Mail;Anrede;Name;Kinder\nk@example.org;Frau;Kim Sommer;{year - 5}, {year - 40}, {year - 9}\n"
    plan = importing.plan(read(text.encode(), "liste.csv"))
    assert plan.new[0].details.name == "Frau Kim Sommer"
    assert plan.new[0].details.children_years == [year - 9, year - 5]


@pytest.mark.parametrize(
    ("cell", "years"),
    [
        ("2015", [2015]),
        ("2015, 2018/2021", [2015, 2018, 2021]),
        ("01.12.2016 und 2019", [2016, 2019]),
        ("2", []),
    ],
)
def test_the_childrens_years_are_picked_out(cell: str, years: list[int]) -> None:
    plan = importing.plan(read(f"E-Mail;Kinder (Jahrgang)\no@example.org;{cell}".encode()))
    assert plan.new[0].details.children_years == years


def test_who_is_listed_left_or_suppressed_stays_as_they_are() -> None:
    active("aktiv@example.org", name="Kim", note="bleibt")
    asked("gefragt@example.org")
    gone = active("weg@example.org")
    leaving.leave(gone.address, method="Test")
    suppression.suppress("gesperrt@example.org", Suppression.Reason.OBJECTION)
    addresses = ["aktiv", "gefragt", "weg", "gesperrt", "neu"]
    plan = plan_of("".join(f"Neu;Name;{name}@example.org;Burbach;neu\n" for name in addresses))
    assert sizes(plan) == [1, 0, 1, 1, 1, 1, 0]
    importing.carry_out(plan, consent=ORDNER, by="beate")
    states = dict(Member.objects.values_list("address__email", "state"))
    assert states == {
        "aktiv@example.org": "active",
        "gefragt@example.org": "active",
        "weg@example.org": "left",
        "neu@example.org": "active",
    }
    assert Member.objects.get(address__email="aktiv@example.org").note == "bleibt"
    assert suppression.is_suppressed("gesperrt@example.org")


def test_carrying_out_a_plan_twice_enters_nobody_twice() -> None:
    plan = verteiler()
    assert len(importing.carry_out(plan, consent="", by="beate")) == 118
    assert importing.carry_out(plan, consent="", by="beate") == []
    assert importing.carry_out(plan, consent=ORDNER, by="beate") == []
    assert (Mailing.objects.count(), Delivery.objects.count(), Consent.objects.count()) == (1, 118, 118)
    assert sizes(verteiler()) == [0, 7, 118, 0, 0, 0, 6]


def test_who_was_asked_and_did_not_answer_comes_in_with_a_consent_that_is_found_later() -> None:
    """Kim was entered by an officer, who knew more of her; Ruth stood in a list that was read in without a consent."""
    signup.enter("kim@example.org", Details(name="Kim", municipality="kreuztal"), origin="officer", by="amt")
    importing.carry_out(plan_of("Jung;Ruth;ruth@example.org;Siegen;\n"), consent="", by="beate")
    rows = "Jung;Ruth;ruth@example.org;Siegen;\nSommer;Kim;kim@example.org;Siegen;\n"
    plan = plan_of(rows)
    assert not plan.changes_something
    assert ("gefragt, noch nicht bestätigt", 2) in plan.counts
    assert importing.carry_out(plan, consent="", by="beate") == []
    plan = importing.plan(read((HEADER + rows).encode(), "liste.csv"), consent=ORDNER)
    assert plan.changes_something
    assert ("gefragt, noch nicht bestätigt: jetzt dabei", 2) in plan.counts
    before = Delivery.objects.count()
    assert len(importing.carry_out(plan, consent=ORDNER, by="beate")) == 2
    assert Member.objects.active().count() == 2
    assert Delivery.objects.count() == before
    kim = Member.objects.get(address__email="kim@example.org")
    assert (kim.name, kim.municipality) == ("Kim", "kreuztal")
    assert Consent.objects.filter(act=Consent.Act.RECORDED, proof=ORDNER).count() == 2
    assert importing.carry_out(plan, consent=ORDNER, by="beate") == []


def test_who_joined_since_the_preview_is_left_alone() -> None:
    plan = plan_of("Patt;Olena;o.patt@example.org;Siegen;\nJung;Ruth;ruth@example.org;;\n")
    active("o.patt@example.org", name="Olena")
    assert [member.address.email for member in importing.carry_out(plan, consent="", by="b")] == ["ruth@example.org"]
    assert Member.objects.get(address__email="o.patt@example.org").state == "active"


def test_many_people_need_no_more_queries_than_few() -> None:
    def queries(count: int) -> tuple[int, int]:
        rows = "".join(f"Jung;Ruth;ruth{count}-{number}@example.org;Siegen;\n" for number in range(count))
        sheet = read((HEADER + rows).encode(), "liste.csv")
        with CaptureQueriesContext(connection) as planning:
            plan = importing.plan(sheet)
        with CaptureQueriesContext(connection) as doing:
            importing.carry_out(plan, consent="", by="beate")
        return len(planning), len(doing)

    queries(1)
    assert queries(3) == queries(300)
    assert queries(2)[0] == 2


def test_the_command_reports_counts_then_rejected_then_damaged_names() -> None:
    report = command(str(VERTEILER), "--consent", ORDNER)
    order = [
        "118  neu",
        "6  nicht zu verwenden",
        "Zeile    6  Eva Schmidt",
        "Statt „(at)“",
        "Mehmet Y?lmaz",
        "118 Personen",
    ]
    places = [report.index(words) for words in order]
    assert places == sorted(places)
    assert Member.objects.active().count() == 118
    again = command(str(VERTEILER), "--consent", ORDNER)
    assert "     0  neu" in again
    assert "   118  schon im Netzwerk" in again
    assert "Niemand ist neu, nichts geändert." in again
    assert Consent.objects.count() == 118


def test_the_command_names_who_left_and_who_is_suppressed(tmp_path: Path) -> None:
    leaving.leave(active("ina@example.org").address, method="Test")
    suppression.suppress("pia@example.org", Suppression.Reason.COMPLAINT)
    report = command(file(tmp_path, "Berg;Ina;ina@example.org;;\nRau;Pia;pia@example.org;;\n"))
    assert "Haben sich abgemeldet und bleiben es:\n  Zeile    2  Ina Berg, ina@example.org" in report
    assert "Möchten keine Post von uns:\n  Zeile    3  Pia Rau, pia@example.org" in report


def test_a_dry_run_changes_nothing() -> None:
    assert "Nur geprüft, nichts geändert." in command(str(VERTEILER), "--dry-run", "--consent", ORDNER)
    assert not Address.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Die Datei ist leer. Nichts geändert."),
        (b"%PDF-1.7", "PDF-Datei"),
        (b"Name;Ort\nKim;Siegen\n", "Die Spalte mit den E-Mail-Adressen fehlt."),
        (b"PK\x03\x04kaputt", "nicht als Tabelle öffnen"),
    ],
)
def test_an_unreadable_file_changes_nothing_and_says_why(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        command(str(path))
    assert not Address.objects.exists()


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="lässt sich nicht öffnen"):
        command(str(tmp_path / "gibtesnicht.csv"))
    with pytest.raises(CommandError, match="lässt sich nicht öffnen"):
        command(str(tmp_path))


def test_a_bounced_address_that_is_entered_anew_gets_one_more_try() -> None:
    Address.objects.create(email="kim@example.org", bounced_at=timezone.now() - timedelta(days=400))
    importing.carry_out(plan_of("Hof;Kim;kim@example.org;;\n"), consent="", by="b")
    assert Address.objects.get().bounced_at is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("consent", ["", ORDNER], ids=["asked", "proven"])
def test_two_clicks_at_the_same_moment_enter_everybody_once(consent: str) -> None:
    plan = verteiler()
    entered: list[int] = []
    together = threading.Barrier(3)

    def click() -> None:
        together.wait()
        try:
            entered.append(len(importing.carry_out(plan, consent=consent, by="beate")))
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(3)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert sorted(entered) == [0, 0, 118]
    assert Member.objects.count() == Consent.objects.count() == 118
    assert counts() == ({"joined": 118} if consent else {})
    assert Delivery.objects.count() == (0 if consent else 118)
