"""Members, and the proof that each of them has asked for our mail."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from mailings.models import Address, Mailing, RandomHex
from members.greeting import greeting
from members.groups.models import (
    Group,
    GroupMembership,
    GroupMessage,
    GroupReport,
    GroupRequest,
    GroupTally,
    KeptOut,
    PhoneRelease,
)

__all__ = [
    "Consent",
    "Group",
    "GroupMembership",
    "GroupMessage",
    "GroupReport",
    "GroupRequest",
    "GroupTally",
    "JoinRequest",
    "KeptOut",
    "Member",
    "MemberQuerySet",
    "Newsletter",
    "PhoneRelease",
    "Tally",
    "Wording",
]


class MemberQuerySet(models.QuerySet["Member"]):
    def pending(self) -> "MemberQuerySet":
        return self.filter(state=Member.State.PENDING)

    def active(self) -> "MemberQuerySet":
        return self.filter(state=Member.State.ACTIVE)

    def left(self) -> "MemberQuerySet":
        return self.filter(state=Member.State.LEFT)


class Member(models.Model):
    """A person on the list. The address, not the member, says whether mail may be sent now."""

    class State(models.TextChoices):
        PENDING = "pending", "angefragt"
        ACTIVE = "active", "dabei"
        LEFT = "left", "abgemeldet"

    class Origin(models.TextChoices):
        FORM = "form", "Formular"
        IMPORT = "import", "Liste"
        OFFICER = "officer", "Gleichstellungsstelle"

    address = models.OneToOneField(Address, on_delete=models.PROTECT, related_name="member", verbose_name="Adresse")
    state = models.CharField("Stand", max_length=10, choices=State, default=State.PENDING)
    name = models.CharField("Anrede", max_length=100, blank=True)
    municipality = models.SlugField("Wohnort", blank=True)
    children_years = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name="Geburtsjahre der Kinder", default=list, blank=True
    )
    note = models.TextField("Notiz", blank=True, help_text="Die Person kann das in „Meine Daten“ lesen.")
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
            )
        ]
        indexes = [
            # for `daily`; active members, nearly all, are not in it
            models.Index(fields=["asked_at"], name="member_pending", condition=Q(state="pending")),
            models.Index(fields=["left_at"], name="member_left", condition=Q(state="left")),
        ]

    def __str__(self) -> str:
        return self.name or self.address.email

    @property
    def greeting(self) -> str:
        return greeting(self.name)

    @property
    def town(self) -> str:
        if self.municipality == settings.OUTSIDE:
            return "außerhalb"
        return settings.MUNICIPALITIES.get(self.municipality, self.municipality)


class Wording(models.Model):
    """The full text that somebody agreed to or was told. The database refuses to change or delete it."""

    class Kind(models.TextChoices):
        CONSENT = "consent", "Einwilligung"
        PRIVACY = "privacy", "Datenschutzerklärung"
        MAIL = "mail", "Mail mit der Bitte um Bestätigung"

    kind = models.CharField(max_length=10, choices=Kind)
    sha256 = models.CharField("SHA-256", max_length=64)
    text = models.TextField()
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "Wortlaut"
        verbose_name_plural = "Wortlaute"
        constraints = [models.UniqueConstraint(fields=["kind", "sha256"], name="one_row_per_wording")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"

    @property
    def version(self) -> str:
        return f"{timezone.localtime(self.since):%Y-%m-%d}/{self.sha256[:8]}"


# What a consent is for, unless it is for a group (members.groups.consent).
NETWORK = "Rundmails und Einladungen des Netzwerks"


class Consent(models.Model):
    """One link in the chain of proof (Art. 7(1) GDPR). Append-only: the database refuses UPDATE always, and DELETE
    outside erasure and retention."""

    class Act(models.TextChoices):
        ASKED = "asked", "um Aufnahme gebeten"
        CONFIRMED = "confirmed", "mit dem Link aus der Mail bestätigt"
        RECORDED = "recorded", "Einwilligung liegt anderswo vor"
        WITHDRAWN = "withdrawn", "abgemeldet"
        RESUMED = "resumed", "Abmeldung zurückgenommen"

    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="consents", verbose_name="Adresse")
    act = models.CharField("Handlung", max_length=10, choices=Act)
    at = models.DateTimeField("Zeit", default=timezone.now)
    lists = models.CharField("Listen", max_length=200, default=NETWORK)
    form_url = models.CharField("Formular", max_length=200, blank=True)
    method = models.CharField("Weg", max_length=60)
    consent_text = models.ForeignKey(Wording, on_delete=models.PROTECT, null=True, related_name="+")
    privacy_notice = models.ForeignKey(Wording, on_delete=models.PROTECT, null=True, related_name="+")
    mail_text = models.ForeignKey(Wording, on_delete=models.PROTECT, null=True, related_name="+")
    message_id = models.CharField("Message-ID", max_length=200, blank=True)
    proof = models.TextField("Wo der Nachweis liegt", blank=True)
    entered_by = models.CharField("eingetragen von", max_length=150, blank=True)

    class Meta:
        verbose_name = "Einwilligung"
        verbose_name_plural = "Einwilligungen"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_act_display()} am {timezone.localtime(self.at):%d.%m.%Y, %H:%M:%S} Uhr"


class JoinRequest(models.Model):
    """What somebody typed to join with an address. It belongs to the link that was mailed for it, not to the person.

    Anybody can type any address, so nothing of it is the member's before that very link is confirmed (P-27).
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="requests", verbose_name="Mitglied")
    details = models.JSONField("Angaben", default=dict)  # members.details.Details; empty once the member is active
    # The link of the chain of proof that a confirmation continues.
    proof = models.OneToOneField(Consent, on_delete=models.CASCADE, null=True, related_name="+")
    nonce = models.CharField(max_length=64, db_default=RandomHex(), editable=False)
    asked_at = models.DateTimeField("gefragt", default=timezone.now)
    confirm_until = models.DateTimeField("Bestätigung möglich bis")

    class Meta:
        verbose_name = "Anfrage"
        verbose_name_plural = "Anfragen"

    def __str__(self) -> str:
        return f"Anfrage vom {timezone.localtime(self.asked_at):%d.%m.%Y, %H:%M} Uhr"


