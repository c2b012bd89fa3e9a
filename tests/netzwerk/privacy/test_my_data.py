"""The page "Meine Daten", by a mailed link: see, correct, pause, download, leave, erase."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from mailings import suppression
from mailings.antispam import PublicEmailForm
from mailings.models import Address, Delivery, Mailing, RateHit
from members import leaving
from members.models import Consent, Member
from netzwerk.models import Erasure
from tests.members.groups.circle import circle
from tests.members.people import active, confirm_by_mail, form, newsletter
from tests.netzwerk.signing_in.test_form import sign_in
from tests.post import Post, link_in
from tests.pressing import press
from wegweiser.models import FailedSearch

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(client: Client, post: Post) -> str:
    """Kim's page, opened by the link in the mail."""
    active("kim@example.org", name="Kim", municipality="siegen", children_years=[2017, 2021], note="Anruf 3/2026")
    client.post("/meine-daten/", form("kim@example.org", PublicEmailForm))
    [mail] = post.deliver()
    return link_in(mail, "/meine-daten/")


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_kim_sees_everything_that_is_held(client: Client, path: str) -> None:
    shown = page(client, path)
    for held in ("kim@example.org", "Kim", "Siegen", "2017, 2021", "Anruf 3/2026", "Blatt 1", "Ihr Link"):
        assert held in shown, held


def test_the_page_is_never_stored_and_not_for_search_engines(client: Client, path: str) -> None:
    answer = client.get(path)
    assert "no-store" in answer["Cache-Control"]
    assert 'content="noindex' in answer.content.decode()


def test_kim_corrects(client: Client, path: str) -> None:
    new = {"name": "Kim Sommer", "municipality": "burbach", "children_years": "2017", "discreet": "on"}
    assert "Gespeichert." in client.post(path, new, follow=True).content.decode()
    member = Member.objects.select_related("address").get()
    assert (member.name, member.municipality, member.children_years) == ("Kim Sommer", "burbach", [2017])
    assert (member.address.discreet, member.note) == (True, "Anruf 3/2026")


def test_a_wrong_year_is_explained_and_nothing_typed_is_lost(client: Client, path: str) -> None:
    answer = client.post(path, {"name": "Kim S.", "children_years": "zwei"})
    shown = answer.content.decode()
    assert "Schreiben Sie nur die Jahre, zum Beispiel „2017, 2021“." in shown
    assert 'value="Kim S."' in shown
    assert 'value="zwei"' in shown
    assert Member.objects.get().name == "Kim"


@pytest.mark.parametrize("months", [1, 3, 6])
def test_kim_pauses_and_comes_back(months: int, client: Client, path: str) -> None:
    said = client.post(f"{path}pause/", {"months": months}, follow=True).content.decode()
    assert "Die Pause hat begonnen." in said
    until = Address.objects.get().paused_until
    assert until is not None
    assert timedelta(days=28 * months - 1) < until - timezone.now() < timedelta(days=31 * months + 1)
    assert "Pause beenden" in page(client, path)
    said = client.post(f"{path}pause/", follow=True).content.decode()
    assert "Die Pause ist beendet. Sie bekommen wieder Einladungen." in said
    assert Address.objects.get().paused_until is None


@pytest.mark.parametrize("months", ["2", "-1", "x", "1000000"])
def test_no_other_pause_can_be_made_up(months: str, client: Client, path: str) -> None:
    assert client.post(f"{path}pause/", {"months": months}).status_code == 302
    assert Address.objects.get().paused_until is None


def test_kim_leaves_from_here_after_a_question_and_comes_back(client: Client, path: str) -> None:
    (leave,) = re.findall(r'<a class="btn btn-wide" href="[^"]*(/abmelden/[^"]+)">Abmelden</a>', page(client, path))
    assert "Möchten Sie keine Mails mehr?" in page(client, leave)
    assert Member.objects.get().state == "active"
    assert "Das war ein Versehen: wieder anmelden" in client.post(leave, follow=True).content.decode()
    assert "Sie bekommen keine Mails von uns." in page(client, path)
    back = client.post(leave, {"undo": "1"}, follow=True).content.decode()
    assert "Sie sind wieder dabei" in back
    assert "keine Mails mehr" not in back
    assert Member.objects.get().state == "active"


