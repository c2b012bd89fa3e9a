"""Ends what an account has open in browsers."""

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone


def end_all(user: User) -> None:
    """Signs `user` out everywhere. Only officers have sessions, so there are few to look through."""
    running = Session.objects.filter(expire_date__gt=timezone.now())
    of_user = [session.pk for session in running if session.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(pk__in=of_user).delete()
