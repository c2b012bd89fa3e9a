"""What pages show of a telephone number that is kept as it was typed."""

from typing import Any

from kit import phones


class HasPhone:
    """For whoever has a number in `phone`; it may be empty."""

    phone: Any

    @property
    def tel(self) -> str:
        """What a phone dials; "" without a number."""
        return phones.tel(self.phone)

    @property
    def shown_phone(self) -> str:
        """The number in the spelling of all pages."""
        return phones.spelt(self.phone)
