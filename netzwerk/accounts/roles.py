"""What an account may do: five roles, each with its permissions. docs/roles.md shows the same as a table (R-03).

Roles are groups of Django. Their permissions stand here, not on the desk: every migration brings the groups into line,
so that a new model belongs to the right roles from its first day on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions

COORDINATION, EVENTS, GUIDE, REPORT, DOOR = "Koordination", "Veranstaltungen", "Wegweiser", "Bericht", "Tür"
TECHNICIAN = "Technik"  # no group: a superuser, made by `manage.py createsuperuser`

EVERYTHING = None
Permissions = Mapping[str, frozenset[str] | None]


@dataclass(frozen=True)
class Role:
    """`about` tells officers what it is for; `permissions` are codenames, or EVERYTHING, by app."""

    name: str
    about: str
    permissions: Permissions = field(default_factory=dict)


ROLES = [
    Role(
        COORDINATION,
        "Darf alles: Mitglieder, Rundmails, Treffen, Wegweiser, Post, Texte der Seiten und diese Konten.",
        {
            **dict.fromkeys(("members", "events", "wegweiser", "mailings", "netzwerk"), EVERYTHING),
            "flatpages": frozenset({"view_flatpage", "change_flatpage"}),
            "auth": frozenset({"view_user", "add_user", "change_user"}),
        },
    ),
    Role(
        EVENTS,
        "Plant Treffen, lädt ein, trägt Antworten ein. Sieht die Mitglieder, ändert und löscht dort nichts.",
        {"events": EVERYTHING, "members": frozenset({"view_member"})},
    ),
    Role(GUIDE, "Pflegt den Wegweiser. Sieht keine Mitglieder.", {"wegweiser": EVERYTHING}),
    Role(
        REPORT,
        "Sieht die veröffentlichten Zwischenbilanzen, niemals Namen.",
        {"netzwerk": frozenset({"view_publishedreport"})},
    ),
    Role(
        DOOR,
        "Hilft an der Tür: am Tag eines Treffens, am Tag davor und danach. Sieht, wer kommt, sonst nichts.",
        {"events": frozenset({"view_event", "keep_door"})},
    ),
]
NAMES = [role.name for role in ROLES]


def sync(app_config: AppConfig, using: str, apps: Any, **_: Any) -> None:
    """Gives every role its permissions in this app, and no other. Called after each migration, once for every app."""
    try:
        group_model, permission_model = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    except LookupError:
        return  # migrated back to before there were accounts
    create_permissions(app_config, verbosity=0, using=using, apps=apps)
    of_app = permission_model.objects.using(using).filter(content_type__app_label=app_config.label)
    known = list(of_app.values_list("pk", "codename"))
    held = set(of_app.filter(group__name__in=NAMES).values_list("group__name", "pk"))
    for role in ROLES:
        wanted = role.permissions.get(app_config.label, frozenset())
        right = {pk for pk, codename in known if wanted is EVERYTHING or codename in wanted}
        there = {pk for name, pk in held if name == role.name}
        if right != there:
            group, _new = group_model.objects.using(using).get_or_create(name=role.name)
            group.permissions.remove(*(there - right))
            group.permissions.add(*(right - there))
