"""A portal in which every page has something to show, and where to begin to see them all."""

import re

from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from events.models import Event
from members.newsletters import writing
from netzwerk.held_mail import KINDS
from netzwerk.models import BarrierReport
from tests import walk
from tests.mailings.returns.test_second_line import four_of_forty
from tests.members.newsletters.test_pages import draft
from tests.members.people import asked
from tests.netzwerk.signing_in.people import with_app, with_codes
from tests.netzwerk.test_addresses import patterns, personal_paths
from tests.netzwerk.test_addresses import public as public_paths
from tests.netzwerk.test_every_state import ROWS
from wegweiser.models import Check, Hint, Offer, Provider

DESK = "/verwaltung/"
# Not the numbers that a page's script fetches: they are a part of a page.
ROW = re.compile(r"verwaltung/(\w+)/(\w+)/<int:pk>/(?!.*zahlen)[\w/-]+")


def fill() -> None:
    """The demo, and a row of what it has none of."""
    call_command("demo_data", verbosity=0)
    ROWS["mailings.Suppression"]()
    officer = User.objects.get(username="beate")
    with_app(officer)
    with_codes(officer)
    four_of_forty()
    with transaction.atomic():
        writing.send(draft(), by="beate")
    Hint.objects.create(offer=Offer.objects.published()[0], text="Die Nummer gibt es nicht mehr.")
    Check.objects.create(provider=Provider.objects.all()[0])
    BarrierReport.objects.create(text="Der Knopf sagt nichts.", page="/termine/", email="ayse@example.org")


def public(client: Client, *, most: int) -> list[walk.Seen]:
    """What anybody may see, and what the links in mails open."""
    plain = [f"/{path}" for path in public_paths() if "<" not in path]
    personal = personal_paths(asked("ayse@example.org"))
    for event in Event.objects.all():
        event.begins_at = event.begins_at.replace(microsecond=0)  # as forms have them
        event.save(update_fields=["begins_at"])
    return list(walk.pages(client, [*plain, *personal], most=most))


def desk(client: Client, *, most: int) -> list[walk.Seen]:
    """What an officer sees, of rows in every state."""
    seen = walk.pages(client, [DESK, f"{DESK}password_change/", *_rows(), *_waiting()], most=most)
    return [each for each in seen if each.route.startswith(DESK[1:])]


def _rows() -> list[str]:
    """The pages of single rows: which of them a row has depends on its state."""
    paths = []
    for path, _ in patterns(get_resolver()):
        if (found := ROW.fullmatch(path)) and found[1] in apps.app_configs:
            keys = apps.get_model(found[1], found[2])._default_manager.values_list("pk", flat=True)[:20]
            paths += [f"/{path.replace('<int:pk>', str(key))}" for key in keys]
    return paths


def _waiting() -> list[str]:
    return [f"{DESK}wartende/{kind}/" for kind in KINDS]
