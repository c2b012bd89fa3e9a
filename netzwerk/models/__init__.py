"""What the site itself keeps."""

from netzwerk.models.audit import AuditEntry
from netzwerk.models.operation import Erasure, Heartbeat

__all__ = ["AuditEntry", "Erasure", "Heartbeat"]
