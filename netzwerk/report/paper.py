"""The report on two sheets of A4, black on white."""

from netzwerk.report.sheet import Sheet


def pdf(sheet: Sheet) -> bytes:
    raise NotImplementedError
