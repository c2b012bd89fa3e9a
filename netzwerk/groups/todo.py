"""What waits for the officers about groups that meet by themselves."""

from django.urls import reverse

from members.groups import todo
from netzwerk.alert import Alert, Urgency, counted


def now() -> list[Alert]:
    """Groups that wait for a yes, and what was reported from a group."""
    waiting = todo.now()
    return [*_reports(waiting.reports), *_groups(waiting.groups)]


def _reports(keys: list[int]) -> list[Alert]:
    found = Alert(
        counted(len(keys), "Meldung aus einer Gruppe ist offen", "Meldungen aus Gruppen sind offen"),
        "Lesen Sie das bitte heute.",
        ("members.view_groupreport", "members.change_group"),
        _url("groupreport", keys),
        "Lesen",
        number=len(keys),
        urgency=Urgency.NOW,
    )
    return [found] if keys else []


def _groups(keys: list[int]) -> list[Alert]:
    found = Alert(
        counted(len(keys), "Gruppe wartet auf Ihr Ja", "Gruppen warten auf Ihr Ja"),
        "Eltern wollen sie gründen. Lesen und freigeben.",
        ("members.view_group", "members.change_group"),
        _url("group", keys),
        "Ansehen",
        number=len(keys),
    )
    return [found] if keys else []


def _url(model: str, keys: list[int]) -> str:
    """The page of a single one, or the list of exactly these."""
    if len(keys) == 1:
        return reverse(f"admin:members_{model}_change", args=keys)
    return f"{reverse(f'admin:members_{model}_changelist')}?heute=warten"
