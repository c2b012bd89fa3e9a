"""The second factors of an account, of whatever kind."""

from django.contrib.auth.models import User
from django_otp import devices_for_user


def has_any(user: User) -> bool:
    """Whether `user` can sign in with a second factor."""
    return any(devices_for_user(user))


def end_all(user: User) -> int:
    """Deletes all second factors of `user`, confirmed or not, and returns how many there were."""
    devices = list(devices_for_user(user, confirmed=None))
    for device in devices:
        device.delete()
    return len(devices)
