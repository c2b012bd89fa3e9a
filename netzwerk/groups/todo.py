"""What waits for the officers about groups that meet by themselves."""

from django.urls import reverse

from members.groups import todo
from netzwerk.alert import Alert


def now() -> list[Alert]:
    """Groups that wait for a yes, and what was reported from a group; a single one opens at once."""
    waiting = todo.now()
    found = [
        (
            waiting.reports, waiting.report, "Aus einer Gruppe ist etwas gemeldet", "Meldungen aus Gruppen sind offen",
            "Lesen Sie es bitte heute.", "groupreport", True,
        ),
        (
            waiting.groups, waiting.group, "Eine neue Gruppe wartet auf Ihr Ja", "neue Gruppen warten auf Ihr Ja",
            "Lesen und freigeben.", "group", False,
        ),
    ]  # fmt: skip
    return [
        Alert(
            one if number == 1 else f"{number} {many}",
            more,
            (f"members.view_{model}", "members.change_group"),
            reverse(f"admin:members_{model}_change", args=[only])
            if only
            else f"{reverse(f'admin:members_{model}_changelist')}?heute=warten",
            urgent=urgent,
        )
        for number, only, one, many, more, model, urgent in found
        if number
    ]
