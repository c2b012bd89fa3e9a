"""What the demo shows in the Wegweiser: the 120 examples, and invented offers in every state of being checked."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from kit import months
from mailings.models import Address
from netzwerk.demo.account import USER
from wegweiser import topics
from wegweiser.imports import columns, importing
from wegweiser.models import Check, FailedSearch, Hint, Offer, Provider, Submission
from wegweiser.search import index

EXAMPLES = settings.BASE_DIR / "wegweiser" / "demo" / "angebote.csv"

# Provider → its address for the yearly check; nobody can be asked without one.
PROVIDERS = {
    "Haus Lindenweg": "buero@haus-lindenweg.example",
    "Verein Kinderzeit": "hallo@kinderzeit.example",
    "Beratung am Markt": "post@beratung-am-markt.example",
    "Werkstatt Zweites Leben": "",
}
# Slug → provider, months since the last check, and what it says. Invented, like their numbers.
OFFERS: dict[str, tuple[str, int, dict[str, Any]]] = {
    "naehcafe-lindenweg": (
        "Haus Lindenweg", 1,
        {
            "title": "Nähcafé mit Spielecke",
            "description": "Gemeinsam nähen und reparieren, die Kinder spielen nebenan. Kommen Sie einfach vorbei.",
            "topics": ["treffpunkte-und-selbsthilfe"],
            "municipalities": ["siegen"], "street": "Lindenweg 12", "postcode": "57072", "town": "Siegen",
            "phones": ["030 23125-111", "030 23125-112"], "email": "buero@haus-lindenweg.example",
            "website": "https://haus-lindenweg.example", "hours": "Mittwoch, 15 bis 18 Uhr",
            "contact_person": "Frau Brandt", "languages": ["de", "ar"], "cost": "kostenlos", "cost_kind": "free",
            "accessible": "yes", "search_words": ["nähen", "Kleidung", "reparieren"],
        },
    ),
    "spaetdienst-kinderzeit": (
        "Verein Kinderzeit", 12,
        {
            "title": "Kinderzeit am Abend: Betreuung bis 22 Uhr",
            "description": "Für Kinder ab drei Jahren, wenn Sie im Schichtdienst arbeiten. Mit Abendessen.",
            "topics": ["kinderbetreuung", "arbeit"],
            "municipalities": ["kreuztal", "hilchenbach"], "street": "Am Bach 3", "postcode": "57223",
            "town": "Kreuztal", "phones": ["030 23125-121"], "email": "hallo@kinderzeit.example",
            "hours": "Montag bis Freitag, 9 bis 16 Uhr", "contact_person": "Herr Yılmaz",
            "languages": ["de", "tr"], "cost": "nach Einkommen, ab 2 € in der Stunde", "cost_kind": "income",
            "search_words": ["Schichtarbeit", "Nachtdienst", "Randzeiten"],
        },
    ),
    "ferienwerkstatt-kinderzeit": (
        "Verein Kinderzeit", 3,
        {
            "title": "Ferienwerkstatt",
            "description": "Zwei Wochen im Sommer: bauen, malen, draußen sein. Mit Mittagessen.",
            "topics": ["kinderbetreuung"],
            "municipalities": ["kreuztal"], "town": "Kreuztal", "phones": ["030 23125-122"], "languages": ["de"],
            "cost": "60 € in der Woche", "cost_kind": "paid", "search_words": ["Sommerferien", "Ferienprogramm"],
        },
    ),
    "umgangsberatung-markt": (
        "Beratung am Markt", 14,
        {
            "title": "Umgang gut regeln: Gespräche zu zweit oder zu dritt",
            "description": "Wir helfen, Absprachen zu treffen, die im Alltag halten. Auf Wunsch mit beiden Eltern.",
            "topics": ["trennung-und-scheidung", "beratungsstellen"],
            "area": "district", "street": "Markt 1", "postcode": "57319", "town": "Bad Berleburg",
            "phones": ["030 23125-131"], "email": "post@beratung-am-markt.example",
            "hours": "nach Vereinbarung", "languages": ["de", "uk", "ru"], "cost": "kostenlos", "cost_kind": "free",
            "search_words": ["Umgangsrecht", "Streit", "Mediation"],
        },
    ),
    "moebel-zweites-leben": (
        "Werkstatt Zweites Leben", 13,
        {
            "title": "Möbel für wenig Geld",
            "description": "Gebrauchte Möbel, aufgearbeitet und geliefert. Mit Nachweis zum Einkommen.",
            "topics": ["wohnen", "finanzielle-unterstuetzung"],
            "area": "district", "town": "Netphen", "phones": ["030 23125-141"], "languages": ["de"],
            "cost": "ab 5 €", "cost_kind": "paid", "search_words": ["Einrichtung", "Bett", "Waschmaschine"],
        },
    ),
}  # fmt: skip
MISSES = {"notfallbetreuung nacht": 4, "waschmaschine kaputt": 3, "babysitter sonntag": 5, "hund abgeben": 1}


def offers() -> list[str]:
    if Offer.objects.exists():
        return []
    sheet = columns.read(EXAMPLES.read_bytes(), EXAMPLES.name)
    made = importing.carry_out(sheet, by=USER)
    topics.ensure()
    for slug, (provider, age, contents) in OFFERS.items():
        _make(slug, _provider(provider), age, contents)
    _let_things_happen()
    index.rebuild()
    return [
        f"{len(made.new)} Angebote im Wegweiser als Beispiele, {len(OFFERS)} erfundene dazu",
        f"{Submission.objects.count()} Meldungen, {Hint.objects.count()} Hinweis",
    ]


def _let_things_happen() -> None:
    """Asked and never answered; reported; noticed; searched in vain."""
    now = timezone.now()
    asked = now - timedelta(weeks=7)
    Check.objects.create(
        provider=_provider("Beratung am Markt"),
        asked_at=asked,
        reminded_at=asked + timedelta(weeks=3),
        escalated_at=asked + timedelta(weeks=6),
    )
    tafel = Offer.objects.get(slug="tafel-siegen")
    Hint.objects.create(offer=tafel, text="Dienstags war niemand da, nur donnerstags.")
    cafe = Offer.objects.get(slug="naehcafe-lindenweg")
    _report("buero@haus-lindenweg.example", {"hours": "Mittwoch und Freitag, 15 bis 18 Uhr"}, cafe, "Ab Januar.")
    _report("info@vaeter-treff.example", NEW_OFFER, None, "")
    today = timezone.localdate(now)
    FailedSearch.objects.bulk_create(
        FailedSearch(words=words, day=today, count=count) for words, count in MISSES.items()
    )


NEW_OFFER: dict[str, Any] = {
    "title": "Vätertreff am Samstag",
    "provider": "Vätertreff Wilnsdorf",
    "topics": ["treffpunkte-und-selbsthilfe"],
    "description": "Frühstück für Väter mit ihren Kindern, jeden ersten Samstag im Monat.",
    "audience": "Väter mit Kindern bis 12 Jahre",
    "municipalities": ["wilnsdorf"],
    "area": "local",
    "street": "Rathausweg 2",
    "postcode": "57234",
    "town": "Wilnsdorf",
    "phones": ["030 23125-151"],
    "email": "info@vaeter-treff.example",
    "website": "",
    "hours": "10 bis 12 Uhr",
    "contact_person": "Herr Stein",
    "languages": ["de"],
    "cost": "kostenlos",
    "cost_kind": "free",
    "accessible": "unknown",
    "search_words": ["Papa", "Frühstück"],
}


def _report(email: str, fields: dict[str, Any], offer: Offer | None, message: str) -> None:
    """Reported and confirmed two days ago. The mails about it are long gone: the postbox should stay readable."""
    address = Address.objects.ensure(email)
    at = timezone.now() - timedelta(days=2)
    Submission.objects.create(
        offer=offer,
        address=address,
        fields=fields,
        message=message,
        state=Submission.State.WAITING,
        asked_at=at,
        confirmed_at=at + timedelta(minutes=5),
    )


def _make(slug: str, provider: Provider, age: int, contents: dict[str, Any]) -> None:
    """Published long ago, checked `age` months and a day ago."""
    fields = {name: value for name, value in contents.items() if name != "topics"}
    day = months.before(months.today(), age) - timedelta(days=1)
    public = {"state": Offer.State.PUBLISHED, "published_on": day}
    offer = Offer.objects.create(slug=slug, provider=provider, checked_on=day, **public, **fields)
    offer.topics.set([topic for topic in topics.ensure().values() if topic.slug in contents["topics"]])


def _provider(name: str) -> Provider:
    email = PROVIDERS[name]
    address = Address.objects.ensure(email) if email else None
    return Provider.objects.get_or_create(name=name, defaults={"address": address})[0]
