"""Offers of help: what is offered, by whom and for whom, and when it was last confirmed."""

from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kit import months, phones
from kit.phones import Call
from mailings.models import Address, RandomHex
from wegweiser import languages
from wegweiser.models.topics import Topic


class Provider(models.Model):
    """An office or association that makes offers. `address` gets the yearly mail; without one the officers call."""

    name = models.CharField("Name", max_length=200, unique=True)
    address = models.ForeignKey(
        Address,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="providers",
        verbose_name="Adresse für die jährliche Prüfung",
    )
    # Signs the links of this provider's checks; another one with every round.
    nonce = models.CharField(max_length=64, db_default=RandomHex(), editable=False)

    class Meta:
        verbose_name = "Anbieter"
        verbose_name_plural = "Anbieter"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OfferQuerySet(models.QuerySet["Offer"]):
    def published(self) -> "OfferQuerySet":
        return self.filter(state=Offer.State.PUBLISHED)

    def examples(self) -> "OfferQuerySet":
        return self.filter(example=True)

    def curated(self) -> "OfferQuerySet":
        return self.filter(example=False)

    def for_topic(self, slug: str) -> "OfferQuerySet":
        return self.filter(topics__slug=slug)

    def in_municipality(self, slug: str) -> "OfferQuerySet":
        """Offers that people who live there can use, including those for the whole district or for everybody."""
        return self.filter(Q(municipalities__contains=[slug]) | ~Q(area=Offer.Area.LOCAL))

    def curated_public(self) -> "OfferQuerySet":
        """Published offers that somebody vouches for, so no examples. Only these are checked, mailed and taken down."""
        return self.published().curated()

    def due(self, on: date) -> "OfferQuerySet":
        """Curated public offers unchecked for settings.OFFER_CHECK_MONTHS, or never checked."""
        return self.curated_public().filter(Q(checked_on=None) | Q(checked_on__lte=_check_before(on)))

    def fresh(self, on: date) -> "OfferQuerySet":
        """Curated public offers checked within settings.OFFER_CHECK_MONTHS: those that are not `due`."""
        return self.curated_public().filter(checked_on__gt=_check_before(on))

    def expired(self, on: date) -> "OfferQuerySet":
        """Curated public offers unchecked for so long (settings.OFFER_OFFLINE_MONTHS) that they must not
        stay public.
        """
        end = months.before(on, settings.OFFER_OFFLINE_MONTHS)
        never = Q(checked_on=None, published_on__lte=end)
        return self.curated_public().filter(never | Q(checked_on__lte=end))


class Fact(NamedTuple):
    """What an offer says of one field, and the label under which parents read it; "" is unknown."""

    field: str
    label: str
    text: str


