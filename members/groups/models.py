"""Groups that meet by themselves. People know each other by first name; nothing here is public but `Group`'s notice."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from mailings.models import Address, RandomHex

LONGEST_TITLE, LONGEST_TEXT, LONGEST_NAME = 60, 300, 40
LONGEST_SENTENCE, LONGEST_MESSAGE, LONGEST_REPORT = 200, 2000, 4000
ONLINE = "online"
CONTACT = "Ansprechperson"
# Children's ages that a group is for, both ends inclusive; none chosen means all.
AGES = ((0, 2), (3, 6), (7, 11), (12, 17))


class RandomSlug(RandomHex):
    """Ten hex digits: part of a URL, or a List-Id, that tells nothing."""

    template = "left(replace(gen_random_uuid()::text, '-', ''), 10)"


class GroupQuerySet(models.QuerySet["Group"]):
    def living(self) -> "GroupQuerySet":
        return self.filter(state__in=Group.LIVING)

    def public(self) -> "GroupQuerySet":
        """What anybody may see. A group without a contact rests, so it is never here."""
        return self.filter(state=Group.State.ALIVE, shown=True)

    def ready(self) -> "GroupQuerySet":
        """Proposed, and the second contact has said yes: officers can decide."""
        return self.filter(state=Group.State.ASKED).annotate(
            said_yes=models.Count("memberships", filter=Q(memberships__contact=True))
        ).filter(said_yes__gte=2)  # fmt: skip


class Group(models.Model):
    """A group and its notice: title, two sentences, town, ages and rhythm; never a day, a place or a name."""

    class State(models.TextChoices):
        ASKED = "asked", "vorgeschlagen"
        ALIVE = "alive", "trifft sich"
        RESTING = "resting", "ruht"
        ENDED = "ended", "beendet"
        DECLINED = "declined", "nicht freigegeben"

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", "jede Woche"
        FORTNIGHTLY = "fortnightly", "alle zwei Wochen"
        MONTHLY = "monthly", "einmal im Monat"
        OPEN = "open", "wie es passt"

    title = models.CharField("Name der Gruppe", max_length=LONGEST_TITLE)
    text = models.CharField("Was Sie zusammen machen", max_length=LONGEST_TEXT)
    town = models.SlugField("Stadt oder Gemeinde")  # or ONLINE
    ages = ArrayField(models.PositiveSmallIntegerField(), verbose_name="Alter der Kinder", default=list, blank=True)
    rhythm = models.CharField("Wie oft", max_length=12, choices=Rhythm)
    state = models.CharField("Stand", max_length=10, choices=State, default=State.ASKED, db_default=State.ASKED)
    takes_members = models.BooleanField("nimmt gerade auf", default=True, db_default=True)
    shown = models.BooleanField("steht auf der Seite „Gruppen“", default=True, db_default=True)
    # What the officers wrote when they did not approve it.
    reason = models.CharField("Antwort", max_length=500, blank=True, default="", db_default="")
    # Two names that tell nothing: the public page's, and the one in the headers of its mails.
    slug = models.SlugField("Adresse", max_length=20, unique=True, db_default=RandomSlug(), editable=False)
    list_key = models.SlugField(max_length=20, unique=True, db_default=RandomSlug(), editable=False)
    asked_at = models.DateTimeField("vorgeschlagen", default=timezone.now)
    founded_at = models.DateTimeField("freigegeben", null=True, blank=True)
    ended_at = models.DateTimeField("beendet", null=True, blank=True)
    # The next step of members.groups.lifecycle, and how many mails have asked whether it meets since the last yes.
    check_at = models.DateTimeField("nächste Frage", null=True, blank=True)
    checks = models.PositiveSmallIntegerField("gefragt", default=0, db_default=0)

    LIVING = (State.ALIVE, State.RESTING)
    OVER = (State.ENDED, State.DECLINED)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = "Gruppe"
        verbose_name_plural = "Gruppen"
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                name="group_dates_fit_state",
                condition=Q(state__in=["asked", "declined"], founded_at=None, check_at=None)
                | Q(state__in=["alive", "resting"], founded_at__isnull=False, check_at__isnull=False, ended_at=None)
                | Q(state="ended", check_at=None, ended_at__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["check_at"], name="group_check", condition=~Q(check_at=None))]

    def __str__(self) -> str:
        return self.title

    @property
    def where(self) -> str:
        return "online" if self.town == ONLINE else settings.MUNICIPALITIES.get(self.town, self.town)

    @property
    def is_open(self) -> bool:
        return self.state == Group.State.ALIVE and self.takes_members

    @property
    def has_ended(self) -> bool:
        return self.state in Group.OVER


class GroupMembershipQuerySet(models.QuerySet["GroupMembership"]):
    def members(self) -> "GroupMembershipQuerySet":
        return self.filter(state=GroupMembership.State.MEMBER)

    def contacts(self) -> "GroupMembershipQuerySet":
        return self.members().filter(contact=True)

    def not_over(self) -> "GroupMembershipQuerySet":
        """Those of groups that have not ended."""
        return self.exclude(group__state__in=Group.OVER)

    def asking(self) -> "GroupMembershipQuerySet":
        return self.filter(state=GroupMembership.State.ASKED)


class GroupMembership(models.Model):
    """One person in one group, under the first name chosen for it. Its nonce opens the personal page."""

    class State(models.TextChoices):
        ASKED = "asked", "fragt an"
        MEMBER = "member", "dabei"
        DECLINED = "declined", "nicht aufgenommen"
        LEFT = "left", "gegangen"
        REMOVED = "removed", "herausgenommen"

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="memberships", verbose_name="Gruppe")
    address = models.ForeignKey(
        Address, on_delete=models.PROTECT, related_name="group_memberships", verbose_name="Adresse"
    )
    name = models.CharField("Vorname in der Gruppe", max_length=LONGEST_NAME)
    state = models.CharField("Stand", max_length=10, choices=State, default=State.ASKED)
    contact = models.BooleanField("Ansprechperson", default=False, db_default=False)
    sentence = models.CharField("Satz zur Anfrage", max_length=LONGEST_SENTENCE, blank=True, default="", db_default="")
    asked_at = models.DateTimeField("angefragt", default=timezone.now)
    joined_at = models.DateTimeField("dabei seit", null=True, blank=True)
    left_at = models.DateTimeField("nicht mehr dabei seit", null=True, blank=True)
    paused_until = models.DateTimeField("pausiert bis", null=True, blank=True)
    # Day, time and place of meetings are told from then on: a contact has released them to this person.
    released_at = models.DateTimeField("erfährt Ort und Zeit seit", null=True, blank=True)
    phone = models.CharField("Telefon", max_length=40, blank=True, default="", db_default="")
    nonce = models.CharField(max_length=64, db_default=RandomHex(), editable=False)

    objects = GroupMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "Person in einer Gruppe"
        verbose_name_plural = "Personen in Gruppen"
        ordering = [F("contact").desc(), "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "address"], name="one_membership_per_person"),
            models.CheckConstraint(
                name="only_members_have_rights",
                condition=Q(state="member", joined_at__isnull=False)
                | (~Q(state="member") & Q(contact=False, released_at=None, phone="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_paused(self, now: datetime) -> bool:
        return self.paused_until is not None and self.paused_until > now


class GroupRequest(models.Model):
    """What somebody typed to join a group, or whom a founder asks to be the second contact.

    It belongs to the link that was mailed for it: nobody in the group learns of it before that link is confirmed.
    """

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="requests", verbose_name="Gruppe")
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="group_requests")
    as_contact = models.BooleanField("als Ansprechperson", default=False)
    # Applies to the mail with the link; copied to the address when that link is confirmed.
    discreet = models.BooleanField("andere können das Postfach lesen", default=False, db_default=False)
    name = models.CharField("Vorname", max_length=LONGEST_NAME, blank=True)
    sentence = models.CharField("Satz", max_length=LONGEST_SENTENCE, blank=True)
    # The link of the chain of proof that a confirmation continues.
    proof = models.OneToOneField("members.Consent", on_delete=models.CASCADE, null=True, related_name="+")
    nonce = models.CharField(max_length=64, db_default=RandomHex(), editable=False)
    asked_at = models.DateTimeField("gefragt", default=timezone.now)
    confirm_until = models.DateTimeField("Bestätigung möglich bis")
    answered_at = models.DateTimeField("beantwortet", null=True, blank=True)

    class Meta:
        verbose_name = "Anfrage an eine Gruppe"
        verbose_name_plural = "Anfragen an Gruppen"

    def __str__(self) -> str:
        return f"Anfrage vom {timezone.localtime(self.asked_at):%d.%m.%Y, %H:%M} Uhr"


class KeptOut(models.Model):
    """A mailbox that a group does not let in, as a key that nobody can read. It outlives an erasure."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="kept_out")
    key = models.CharField("Schlüssel", max_length=64)
    since = models.DateTimeField("seit", default=timezone.now)
    # The officer's account, or "Ansprechperson" and more: nothing of whom it keeps out.
    by = models.CharField("von", max_length=150, blank=True, default="", db_default="")

    class Meta:
        verbose_name = "nicht einzulassen"
        verbose_name_plural = "nicht einzulassen"
        constraints = [models.UniqueConstraint(fields=["group", "key"], name="kept_out_once")]

    def __str__(self) -> str:
        return f"{self.key[:8]}…"

    @property
    def wanted_by(self) -> str:
        return "einer Ansprechperson" if self.by.startswith(CONTACT) else self.by


