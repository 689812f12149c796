"""A study: how small a skim may be before the network behind it loses physics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from itertools import count
from typing import TYPE_CHECKING, Any

from coffea_lcf.config.cut import cuts_of
from coffea_lcf.selection import Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow import samples, tabulate
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.progress import steps_bar
from coffea_lcf.workflow.skim_sizes import skim_sizes
from coffea_lcf.workflow.state import key
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.writing import write_json, write_text

if TYPE_CHECKING:
    from coffea_lcf.tradeoff import Contender, Tradeoff

TABLE, PLOT, NUMBERS = "tradeoff.txt", "tradeoff.svg", "tradeoff.json"
FOLDER = "tradeoff"
"""Folder with selection and network of each point."""

YLABELS = {
    "auc": "area under the ROC curve",
    "rejection_30": "background rejection at $ε_s$ = 30 %",
    "rejection_50": "background rejection at $ε_s$ = 50 %",
    "asimov": "expected significance $Z$",
}


def tradeoff(analysis: Analysis, force: bool = False) -> Step:
    """Train cuts and a network together for each budget, and compare them at equal size.

    Raises
    ------
    LCFError
        If there is no table yet, or a training cannot be done.
    """
    sections = ("fit", "tradeoff", "preselection", "regions", "luminosity", "cutflow", "skim")
    identity = key(tabulate.table_identity(analysis), analysis.loaded.digest(*sections))

    def outputs(result: Mapping[str, Any]) -> list[str]:
        files = [one[kind] for one in result["points"] for kind in ("selection", "network")]
        return [TABLE, PLOT, NUMBERS, *files]

    return perform(analysis, "tradeoff", identity, outputs, lambda: _work(analysis), force)


def _work(analysis: Analysis) -> dict[str, Any]:
    from coffea_lcf import plotting
    from coffea_lcf.tradeoff import tradeoff_text

    curve = _trained(analysis)
    skims = {name: _whole(analysis, one) for name, one in curve.contenders.items()}
    sizes = skim_sizes(analysis, skims)
    text = tradeoff_text(curve, sizes)
    write_text(analysis.output / TABLE, text)
    write_text(analysis.output / PLOT, plotting.to_svg(_drawn(analysis, curve)))
    on_disk = {name: asdict(size) for name, size in sizes.items()}
    write_json(analysis.output / NUMBERS, {**curve.to_document(), "on_disk": on_disk})
    points = [
        {"budget": str(point.constraint), "share": point.constraint.efficiency, **files}
        for point, files in zip(curve.points, _saved(analysis, curve), strict=True)
    ]
    return {"text": text, "proposed": curve.knee.reason, "knee": curve.knee.index, "points": points}


def _trained(analysis: Analysis) -> Tradeoff:
    from coffea_lcf.cuts.objectives import Asimov
    from coffea_lcf.tradeoff import tradeoff as trained
    from coffea_lcf.training.cut_network import BackgroundFraction

    section, fit = analysis.config.tradeoff, analysis.config.fit
    training, test = (_preselected(analysis, one) for one in samples.study_samples(analysis))
    events = _preselected(analysis, samples.all_events(analysis))
    by_hand = cuts_of(section.reference, training.units)
    given = [name for name in training.names if name not in analysis.config.fitted]
    with steps_bar("training", analysis.progress) as progress:
        steps = count(1)
        return trained(
            training.select(training.finite()),
            test,
            [BackgroundFraction(share) for share in section.budgets],
            directions={**dict.fromkeys(given), **fit.directions},
            reference=Selection(by_hand) if by_hand else None,
            significance=Asimov(*events.sumw(), analysis.config.cutflow.background_uncertainty),
            figure=section.figure,
            seed=fit.seed,
            device=fit.device,
            progress=None if progress is None else lambda _: progress(next(steps)),
        )


def _preselected(analysis: Analysis, table: ObservableTable) -> ObservableTable:
    fixed = cuts_of(analysis.config.preselection, table.units)
    return table.select(Selection(fixed).mask(table))


def _whole(analysis: Analysis, one: Contender) -> Selection:
    """Return the skim of a contender with the cuts of the preselection in front."""
    units = tabulate.read_manifest(analysis)["units"]
    return one.fit.selection.within(cuts_of(analysis.config.preselection, units))


def _drawn(analysis: Analysis, curve: Tradeoff) -> Any:
    from coffea_lcf import plotting

    figure = analysis.config.tradeoff.figure

    def drawn(one: Contender) -> plotting.SizeAndPhysics:
        measured = one.physics[figure]
        return plotting.SizeAndPhysics(one.background_efficiency, measured.value, *measured.band)

    curves = {
        "trained together": [drawn(point.joint) for point in curve.points],
        "cuts alone, then a network": [drawn(point.alone) for point in curve.points],
    }
    by_hand = [drawn(point.reference) for point in curve.points if point.reference is not None]
    if by_hand:
        curves["cuts by hand, then a network"] = by_hand
    size = curve.points[curve.knee.index].joint.background_efficiency
    return plotting.sizes(curves, drawn(curve.no_skim), size, ylabel=YLABELS[figure])


def _saved(analysis: Analysis, curve: Tradeoff) -> list[dict[str, str]]:
    """Write selection and network of each point; return their files."""
    from coffea_lcf.models.file import save_model

    told = {"config": analysis.config.name, "config_digest": analysis.loaded.digest()}
    files = []
    for order, point in enumerate(curve.points, start=1):
        scorer, stem = point.joint.fit.scorer, f"{FOLDER}/point_{order}"
        selection = _whole(analysis, point.joint)
        selection.with_provenance(**told).save(analysis.output / f"{stem}.json")
        metadata = {
            **told,
            "inputs": list(scorer.observables),
            "skim": [str(cut) for cut in selection.cuts],
            "budget": str(point.constraint),
        }
        save_model(analysis.output / f"{stem}.pt", scorer.to_model(), metadata)
        files.append({"selection": f"{stem}.json", "network": f"{stem}.pt"})
    return files
