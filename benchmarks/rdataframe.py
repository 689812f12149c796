"""The work of the step ``cutflow`` as one writes it for ROOT's RDataFrame, on one thread."""

from __future__ import annotations

from typing import Any

from coffea_lcf.selection import Selection


def counted(files: list[str], selection: Selection, axes: dict[str, Any]) -> dict[str, Any]:
    """Return sums and histograms of one dataset: after each cut, alone, and all but one.

    Raises
    ------
    ImportError
        If ROOT is not installed (``pip install root``).
    """
    import ROOT

    frame = ROOT.RDataFrame("Events", files).Define("w", "double(weight)").Define("w2", "w*w")
    expressions = {
        cut.observable: Selection((cut,)).to_expression("root") for cut in selection.cuts
    }
    stages = {"all": frame}
    for name, expression in expressions.items():
        stages[name] = stages[list(stages)[-1]].Filter(expression)
    booked: dict[str, Any] = {}
    for stage, rows in stages.items():
        booked |= _sums(stage, rows)
        for name, axis in axes.items():
            booked[f"{stage} {name}"] = _histogram(rows, name, axis)
    for name, expression in expressions.items():
        others = " && ".join(f"({one})" for other, one in expressions.items() if other != name)
        booked |= _sums(f"only {name}", frame.Filter(expression))
        booked |= _sums(f"but {name}", frame.Filter(others))
        booked[f"but {name} {name}"] = _histogram(frame.Filter(others), name, axes[name])
    return {name: one.GetValue() for name, one in booked.items()}


def _sums(stage: str, rows: Any) -> dict[str, Any]:
    return {
        f"{stage} events": rows.Count(),
        f"{stage} sumw": rows.Sum("w"),
        f"{stage} sumw2": rows.Sum("w2"),
    }


def _histogram(rows: Any, name: str, axis: Any) -> Any:
    model = (name, "", len(axis), axis.edges[0], axis.edges[-1])
    return rows.Histo1D(model, name, "w")
