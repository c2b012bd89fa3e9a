"""Officers see why mail came back, decide on a provider's sudden refusals, and try an address again.

All people and providers are invented.
"""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mailings.models import Address, BounceGroup, Delivery, Feedback, Suppression
from mailings.returns import bounce_groups, feedback
from mailings.returns.feedback import Report
from members.models import Member
from netzwerk import alerts
from tests.desk import logged, page
from tests.mailings.returns.test_second_line import (
    LISTED,
    NOON,
    came_back,
    family,
    four_of_forty,
    group,
    sent,
    silenced,
)
from tests.mailings.sending.engine import PERSONAL
from tests.members.people import active
from tests.netzwerk.privacy.test_my_data import dump

pytestmark = pytest.mark.django_db

KIM = "kim@gmx.example"


def form_in(html: str, button: str) -> tuple[str, dict[str, str]]:
    """Where the form with this button leads ("" for its own page), and what the button itself sends."""
    for form in re.findall(r"<form\b.*?</form>", html, re.DOTALL):
        if found := re.search(rf"<button([^>]*)>{re.escape(button)}</button>", form):
            attributes = dict(re.findall(r'(\w+)="([^"]*)"', found[1]))
            action = re.search(r'action="([^"]*)"', form)
            return action[1] if action else "", {
                attributes["name"]: attributes["value"]
            } if "name" in attributes else {}
    raise AssertionError(f"no button {button!r}")


def link_in(html: str, text: str) -> str:
    found = re.search(rf'<a\b[^>]*href="([^"]*)"[^>]*>\s*{re.escape(text)}\s*</a>', html)
    assert found, text
    return found[1].replace("&amp;", "&")


