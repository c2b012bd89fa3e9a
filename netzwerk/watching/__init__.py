"""Tells the operator when something breaks, and when it is well again."""
