"""The published figures of Learnable Cut Flow, and the same figures of a selection of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from coffea_lcf.datasets.mock import MockSet
from coffea_lcf.evaluation import evaluate
from coffea_lcf.selection import Selection
from coffea_lcf.significance import s_over_sqrt_b

PUBLISHED = Path(__file__).parent / "reference" / "lcf_published.json"

LUMINOSITY = 3e6
SIGNAL_CROSS_SECTION, BACKGROUND_CROSS_SECTION = 1.0, 1e6
"""In 1/pb and pb, as the paper takes them for the mock sets."""

EVENT_FIGURES = ("TP", "FP", "accuracy", "significance")

ALLOWED = 3.0
"""Published standard deviations within which a figure counts as reproduced."""


@dataclass(frozen=True)
class Figure:
    """A published figure and ours.

    Attributes
    ----------
    quantity
        For instance ``x1 upper``, ``x1 importance`` or ``accuracy``.
    ours
        One value a seed, for the seeds that have one.
    paper, paper_sd
        Mean and standard deviation of the paper's ten runs; the latter may be
        zero, or None where it is not given.
    remark
        The fault of the reference or the other definition behind a difference.
    sample_sd
        Standard deviation from sample to sample, where the paper's events are
        not the ones that are drawn here.
    """

    quantity: str
    ours: tuple[float, ...]
    paper: float
    paper_sd: float | None
    remark: str = ""
    sample_sd: float = 0.0

    @property
    def pull(self) -> float:
        """``(our mean - paper) / sd``, samples included; NaN without an sd or without ours."""
        if not self.paper_sd or not self.ours:
            return float("nan")
        sd = np.hypot(self.paper_sd, self.sample_sd)
        return float((np.mean(self.ours) - self.paper) / sd)

    @property
    def agrees(self) -> bool | None:
        """Whether the pull is within `ALLOWED`; None where there is no pull."""
        return None if np.isnan(self.pull) else bool(abs(self.pull) <= ALLOWED)

    @property
    def ours_text(self) -> str:
        """Our mean and standard deviation over the seeds."""
        if not self.ours:
            return "no cut"
        spread = float(np.std(self.ours, ddof=1)) if len(self.ours) > 1 else None
        return _number(float(np.mean(self.ours)), spread)

    @property
    def paper_text(self) -> str:
        """The paper's mean and standard deviation."""
        return _number(self.paper, self.paper_sd)

    @property
    def pull_text(self) -> str:
        """The pull, or why there is none."""
        if not self.ours:
            return ""
        if self.paper_sd is None:
            return "no sd"
        return f"{self.pull:+.1f}" if self.paper_sd else "sd 0"


def _number(mean: float, spread: float | None) -> str:
    if spread is None:
        return f"{mean:.5g}"
    return f"{mean:.5g} ± {spread:.0f}" if spread >= 100 else f"{mean:.5g} ± {spread:.2g}"


def measured(
    selection: Selection, importance: Mapping[str, float], mock: MockSet
) -> dict[str, float]:
    """Return boundaries, importances and figures on the test half, by quantity."""
    found = {
        f"{cut.observable} {side}": value
        for cut in selection.cuts
        for side, value in (("lower", cut.lower), ("upper", cut.upper))
        if value is not None
    }
    found |= {f"{name} importance": value for name, value in importance.items()}
    metrics = evaluate(selection, mock.test)
    signal = metrics["signal_efficiency"] * LUMINOSITY * SIGNAL_CROSS_SECTION
    background = metrics["background_efficiency"] * LUMINOSITY * BACKGROUND_CROSS_SECTION
    return found | {
        "TP": metrics["true_positives"],
        "FP": metrics["false_positives"],
        "accuracy": metrics["accuracy"],
        "significance": float(s_over_sqrt_b(signal, background)),
    }


def published(name: str, strategy: str) -> dict[str, tuple[float, float | None]]:
    """Return mean and standard deviation of each figure of the paper, by quantity."""
    entry = json.loads(PUBLISHED.read_text(encoding="utf-8"))[name][strategy]
    found = {
        f"{observable} {side}": (value[0], value[1])
        for observable, (_, *boundaries) in entry["cuts"].items()
        for side, value in zip(("lower", "upper"), boundaries, strict=True)
        if value is not None
    }
    found |= {f"{one} importance": (mean, sd) for one, (mean, sd) in entry["importance"].items()}
    return found | {one: (entry[one][0], entry[one][1]) for one in EVENT_FIGURES}


def compared(
    ours: Sequence[Mapping[str, float]],
    paper: Mapping[str, tuple[float, float | None]],
    remarks: Mapping[str, str],
    *,
    other_samples: bool = False,
) -> list[Figure]:
    """Return the paper's figures with ours, one mapping a seed, in the paper's order.

    Parameters
    ----------
    remarks
        By quantity or by its last word (``importance``).
    other_samples
        Whether each of ours is of other events, so that their spread is that of samples.
    """
    figures = []
    for quantity, (mean, sd) in paper.items():
        values = tuple(one[quantity] for one in ours if quantity in one)
        remark = remarks.get(quantity, remarks.get(quantity.split()[-1], ""))
        sample_sd = float(np.std(values, ddof=1)) if other_samples and len(values) > 1 else 0.0
        figures.append(Figure(quantity, values, mean, sd, remark, sample_sd))
    return figures
