"""The icons of a page: each page brings the drawings that it shows, and no others."""

import re
from functools import cache

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import render_to_string

register = template.Library()

_USED = re.compile(r'<use href="#i-([\w-]+)"')
_SYMBOL = re.compile(r'<symbol id="i-([\w-]+)".*?</symbol>', re.DOTALL)


class IconsNode(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        shown: str = self.nodelist.render(context)
        names = dict.fromkeys(_USED.findall(shown))
        drawings = "".join(_drawings()[name] for name in names if name in _drawings())
        # Inline, because Firefox before 132 holds an external sprite against default-src, which is 'none'.
        return f'{shown}<svg class="sprite" width="0" height="0" aria-hidden="true">{drawings}</svg>'


@register.tag
def icons(parser: Parser, token: Token) -> IconsNode:
    """`{% icons %}…{% endicons %}`: what stands inside, and after it the drawings that it refers to."""
    nodelist = parser.parse(("endicons",))
    parser.delete_first_token()
    return IconsNode(nodelist)


@cache
def _drawings() -> dict[str, str]:
    return {found[1]: found[0] for found in _SYMBOL.finditer(render_to_string("includes/sprite.html"))}
