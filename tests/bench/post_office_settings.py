"""The portal's settings with django-post-office added, for the comparison only."""

from netzwerk.settings import *  # noqa: F403 - these settings but for what follows
from netzwerk.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "post_office"]
POST_OFFICE = {"BATCH_SIZE": 5000, "THREADS_PER_PROCESS": 2, "LOG_LEVEL": 1, "BATCH_DELIVERY_TIMEOUT": 600}
