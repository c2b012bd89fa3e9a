"""What the site itself keeps."""

from netzwerk.models.accounts import AccountInvitation, FactorReset, SwitchedOff
from netzwerk.models.operation import Erasure, Heartbeat

__all__ = ["AccountInvitation", "Erasure", "FactorReset", "Heartbeat", "SwitchedOff"]
