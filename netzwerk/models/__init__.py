"""What the site itself keeps."""

from netzwerk.models.audit import AuditEntry
from netzwerk.models.barriers import BarrierReport
from netzwerk.models.factors import AuthenticatorApp, CodeSheet, PrintedCode, SpentChallenge
from netzwerk.models.operation import Erasure, Heartbeat

__all__ = [
    "AuditEntry",
    "AuthenticatorApp",
    "BarrierReport",
    "CodeSheet",
    "Erasure",
    "Heartbeat",
    "PrintedCode",
    "SpentChallenge",
]
