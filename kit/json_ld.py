"""Facts for search engines (schema.org), as JSON for a data block in a page.

Browsers do not run such a block, so a strict Content Security Policy allows it.
"""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

SCHEMA = "https://schema.org"
# So that no text can end the block it stands in.
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def block(facts: dict[str, Any]) -> SafeString:
    """The content of the block; facts that are not known are left out."""
    known = {name: value for name, value in facts.items() if value}
    text = json.dumps({"@context": SCHEMA} | known, ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 - nothing is left that could be markup
