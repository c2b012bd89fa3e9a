"""The five roles are there from the first migration on, and every migration puts their rights right (R-03)."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User

from netzwerk.accounts import roles
from netzwerk.migrations.data import first_groups
from tests.netzwerk.accounts.officers import officer

pytestmark = pytest.mark.django_db


def rights(name: str) -> set[str]:
    return set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


def migrated() -> None:
    """What every `migrate` does at its end."""
    for config in apps.get_app_configs():
        roles.sync(config, using="default", apps=apps)


def test_the_portal_has_made_them() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == set(roles.NAMES)
    assert rights(roles.DOOR) == {"view_event", "keep_door"}
    assert rights(roles.REPORT) == {"view_publishedreport"}
    assert {right for right in rights(roles.EVENTS) if right.endswith("_member")} == {"view_member"}
    of_guide = Group.objects.get(name=roles.GUIDE).permissions
    assert set(of_guide.values_list("content_type__app_label", flat=True)) == {"wegweiser"}


def test_coordination_has_every_right_of_our_apps_and_none_to_delete_an_account() -> None:
    held = rights(roles.COORDINATION)
    ours = Permission.objects.filter(
        content_type__app_label__in=["members", "events", "wegweiser", "mailings", "netzwerk"]
    )
    assert set(ours.values_list("codename", flat=True)) <= held
    assert {right for right in held if right.endswith("_user")} == {"view_user", "add_user", "change_user"}
    of_accounts = Permission.objects.filter(content_type__app_label="auth", group__name=roles.COORDINATION)
    assert not {right for right in held if "device" in right}
    assert not of_accounts.filter(codename__endswith="_group")  # roles; the groups of members are something else


def test_a_migration_puts_right_what_was_changed_and_leaves_other_groups_alone() -> None:
    choir, view = Group.objects.create(name="Chor"), Permission.objects.get(codename="view_member")
    for name in ("Chor", roles.DOOR, roles.GUIDE):
        Group.objects.get(name=name).permissions.add(view)
    Group.objects.get(name=roles.EVENTS).permissions.clear()
    before = rights(roles.COORDINATION)
    migrated()
    assert rights(roles.DOOR) == {"view_event", "keep_door"}
    assert "view_member" not in rights(roles.GUIDE)
    assert {"change_event", "view_member"} <= rights(roles.EVENTS)
    assert rights(roles.COORDINATION) == before
    assert list(choir.permissions.all()) == [view]


def test_an_update_keeps_what_people_could_do() -> None:
    """Helpers have the role "Tür" afterwards; officers, who were superusers, coordinate."""
    Group.objects.filter(name__in=roles.NAMES).delete()
    helpers = Group.objects.create(name=first_groups.HELPERS)
    mika, kim = officer("Mika Winter"), officer("Kim Lang")
    mika.groups.add(helpers)
    beate = User.objects.create_superuser("beate")
    import_module("netzwerk.migrations.0010_roles").forwards(apps, None)
    migrated()
    assert list(mika.groups.values_list("name", flat=True)) == [roles.DOOR]
    assert list(beate.groups.values_list("name", flat=True)) == [roles.COORDINATION]
    assert not kim.groups.exists()
    assert not Group.objects.filter(name=first_groups.HELPERS).exists()
    assert rights(roles.DOOR) == {"view_event", "keep_door"}
