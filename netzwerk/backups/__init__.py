"""Backups: made, checked, restored elsewhere. docs/betrieb.md tells it from outside."""


class Refused(Exception):
    """Its text is a sentence for the operator; nothing has been changed."""