class Offer(models.Model):
    """An offer in the directory. Texts are plain text; what is public shows nothing of the fields below "care"."""

    class Area(models.TextChoices):
        LOCAL = "local", "einzelne Orte"
        DISTRICT = "district", "ganzer Kreis"
        STATE = "state", "Nordrhein-Westfalen"
        COUNTRY = "country", "bundesweit"

    class Cost(models.TextChoices):
        FREE = "free", "kostenlos"
        PARTLY = "partly", "teilweise kostenlos"
        INCOME = "income", "je nach Einkommen"
        PAID = "paid", "kostenpflichtig"
        UNKNOWN = "unknown", "unbekannt"

    class Access(models.TextChoices):
        YES = "yes", "ja"
        PARTLY = "partly", "teilweise"
        NO = "no", "nein"
        UNKNOWN = "unknown", "unbekannt"

    class State(models.TextChoices):
        DRAFT = "draft", "Entwurf"
        PUBLISHED = "published", "veröffentlicht"
        ARCHIVED = "archived", "nicht mehr sichtbar"

    # What a provider may propose. Versions, comparisons, forms and tables read this list, and keep its order.
    CONTENTS = (
        "title", "provider", "topics", "description", "audience", "municipalities", "area", "street", "postcode",
        "town", "phones", "email", "website", "hours", "contact_person", "languages", "cost", "cost_kind", "accessible",
        "search_words",
    )  # fmt: skip
    # What a version keeps beside them.
    CARE = ("source", "source_month", "example", "emergency", "state", "checked_on")

    slug = models.SlugField("Adresse", max_length=80, unique=True)
    title = models.CharField("Titel", max_length=150)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="offers", verbose_name="Anbieter")
    topics = models.ManyToManyField(Topic, related_name="offers", verbose_name="Themen")
    description = models.TextField("Beschreibung", max_length=3000)
    audience = models.CharField("Für wen", max_length=300, blank=True)
    municipalities = ArrayField(models.SlugField(), verbose_name="Orte", default=list, blank=True)
    area = models.CharField("Gebiet", max_length=10, choices=Area, default=Area.LOCAL)
    street = models.CharField("Straße und Hausnummer", max_length=150, blank=True)
    postcode = models.CharField("Postleitzahl", max_length=10, blank=True)
    town = models.CharField("Ort", max_length=100, blank=True)
    # Each can be read on its own: "0271/404-2301", "mobil 0175 6921000".
    phones = ArrayField(models.CharField(max_length=100), verbose_name="Telefon", default=list, blank=True)
    email = models.EmailField("E-Mail-Adresse", blank=True)
    website = models.CharField(
        "Website", max_length=500, blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    hours = models.CharField("Sprechzeiten", max_length=500, blank=True)
    contact_person = models.CharField("Ansprechperson", max_length=150, blank=True)
    languages = ArrayField(models.CharField(max_length=8), verbose_name="Sprachen", default=list, blank=True)
    cost = models.CharField("Kosten", max_length=200, blank=True)
    cost_kind = models.CharField("Kosten, zum Filtern", max_length=10, choices=Cost, default=Cost.UNKNOWN)
    accessible = models.CharField("barrierefrei", max_length=10, choices=Access, default=Access.UNKNOWN)
    search_words = ArrayField(models.CharField(max_length=100), verbose_name="Suchwörter", default=list, blank=True)

    # care: its source, its state, and when it was checked
    source = models.CharField("Quelle", max_length=500, blank=True)
    # The age of the source, "2024-05" or "2024"; never the day on which somebody checked.
    source_month = models.CharField("Alter der Quelle", max_length=7, blank=True)
    example = models.BooleanField("Beispiel", default=False)
    # Violence or despair: for its own sake, not for its topic's.
    emergency = models.BooleanField("Notrufnummern oben zeigen", default=False, db_default=False)
    state = models.CharField("Stand", max_length=10, choices=State, db_default=State.DRAFT, default=State.DRAFT)
    checked_on = models.DateField("zuletzt geprüft", null=True, blank=True)
    published_on = models.DateField("veröffentlicht am", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("angelegt", default=timezone.now, editable=False)
    changed_at = models.DateTimeField("geändert", default=timezone.now, editable=False)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = "Angebot"
        verbose_name_plural = "Angebote"
        permissions = [("export_offer", "darf die Liste der Angebote herunterladen")]
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                name="offer_published_has_day",
                condition=~Q(state="published") | Q(published_on__isnull=False),
            ),
        ]
        indexes = [
            # what `daily` looks for; examples and what is not public are not in it
            models.Index(fields=["checked_on"], name="offer_due", condition=Q(state="published", example=False)),
            # the newest, for the feed
            models.Index(fields=["-published_on", "-id"], name="offer_newest", condition=Q(state="published")),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/wegweiser/{self.slug}/"

    @property
    def hint_url(self) -> str:
        return reverse("wegweiser:hint", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.state == Offer.State.PUBLISHED

    @property
    def is_due(self) -> bool:
        """Whether readers should ask again: curated, public, and not checked for a year."""
        if self.example or not self.is_public:
            return False
        return self.checked_on is None or self.checked_on <= _check_before(months.today())

    @property
    def freshness(self) -> str:
        """How old the information is, in one sentence for readers."""
        if self.example:
            source = _(" (Stand: %(age)s)") % {"age": self.source_age} if self.source_age else ""
            return _("Beispiel, noch nicht geprüft") + source
        if self.checked_on is None:
            return _("Noch nicht geprüft. Bitte nachfragen.")
        checked = _("Zuletzt geprüft: %(month)s") % {"month": months.in_words(self.checked_on)}
        return checked + ". " + _("Bitte nachfragen.") if self.is_due else checked

    @property
    def source_age(self) -> str:
        """Such as "Mai 2024" or "2024"; empty if unknown."""
        year, _dash, month = self.source_month.partition("-")
        return months.in_words(date(int(year), int(month), 1)) if month else year

    @property
    def calls(self) -> list[Call]:
        """The phone numbers to show, each with the number that a phone dials."""
        return phones.calls(self.phones)

    @property
    def website_name(self) -> str:
        """The host alone: "siegen.de" for https://www.siegen.de/."""
        parts = urlsplit(self.website)
        return ((parts.hostname or "").removeprefix("www.") + parts.path.rstrip("/")) if self.website else ""

    @property
    def places(self) -> list[str]:
        """Where people must live to use it, in words."""
        if self.area == Offer.Area.DISTRICT:
            return [_("Kreis %(region)s") % {"region": settings.REGION}]
        if self.area != Offer.Area.LOCAL:
            return [self.get_area_display()]
        return [settings.MUNICIPALITIES.get(slug, slug) for slug in self.municipalities]

    @property
    def language_names(self) -> list[str]:
        return [languages.name(code) for code in self.languages]

    @property
    def cost_text(self) -> str:
        """The cost in words; "" if it is unknown."""
        known = self.get_cost_kind_display() if self.cost_kind != Offer.Cost.UNKNOWN else ""
        return self.cost or known

    @property
    def postal_address(self) -> str:
        return ", ".join(part for part in (self.street, f"{self.postcode} {self.town}".strip()) if part)

    @property
    def facts(self) -> list[Fact]:
        """What page and brochure say under labels, in their order."""
        access = self.get_accessible_display() if self.accessible != Offer.Access.UNKNOWN else ""
        return [
            Fact("audience", _("Für wen"), self.audience),
            Fact("contact_person", _("Fragen Sie nach"), self.contact_person),
            Fact("hours", _("Sprechzeiten"), self.hours),
            Fact("street", _("Wo"), self.postal_address),
            Fact("municipalities", _("Gilt"), ", ".join(self.places)),
            Fact("languages", _("Sprachen"), ", ".join(self.language_names)),
            Fact("cost", _("Kosten"), self.cost_text),
            Fact("accessible", _("Barrierefrei"), access),
        ]

    def contents(self) -> dict[str, Any]:
        """The values of CONTENTS as JSON holds them. Two queries unless topics and provider were fetched with it."""
        held = {name: getattr(self, name) for name in self.CONTENTS}
        return held | {"provider": self.provider.name, "topics": sorted(topic.slug for topic in self.topics.all())}


class Version(models.Model):
    """An offer as it was before a change. Rows are only added, until they expire."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="versions", verbose_name="Angebot")
    contents = models.JSONField("Inhalt")
    until = models.DateTimeField("galt bis", default=timezone.now)
    by = models.CharField("geändert von", max_length=150)

    class Meta:
        verbose_name = "frühere Fassung"
        verbose_name_plural = "frühere Fassungen"
        ordering = ["-until", "-pk"]
        indexes = [models.Index(fields=["until"], name="version_until")]  # what retention clears

    def __str__(self) -> str:
        return f"bis {timezone.localtime(self.until):%d.%m.%Y, %H:%M} Uhr"


def _check_before(on: date) -> date:
    return months.before(on, settings.OFFER_CHECK_MONTHS)
