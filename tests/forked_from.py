"""What the processes of tests.forked find imported already."""

import importlib

import django
from django.core.checks import run_checks

django.setup()
# `manage.py` does so before each command; the modules and caches that it needs, views and template tags among them,
# are nine tenths of its time.
run_checks()
importlib.import_module("mailings.management.commands.deliver_mail")
