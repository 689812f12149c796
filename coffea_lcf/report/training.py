"""How the fit went: loss against step, metrics and settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from coffea_lcf.cutflow.tables.numbers import grouped, plain
from coffea_lcf.report import html
from coffea_lcf.report.content import ReportContent


def section_training(content: ReportContent) -> str:
    """Return the training history, or nothing where there was no fit."""
    settings = {
        key: content.fit[key] for key in ("strategy", "seed") if content.fit.get(key) is not None
    }
    settings |= content.fit.get("settings") or {}
    metrics = content.fit.get("metrics") or {}
    table = _pairs("On events that the fit did not see", metrics)
    picture = _history(content.fit.get("history") or {})
    if not (picture or table or settings):
        return ""
    return html.side_by_side(picture, f"<div>{table}</div>") + html.folded(
        "Settings", html.tree(settings)
    )


def _history(history: Mapping[str, Any]) -> str:
    if not len(history.get("step", ())) or "loss" not in history:
        return ""
    from coffea_lcf import plotting

    val_loss = history.get("val_loss")
    figure = plotting.history(
        np.asarray(history["step"], np.float64),
        np.asarray(history["loss"], np.float64),
        None if val_loss is None else np.asarray(val_loss, np.float64),
    )
    return html.image(plotting.to_svg(figure), "Training and validation loss against step")


def _pairs(name: str, values: Mapping[str, Any]) -> str:
    if not values:
        return ""
    rows = [(key.replace("_", " "), _value(value)) for key, value in values.items()]
    return html.table([name, "Value"], rows)


def _value(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    return grouped(value) if value >= 1000.0 else plain(value)
