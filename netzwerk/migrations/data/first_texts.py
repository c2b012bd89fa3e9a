"""Creates the pages that the law and our promises require; from then on the officers write them."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

TITLES = {
    "/impressum/": "Impressum",
    "/datenschutz/": "Datenschutz",
    "/barrierefreiheit/": "Erklärung zur Barrierefreiheit",
    "/hilfe/spuren/": "Spuren auf Ihrem Gerät",
}
TEXTS = Path(__file__).parent / "texts"


def create(flat_page: Any, site: Any) -> None:
    """Creates the pages that do not exist yet; a text that the officers have changed is left alone.

    Takes the models, so that a migration can pass its own.
    """
    here, _ = site.objects.update_or_create(
        pk=settings.SITE_ID,
        defaults={"domain": urlsplit(settings.SITE_URL).netloc[:100], "name": settings.SITE_NAME[:50]},
    )
    for url, title in TITLES.items():
        content = (TEXTS / f"{url.strip('/').replace('/', '-')}.md").read_text(encoding="utf-8")
        page, _ = flat_page.objects.get_or_create(url=url, defaults={"title": title, "content": content})
        page.sites.add(here)
