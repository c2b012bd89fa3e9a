"""The colours in which the desk shows the states of mails and of groups of bounces."""

from mailings.models import BounceGroup, Delivery

BADGES = {
    Delivery.State.QUEUED: "badge-old",
    Delivery.State.HELD: "badge-old",
    Delivery.State.SENDING: "badge-old",
    Delivery.State.SENT: "badge-fresh",
    Delivery.State.FAILED: "badge-off",
    Delivery.State.CANCELLED: "",
    Delivery.State.BOUNCED: "badge-off",
    Delivery.State.COMPLAINED: "badge-off",
}

BOUNCE_BADGES = {
    BounceGroup.State.COUNTS: "",
    BounceGroup.State.HELD: "badge-old",
    BounceGroup.State.DROPPED: "badge-fresh",
    BounceGroup.State.BLOCKED: "badge-off",
}
