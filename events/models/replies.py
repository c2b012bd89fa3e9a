"""Each household's answer, and the waiting list."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from events.models.events import Event, no_children
from kit import folding
from kit.has_phone import HasPhone
from mailings.models import Address, RandomHex
from members.models import Member

LONGEST_REMARK = 300


class ReplyQuerySet(models.QuerySet["Reply"]):
    def open(self) -> "ReplyQuerySet":
        return self.filter(state=Reply.State.OPEN)

    def coming(self) -> "ReplyQuerySet":
        return self.filter(state=Reply.State.YES)

    def expected(self) -> "ReplyQuerySet":
        """Households that come or wait for seats."""
        return self.filter(state__in=[Reply.State.YES, Reply.State.WAITING])

    def came(self) -> "ReplyQuerySet":
        """Households that were ticked at the door."""
        return self.exclude(arrived_at=None)

    def of_the_network(self) -> "ReplyQuerySet":
        """Without meetings of groups: officers know that these were, not who came (G-04)."""
        return self.filter(event__group=None)

    def invited(self) -> "ReplyQuerySet":
        return self.exclude(invited_at=None)


class Reply(HasPhone, models.Model):
    """One household asked to an event, and what it answered; an invitation is a reply that is still open.

    The numbers are the seats that the household has: zero unless it comes. What it waits for is its WaitingListEntry.
    """

    class State(models.TextChoices):
        OPEN = "open", "noch offen"
        YES = "yes", "kommt"
        NO = "no", "kann nicht"
        WAITING = "waiting", "wartet"
        CANCELLED = "cancelled", "hat abgesagt"

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="replies", verbose_name="Veranstaltung")
    # None: answered by telephone without an address, or the person's data are erased.
    address = models.ForeignKey(
        Address, on_delete=models.PROTECT, null=True, blank=True, related_name="replies", verbose_name="Adresse"
    )
    # A caller: a member without an address.
    caller = models.ForeignKey(
        Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="replies", verbose_name="Mitglied"
    )
    state = models.CharField("Antwort", max_length=10, choices=State, default=State.OPEN, db_default=State.OPEN)
    adults = models.PositiveSmallIntegerField("Erwachsene", default=0, db_default=0)
    children = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name="Kinder", default=no_children, db_default=no_children()
    )
    childcare = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name="in Betreuung", default=no_children, db_default=no_children()
    )
    seats = models.PositiveSmallIntegerField("Plätze", default=0, db_default=0)
    childcare_seats = models.PositiveSmallIntegerField("Plätze in der Betreuung", default=0, db_default=0)
    remark = models.CharField("Bemerkung", max_length=LONGEST_REMARK, blank=True, default="", db_default="")
    name = models.CharField("Name", max_length=100, blank=True)
    phone = models.CharField("Telefon", max_length=40, blank=True, default="", db_default="")
    # Asked by an officer; None: came without an invitation.
    invited_at = models.DateTimeField("eingeladen", null=True, blank=True)
    asked_at = models.DateTimeField("angelegt", default=timezone.now, db_default=Now())
    answered_at = models.DateTimeField("geantwortet", null=True, blank=True)
    entered_by = models.CharField("eingetragen von", max_length=150, blank=True, default="", db_default="")
    # Also asked to join the list, when answering without an invitation.
    wants_list = models.BooleanField(default=False, db_default=False)
    # Each of these mails once (D-13).
    reminded_at = models.DateTimeField("erinnert", null=True, blank=True)
    called_at = models.DateTimeField("nachgefragt", null=True, blank=True)
    # Ticked at the door; and when somebody there last tapped, for "da" or for "doch nicht" (answering.arrivals).
    arrived_at = models.DateTimeField("da gewesen", null=True, blank=True)
    tapped_at = models.DateTimeField("an der Tür getippt", null=True, blank=True)
    # A household without an invitation has been told the hidden place.
    place_told_at = models.DateTimeField("Ort mitgeteilt", null=True, blank=True)
    nonce = models.CharField(max_length=64, db_default=RandomHex(), editable=False)
    # Grows with every change: an action that has read an older revision starts again (events.answering.answers).
    revision = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = "Antwort"
        verbose_name_plural = "Antworten"
        # Helpers at the door see names and numbers; remarks need this permission (P-24).
        permissions = [
            ("read_remark", "darf Bemerkungen lesen"),
            ("export_reply", "darf Antworten und die Liste für die Tür herunterladen"),
        ]
        constraints = [
            # One household, one answer (D-04); also the index for every query about one event.
            models.UniqueConstraint(fields=["event", "address"], name="one_reply_per_household"),
            models.UniqueConstraint(fields=["event", "caller"], name="one_reply_per_caller"),
            models.CheckConstraint(name="caller_has_no_address", condition=Q(address=None) | Q(caller=None)),
            models.CheckConstraint(
                name="seats_only_when_coming",
                condition=Q(state="yes", seats__gte=1) | (~Q(state="yes") & Q(seats=0, childcare_seats=0)),
            ),
            models.CheckConstraint(name="childcare_is_part_of_seats", condition=Q(childcare_seats__lte=F("seats"))),
        ]
        indexes = [
            # for the officers' search: who rang, or came without an invitation
            folding.index(folding.Folded, "name", "reply_folded_name", Q(invited_at=None)),
            folding.index(folding.Digits, "phone", "reply_phone_digits", ~Q(phone="")),
        ]

    def __str__(self) -> str:
        return f"{self.called}: {self.get_state_display()}"

    @property
    def called(self) -> str:
        return self.name or (self.address.email if self.address else "ohne Namen")


class WaitingListEntry(models.Model):
    """The seats that a household waits for, as a whole; its Reply may have fewer seats meanwhile."""

    reply = models.OneToOneField(Reply, on_delete=models.CASCADE, primary_key=True, related_name="waiting_list_entry")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="waiting_list")
    adults = models.PositiveSmallIntegerField()
    children = ArrayField(models.PositiveSmallIntegerField(), default=no_children)
    childcare = ArrayField(models.PositiveSmallIntegerField(), default=no_children)
    seats = models.PositiveSmallIntegerField()
    childcare_seats = models.PositiveSmallIntegerField()
    since = models.DateTimeField("wartet seit")

    class Meta:
        verbose_name = "Platz in der Warteschlange"
        verbose_name_plural = "Warteschlange"
        # who is first
        indexes = [models.Index(fields=["event", "since", "reply"], name="line_in_order")]

    def __str__(self) -> str:
        return f"{self.seats} Plätze, seit {timezone.localtime(self.since):%d.%m.%Y %H:%M}"
