"""The personal links of the Wegweiser: to confirm a report, and to answer the yearly question."""

from mailings.links import Link
from wegweiser.models import Provider, Submission

REPORT, CHECK = "offer-report", "offer-check"

# Paths that stay for ever: mails in people's mailboxes hold them.
REPORT_PATH = "/wegweiser/angebot-melden/{token}/"
CHECK_PATH = "/wegweiser/pruefen/{token}/"


def to_report(submission: Submission) -> Link:
    return Link(REPORT_PATH, REPORT, submission.pk, submission.nonce)


def to_check(provider: Provider) -> Link:
    return Link(CHECK_PATH, CHECK, provider.pk, provider.nonce)
