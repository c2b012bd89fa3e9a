"""Members: people on the list."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from kit import folding
from kit.has_phone import HasPhone
from mailings.models import Address, RandomHex
from members.greeting import greeting


class MemberQuerySet(models.QuerySet["Member"]):
    def pending(self) -> "MemberQuerySet":
        return self.filter(state=Member.State.PENDING)

    def active(self) -> "MemberQuerySet":
        return self.filter(state=Member.State.ACTIVE)

    def left(self) -> "MemberQuerySet":
        return self.filter(state=Member.State.LEFT)

    def callers(self) -> "MemberQuerySet":
        """People without e-mail, whom officers call."""
        return self.filter(address=None)


class Member(HasPhone, models.Model):
    """A person on the list. The address, not the member, says whether mail may be sent now.

    A caller is a member without e-mail. No mail can be addressed to somebody who has no address.
    """

    class State(models.TextChoices):
        PENDING = "pending", "angefragt"
        ACTIVE = "active", "dabei"
        LEFT = "left", "abgemeldet"

    class Origin(models.TextChoices):
        FORM = "form", "Formular"
        IMPORT = "import", "Liste"
        OFFICER = "officer", "Gleichstellungsstelle"

    # None: a caller.
    address = models.OneToOneField(
        Address, on_delete=models.PROTECT, related_name="member", null=True, blank=True, verbose_name="Adresse"
    )
    phone = models.CharField("Telefon", max_length=40, blank=True, default="", db_default="")
    state = models.CharField("Stand", max_length=10, choices=State, default=State.PENDING)
    name = models.CharField("Anrede", max_length=100, blank=True)
    municipality = models.SlugField("Wohnort", blank=True)
    children_years = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name="Geburtsjahre der Kinder", default=list, blank=True
    )
    note = models.TextField("Notiz", blank=True, help_text="Die Person kann das in „Meine Daten“ lesen.")
    noted_by = models.CharField("Notiz von", max_length=150, blank=True, default="", db_default="", editable=False)
    noted_at = models.DateTimeField("Notiz vom", null=True, blank=True, editable=False)
    origin = models.CharField("gekommen über", max_length=10, choices=Origin, default=Origin.FORM)
    nonce = models.CharField(max_length=64, db_default=RandomHex(), editable=False)
    asked_at = models.DateTimeField("gefragt", default=timezone.now)
    confirm_until = models.DateTimeField("Bestätigung möglich bis", null=True, blank=True)
    joined_at = models.DateTimeField("dabei seit", null=True, blank=True)
    left_at = models.DateTimeField("abgemeldet", null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "Mitglied"
        verbose_name_plural = "Mitglieder"
        permissions = [("export_member", "darf die Liste der Mitglieder herunterladen")]
        constraints = [
            models.CheckConstraint(
                name="member_dates_fit_state",
                condition=Q(state="pending")
                | Q(state="active", joined_at__isnull=False, left_at=None)
                | Q(state="left", left_at__isnull=False),
            ),
            # A pending member confirms by a mail, so it has an address; a caller has a telephone number instead.
            models.CheckConstraint(
                name="member_can_be_reached",
                condition=Q(address__isnull=False) | (~Q(phone="") & ~Q(state="pending")),
            ),
        ]
        indexes = [
            # for `daily`; active members, nearly all, are not in it
            models.Index(fields=["asked_at"], name="member_pending", condition=Q(state="pending")),
            models.Index(fields=["left_at"], name="member_left", condition=Q(state="left")),
            # for the officers' search and their lists of people to call
            folding.index(folding.Folded, "name", "member_folded_name", ~Q(name="")),
            folding.index(folding.Digits, "phone", "member_phone_digits", ~Q(phone="")),
            models.Index(fields=["name"], name="member_caller", condition=Q(address=None)),
        ]

    def __str__(self) -> str:
        return self.name or (self.address.email if self.address else self.phone)

    @property
    def mailbox(self) -> Address:
        """The address of a member who is no caller."""
        assert self.address is not None, "A caller gets no mail."
        return self.address

    @property
    def greeting(self) -> str:
        return greeting(self.name)

    @property
    def town(self) -> str:
        if self.municipality == settings.OUTSIDE:
            return "außerhalb"
        return settings.MUNICIPALITIES.get(self.municipality, self.municipality)
