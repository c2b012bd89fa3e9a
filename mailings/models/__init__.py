from mailings.models.deliveries import (
    LATE,
    RECENT,
    Address,
    AddressQuerySet,
    Delivery,
    DeliveryQuerySet,
    Mailing,
    RandomHex,
    RandomUUID,
    Receipt,
)
from mailings.models.flyers import Flyer
from mailings.models.limits import ConnectionSlot, RateHit, RelayStatus
from mailings.models.planned import PlannedMail, PlannedMailQuerySet
from mailings.models.returns import BounceGroup, Feedback, Suppression

__all__ = [
    "LATE",
    "RECENT",
    "Address",
    "AddressQuerySet",
    "BounceGroup",
    "ConnectionSlot",
    "Delivery",
    "DeliveryQuerySet",
    "Feedback",
    "Flyer",
    "Mailing",
    "PlannedMail",
    "PlannedMailQuerySet",
    "RandomHex",
    "RandomUUID",
    "RateHit",
    "Receipt",
    "RelayStatus",
    "Suppression",
]
