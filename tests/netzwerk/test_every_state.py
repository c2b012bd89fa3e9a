"""Every state that a record can be in has been on the desk: no list and no page answers 500 for one of them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import Reply
from mailings.models import BounceGroup, Delivery, Mailing, Suppression
from members.models import Member
from members.newsletters import writing
from tests.desk import page
from tests.events.meetings import invite, meeting
from tests.members.groups.circle import circle
from tests.members.newsletters.test_pages import draft
from tests.members.people import active, newsletter
from tests.wegweiser.offers import offer
from wegweiser.models import Submission

pytestmark = pytest.mark.django_db

KIM = "kim@example.org"


def copy() -> Delivery:
    active(KIM)
    with transaction.atomic():
        return newsletter(KIM).deliveries.get()


def report() -> Submission:
    address = active(KIM).address
    return Submission.objects.create(address=address, fields={"title": "Nähcafé"}, confirm_until=timezone.now())


# One row of each model that has states.
ROWS: dict[str, Callable[[], Model]] = {
    "events.Event": meeting,
    "mailings.Mailing": lambda: copy().mailing,
    "mailings.Delivery": copy,
    "mailings.BounceGroup": lambda: BounceGroup.objects.create(domain="gmx.example", day=timezone.localdate()),
    "mailings.Suppression": lambda: Suppression.objects.create(key="0" * 64, reason="bounce"),
    "members.Member": lambda: active(KIM),
    "members.Group": circle,
    "wegweiser.Submission": report,
    "wegweiser.Offer": offer,
}


def with_states() -> Iterator[tuple[str, str, str]]:
    """Model, field and value, for every value of every field with choices of every model on the desk."""
    for model in admin.site._registry:
        for field in model._meta.fields:
            for value, _label in field.flatchoices or ():
                yield model._meta.label, field.name, value


@pytest.fixture
def anything_goes() -> None:
    """Drops the checks that tie a state to other columns, until the test ends: here only the pages matter."""
    with connection.cursor() as cursor:
        for model in [*admin.site._registry, Reply]:
            for check in model._meta.constraints:
                if type(check).__name__ == "CheckConstraint":
                    cursor.execute(f'ALTER TABLE {model._meta.db_table} DROP CONSTRAINT "{check.name}"')


def test_every_model_with_states_is_tried() -> None:
    assert {label for label, _, _ in with_states()} == set(ROWS)
    assert len(list(with_states())) > 50


@pytest.mark.usefixtures("anything_goes")
@pytest.mark.parametrize("label", ROWS)
def test_the_list_and_the_page_of_every_state_can_be_opened(beate: Client, label: str) -> None:
    row = ROWS[label]()
    rows = type(row)._default_manager.filter(pk=row.pk)
    name = row._meta.label_lower.replace(".", "_")
    listed, changed = reverse(f"admin:{name}_changelist"), reverse(f"admin:{name}_change", args=[row.pk])
    filters = {str(each) for each in admin.site._registry[type(row)].list_filter if isinstance(each, str)}
    for _, field, value in (each for each in with_states() if each[0] == label):
        before: dict[str, Any] = rows.values(field).get()
        rows.update(**{field: value})
        page(beate, f"{listed}?{field}__exact={value}" if field in filters else listed)
        # An event has a page of its own instead of a form.
        assert beate.get(changed, follow=True).status_code == 200, (field, value)
        rows.update(**before)


@pytest.mark.parametrize(
    "model", [model for model, desk in admin.site._registry.items() if desk.list_filter], ids=lambda it: it._meta.label
)
def test_every_choice_of_every_filter_can_be_made(beate: Client, model: type[Model]) -> None:
    """Filters with and without rows behind them; the page itself says which there are."""
    ROWS.get(model._meta.label, lambda: None)()
    listed = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
    changes = beate.get(listed).context["cl"]
    for spec in changes.filter_specs:
        for choice in spec.choices(changes):
            assert beate.get(listed + choice["query_string"]).status_code == 200, choice


@pytest.mark.usefixtures("anything_goes")
@pytest.mark.parametrize("state", Delivery.State.values)
def test_a_run_with_a_mail_in_any_state_can_be_followed(beate: Client, state: str) -> None:
    active(KIM)
    sent = draft()
    writing.send(sent, by="beate")
    Delivery.objects.update(state=state)
    page(beate, reverse("admin:members_newsletter_changelist"))
    page(beate, reverse("admin:newsletter_progress", args=[sent.pk]))


@pytest.mark.usefixtures("anything_goes")
@pytest.mark.parametrize("state", Reply.State.values)
def test_an_event_with_an_answer_of_any_state_can_be_looked_at(beate: Client, state: str) -> None:
    [reply] = invite(meeting(seats=5), KIM)
    Reply.objects.update(state=state)
    for name in ("overview", "door"):
        page(beate, reverse(f"admin:event_{name}", args=[reply.event_id]))
    shown = page(beate, reverse("admin:event_replies", args=[reply.event_id]) + f"?stand={state}")
    assert Reply.State(state).label in shown
    member = Member.objects.get()
    assert Reply.State(state).label in page(beate, reverse("person", args=[member.pk]))


@pytest.mark.usefixtures("anything_goes")
def test_a_member_of_any_state_and_origin_has_a_page(beate: Client) -> None:
    member = active(KIM)
    for label, field, value in with_states():
        if label == "members.Member":
            Member.objects.update(**{field: value})
            page(beate, reverse("person", args=[member.pk]))


@pytest.mark.usefixtures("anything_goes")
@pytest.mark.parametrize("state", Delivery.State.values)
def test_a_member_whose_mail_is_in_any_state_can_be_looked_at(beate: Client, state: str) -> None:
    delivery = copy()
    Delivery.objects.filter(pk=delivery.pk).update(state=state)
    member = Member.objects.get(address__email=KIM)
    assert Delivery.State(state).label in page(beate, reverse("person", args=[member.pk]))
    assert Mailing.objects.get().subject in page(beate, f"/verwaltung/mailings/mailing/{delivery.mailing_id}/change/")
