"""The register of personal data: complete, and kept to the second (P-07, P-10 to P-12)."""

import inspect
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.db.models import CharField
from django.utils import timezone
from django.utils.text import capfirst

from mailings.models import Address, Delivery, Mailing, RateHit
from members import leaving
from members.models import Consent, Member
from netzwerk import upkeep
from netzwerk.models import Erasure, Heartbeat
from netzwerk.privacy import register
from tests.members.people import active, asked, newsletter
from tests.netzwerk.privacy.test_my_data import dump
from tests.post import Post
from tests.tallies import counted
from wegweiser.models import Offer

pytestmark = pytest.mark.django_db

OURS = {"netzwerk", "events", "members", "wegweiser", "mailings"}


def unnamed() -> set[str]:
    """Fields of our models that the register does not name, and names in it that are no field."""
    named = {model: fields for app in register.APPS for model, fields in app.FIELDS.items()} | register.FIELDS
    return {
        f"{model._meta.label}.{name}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in OURS
        for name in set(named.get(model, {})) ^ {field.name for field in model._meta.fields}
    }


def test_every_field_of_every_model_is_in_the_register() -> None:
    assert unnamed() == set()
    libraries = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label not in OURS]
    assert [model._meta.label for model in libraries if model._meta.label not in register.LIBRARIES] == []


