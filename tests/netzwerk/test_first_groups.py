"""The group "Helfer" is there from the first migration on, and is the officers' from then on."""

import pytest
from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from netzwerk.migrations.data import first_groups

pytestmark = pytest.mark.django_db


def rights() -> set[str]:
    return set(Group.objects.get(name="Helfer").permissions.values_list("codename", flat=True))


def test_the_portal_has_made_it() -> None:
    assert rights() == {"view_event", "keep_door"}


def test_what_officers_changed_stays() -> None:
    helpers = Group.objects.get(name="Helfer")
    helpers.permissions.set(Permission.objects.filter(codename="view_event"))
    first_groups.create(Group, Permission)
    assert rights() == {"view_event"}
    assert Group.objects.filter(name="Helfer").count() == 1


def test_every_right_is_in_the_database_once() -> None:
    create_permissions(apps.get_app_config("events"), verbosity=0)
    for right in first_groups.PERMISSIONS:
        assert Permission.objects.filter(codename=right, content_type__app_label="events").count() == 1
