"""The desk speaks German: no English, no names of models or fields, on any list or form of a record."""

import html as escapes
import re
from collections.abc import Iterator
from gettext import GNUTranslations

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.contrib.auth.models import Group, User
from django.core.exceptions import FieldDoesNotExist
from django.db import transaction
from django.db.models import Field, Model
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils.translation import trans_real

from events.models import Event
from mailings.models import Suppression
from tests import FULL
from tests.desk import change, page
from tests.events.meetings import meeting
from tests.members.newsletters.test_pages import draft
from tests.members.people import active, newsletter
from tests.netzwerk.roles.world import filled
from tests.pressing import press
from tests.wegweiser.offers import offer
from wegweiser.models import Advice, Check, FailedSearch, Hint, Situation, Synonym

pytestmark = pytest.mark.django_db

# Words that Django and libraries write where a translation or a name is missing. None of them is German.
ENGLISH = re.compile(
    r"""\b(?:the|and|of|is|this|that|your|you|please|for|from|can|must|add|change|changed|delete|view|select|save"""
    r"""|log|entry|entries|user|users|group|page|pages|flat|device|devices|key|reason|since|message|state|step|number"""
    r"""|created|confirmed|configuration|enabled|disabled|object|objects|action|actions|password|permission|session"""
    r"""|content|type|true|false|none|null|history|search|show|clear|home|log\ out|yes|at|by|on)\b""",
    re.IGNORECASE | re.VERBOSE,
)
# The term of RFC 5322, which German mail programs show too, a placeholder, what browsers call these things, and how
# the key of backups begins.
TERMS = ("Message-ID", "$meine_daten", "JavaScript", "InPrivate", "AGE-SECRET-KEY")
# German words that only programmers say.
OFFICE = re.compile(
    r"\b(?:Modelle?|Modellname|\w+-Anwendung|\w+-Administration|Geschichte|Brotkrümel|Sichern|gesichert|Objekte?n?|"
    r"Elemente?n?|Aktion(?:en)?|Zusammenfassung|abhängigen Daten|nette Minuten|durchzuführen|zwingend|erfolgreich|"
    r"sicherstellen|gültige[ns]?|aufgeführten?|Nullzeichen|Slug)\b"
)
# What only code says: two_words, otp-style app labels, names of classes.
CODE = re.compile(r"\b(?:[a-z]+_[a-z_]+|[A-Z][a-z]+_[A-Z][a-z]+|[A-Z][a-z]+[A-Z][a-z]+)\b")


def spoken(html: str) -> str:
    """What is read or read out: text, labels and buttons; not what stands in fields."""
    html = re.sub(r"<!--.*?-->|<(script|style|svg|textarea)\b.*?</\1>", " ", html, flags=re.DOTALL)
    labels = re.findall(r'(?:aria-label|title|placeholder|alt|aria-description)="([^"]*)"', html)
    labels += re.findall(r'<input[^>]*type="(?:submit|button|reset)"[^>]*value="([^"]*)"', html)
    return escapes.unescape(" ".join([re.sub(r"<[^>]+>", " ", html), *labels]))


def foreign(html: str) -> list[str]:
    text = spoken(html)
    for term in TERMS:
        text = text.replace(term, "")
    return sorted({word for words in (ENGLISH, OFFICE, CODE) for word in words.findall(text)})


def fill() -> None:
    """One row at least of what officers open; of what is only shown, too."""
    active("kim@example.org", name="Kim")
    meeting()
    draft()
    haus = offer()
    with transaction.atomic():
        newsletter("kim@example.org")
    Suppression.objects.create(key="0" * 64, reason="bounce")
    Situation.objects.create(slug="umzug", title="Umzug")
    Synonym.objects.create(word="hüttchen", means=["Wohnung"])
    FailedSearch.objects.create(words="zelt", day="2026-11-20", count=5)
    Hint.objects.create(offer=haus, text="Die Nummer gilt nicht mehr.")
    Check.objects.create(provider=haus.provider)
    Group.objects.get_or_create(name="Helfer")


def models() -> list[type[Model]]:
    return list(admin.site._registry)


def paths() -> Iterator[str]:
    """The list, the empty form, and the page, the history and the deletion of one row, of every record of the desk."""
    for model in models():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_add")
        if row := model._default_manager.order_by("pk").first():
            yield from (reverse(f"{name}_{what}", args=[row.pk]) for what in ("change", "history", "delete"))
    for label in sorted({model._meta.app_label for model in models()}):
        yield reverse("admin:app_list", args=[label])


@pytest.mark.slow
def test_no_list_and_no_form_speaks_english(beate: Client) -> None:
    fill()
    found = {}
    for path in paths():
        answer = beate.get(path, follow=True)
        assert answer.status_code in {200, 403}, path
        if words := foreign(answer.content.decode()):
            found[path] = words

    assert found == {}


@pytest.mark.slow
def test_no_address_of_the_desk_speaks_english(beate: Client, world: Event) -> None:
    """One of each kind; what is wrong with an empty form, too, in the full figures."""
    found, looked_at = {}, set()
    for route, path in filled(world):
        if "logout" in route or (route in looked_at and not FULL):
            continue
        looked_at.add(route)
        for send in [beate.get, beate.post] if FULL else [beate.get]:
            answer = send(path)
            if answer.get("Content-Type", "").startswith("text/html") and (words := foreign(answer.content.decode())):
                found[path] = words
    assert found == {}
    left = beate.post("/verwaltung/logout/").content.decode()
    assert "In diesem Browser ist niemand mehr angemeldet." in spoken(left)
    assert foreign(left) == []


