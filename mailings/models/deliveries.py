"""Addresses, mailings and deliveries: where mail may go, what was written, and what became of every copy."""

import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Func
from django.db.models.functions import Lower
from django.utils import timezone

_HALF = 2**64 - 1  # of the bits of a UUID
LATE = timedelta(minutes=15)
RECENT = timedelta(days=14)


class RandomHex(Func):
    """64 hex digits, 244 of their bits random, drawn by PostgreSQL, so that rows of an INSERT … SELECT get them too."""

    template = "replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')"
    output_field = models.CharField()


class RandomUUID(Func):
    template = "gen_random_uuid()"
    output_field = models.UUIDField()


class AddressQuerySet(models.QuerySet["Address"]):
    def ensure(self, email: str) -> "Address":
        """The row of this address, created if needed; always the same two statements."""
        self.ensure_all([email])
        return self.get(email=email)

    def ensure_all(self, emails: list[str]) -> None:
        """Creates the rows that are missing, in one statement; locks those that exist, so sort the addresses."""
        self.bulk_create(
            [self.model(email=email) for email in emails],
            update_conflicts=True,
            unique_fields=["email"],
            update_fields=["email"],
        )

    def at_domain(self, domain: str) -> "AddressQuerySet":
        return self.filter(email__endswith=f"@{domain}")

    def lift_bounces(self) -> int:
        """Lets mail go there again. What came back for copies sent before counts no more. Returns how many it lifted.

        One statement, whatever it finds. The suppression list is a matter of its own (`mailings.suppression`).
        """
        return self.exclude(bounced_at=None).update(bounced_at=None, bounce_lifted_at=timezone.now())


class Address(models.Model):
    """A mail address, and whether list mail may go there: the only place that says so."""

    email = models.CharField("E-Mail-Adresse", max_length=254, unique=True)
    list_mail = models.BooleanField("bekommt Rundmails und Einladungen", default=False)
    discreet = models.BooleanField("andere können das Postfach lesen", default=False)
    paused_until = models.DateTimeField("pausiert bis", null=True, blank=True)
    bounced_at = models.DateTimeField("unzustellbar seit", null=True, blank=True)
    bounce_lifted_at = models.DateTimeField("wieder versucht seit", null=True, blank=True)
    complained_at = models.DateTimeField("als unerwünscht gemeldet", null=True, blank=True)
    nonce = models.CharField(max_length=64, db_default=RandomHex(), editable=False)
    created_at = models.DateTimeField("angelegt", default=timezone.now, editable=False)

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = "Adresse"
        verbose_name_plural = "Adressen"
        constraints = [
            models.CheckConstraint(
                name="address_lower_case",
                condition=Q(email=Lower("email")) & Q(email__contains="@"),
            )
        ]
        # the officers' search
        indexes = [GinIndex(fields=["email"], opclasses=["gin_trgm_ops"], name="address_email_parts")]

    def __str__(self) -> str:
        return self.email

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]

    def stops(self, kind: str, now: datetime) -> str:
        """Why a mail of this kind must not be sent now (a `Delivery.Reason`), or "" if it may."""
        if self.bounced_at:
            return Delivery.Reason.BOUNCED
        if kind == Mailing.Kind.PERSONAL:
            return ""
        # A group has a consent of its own: see mailings.sending.queue.
        if self.complained_at or (kind == Mailing.Kind.LIST and not self.list_mail):
            return Delivery.Reason.LEFT
        return Delivery.Reason.PAUSED if self.is_paused(now) else ""

    def is_paused(self, now: datetime) -> bool:
        return self.paused_until is not None and self.paused_until > now