def test_a_new_field_is_missed_in_any_app(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control. No app may take its names from the models: a new field would name itself."""
    new = CharField()
    new.set_attributes_from_name("shoe_size")
    for model in (Member, Offer):
        monkeypatch.setattr(model._meta, "fields", [*model._meta.fields, new])
    assert unnamed() == {"members.Member.shoe_size", "wegweiser.Offer.shoe_size"}
    assert [app.__name__ for app in register.APPS if "_meta" in inspect.getsource(app)] == []


def test_the_register_names_nothing_that_is_gone() -> None:
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert set(register.LIBRARIES) <= labels


def test_every_app_with_models_is_asked() -> None:
    with_models = {model._meta.app_label for model in apps.get_models()} & OURS
    assert {app.__name__.partition(".")[0] for app in register.APPS} == with_models


def test_the_privacy_notice_shows_every_period_and_no_wrong_basis(client) -> None:
    shown = client.get("/datenschutz/").content.decode()
    for period in register.periods():
        assert capfirst(period.what) in shown
        assert capfirst(period.period) in shown
        assert "Buchst. f" not in period.legal_basis
    assert "berechtigtes Interesse" not in shown


def test_the_record_of_processing_is_printed_from_the_register() -> None:
    out = StringIO()
    call_command("privacy_record", stdout=out)
    for use in register.uses():
        assert use.purpose in out.getvalue()


def test_who_does_not_confirm_is_gone_after_seven_days(time_machine, post: Post, db) -> None:
    """P-03: at 7 days and 1 hour the address occurs nowhere; nobody is told."""
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    asked("kim.seltsam@example.org", name="Seltsamname")
    post.deliver()
    time_machine.move_to(start + timedelta(days=7), tick=False)
    upkeep.run()
    assert Member.objects.count() == 1
    time_machine.move_to(start + timedelta(days=7, seconds=1), tick=False)
    upkeep.run()
    left = dump(db)
    assert "kim.seltsam" not in left
    assert "Seltsamname" not in left
    assert post.deliver() == []
    assert Delivery.objects.count() == 1


def test_who_left_asked_again_and_did_not_confirm_is_someone_who_left(time_machine) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    member = active("kim@example.org")
    leaving.leave(member.address, "Test")
    asked("kim@example.org", name="Kim")
    time_machine.move_to(start + timedelta(days=8), tick=False)
    upkeep.run()
    again = Member.objects.get()
    assert (again.state, again.name) == ("left", "")
    assert list(Consent.objects.values_list("act", flat=True)) == ["recorded", "withdrawn", "asked"]


def test_details_go_a_day_after_leaving(time_machine) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    member = active("kim@example.org", name="Kim", municipality="siegen", children_years=[2017], note="Anruf")
    leaving.leave(member.address, "Test")
    time_machine.move_to(start + timedelta(hours=24), tick=False)
    upkeep.run()
    assert Member.objects.get().name == "Kim"
    time_machine.move_to(start + timedelta(hours=24, seconds=1), tick=False)
    upkeep.run()
    member = Member.objects.get()
    assert (member.name, member.municipality, member.children_years, member.note) == ("", "", [], "")
    assert Address.objects.get().email == "kim@example.org"


@pytest.mark.parametrize("left", ["2026-01-01T00:00:00+01:00", "2026-12-31T23:59:59+01:00"])
def test_the_proof_is_kept_to_the_end_of_the_third_year_after_leaving(left: str, time_machine, db) -> None:
    """P-10: both leave in 2026 as Berlin counts; the proof goes with 1 January 2030."""
    time_machine.move_to("2025-06-01T12:00:00+02:00", tick=False)
    address = active("kim.seltsam@example.org").address
    time_machine.move_to(left, tick=False)
    leaving.leave(address, "Test")
    time_machine.move_to("2029-12-31T23:59:59+01:00", tick=False)
    upkeep.run()
    assert Consent.objects.count() == 2
    time_machine.move_to("2030-01-01T00:00:00+01:00", tick=False)
    upkeep.run()
    assert (Consent.objects.count(), Member.objects.count(), Address.objects.count()) == (0, 0, 0)
    assert "kim.seltsam" not in dump(db)


def test_what_stood_in_mails_goes_after_14_days_and_that_they_went_after_90(time_machine, post: Post) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    active("kim@example.org")
    asked("kim2@example.org")
    with transaction.atomic():
        newsletter("kim@example.org")
    post.deliver()
    copy = Delivery.objects.get(address__email="kim@example.org")

    def after(days: int, seconds: int = 0) -> Delivery | None:
        time_machine.move_to(start + timedelta(days=days, seconds=seconds), tick=False)
        upkeep.run()
        return Delivery.objects.filter(pk=copy.pk).first()

    kept = after(14)
    assert kept is not None
    assert kept.values == {"anrede": "Guten Tag,"}
    kept = after(14, 1)
    assert kept is not None
    assert kept.values == {}
    [forgotten] = Mailing.objects.filter(kind="personal").values_list("source", "text", "html", "calendar")
    assert forgotten == ("", "", "", "")
    assert Mailing.objects.get(kind="list").text != ""
    assert after(90) is not None
    assert after(90, 1) is None
    assert list(Mailing.objects.values_list("kind", flat=True)) == ["list"]


def test_counts_stay_when_people_go(time_machine) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    for number in range(3):
        active(f"p{number}@example.org")
    register.erase(Address.objects.get(email="p0@example.org"), timezone.now())
    leaving.leave(Address.objects.get(email="p1@example.org"), "Test")
    time_machine.move_to(start + timedelta(days=5 * 366), tick=False)
    upkeep.run()
    assert (counted("joined"), counted("left")) == (3, 2)


def test_rate_keys_go_after_a_day(time_machine) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    asked("kim@example.org")
    time_machine.move_to(start + timedelta(hours=24, seconds=1), tick=False)
    upkeep.run()
    assert RateHit.objects.count() == 0


def test_tombstones_go_when_no_backup_can_hold_the_person_any_more(time_machine) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    register.erase(active("kim@example.org").address, timezone.now())
    time_machine.move_to(start + timedelta(days=40, seconds=1), tick=False)
    upkeep.run()
    assert Erasure.objects.count() == 0


def test_the_daily_run_leaves_a_sign_of_life() -> None:
    upkeep.run()
    assert Heartbeat.objects.get(name="daily").at <= timezone.now()


@pytest.mark.logs_errors
def test_a_step_that_fails_does_not_stop_the_others_and_is_told(monkeypatch) -> None:
    def breaks(now: datetime) -> None:
        raise ValueError("broken")

    asked("kim@example.org")
    RateHit.objects.update(at=timezone.now() - timedelta(days=2))
    monkeypatch.setattr(upkeep, "STEPS", [breaks, upkeep.forget])
    with pytest.raises(RuntimeError, match="breaks failed"):
        upkeep.run()
    assert RateHit.objects.count() == 0
    assert not Heartbeat.objects.filter(name="daily").exists()


def test_an_app_that_fails_does_not_stop_the_others_and_is_told(monkeypatch) -> None:
    ran = []
    for app in register.APPS:
        monkeypatch.setattr(app, "expire", lambda now, name=app.__name__: ran.append(name))

    def breaks(now: datetime) -> None:
        raise ValueError("A row stands in the way.")

    monkeypatch.setattr(register.APPS[3], "expire", breaks)
    with pytest.raises(ExceptionGroup) as told:
        register.expire(timezone.now())
    assert [str(problem) for problem in told.value.exceptions] == ["A row stands in the way."]
    assert sorted(ran) == sorted(app.__name__ for app in register.APPS if app is not register.APPS[3])
