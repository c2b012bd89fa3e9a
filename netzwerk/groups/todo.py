"""What waits for the officers about groups that meet by themselves."""

from django.urls import reverse

from members.groups import todo
from netzwerk.alert import Alert, Urgency, counted


def now() -> list[Alert]:
    """Groups that wait for a yes, and what was reported from a group; a single one opens at once."""
    waiting = todo.now()
    found = [
        (
            waiting.reports, waiting.report, "Meldung aus einer Gruppe ist offen", "Meldungen aus Gruppen sind offen",
            "Lesen Sie das bitte heute.", "Lesen", "groupreport", Urgency.NOW,
        ),
        (
            waiting.groups, waiting.group, "Gruppe wartet auf Ihr Ja", "Gruppen warten auf Ihr Ja",
            "Eltern wollen sie gründen. Lesen und freigeben.", "Ansehen", "group", Urgency.WEEK,
        ),
    ]  # fmt: skip
    return [
        Alert(
            counted(number, one, many),
            more,
            (f"members.view_{model}", "members.change_group"),
            reverse(f"admin:members_{model}_change", args=[only])
            if only
            else f"{reverse(f'admin:members_{model}_changelist')}?heute=warten",
            action,
            number=number,
            urgency=urgency,
        )
        for number, only, one, many, more, action, model, urgency in found
        if number
    ]