def test_what_is_missing_before_an_action_is_said_in_german(beate: Client) -> None:
    kiste, offers = offer(), "/verwaltung/wegweiser/offer/"
    nothing_ticked = beate.post(offers, {"action": "publish", "index": "0"}, follow=True)
    assert "Kreuzen Sie erst an, was gemeint ist." in spoken(nothing_ticked.content.decode())
    nothing_chosen = beate.post(offers, {"action": "", "index": "0", "_selected_action": kiste.pk}, follow=True)
    assert "Wählen Sie erst, was geschehen soll." in spoken(nothing_chosen.content.decode())
    unknown = beate.get(f"{offers}4711/change/", follow=True)
    assert "Das gibt es nicht mehr, oder der Link stimmt nicht." in spoken(unknown.content.decode())


def test_deleting_asks_in_german(beate: Client) -> None:
    row = Situation.objects.create(slug="umzug", title="Umzug")
    Advice.objects.create(situation=row, offer=offer(), sentence="Erst ummelden.", order=1)
    asked = page(beate, f"/verwaltung/wegweiser/situation/{row.pk}/delete/")
    assert "Lebenslage „Umzug“ löschen? Danach können Sie es noch zurückholen. Damit verschwindet auch:" in " ".join(
        spoken(asked).split()
    )
    assert foreign(asked) == []
    press(beate, asked, "Löschen", f"/verwaltung/wegweiser/situation/{row.pk}/delete/")
    assert not Situation.objects.exists()


def test_what_was_saved_is_said_in_german_and_under_the_right_name(beate: Client) -> None:
    fill()
    imprint = reverse("admin:flatpages_flatpage_change", args=[1])
    for path, fields in ((imprint, {"title": "", "content": ""}), (imprint, {"title": "Impressum", "content": "Neu"})):
        answer = change(beate, path, fields)
        said = page(beate, answer["Location"]) if answer.status_code == 302 else answer.content.decode()
        assert foreign(said) == []
    assert "Die Seite „Impressum“ ist gespeichert." in said


def test_an_empty_form_and_what_was_saved_are_answered_in_plain_words(beate: Client) -> None:
    for model in models():
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
        answer = beate.post(path, {})
        if answer.status_code == 200:
            assert foreign(answer.content.decode()) == [], path
    words = "/verwaltung/wegweiser/synonym/"
    empty = page(beate, f"{words}add/")
    assert "Hier fehlt noch etwas." in press(beate, empty, "Speichern", f"{words}add/", word="")
    saved = press(beate, empty, "Speichern", f"{words}add/", word="hüttchen", means="Wohnung")
    assert "„hüttchen“ ist eingetragen." in re.sub(r"<[^>]*>", "", saved)
    row = f"{words}{Synonym.objects.get(word='hüttchen').pk}/"
    stays = press(beate, page(beate, f"{row}change/"), "Speichern und hier bleiben", f"{row}change/", means="Umzug")
    assert "„hüttchen“ ist gespeichert. Hier können Sie weiterschreiben." in re.sub(r"<[^>]*>", "", stays)
    assert foreign(saved) + foreign(stays) == []


def test_the_words_in_place_of_djangos_are_compiled_and_each_takes_the_place_of_one() -> None:
    folder, own = settings.BASE_DIR / "locale/de/LC_MESSAGES", {}
    for entry in re.split(r"\n{2,}", (folder / "django.po").read_text()):
        words = dict(re.findall(r'^(msgid|msgstr)(?:\[0\])? "(.+)"$', entry, re.MULTILINE))
        own |= {(words["msgid"], "msgid_plural" in entry): words["msgstr"]} if words else {}
    with (folder / "django.mo").open("rb") as compiled:
        read = GNUTranslations(compiled)
    with override_settings(LOCALE_PATHS=[]):
        djangos = trans_real.DjangoTranslation("de", domain="django")
    assert len(own) > 40
    assert {said: _one(read, *said) for said in own} == own, "django-admin compilemessages"
    assert [said for said in own if _one(djangos, *said) in (said[0], own[said])] == []


def _one(words: GNUTranslations, text: str, is_counted: bool) -> str:
    return words.ngettext(text, "", 1) if is_counted else words.gettext(text)


def test_every_field_that_the_desk_shows_has_a_german_name(beate: Client, rf: RequestFactory) -> None:
    """A field without a name of its own is shown under its name in code."""
    request = rf.get("/")
    request.user = User.objects.get()
    unnamed = []
    for model in models():
        found = admin.site._registry[model]
        filters = [each[0] if isinstance(each, tuple) else each for each in found.get_list_filter(request)]
        names = [*found.get_list_display(request), *filters, *flatten(found.get_fields(request, model()))]
        for name in {str(name).partition("__")[0] for name in names if isinstance(name, str)}:
            try:
                field = model._meta.get_field(name)
            except FieldDoesNotExist:  # a method, which has a description
                continue
            if isinstance(field, Field) and field.verbose_name == field.name.replace("_", " "):
                unnamed.append(f"{model._meta.label}.{name}")
    assert unnamed == []


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<h1>Flat Page ändern</h1>", ["Flat", "Page"]),
        ('<a title="Log out">Ab</a>', ["Log"]),
        ('<input type="submit" value="Save">', ["Save"]),
        ("<p>Otp_Totp</p><p>group_permissions</p><p>StaticToken</p>", ["Otp_Totp", "StaticToken", "group_permissions"]),
        ("<h1>Seite ändern</h1><input name='object'><script>select the key</script>", []),
    ],
)
def test_control_what_is_english_is_found(html: str, found: list[str]) -> None:
    assert foreign(html) == found
