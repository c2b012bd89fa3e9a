"""The page "Protokoll": what officers did, newest first, for those who may see it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.flatpages.models import FlatPage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kit.desk import audit
from kit.desk.audit import Action
from netzwerk.models import AuditEntry
from tests import FULL
from tests.desk import page

pytestmark = pytest.mark.django_db

LOG = "/verwaltung/netzwerk/auditentry/"


def shown(client: Client, query: str = "") -> list[str]:
    """The rows of the page without their time: "beate, verschickt, Rundmail 7"."""
    html = page(client, f"{LOG}{query}")
    rows = re.findall(r'<tr>(?:(?!</tr>).)*class="field-at_what_time.*?</tr>', html, re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)[1:] for row in rows]
    return [", ".join(re.sub(r"<[^>]+>", "", cell).replace("&nbsp;", "") for cell in row) for row in cells]


@pytest.fixture
def three_days(beate: Client) -> Client:
    """Mika sent a newsletter a month ago, a stranger tried a name, Beate came today."""
    mika = User.objects.create_user("mika", is_staff=True)
    at = timezone.now() - timedelta(days=31)
    AuditEntry.objects.create(at=at, account=mika.pk, who="mika", action="mail sent", what="Rundmail 7", model="x.y")
    audit.record(None, Action.SIGN_IN_REFUSED, "Dieses Konto gibt es nicht.")
    audit.record(User.objects.get(username="beate"), Action.CHANGED, "Mitglied 12: Anrede geändert.")
    return beate


def test_newest_first_in_german(three_days: Client) -> None:
    assert shown(three_days) == [
        "beate, geändert, Mitglied 12: Anrede geändert.",
        "unbekannt, Anmeldung abgelehnt, Dieses Konto gibt es nicht.",
        "mika, verschickt, Rundmail 7",
        "beate, angemeldet, nur mit Passwort",
    ]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("?wann=0", 3),
        ("?wann=30", 3),
        ("?wann=90", 4),
        ("?was=mail+sent", 1),
        ("?wer=-", 1),
        ("?was=signed+in&wann=0", 1),
        ("?q=Rundmail+7", 1),
        ("?q=mika", 1),
        ("?wer=99999", 0),
        # nothing that anybody types breaks it
        ("?wann=x&was=x&wer=x", 4),
        ("?wer=999999999999999999999999", 4),
        ("?wer=-1&p=x", 4),
    ],
)
def test_it_can_be_filtered_by_time_action_and_person(three_days: Client, query: str, number: int) -> None:
    assert len(shown(three_days, query)) == number


def test_by_person(three_days: Client) -> None:
    mika = User.objects.get(username="mika")
    assert shown(three_days, f"?wer={mika.pk}") == ["mika, verschickt, Rundmail 7"]
    assert f"?wer={mika.pk}" in page(three_days, LOG)


def test_a_row_leads_to_its_record_unless_that_is_gone(beate: Client) -> None:
    officer = User.objects.get()
    imprint = FlatPage.objects.get(url="/impressum/")
    audit.record(officer, Action.CHANGED, "Seite Impressum: Inhalt geändert.", about=imprint)
    audit.record(officer, Action.DELETED, "Seite Kasse", about=FlatPage(pk=77))
    html = page(beate, LOG)
    assert (
        f'<a href="/verwaltung/flatpages/flatpage/{imprint.pk}/change/">Seite Impressum: Inhalt geändert.</a>' in html
    )
    assert "/verwaltung/flatpages/flatpage/77/" not in html


def test_every_action_has_a_name_that_officers_read() -> None:
    assert [action for action in Action if str(action.label) in ("", action.value)] == []
    assert len({str(action.label) for action in Action}) == len(Action)


def test_who_may_not_see_it_does_not(settings) -> None:
    settings.DEMO = True
    mika = User.objects.create_user("mika", is_staff=True)
    mika.user_permissions.set(Permission.objects.filter(codename__in=["view_member", "view_user"]))
    client = Client()
    client.force_login(mika)
    assert client.get(LOG).status_code == 403
    assert "Protokoll" not in page(client, "/verwaltung/")
    mika.user_permissions.add(Permission.objects.get(codename="view_auditentry"))
    assert client.get(LOG).status_code == 200
    assert [client.get(f"{LOG}add/").status_code, client.post(f"{LOG}add/").status_code] == [403, 403]
    one = AuditEntry.objects.latest("pk").pk
    assert client.post(f"{LOG}{one}/change/", {"who": "gerd"}).status_code == 403
    assert client.post(f"{LOG}{one}/delete/", {"post": "yes"}).status_code == 403


def test_as_many_queries_for_a_hundred_thousand_rows_as_for_three(three_days: Client) -> None:
    def queries(query: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            page(three_days, f"{LOG}{query}")
        return len(captured)

    asked = ("", "?wann=90", "?was=changed", "?p=1")
    before = [queries(query) for query in asked[:3]]
    rows = [AuditEntry(who="beate", account=1, action="changed", what=f"Mitglied {n}") for n in range(1000)]
    for _ in range(100 if FULL else 1):
        AuditEntry.objects.bulk_create([AuditEntry(who=row.who, account=1, action=row.action) for row in rows])
    assert [queries(query) for query in asked[:3]] == before
    assert queries(asked[3]) == before[0]