class PhoneRelease(models.Model):
    """`giver` shows their telephone number to `reader`, by name, until it is taken back."""

    giver = models.ForeignKey(GroupMembership, on_delete=models.CASCADE, related_name="phone_releases")
    reader = models.ForeignKey(GroupMembership, on_delete=models.CASCADE, related_name="phones_released")

    class Meta:
        verbose_name = "gezeigte Nummer"
        verbose_name_plural = "gezeigte Nummern"
        constraints = [models.UniqueConstraint(fields=["giver", "reader"], name="one_release_per_pair")]

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.reader_id}"


class GroupMessage(models.Model):
    """A message to all of a group, or to one (`reader`); kept 30 days."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="messages")
    writer = models.ForeignKey(GroupMembership, on_delete=models.CASCADE, related_name="written")
    reader = models.ForeignKey(GroupMembership, on_delete=models.CASCADE, null=True, related_name="+")
    text = models.TextField("Text", max_length=LONGEST_MESSAGE)
    at = models.DateTimeField("geschrieben", default=timezone.now)

    class Meta:
        verbose_name = "Nachricht in einer Gruppe"
        verbose_name_plural = "Nachrichten in Gruppen"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["group", "-at"], name="group_messages")]

    def __str__(self) -> str:
        return f"Nachricht {self.pk}"


class GroupReport(models.Model):
    """Somebody says that something is not right. Officers alone read it; kept 90 days."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="reports", verbose_name="Gruppe")
    # First names as they were in the group; empty when the person's data are erased.
    name = models.CharField("von", max_length=LONGEST_NAME, blank=True)
    about = models.ForeignKey(
        GroupMembership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="über"
    )
    reporter = models.ForeignKey(GroupMembership, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField("Was ist passiert?", max_length=LONGEST_REPORT)
    # What that person had written to the reporter, as it stood there.
    written = models.TextField("Nachrichten dazu", blank=True)
    at = models.DateTimeField("gemeldet", default=timezone.now)
    done_at = models.DateTimeField("erledigt", null=True, blank=True)
    done_by = models.CharField("erledigt von", max_length=150, blank=True)

    class Meta:
        verbose_name = "Meldung aus einer Gruppe"
        verbose_name_plural = "Meldungen aus Gruppen"
        ordering = [F("done_at").desc(nulls_first=True), "at"]

    def __str__(self) -> str:
        return f"Meldung vom {timezone.localtime(self.at):%d.%m.%Y}"
