"""What the site itself keeps."""

from netzwerk.models.accounts import AccountInvitation, FactorReset, SecondAddress, SwitchedOff
from netzwerk.models.audit import AuditEntry
from netzwerk.models.barriers import BarrierReport
from netzwerk.models.factors import AuthenticatorApp, CodeSheet, PrintedCode, SpentChallenge
from netzwerk.models.operation import Erasure, Heartbeat

__all__ = [
    "AccountInvitation",
    "AuditEntry",
    "AuthenticatorApp",
    "BarrierReport",
    "CodeSheet",
    "Erasure",
    "FactorReset",
    "Heartbeat",
    "PrintedCode",
    "SecondAddress",
    "SpentChallenge",
    "SwitchedOff",
]