class Mailing(models.Model):
    """One text to one or many. It holds $placeholders, never a person's data."""

    class Kind(models.TextChoices):
        LIST = "list", "an alle"
        PERSONAL = "personal", "persönlich"
        GROUP = "group", "in einer Gruppe"

    class Halt(models.TextChoices):
        HELD = "held", "angehalten"
        STOPPED = "stopped", "gestoppt"

    kind = models.CharField("Art", max_length=10, choices=Kind)
    template = models.CharField("Vorlage", max_length=60)
    subject = models.CharField("Betreff", max_length=200)
    # Light Markdown, of which both forms are made; empty for mails that were written before there was this column.
    source = models.TextField(blank=True, default="", db_default="")
    text = models.TextField("Text", blank=True)
    html = models.TextField("HTML", blank=True)
    # An iCalendar object that goes with it as `termin.ics` (RFC 5545); "" for most mails.
    calendar = models.TextField(blank=True)
    main_link = models.CharField(max_length=30, blank=True)
    automatic = models.BooleanField("vom Portal geschrieben", default=True)
    # An officer's order. It applies at the next claim, also to copies that a worker releases.
    halt = models.CharField("Anweisung", max_length=10, choices=Halt, blank=True)
    # The kind of request by which a stranger asked for it (mailings/strangers.py); "" for all other mail.
    request = models.CharField(max_length=20, blank=True, default="", db_default="", editable=False)
    # The group whose people get it: names its List-Id, and whose consent is asked for (settings.GROUP_CONSENT).
    list_key = models.SlugField(max_length=20, blank=True, default="", db_default="", editable=False)
    # The states of its copies, frozen when their rows are deleted: {"sent": 118, "bounced": 2, …}
    counts = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField("angelegt", default=timezone.now)

    class Meta:
        verbose_name = "Mail"
        verbose_name_plural = "Mails"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        """Officers read it: what a group writes among itself has no subject for them."""
        return "Mail in einer Gruppe" if self.list_key else self.subject


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> "DeliveryQuerySet":
        return self.filter(state=Delivery.State.QUEUED, due_at__lte=now).order_by("priority", "due_at", "id")

    def abandoned(self, now: datetime) -> "DeliveryQuerySet":
        """Claimed by a worker that has not come back in time."""
        return self.filter(state=Delivery.State.SENDING, leased_until__lt=now).order_by("leased_until", "id")

    def open(self) -> "DeliveryQuerySet":
        return self.filter(state__in=Delivery.OPEN)

    def waiting(self) -> "DeliveryQuerySet":
        """Copies that nobody holds back: a worker should send them once they are due."""
        return self.filter(state__in=[Delivery.State.QUEUED, Delivery.State.SENDING])

    def late(self, now: datetime) -> "DeliveryQuerySet":
        """Due for longer than a working mail worker needs; the officers and /healthz are told."""
        return self.waiting().filter(due_at__lt=now - LATE)

    def not_arrived(self, since: datetime) -> "DeliveryQuerySet":
        """Refused, given up or bounced, and finished after `since`."""
        return self.filter(state__in=Delivery.NOT_ARRIVED, finished_at__gt=since)

    def by_message_id(self, message_id: uuid.UUID) -> "DeliveryQuerySet":
        """The copy with this `message_id`; found by its primary key, so the identifier needs no index of its own."""
        number, key_end = message_id.int >> 64, str(message_id)[19:]
        return self.filter(pk=number, message_key__endswith=key_end) if number < 2**63 else self.none()

    def cancel(self, reason: "Delivery.Reason", now: datetime) -> int:
        return self.update(state=Delivery.State.CANCELLED, reason=reason, finished_at=now, leased_until=None, lease="")


