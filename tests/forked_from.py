"""What the processes of tests.forked find imported already."""

import importlib

import django
from django.urls import get_resolver

django.setup()
get_resolver().check()  # imports the views
importlib.import_module("mailings.management.commands.deliver_mail")