def test_a_page_that_was_open_before_the_update_leads_to_the_question(client: Client, path: str) -> None:
    answer = client.post(f"{path}abmelden/", follow=True)
    assert "Möchten Sie keine Mails mehr?" in answer.content.decode()
    assert Member.objects.get().state == "active"


def test_download_as_json_and_as_a_page(client: Client, path: str) -> None:
    answer = client.get(f"{path}daten.json")
    assert answer["Content-Disposition"] == 'attachment; filename="daten.json"'
    data = json.loads(answer.content)
    assert data["Mitgliedschaft"]["Geburtsjahre der Kinder"] == [2017, 2021]
    assert data["Einwilligung"][0]["Wo der Nachweis liegt"] == "Blatt 1"
    readable = client.get(f"{path}daten.html")
    assert readable["Content-Disposition"] == 'attachment; filename="daten.html"'
    assert "Anruf 3/2026" in readable.content.decode()


def test_a_new_request_does_not_spoil_the_older_link(client: Client, path: str, post: Post) -> None:
    RateHit.objects.all().delete()
    client.post("/meine-daten/", form("kim@example.org", PublicEmailForm))
    [mail] = post.deliver()
    assert client.get(path).status_code == client.get(link_in(mail, "/meine-daten/")).status_code == 200


def test_the_link_is_valid_for_24_hours_after_the_mail_went_out(client: Client, post: Post, time_machine) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    active("kim@example.org")
    client.post("/meine-daten/", form("kim@example.org", PublicEmailForm))
    time_machine.move_to(start + timedelta(hours=5), tick=False)  # the mail server was away
    [mail] = post.deliver()
    path = link_in(mail, "/meine-daten/")
    time_machine.move_to(start + timedelta(hours=29), tick=False)
    assert client.get(path).status_code == 200
    time_machine.move_to(start + timedelta(hours=29, seconds=1), tick=False)
    for part in ("", "daten.json", "daten.html", "loeschen/"):
        assert client.get(path + part).status_code == 404
    assert client.post(f"{path}loeschen/").status_code == 404
    assert Member.objects.count() == 1


