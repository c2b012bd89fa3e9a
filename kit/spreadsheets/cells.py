"""One cell of a table as people see it."""

import re
from datetime import date


def text_of(value: object) -> str:
    """Dates in German, whole numbers without ".0", line breaks as \\n."""
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    # The database takes no control characters; the mark keeps it visible that something stood there.
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "\ufffd", text).strip()
