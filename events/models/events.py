"""Events, and their capacity."""

import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone

from mailings.models import Mailing

# Age bands of children in years, both ends inclusive; arrays of numbers by band are in this order.
BANDS = ((0, 2), (3, 5), (6, 9), (10, 13), (14, 17))
# How long a personal link stays good after the event.
LINK_AFTER = timedelta(days=1)


def no_children() -> list[int]:
    return [0] * len(BANDS)


def band_label(band: tuple[int, int]) -> str:
    return f"{band[0]}–{band[1]}"


class EventQuerySet(models.QuerySet["Event"]):
    def public(self) -> "EventQuerySet":
        """Events that anybody may see, cancelled ones included, so that nobody travels for nothing."""
        return self.exclude(state=Event.State.DRAFT)

    def upcoming(self, now: datetime) -> "EventQuerySet":
        return self.filter(ends_at__gte=now).order_by("begins_at", "pk")

    def past(self, now: datetime) -> "EventQuerySet":
        return self.filter(ends_at__lt=now).order_by("-begins_at", "-pk")


_Events = models.Manager.from_queryset(EventQuerySet)


class OwnEvents(_Events["Event"]):
    """The network's own events. What a group has among itself is not here: neither public nor on the desk (G-04)."""

    def get_queryset(self) -> EventQuerySet:
        return EventQuerySet(self.model, using=self._db).filter(group=None)


