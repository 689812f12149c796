"""Where the numbers come from: versions, inputs, settings."""

from __future__ import annotations

from collections.abc import Mapping

from coffea_lcf.report import html
from coffea_lcf.report.content import ReportContent


def section_provenance(content: ReportContent) -> str:
    """Return the entries: single values at once, nested ones folded."""
    single = {}
    nested = ""
    for key, value in content.provenance.items():
        if isinstance(value, Mapping | list | tuple):
            nested += html.folded(str(key), html.tree(value))
        else:
            single[key] = value
    return (html.tree(single) if single else "") + nested
