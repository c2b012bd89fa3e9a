"""{% csrf_token %} for every template: on the desk a form also says for whom it was made, and carries what is kept.

So no template of the desk, ours or Django's, can forget it (see `typed`).
"""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from kit.desk.typed import KEPT, OWNER, signed_owner

register = template.Library()


class DeskCsrfTokenNode(CsrfTokenNode):
    def render(self, context: Context) -> SafeString:
        html = mark_safe(super().render(context))  # noqa: S308 - Django's own field beside ours
        request = context.get("request")
        # Public pages must not ask who is signed in: they would depend on a cookie.
        if request is None or not request.path.startswith(reverse("admin:index")):
            return html
        if request.user.is_authenticated:
            html += _hidden(OWNER, signed_owner(request))
        if context.get(KEPT):
            html += _hidden(KEPT, context[KEPT])
        return html


@register.tag
def csrf_token(parser: Parser, token: Token) -> DeskCsrfTokenNode:
    return DeskCsrfTokenNode()


def _hidden(name: str, value: Any) -> SafeString:
    return mark_safe(format_html('<input type="hidden" name="{}" value="{}">', name, value))  # noqa: S308 - format_html has escaped both
