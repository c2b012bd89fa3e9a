"""What every page knows about the site."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "SITE_OWNERS": settings.SITE_OWNERS,
        "REGION": settings.REGION,
        "CONTACT_PHONE": settings.CONTACT_PHONE,
        "EXIT_URL": settings.EXIT_URL,
        "DEMO": settings.DEMO,
    }
