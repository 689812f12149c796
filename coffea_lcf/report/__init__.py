"""The report: one HTML file that needs nothing else, on the screen, on a phone and in print."""

from coffea_lcf.report.content import ReportContent, Section
from coffea_lcf.report.page import write_report

__all__ = ["ReportContent", "Section", "write_report"]
