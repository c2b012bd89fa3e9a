"""Every state that a record can be in has been on the desk: no list and no page answers 500 for one of them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.desk import urls as event_urls
from events.models import Event, EventMail, Reply
from mailings.models import BounceGroup, Delivery, Feedback, Mailing, Suppression
from members.models import GroupMembership, Member
from members.newsletters import writing
from tests.desk import page
from tests.events.meetings import invite, meeting
from tests.members.groups.circle import circle
from tests.members.newsletters.test_pages import draft
from tests.members.people import active, newsletter
from tests.slow import one_in
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
        for model in [*admin.site._registry, Reply, GroupMembership]:
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


@pytest.mark.slow
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
    for name in ("overview", "door", "calls", "line", "choose", "find"):
        page(beate, reverse(f"admin:event_{name}", args=[reply.event_id]))
    page(beate, reverse("admin:event_entry", args=[reply.event_id, reply.pk]))
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


@pytest.mark.slow
@pytest.mark.parametrize("days", [30, 0.01, -2])
@pytest.mark.parametrize("state", Event.State.values)
def test_every_page_of_an_event_in_any_state_can_be_opened(beate: Client, state: str, days: float) -> None:
    """A page that the state has no use for may lead back to the overview, or not be there."""
    event = meeting(seats=5, care=2)
    invite(event, KIM)
    begins_at = timezone.now() + timedelta(days=days)
    times = {"begins_at": begins_at, "ends_at": begins_at + timedelta(hours=2), "answer_by": begins_at}
    Event.objects.filter(pk=event.pk).update(state=state, **times)
    opened = []
    for name in [name for route, _view, name in event_urls.PAGES if "<" not in route]:
        answer = beate.get(reverse(f"admin:event_{name}", args=[event.pk]), follow=True)
        assert answer.status_code in {200, 404, 405}, name
        opened += [name] if answer.status_code == 200 else []
    assert {"overview", "replies"} <= set(opened)


@pytest.mark.parametrize("audience", EventMail.Audience.values)
def test_a_mail_to_families_of_any_audience_has_its_pages(beate: Client, audience: str) -> None:
    event = meeting(seats=5)
    invite(event, KIM)
    mail = EventMail.objects.create(event=event, audience=audience, subject="Zum Termin", text="Hausschuhe.")
    for name in ("mail_edit", "mail_preview", "mail_send"):
        page(beate, reverse(f"admin:event_{name}", args=[event.pk, mail.pk]))


@pytest.mark.usefixtures("anything_goes")
@pytest.mark.parametrize("state", GroupMembership.State.values)
def test_a_group_with_somebody_in_any_state_can_be_looked_at(beate: Client, state: str) -> None:
    group = circle("Aylin")
    GroupMembership.objects.filter(group=group, address__email="aylin@example.org").update(state=state)
    page(beate, reverse("admin:members_group_change", args=[group.pk]))
    page(beate, reverse("person", args=[active("aylin@example.org").pk]))


@pytest.mark.usefixtures("anything_goes")
@pytest.mark.parametrize("kind", Feedback.Kind.values)
@pytest.mark.parametrize("state", one_in(len(Delivery.State), Delivery.State.values))
def test_whatever_came_back_for_a_mail_can_be_looked_at(beate: Client, state: str, kind: str) -> None:
    delivery = copy()
    Delivery.objects.filter(pk=delivery.pk).update(state=state, finished_at=timezone.now())
    Feedback.objects.create(event="x", kind=kind, address=delivery.address, delivery=delivery, at=timezone.now())
    page(beate, reverse("admin:mailings_delivery_change", args=[delivery.pk]))
    page(beate, reverse("person", args=[Member.objects.get().pk]))