class Delivery(models.Model):
    """One copy of a mailing: its address, its links, and its state.

    A link is stored as path, purpose, row and nonce, never as a token: neither the database nor a dump opens anything.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "wartet"
        HELD = "held", "angehalten"
        SENDING = "sending", "wird gesendet"
        SENT = "sent", "gesendet"
        FAILED = "failed", "nicht zugestellt"
        CANCELLED = "cancelled", "nicht gesendet"
        BOUNCED = "bounced", "zurückgekommen"
        COMPLAINED = "complained", "als unerwünscht gemeldet"

    class Reason(models.TextChoices):
        LEFT = "left", "hat sich abgemeldet"
        PAUSED = "paused", "macht Pause"
        BOUNCED = "bounced", "Adresse ist unzustellbar"
        ERASED = "erased", "Daten wurden gelöscht"
        REFUSED = "refused", "vom Mailserver abgelehnt"
        GIVEN_UP = "given-up", "nach zwei Tagen aufgegeben"
        POISON = "poison", "hat den Versand mehrmals abgebrochen"
        STOPPED = "stopped", "Versand wurde gestoppt"

    PERSONAL_PRIORITY, LIST_PRIORITY = 0, 1
    OPEN = [State.QUEUED, State.HELD, State.SENDING]
    NOT_ARRIVED = [State.FAILED, State.BOUNCED]

    # no index of its own: the unique constraint below begins with it
    mailing = models.ForeignKey(
        Mailing, on_delete=models.PROTECT, related_name="deliveries", db_index=False, verbose_name="Mail"
    )
    # Empty once the person's data are erased: the row stays and names nobody.
    address = models.ForeignKey(
        Address, on_delete=models.PROTECT, null=True, related_name="deliveries", verbose_name="Adresse"
    )
    state = models.CharField("Stand", max_length=10, choices=State, default=State.QUEUED, db_default=State.QUEUED)
    reason = models.CharField("Grund", max_length=10, choices=Reason, blank=True, default="", db_default="")
    answer = models.CharField("Antwort des Mailservers", max_length=300, blank=True, default="", db_default="")
    priority = models.SmallIntegerField(default=PERSONAL_PRIORITY)
    values = models.JSONField(default=dict)
    links = models.JSONField(default=dict)
    nonce = models.CharField(max_length=64, db_default=RandomHex(), editable=False)
    message_key = models.UUIDField(db_default=RandomUUID(), editable=False)
    queued_at = models.DateTimeField("angelegt", default=timezone.now)
    due_at = models.DateTimeField("fällig", default=timezone.now)
    attempts = models.SmallIntegerField("Versuche", default=0, db_default=0)
    crashes = models.SmallIntegerField("Abbrüche", default=0, db_default=0)
    lease = models.CharField(max_length=32, blank=True, default="", db_default="")
    leased_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField("erledigt", null=True, blank=True)
    # The provider's own number for this copy, by which its webhooks name it.
    provider_id = models.CharField(max_length=200, blank=True, default="", db_default="")
    # The reader left the list through this copy.
    led_to_leaving = models.BooleanField("danach abgemeldet", default=False, db_default=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "Zustellung"
        verbose_name_plural = "Zustellungen"
        ordering = ["-queued_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["mailing", "address"], name="one_delivery_per_address"),
            models.CheckConstraint(
                name="leased_while_sending",
                condition=Q(state="sending", leased_until__isnull=False) | (~Q(state="sending") & Q(leased_until=None)),
            ),
            models.CheckConstraint(
                name="finished_when_over",
                condition=Q(state__in=["queued", "held", "sending"], finished_at=None)
                | (~Q(state__in=["queued", "held", "sending"]) & Q(finished_at__isnull=False)),
            ),
        ]
        indexes = [
            # the worker's "what is next?"; sent rows, nearly all of them, are not in it
            models.Index(F("priority"), F("due_at"), F("id"), name="delivery_due", condition=Q(state="queued")),
            # the worker's "who has not come back?"
            models.Index(fields=["leased_until"], name="delivery_abandoned", condition=Q(state="sending")),
            # for retention: rows finish nearly in order, and a BRIN costs no entry for each
            BrinIndex(fields=["finished_at"], name="delivery_over", autosummarize=True),
            # a webhook's "which copy was that?"
            models.Index(fields=["provider_id"], name="delivery_provider", condition=~Q(provider_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.mailing} – {self.get_state_display()}"

    @property
    def message_id(self) -> uuid.UUID:
        """The primary key, and 64 random bits that only the reader knows: the same at every try."""
        return uuid.UUID(int=self.pk << 64 | self.message_key.int & _HALF)


class Receipt(models.Model):
    """The server has taken this copy: one narrow row, written at once and merged into the deliveries by the batch.

    It has no foreign key and no index but its primary key, because every single mail writes one.
    """

    delivery_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    provider_id = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "Quittung"
        verbose_name_plural = "Quittungen"

    def __str__(self) -> str:
        return str(self.delivery_id)
