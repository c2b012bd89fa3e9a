"""Keys of rows in URLs and forms, where somebody may have typed anything."""


def number(text: str) -> int | None:
    """The key; None if it is none. Eighteen digits fit into the column."""
    return int(text) if text.isdecimal() and len(text) < 19 else None
