"""Turns the text of a mail into its two forms: plain text without markup, and HTML.

A text of ours is a file `templates/mails/<name>.txt`: the subject in the first line, an empty line, then light Markdown
with $placeholders. A paragraph "Label:" with a link's placeholder on its next line becomes a button in HTML.
"""

import itertools
import re
from dataclasses import dataclass

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from markdown_it.tree import SyntaxTreeNode

from kit import markdown
from mailings.models import Mailing
from mailings.placeholders import literal

# control characters, line and paragraph separators, bidirectional controls and other invisible marks (M-12)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_BUTTON = re.compile(r"^(?P<label>[^\n]+):\n\$(?P<link>[a-z_]+)$")
# A placeholder at the end of a text; the lookbehind excludes an escaped $.
_LAST = re.compile(r"(?<!\$)(?P<before>(?:\$\$)*)\$(?P<name>[A-Za-z_][A-Za-z_0-9]*)$")
# The part of a mail's HTML between its head and its foot (templates/mails/frame.html), a button in it, and the look.
_CARD = re.compile(r'<td class="m-card"[^>]*>(.*)</td></tr>\s*<tr>\s*<td class="m-foot"', re.DOTALL)
_HTML_BUTTON = re.compile(
    r'<table\b(?:(?!</table>).)*<a class="m-btn" (href="[^"]*")[^>]*>(.*?)</a>.*?</table>', re.DOTALL
)
_STYLE = re.compile(r'(<[a-z][^<>]*?) style="[^"]*"')
# Spaces at which a line must not end: in telephone numbers, times and dates.
_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_TOGETHER = re.compile(rf"(?<=\d) (?=\d|Uhr\b)|(?<=\d\.) (?=(?:{_MONTHS})\b)")
DISCREET_SUBJECT = "Nachricht für Sie"
DISCREET_LINE = "Es gibt eine Nachricht für Sie:"
_markdown = markdown.parser(breaks=True)
_inliner = css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class MailTemplate:
    """The text of one mail before it is addressed. `main_link` names the link of the discreet version; `calendar` is an
    iCalendar object attached to all but the discreet version; `list_key` is that of the group whose people get it.

    A discreet address gets the discreet version of every mail. With `discreet` every reader of this one gets it.
    """

    name: str
    kind: str
    subject: str
    text: str
    main_link: str = ""
    automatic: bool = True
    calendar: str = ""
    discreet: bool = False
    list_key: str = ""

    def create_mailing(self) -> Mailing:
        """Stores the mailing with its source and both forms; placeholders are replaced when a copy is sent."""
        mailing = self.unsaved_mailing()
        mailing.save()
        return mailing

    def unsaved_mailing(self) -> Mailing:
        subject, text, html = discreet_bodies(self.main_link) if self.discreet else self._bodies()
        return Mailing(
            kind=self.kind,
            template=self.name,
            subject=subject,
            source=self.text,
            text=text,
            html=html,
            calendar=self.calendar,
            main_link=self.main_link,
            automatic=self.automatic,
            list_key=self.list_key,
        )

    @property
    def _foot(self) -> dict[str, bool]:
        """What stands below the text: how to leave the list, or the group."""
        return {"list": self.kind == Mailing.Kind.LIST, "group": self.kind == Mailing.Kind.GROUP}

    def _bodies(self) -> tuple[str, str, str]:
        text = render_to_string("mails/text.txt", {"body": as_text(self.text), **self._foot, **_site()})
        return one_line(self.subject), text, self._as_html()

    def _as_html(self) -> str:
        context = {"subject": literal(self.subject), "blocks": blocks(self.text), **self._foot, **_site()}
        page = render_to_string("mails/frame.html", context)
        return _inliner.inline(page)


def load(
    name: str,
    *,
    kind: str,
    main_link: str = "",
    automatic: bool = True,
    calendar: str = "",
    facts: dict[str, str] | None = None,
    list_key: str = "",
) -> MailTemplate:
    """The template in `templates/mails/<name>.txt`.

    `facts` are the same for every copy; nothing in them is taken for a placeholder.
    """
    escaped = {name: literal(fact) for name, fact in (facts or {}).items()}
    subject, _, text = render_to_string(f"mails/{name}.txt", {**_site(), **escaped}).partition("\n")
    # the subject is never filled, so the escaping of facts is undone
    return MailTemplate(
        name,
        kind,
        subject.strip().replace("$$", "$"),
        text.strip() + "\n",
        main_link,
        automatic,
        calendar,
        list_key=list_key,
    )


