"""What the site itself keeps."""

from netzwerk.models.operation import Erasure, Heartbeat

__all__ = ["Erasure", "Heartbeat"]
