"""What the site itself keeps."""

from netzwerk.models.accounts import AccountInvitation, FactorReset, SecondAddress, SwitchedOff
from netzwerk.models.audit import AuditEntry
from netzwerk.models.barriers import BarrierReport
from netzwerk.models.factors import AuthenticatorApp, CodeSheet, PrintedCode, SpentChallenge
from netzwerk.models.operation import Erasure, Heartbeat
from netzwerk.models.report import CountedSince, PublishedReport, Tally
from netzwerk.models.unsaved import UnsavedText
from netzwerk.models.versions import FormerVersion

__all__ = [
    "AccountInvitation",
    "AuditEntry",
    "AuthenticatorApp",
    "BarrierReport",
    "CodeSheet",
    "CountedSince",
    "Erasure",
    "FactorReset",
    "FormerVersion",
    "Heartbeat",
    "PrintedCode",
    "PublishedReport",
    "SecondAddress",
    "SpentChallenge",
    "SwitchedOff",
    "Tally",
    "UnsavedText",
]