def discreet_bodies(link: str) -> tuple[str, str, str]:
    """Subject, text and HTML of a mail that tells nothing: one neutral sentence, and the placeholder `link`."""
    html = (
        f'<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{DISCREET_SUBJECT}</title></head>'
        f'<body><p>{DISCREET_LINE}<br>\n<a href="${link}">${link}</a></p></body></html>\n'
    )
    return DISCREET_SUBJECT, f"{DISCREET_LINE}\n${link}\n", html


def blocks(text: str) -> list[dict[str, str]]:
    """The paragraphs of a text: `html`, or `label` and `link` for a button. The foot below "--" is left out.

    Buttons that follow each other stand side by side: the first of them has `opens`, the last one `closes`.
    """
    found = [_block(block) for block in _split(text.partition("\n--\n")[0])]
    links = ["", *(block["link"] for block in found), ""]
    for block, before, after in zip(found, links, links[2:], strict=False):
        block |= {"opens": "" if before else "ja", "closes": "" if after else "ja"}
    return found


def as_text(text: str) -> str:
    """`text` without markup, for programs that show none; each link's address stands beside its text.

    Placeholders stay, and so do buttons and everything below "--".
    """
    body, dashes, below = text.partition("\n--\n")
    shown = [block if _BUTTON.match(block) else _shown(_tree(block)) for block in _split(body)]
    return "\n\n".join(shown) + (dashes + below or "\n")


def as_page(text: str) -> str:
    """The body of a mail as HTML for a page of ours, with placeholders; without what stands below "--"."""
    return render_to_string("mailings/body.html", {"blocks": blocks(text)})


def body_of(page: str) -> str:
    """The same as `as_page`, extracted from the HTML of a mail without a source."""
    card = _CARD.search(page)
    body = _HTML_BUTTON.sub(r'<p class="buttons"><a class="btn" \1>\2</a></p>', card[1] if card else "")
    return _STYLE.sub(r"\1", body)


def one_line(text: str) -> str:
    """`text` made fit for a header and for one line of a mail: nothing in it can start another line or hide."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def _block(source: str) -> dict[str, str]:
    button = _BUTTON.match(source)
    if button:
        return {"label": button["label"], "link": f"${button['link']}", "html": ""}
    return {"label": "", "link": "", "html": _TOGETHER.sub("\u00a0", _markdown.render(source))}


def _split(body: str) -> list[str]:
    return re.split(r"\n{2,}", body.strip())


def _tree(source: str) -> SyntaxTreeNode:
    return SyntaxTreeNode(_markdown.parse(source))


def _shown(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "code_inline":
            return node.content
        case "code_block" | "fence":
            return node.content.rstrip("\n")
        case "softbreak" | "hardbreak":
            return "\n"
        case "hr":
            return "---"
        case "link":
            return _link(node)
        case "bullet_list":
            return "\n".join(_indented("- ", item) for item in node.children)
        case "ordered_list":
            first = int(node.attrs.get("start", 1))
            return "\n".join(
                _indented(f"{number}{node.markup} ", item) for number, item in enumerate(node.children, first)
            )
        case "blockquote":
            return re.sub("^", "> ", _stacked(node.children), flags=re.MULTILINE)
        case "root" | "list_item":
            return _stacked(node.children)
        case _:
            return _in_a_row(node.children)


def _link(node: SyntaxTreeNode) -> str:
    text, address = _in_a_row(node.children), re.sub("^(?:mailto|tel):", "", str(node.attrs["href"]))
    if text in {address, ""}:
        return address
    after = node.next_sibling
    return f"{text}: {address}" if after is None or after.type.endswith("break") else f"{text} ({address})"


def _indented(mark: str, item: SyntaxTreeNode) -> str:
    return mark + _shown(item).replace("\n", "\n" + " " * len(mark))


def _stacked(nodes: list[SyntaxTreeNode]) -> str:
    """Paragraphs with an empty line between them, all other blocks line below line."""
    gaps = ["\n\n" if {a.type, b.type} == {"paragraph"} else "\n" for a, b in itertools.pairwise(nodes)]
    return "".join(_shown(node) + gap for node, gap in zip(nodes, [*gaps, ""], strict=False))


def _in_a_row(nodes: list[SyntaxTreeNode]) -> str:
    """Keeps placeholders apart from the text behind them: "$anrede**n**" is not "$anreden"."""
    text = ""
    for shown in map(_shown, nodes):
        if re.match("[A-Za-z_0-9]", shown):
            text = _LAST.sub(r"\g<before>${\g<name>}", text)
        text += shown
    return text


def _site() -> dict[str, str]:
    names = ("SITE_NAME", "SITE_URL", "SITE_OWNERS", "CONTACT_PHONE", "REGION")
    return {name: literal(getattr(settings, name)) for name in names}
