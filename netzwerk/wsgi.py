"""The web server's way in."""

import os
import sys

from django.core import checks
from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netzwerk.settings")
os.environ.setdefault("STATEMENT_TIMEOUT", "5000")  # ms; a page that waits longer has gone wrong

application = get_wsgi_application()

for fault in checks.run_checks(tags=[checks.Tags.database], databases=["default"]):
    sys.exit(str(fault))
# gunicorn forks its workers from here: with one connection for all, they would read each other's rows.
connections.close_all()
