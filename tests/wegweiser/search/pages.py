"""Reads the pages of the search as a person does."""

import re
from html import unescape

from django.test import Client


def page(client: Client, path: str = "/wegweiser/", **asked: str) -> str:
    answer = client.get(path, asked)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def hits(shown: str) -> list[str]:
    treffer = shown.partition('id="treffer"')[2].partition("</ol>")[0]
    return re.findall(r'href="/wegweiser/([\w-]+)/"', treffer)
