"""The officers' log. The database refuses to change a row ever, and to delete one within two years."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kit.desk.audit import Action

# The trigger that guards the rows knows the same number (migration 0005).
KEPT = timedelta(days=730)


class AuditEntry(models.Model):
    """What somebody did on the desk (R-06). It outlives the account, so it holds a name and no foreign key.

    `what` names records by their number, never a member. `model` and `key` are the record that it happened to.
    """

    at = models.DateTimeField("Wann", default=timezone.now)
    account = models.BigIntegerField("Konto", null=True, blank=True)
    who = models.CharField("Wer", max_length=150, blank=True)
    action = models.CharField("Was", max_length=40)
    what = models.TextField("Genauer", blank=True)
    model = models.CharField("Art", max_length=100, blank=True)
    key = models.CharField("Nummer", max_length=100, blank=True)

    class Meta:
        verbose_name = "Eintrag im Protokoll"
        verbose_name_plural = "Protokoll"
        permissions = [("export_auditentry", "darf das Protokoll herunterladen")]
        indexes = [
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["account", "-id"], name="audit_account"),
            models.Index(fields=["action", "-id"], name="audit_action"),
            models.Index(fields=["model", "key", "-id"], name="audit_record", condition=~Q(model="")),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%d.%m.%Y, %H:%M}, {self.who or 'unbekannt'}: {self.did}"

    @property
    def did(self) -> str:
        """The action as the desk says it."""
        return str(Action(self.action).label) if self.action in Action.values else self.action