class Tally(models.Model):
    """Counts that somebody joined, left or came back, when it happens and without the person. Append-only."""

    class What(models.TextChoices):
        JOINED = "joined", "neu dabei"
        LEFT = "left", "abgemeldet"
        RETURNED = "returned", "Abmeldung zurückgenommen"

    what = models.CharField(max_length=10, choices=What)
    on = models.DateField()

    class Meta:
        verbose_name = "Zählung"
        verbose_name_plural = "Zählungen"
        indexes = [models.Index(fields=["what", "on"], name="tally_what_on")]

    def __str__(self) -> str:
        return f"{self.get_what_display()} am {self.on:%d.%m.%Y}"


class Newsletter(models.Model):
    """An officer's mail to members: written, tried out, and sent once."""

    subject = models.CharField("Betreff", max_length=120)
    text = models.TextField("Text")
    # The audience. Empty lists and fields: everybody.
    municipalities = ArrayField(models.SlugField(), verbose_name="nur aus diesen Orten", default=list, blank=True)
    youngest = models.PositiveSmallIntegerField("Kinder ab (Jahre)", null=True, blank=True)
    oldest = models.PositiveSmallIntegerField("Kinder bis (Jahre)", null=True, blank=True)
    written_by = models.CharField("geschrieben von", max_length=150, blank=True)
    changed_at = models.DateTimeField("geändert", auto_now=True)
    # Set once, when it is sent; a second click finds it.
    mailing = models.OneToOneField(Mailing, on_delete=models.PROTECT, null=True, blank=True, editable=False)
    sent_by = models.CharField("verschickt von", max_length=150, blank=True)
    sent_at = models.DateTimeField("verschickt", null=True, blank=True)

    class Meta:
        verbose_name = "Rundmail"
        verbose_name_plural = "Rundmails"
        ordering = [models.F("sent_at").desc(nulls_first=True), "-changed_at"]
        constraints = [
            models.CheckConstraint(
                name="newsletter_sent_with_mailing",
                condition=Q(mailing=None, sent_at=None) | Q(mailing__isnull=False, sent_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.subject
