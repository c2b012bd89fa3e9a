"""Keys of rows that come from outside, in a form or an address."""


def row_key(typed: object) -> int:
    """The key that `typed` spells; 0, which no row has, if it spells none."""
    text = str(typed)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
