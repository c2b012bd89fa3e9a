"""The group "Helfer", ready for whoever helps at the door; from then on the officers say what it may do."""

from typing import Any

HELPERS = "Helfer"
# All in the app `events`: no address, no remark, nothing to take away, to send or to change (S-06).
RIGHTS = ("view_event", "keep_door")


def create(group: Any, permission: Any) -> None:
    """Creates the group unless there is one of that name; never touches one that the officers have changed.

    Takes the models, so that a migration can hand in its own. The rights must be in the database.
    """
    helpers, is_new = group.objects.get_or_create(name=HELPERS)
    if is_new:
        known = permission.objects.filter(content_type__app_label="events")
        helpers.permissions.set([known.get(codename=right) for right in RIGHTS])