def press(client: Client, url: str, button: str) -> str:
    action, sends = form_in(page(client, url), button)
    answer = client.post(action or url, sends, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def kim_bounced(words: str = "550 5.1.1 User unknown") -> Member:
    member = active(KIM)
    copy = sent([KIM]).deliveries.get()
    feedback.record(Report("kim", Feedback.Kind.HARD, NOON, copy=copy.message_id, words=words))
    return member


# too many at once ---------------------------------------------------------------------------------------------------


def test_today_leads_to_the_page_with_the_words_and_the_number(beate: Client) -> None:
    mailing = four_of_forty()
    [alert] = [alert for alert in alerts.now() if "gmx" in alert.what]
    assert str(alert) == "4 Mails an gmx.example kamen am 3. Dezember zurück"
    assert f"„{LISTED}“" in alert.more
    assert f'href="{alert.url}"' in page(beate, "/verwaltung/")
    shown = page(beate, alert.url)
    assert "„Einladung“ ging an 40 Adressen bei gmx.example." in " ".join(shown.split())
    assert "Der Mailserver dort sagt, dass es 4 davon nicht gibt." in " ".join(shown.split())
    assert LISTED in shown
    assert family(0) not in shown
    listed = beate.get(link_in(shown, "Diese Mails ansehen"))
    assert listed.context["cl"].result_count == 4
    assert set(listed.context["cl"].queryset.values_list("mailing", flat=True)) == {mailing.pk}


def test_it_lay_with_us(beate: Client) -> None:
    four_of_forty()
    url = f"/verwaltung/mailings/bouncegroup/{group().pk}/ansehen/"
    before = dump(None)
    page(beate, url)
    assert dump(None) == before
    shown = press(beate, url, "Nicht sperren: es lag an uns")
    assert "Entschieden: Es lag an uns." in shown
    assert (group().state, silenced()) == ("dropped", [])
    assert [alert.what for alert in alerts.now() if "gmx" in alert.what] == []
    [line] = logged()
    assert line.endswith(": Nicht gesperrt.")
    assert "@" not in line


def test_the_mailboxes_are_gone_and_then_they_are_not(beate: Client) -> None:
    four_of_forty()
    url = f"/verwaltung/mailings/bouncegroup/{group().pk}/ansehen/"
    assert "Diese Adressen gibt es nicht mehr. Dorthin geht keine Mail." in press(
        beate, url, "Sperren: die Adressen gibt es nicht mehr"
    )
    assert len(silenced()) == 4
    press(beate, url, "Nicht sperren: es lag an uns")
    assert silenced() == []
    assert [line.rpartition(": ")[2] for line in logged()] == ["Gesperrt.", "Nicht gesperrt."]


def test_two_officers_decide_at_once_and_the_second_is_told(beate: Client) -> None:
    four_of_forty()
    url = f"/verwaltung/mailings/bouncegroup/{group().pk}/ansehen/"
    action, sends = form_in(page(beate, url), "Nicht sperren: es lag an uns")
    beate.post(action, sends)
    assert "Das ist schon entschieden." in beate.post(action, sends, follow=True).content.decode()
    assert len(logged()) == 1


@pytest.mark.parametrize("state", ["counts", "held", "", "x\x00"])
def test_nothing_else_can_be_decided(beate: Client, state: str) -> None:
    four_of_forty()
    assert (
        beate.post(f"/verwaltung/mailings/bouncegroup/{group().pk}/entscheiden/", {"state": state}).status_code == 400
    )
    assert group().state == "held"


def test_a_group_below_the_limit_has_no_page(beate: Client) -> None:
    came_back(sent([KIM]), KIM)
    pk = BounceGroup.objects.get().pk
    for path in ("ansehen", "entscheiden"):
        url = f"/verwaltung/mailings/bouncegroup/{pk}/{path}/"
        assert (beate.post(url, {"state": "dropped"}) if path == "entscheiden" else beate.get(url)).status_code == 404
    assert "gmx.example" not in page(beate, "/verwaltung/mailings/bouncegroup/")


def test_personal_mail_of_a_day_has_its_own_sentence(beate: Client) -> None:
    for number in range(4):
        came_back(sent([family(number)], PERSONAL), family(number))
    shown = " ".join(page(beate, f"/verwaltung/mailings/bouncegroup/{group().pk}/ansehen/").split())
    assert "Am 3. Dezember gingen persönliche Mails an 4 Adressen bei gmx.example." in shown
    assert "persönliche Mails" in page(beate, "/verwaltung/mailings/bouncegroup/")


def test_the_alerts_and_the_list_need_no_query_for_each_group(beate: Client) -> None:
    def queries(groups: int) -> tuple[int, int]:
        for number in range(groups):
            domain = f"{number}.{groups}.example"
            held = BounceGroup.objects.create(domain=domain, day="2026-12-03", state="held")
            Feedback.objects.create(event=domain, kind="hard", at=NOON, group=held, words=LISTED)
        with CaptureQueriesContext(connection) as today:
            assert alerts.now()
        with CaptureQueriesContext(connection) as listed:
            page(beate, "/verwaltung/mailings/bouncegroup/")
        return len(today), len(listed)

    assert queries(1) == queries(7)


def rights(client: Client, *codenames: str) -> None:
    user = User.objects.create_user("ida", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)


def test_a_helper_sees_and_decides_nothing(client: Client, settings) -> None:
    settings.DEMO = True
    four_of_forty()
    pk, copy = group().pk, Delivery.objects.filter(state="bounced").latest("pk").pk
    rights(client, "view_bouncegroup", "view_delivery", "view_member", "view_event")
    url = f"/verwaltung/mailings/bouncegroup/{pk}"
    assert "<button class" not in page(client, f"{url}/ansehen/")
    assert client.post(f"{url}/entscheiden/", {"state": "dropped"}).status_code == 403
    assert client.post(f"/verwaltung/mailings/delivery/{copy}/wieder-versuchen/").status_code == 403
    User.objects.get().user_permissions.clear()
    assert client.get(f"{url}/ansehen/").status_code == 403
    assert group().state == "held"


# trying again -------------------------------------------------------------------------------------------------------


def test_on_the_page_of_a_member_stands_why_and_a_way_back(beate: Client) -> None:
    member = kim_bounced()
    url = f"/verwaltung/mitglied/{member.pk}/"
    shown = page(beate, url)
    for words in ("unzustellbar seit 03.12.2026", "Adresse gibt es nicht", "550 5.1.1 User unknown"):
        assert words in shown
    ask = link_in(shown, "Wieder versuchen")
    before = dump(None)
    asked = page(beate, ask)
    assert dump(None) == before
    assert "Seit 3. Dezember 2026 geht keine Mail mehr an diese Adresse" in asked
    assert "Die nächste Mail geht wieder dorthin. Kommt sie zurück, wird die Adresse wieder gesperrt." in asked
    after = press(beate, ask, "Wieder versuchen")
    assert "Die nächste Mail geht wieder an diese Adresse." in after
    assert "unzustellbar" not in after
    assert "Adresse gibt es nicht" in after
    assert silenced() == []
    assert logged() == [f"geändert: Mitglied {member.pk}: Sperre nach Rückläufer aufgehoben."]


def test_on_the_page_of_a_delivery_and_in_lists_too(beate: Client) -> None:
    kim_bounced()
    copy = Delivery.objects.get(state="bounced")
    assert "Adresse gibt es nicht: 550 5.1.1 User unknown" in page(beate, "/verwaltung/mailings/delivery/")
    shown = page(beate, f"/verwaltung/mailings/delivery/{copy.pk}/change/")
    assert "550 5.1.1 User unknown" in shown
    assert "Die nächste Mail geht wieder an diese Adresse." in press(
        beate, link_in(shown, "Wieder versuchen"), "Wieder versuchen"
    )
    assert silenced() == []
    shown = page(beate, f"/verwaltung/mailings/delivery/{copy.pk}/change/")
    assert "Wieder versuchen" not in shown
    asked = page(beate, f"/verwaltung/mailings/delivery/{copy.pk}/wieder-versuchen/")
    assert "Diese Adresse ist nicht gesperrt." in asked


def test_a_second_click_lifts_nothing_and_says_so(beate: Client) -> None:
    member = kim_bounced()
    url = f"/verwaltung/members/member/{member.pk}/wieder-versuchen/"
    beate.post(url)
    assert "Diese Adresse war nicht gesperrt." in beate.post(url, follow=True).content.decode()
    assert len(logged()) == 1


def test_a_bounce_of_long_ago_can_be_lifted_without_its_reason(beate: Client) -> None:
    member = kim_bounced()
    Feedback.objects.all().delete()
    url = f"/verwaltung/members/member/{member.pk}/wieder-versuchen/"
    assert "Das wird nach 90 Tagen gelöscht." in page(beate, url)
    press(beate, url, "Wieder versuchen")
    assert silenced() == []


def test_a_complaint_stays_and_the_officer_is_told(beate: Client) -> None:
    member = kim_bounced()
    copy = Delivery.objects.get(state="bounced")
    feedback.record(Report("spam", Feedback.Kind.COMPLAINT, NOON, copy=copy.message_id))
    url = f"/verwaltung/members/member/{member.pk}/wieder-versuchen/"
    assert "Rundmails und Einladungen gehen weiterhin nicht dorthin" in page(beate, url)
    press(beate, url, "Wieder versuchen")
    assert Suppression.objects.get().reason == "complaint"
    assert not Address.objects.get(email=KIM).list_mail


def test_an_erased_persons_copy_cannot_be_tried_again(beate: Client) -> None:
    kim_bounced()
    copy = Delivery.objects.get(state="bounced")
    Delivery.objects.filter(pk=copy.pk).update(address=None)
    assert beate.get(f"/verwaltung/mailings/delivery/{copy.pk}/wieder-versuchen/").status_code == 404
    page(beate, f"/verwaltung/mailings/delivery/{copy.pk}/change/")


def test_a_held_bounce_is_not_called_gone(beate: Client) -> None:
    mailing = four_of_forty()
    copy = mailing.deliveries.filter(state="bounced").first()
    assert copy
    shown = page(beate, f"/verwaltung/mailings/delivery/{copy.pk}/change/")
    assert "wartet auf Ihre Entscheidung" in shown
    assert "Wieder versuchen" not in shown
    bounce_groups.decide(group(), BounceGroup.State.DROPPED)
    assert "nicht gesperrt" in page(beate, f"/verwaltung/mailings/delivery/{copy.pk}/change/")