def test_a_new_key_kills_the_link(client: Client, path: str, settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [settings.SECRET_KEY]
    assert client.get(path).status_code == 404


def test_same_page_and_queries_for_known_unknown_and_limited_addresses(client: Client, post: Post) -> None:
    active("kim@example.org")
    seen = {}
    for who in ("kim@example.org", "nobody@example.org", "limited@example.org"):
        if who == "limited@example.org":
            active(who)
            client.post("/meine-daten/", form(who, PublicEmailForm))
        statements: list[str] = []

        def note(execute, sql, params, many, context, statements=statements):
            if "SAVEPOINT" not in sql:
                statements.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            answer = client.post("/meine-daten/", form(who, PublicEmailForm))
        seen[who] = (answer.status_code, answer["Location"], answer.content, statements)
    assert seen["kim@example.org"] == seen["nobody@example.org"] == seen["limited@example.org"]
    assert not Address.objects.filter(email="nobody@example.org").exists()
    assert [mail["To"] for mail in post.deliver()] == ["kim@example.org", "limited@example.org"]


def test_what_eva_who_left_can_still_see_and_erase(client: Client, post: Post) -> None:
    leaving.leave(active("eva@example.org").address, "Test")
    client.post("/meine-daten/", form("eva@example.org", PublicEmailForm))
    [mail] = post.deliver()
    shown = page(client, link_in(mail, "/meine-daten/"))
    assert "Wieder mitmachen" in shown
    assert "abgemeldet" in shown


def test_mehmet_who_is_in_a_group_only_reads_which_mails_he_gets_and_makes_them_discreet(
    client: Client, post: Post
) -> None:
    circle("Mehmet")
    client.post("/meine-daten/", form("mehmet@example.org", PublicEmailForm))
    post.deliver()
    path = link_in(post.to("mehmet@example.org"), "/meine-daten/")
    shown = page(client, path)
    assert "Sie bekommen keine Mails von uns." not in shown
    assert "Sie bekommen nur Mails aus Ihren Gruppen." in shown
    for ticked in (True, False):
        html = press(client, page(client, path), "Speichern", path, discreet=["on"] if ticked else [])
        assert "Gespeichert." in html
        assert Address.objects.get(email="mehmet@example.org").discreet is ticked


def dump(database) -> str:
    """Everything that is in the database: a line for each table. Text that is kept as bytes can be read in it too."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL bytea_output = 'escape'")
        lines = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT string_agg(replace(row::text, E'\\n', ' '), ', ') FROM \"{table}\" AS row")
            lines.append(f"{table}: {cursor.fetchone()[0]}")
    return "\n".join(lines)


def test_erasing_leaves_nothing_but_a_key_that_nobody_can_read(client: Client, post: Post, db) -> None:
    """P-08: address, name, note and children occur nowhere in the whole database."""
    client.post("/mitmachen/", form("kim.seltsam@example.org", name="Seltsamname", children_years="2013, 2016"))
    confirm_by_mail(client, post, "kim.seltsam@example.org")
    post.deliver()
    with transaction.atomic():
        newsletter("kim.seltsam@example.org")
    RateHit.objects.all().delete()
    client.post("/meine-daten/", form("kim.seltsam@example.org", PublicEmailForm))
    [mail] = [mail for mail in post.deliver() if mail["Subject"] == "Ihr Link"]
    path = link_in(mail, "/meine-daten/")
    with transaction.atomic():
        newsletter("kim.seltsam@example.org")
    sign_in(client, "falsch", "000000", username="Kim.Seltsam@example.org")  # took the desk for her own page
    for question in ("Seltsamname", "Yoga Seltsamname", "Kim Seltsam Yoga", "Krokodil", "Seltsam"):
        client.get("/wegweiser/", {"q": question})
    held = dump(db)
    for trace in ("Seltsamname", "Kim.Seltsam@example.org", "seltsamname yoga", "kim seltsam yoga"):
        assert trace in held, trace

    assert "Wirklich alles löschen?" in page(client, f"{path}loeschen/")
    assert "Alles ist gelöscht" in client.post(f"{path}loeschen/", follow=True).content.decode()

    left = dump(db)
    for trace in ("kim.seltsam", "seltsamname", "kim seltsam", "2013, 2016"):
        assert trace not in left.lower(), trace
    assert set(FailedSearch.objects.values_list("words", flat=True)) == {"krokodil", "seltsam"}
    assert post.deliver() == []
    assert Delivery.objects.filter(state="sent", address=None).count() == 4
    assert Delivery.objects.filter(state="cancelled", reason="erased").count() == 1
    assert (Member.objects.count(), Consent.objects.count(), Erasure.objects.count()) == (0, 0, 1)
    assert client.get(path).status_code == 404
    assert not suppression.is_suppressed("kim.seltsam@example.org")


def test_who_objects_is_never_written_to_again_without_asking(client: Client, path: str) -> None:
    client.post(f"{path}loeschen/", {"objection": "on"})
    assert suppression.is_suppressed("kim@example.org")
    assert "kim@example.org" not in dump(None)


@pytest.mark.logs_errors
def test_erasing_is_whole_or_not_at_all(client: Client, path: str, monkeypatch) -> None:
    def fails(email: str) -> str:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(suppression, "key", fails)
        with pytest.raises(RuntimeError):
            Client().post(f"{path}loeschen/")
    assert (Member.objects.count(), Consent.objects.count()) == (1, 1)
    assert Mailing.objects.filter(template="my_data").count() == 1
