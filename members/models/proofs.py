"""The proof that each member has asked for our mail, and requests that a link in a mail confirms."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from mailings.models import Address, RandomHex
from members.models.people import Member


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
    outside erasure and retention. It belongs to an address, or to a caller."""

    class Act(models.TextChoices):
        ASKED = "asked", "um Aufnahme gebeten"
        CONFIRMED = "confirmed", "mit dem Link aus der Mail bestätigt"
        RECORDED = "recorded", "Einwilligung liegt anderswo vor"
        WITHDRAWN = "withdrawn", "abgemeldet"
        RESUMED = "resumed", "Abmeldung zurückgenommen"
        SPOKEN = "spoken", "am Telefon oder persönlich zugestimmt"
        MOVED = "moved", "neue Adresse bestätigt"

    address = models.ForeignKey(
        Address, on_delete=models.PROTECT, related_name="consents", null=True, verbose_name="Adresse"
    )
    caller = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True, verbose_name="Mitglied")
    # With MOVED: the address until then. What stands before it in the chain was said under that one.
    former_email = models.CharField("bisherige Adresse", max_length=254, blank=True, default="", db_default="")
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
        constraints = [
            models.CheckConstraint(
                name="consent_of_somebody", condition=Q(address__isnull=False) | Q(caller__isnull=False)
            )
        ]

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


class AddressChange(models.Model):
    """A new address that an officer has entered for a member. Nothing changes before that mailbox has confirmed it."""

    member = models.OneToOneField(
        Member, on_delete=models.CASCADE, related_name="address_change", verbose_name="Mitglied"
    )
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+", verbose_name="neue Adresse")
    nonce = models.CharField(max_length=64, db_default=RandomHex(), editable=False)
    asked_at = models.DateTimeField("gefragt", default=timezone.now)
    confirm_until = models.DateTimeField("Bestätigung möglich bis")
    asked_by = models.CharField("eingetragen von", max_length=150)
    # Kept until it expires, so that a second tap on the link finds what the first has done.
    confirmed_at = models.DateTimeField("bestätigt", null=True, blank=True)

    class Meta:
        verbose_name = "neue Adresse"
        verbose_name_plural = "neue Adressen"

    def __str__(self) -> str:
        return f"Neue Adresse vom {timezone.localtime(self.asked_at):%d.%m.%Y, %H:%M} Uhr"
