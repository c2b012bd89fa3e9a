"""What the site itself keeps."""

from netzwerk.models.barriers import BarrierReport
from netzwerk.models.operation import Erasure, Heartbeat

__all__ = ["BarrierReport", "Erasure", "Heartbeat"]
