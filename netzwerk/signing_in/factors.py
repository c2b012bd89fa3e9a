"""The second factors of an account, of whatever kind."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django_otp import device_classes, devices_for_user


def has_any(user: User) -> bool:
    """Whether `user` can sign in with a second factor."""
    return any(devices_for_user(user))


def end_all(user: User) -> int:
    """Deletes all second factors of `user`, confirmed or not, and returns how many there were."""
    devices = list(devices_for_user(user, confirmed=None))
    for device in devices:
        device.delete()
    return len(devices)


def owners(users: Iterable[User]) -> set[int]:
    """The keys of those of `users` who can sign in with a second factor; one query for each kind of factor."""
    keys = [user.pk for user in users]
    kinds = [model.objects.filter(user__in=keys, confirmed=True) for model in device_classes()]
    return {key for devices in kinds for key in devices.values_list("user", flat=True)}