class Event(models.Model):
    """A talk, meeting, outing or online meeting. Times are aware; `calendar_title` is all that a calendar shows.

    `objects` are the network's own, `of_all` also those of groups: a query that names nothing shows no group's.
    """

    class Kind(models.TextChoices):
        MEETING = "treffen", "Treffen"
        TALK = "vortrag", "Vortrag"
        OUTING = "ausflug", "Ausflug"
        ONLINE = "online-treffen", "Online-Treffen"
        WORKSHOP = "workshop", "Workshop"

    class State(models.TextChoices):
        DRAFT = "draft", "Entwurf"
        PUBLISHED = "published", "veröffentlicht"
        CANCELLED = "cancelled", "abgesagt"

    class PlaceForOthers(models.TextChoices):
        """When households that come without an invitation learn a hidden place (events.place)."""

        APPROVED = "approved", "sobald Sie Ja gesagt haben"
        DAY_BEFORE = "day-before", "am Tag vorher, von selbst"

    slug = models.SlugField("Adresse", unique=True, max_length=60, editable=False)
    title = models.CharField("Titel", max_length=150)
    kind = models.CharField("Art", max_length=20, choices=Kind, default=Kind.MEETING)
    summary = models.CharField("Kurz gesagt", max_length=300, blank=True)
    text = models.TextField("Beschreibung", blank=True)
    # One item a line, with its time in front if there is one.
    schedule = models.TextField("Ablauf", blank=True, default="", db_default="")
    begins_at = models.DateTimeField("Beginn")
    ends_at = models.DateTimeField("Ende")
    place = models.CharField("Ort", max_length=150, blank=True)
    address = models.CharField("Anschrift", max_length=200, blank=True)
    hide_place = models.BooleanField("Ort und Link nicht öffentlich zeigen", default=False)
    place_for_others = models.CharField(
        "Wer ohne Einladung kommt, erfährt beides",
        max_length=10,
        choices=PlaceForOthers,
        default=PlaceForOthers.APPROVED,
        db_default=PlaceForOthers.APPROVED,
    )
    online_link = models.URLField("Link zur Videokonferenz", max_length=500, blank=True)
    host = models.CharField("Wer spricht oder einlädt", max_length=150, blank=True)
    childcare_bands = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name="Betreuung für", default=list, blank=True
    )
    childcare_note = models.CharField("Satz zur Betreuung", max_length=200, blank=True)
    asks_for_offers = models.BooleanField("um Angebote für den Wegweiser bitten", default=False)
    calendar_title = models.CharField("Titel im Kalender", max_length=60, default="Termin")
    answer_by = models.DateTimeField("Antwort bis")
    contact = models.CharField("Fragen an", max_length=150, blank=True)
    state = models.CharField("Stand", max_length=10, choices=State, default=State.DRAFT)
    last_call_on = models.DateField("Letzte Nachfrage am", null=True, blank=True)
    came_adults = models.PositiveSmallIntegerField("gekommen: Erwachsene", null=True, blank=True)
    came_children = models.PositiveSmallIntegerField("gekommen: Kinder", null=True, blank=True)
    # RFC 5545: the same for ever, and one more with every change of what a calendar shows, told or not.
    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    # Time, place and link as people were last told of them (events.notices.facts_of); empty for a draft.
    announced = models.JSONField(default=dict, blank=True, editable=False, db_default=Value({}, models.JSONField()))
    # What everybody answered, frozen when the event is over (events.counting.Numbers as a dict); null before.
    counts = models.JSONField(null=True, blank=True, editable=False)
    # What has gone out to many about it: invitations, reminders, changes.
    mailings = models.ManyToManyField(Mailing, related_name="+", editable=False)
    changed_at = models.DateTimeField("geändert", auto_now=True)
    # A meeting of this group, proposed by one of its people; None: an event of the network.
    group = models.ForeignKey(
        "members.Group", on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    proposed_by = models.ForeignKey(
        "members.GroupMembership", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    objects = OwnEvents()
    of_all = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "Veranstaltung"
        verbose_name_plural = "Veranstaltungen"
        ordering = ["-begins_at"]
        # What the role "Tür" may do (netzwerk.accounts.roles); others may do more.
        permissions = [("keep_door", "darf die Liste für die Tür sehen und eintragen, wie viele kamen")]
        constraints = [
            models.CheckConstraint(name="event_ends_after_it_begins", condition=Q(ends_at__gt=F("begins_at"))),
            models.CheckConstraint(name="event_answers_before_end", condition=Q(answer_by__lte=F("ends_at"))),
        ]
        indexes = [
            # the public lists, and what `daily` looks for
            models.Index(fields=["ends_at"], name="event_public", condition=~Q(state="draft")),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({timezone.localtime(self.begins_at):%d.%m.%Y})"

    def is_over(self, now: datetime) -> bool:
        return now >= self.ends_at

    def takes_answers(self, now: datetime) -> bool:
        return self.state == Event.State.PUBLISHED and now <= self.answer_by

    def takes_cancellations(self, now: datetime) -> bool:
        """Until it begins: who cannot come any more says so, and another family gets the seats."""
        return self.takes_answers(now) or (self.state == Event.State.PUBLISHED and now < self.begins_at)

    @property
    def is_online(self) -> bool:
        return bool(self.online_link)


class Capacity(models.Model):
    """How many seats, and seats in childcare, an event has, and how many are taken.

    The limits are max(total, taken): the total can be lowered without taking a seat from anybody (D-05). The
    constraints back up events.answering.seats. None means no limit.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, primary_key=True, related_name="capacity")
    total = models.PositiveIntegerField("Plätze", null=True, blank=True)
    seats = models.PositiveIntegerField(default=0)
    seat_limit = models.PositiveIntegerField(null=True, blank=True)
    childcare_total = models.PositiveIntegerField("Plätze in der Kinderbetreuung", default=0)
    childcare_seats = models.PositiveIntegerField(default=0)
    childcare_seat_limit = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "Plätze"
        verbose_name_plural = "Plätze"
        constraints = [
            models.CheckConstraint(name="seats_within_limit", condition=Q(seats__lte=F("seat_limit"))),
            models.CheckConstraint(
                name="childcare_within_limit", condition=Q(childcare_seats__lte=F("childcare_seat_limit"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seats} von {self.total or 'beliebig vielen'}"

    @property
    def free(self) -> int | None:
        """Seats that are still free; None: any number."""
        return None if self.seat_limit is None else self.seat_limit - self.seats

    @property
    def childcare_free(self) -> int:
        return self.childcare_seat_limit - self.childcare_seats
