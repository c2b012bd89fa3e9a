"""Creates the group "Helfer" for people who help at the door; 0010_roles makes the role "Tür" of it."""

from typing import Any

HELPERS = "Helfer"
# All in the app `events`: helpers see no address and no remark, and download, send or change nothing (S-06).
PERMISSIONS = ("view_event", "keep_door")


def create(group: Any, permission: Any) -> None:
    """Creates the group unless one of that name exists; a group that the officers have changed is left alone.

    Takes the models, so that a migration can pass its own. The permissions must be in the database.
    """
    helpers, is_new = group.objects.get_or_create(name=HELPERS)
    if is_new:
        known = permission.objects.filter(content_type__app_label="events")
        helpers.permissions.set([known.get(codename=right) for right in PERMISSIONS])
