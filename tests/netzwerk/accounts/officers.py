"""Invented people who have accounts: Rita and Sinan coordinate, Mika helps at the door."""

import re

from django.contrib.auth.models import Group, User
from django.test import Client

from netzwerk.accounts import roles
from netzwerk.models import AuthenticatorApp

PASSWORD = "vier kleine Wörter hier"
NEW = "fünf ganz andere Wörter"


def officer(name: str, *names: str) -> User:
    """An account that signs in with the address made of its first name."""
    first, _, last = name.partition(" ")
    email = f"{first.lower()}@amt.example"
    user = User.objects.create_user(email, email, PASSWORD, first_name=first, last_name=last, is_staff=True)
    user.groups.set(Group.objects.filter(name__in=names))
    assert user.groups.count() == len(names)
    return user


def rita() -> User:
    return officer("Rita Sommer", roles.COORDINATION)


def sinan() -> User:
    return officer("Sinan Demir", roles.COORDINATION)


def with_phone(user: User) -> User:
    AuthenticatorApp.objects.create(user=user, name="Handy")
    return user


def desk_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def said(html: str) -> str:
    """The words of a page, each gap one blank."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2] or html).split())


def signs_in(user: User, password: str) -> bool:
    user.refresh_from_db()
    return user.is_active and user.check_password(password)
