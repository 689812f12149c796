"""A study: what each observable is worth, measured."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from coffea_lcf.baselines import MLP, HistogramBoosting, Scorer
from coffea_lcf.explain import (
    Predictor,
    Sample,
    Worth,
    Yields,
    captum,
    correlation_groups,
    cuts_as_predictor,
    disagreements,
    explain_selection,
    explanation_text,
    measure,
    worth_text,
)
from coffea_lcf.selection import Selection
from coffea_lcf.selection.serialize import to_document
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow import samples, tabulate
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.explain_taggers import FOLDER, explain_taggers
from coffea_lcf.workflow.fit import FIT, fingerprint, load_selection
from coffea_lcf.workflow.learning import fit_table
from coffea_lcf.workflow.state import key
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.writing import write_json, write_text

if TYPE_CHECKING:
    from coffea_lcf.baselines.network import NetworkScorer

TABLE, PLOT, NUMBERS = "explanation.txt", "explanation.svg", "explanation.json"
NODES = f"{FOLDER}/network_nodes.svg"

TREES, NETWORK = HistogramBoosting(), MLP()
"""The baselines that are explained beside the cuts."""

TRAININGS = 2
"""Seeds of the network without an observable: its start matters as much as some of them."""


def explain(analysis: Analysis, force: bool = False) -> Step:
    """Measure what each observable is worth to the cuts, to trees and to a network.

    Of the taggers that the configuration trains it says what they look at in a jet.

    Raises
    ------
    LCFError
        If there is no table or no selection yet, or a fit without an observable cannot be done.
    """
    selection = to_document(load_selection(analysis))
    sections = analysis.loaded.digest("fit", "preselection", "cutflow", "luminosity")
    # with captum there are more columns
    identity = key(tabulate.table_identity(analysis), sections, selection, captum.installed())
    return perform(
        analysis,
        "explain",
        identity,
        lambda result: [TABLE, PLOT, NUMBERS, *result["pictures"]],
        lambda: _work(analysis, identity),
        force,
    )


def _work(analysis: Analysis, identity: str) -> dict[str, Any]:
    from coffea_lcf import plotting

    training, test = samples.study_samples(analysis)
    groups = correlation_groups(test)
    sample = Sample.of(training, test, groups, seed=analysis.config.fit.seed)
    without_cuts, cuts = _cuts(analysis, test)
    rivals = _rivals(analysis, sample.training)
    worths = [measure(one, sample) for one in (cuts, *rivals)]
    taggers, pictures = explain_taggers(analysis, test, identity)
    text = "\n".join(
        [without_cuts, worth_text(worths, groups), _nodes(analysis, rivals[1], sample)]
    )
    text = f"{text}\n{taggers}" if taggers else text
    drawn = {
        worth.predictor: {name: worth.singles(name) for name in worth.columns} for worth in worths
    }
    write_text(analysis.output / TABLE, text)
    write_text(analysis.output / PLOT, plotting.to_svg(plotting.worth(test.names, drawn)))
    document = {
        "groups": groups,
        "worth": [_document(worth) for worth in worths],
        "disagreements": disagreements(worths, groups),
    }
    write_json(analysis.output / NUMBERS, document)
    return {
        "selection": fingerprint(load_selection(analysis)),
        "text": text,
        "pictures": [NODES, *pictures],
    }


def _cuts(analysis: Analysis, test: ObservableTable) -> tuple[str, Predictor]:
    """Return in words what is lost without each cut, and the cuts beside other predictors."""
    selection, events = load_selection(analysis), samples.all_events(analysis)
    explanation = explain_selection(
        selection,
        test,
        yields=Yields.of(events, analysis.config.cutflow.background_uncertainty),
        **_learned(analysis),
    )

    def refit(table: ObservableTable) -> Selection:
        return fit_table(analysis, table, repeats=1).selection

    return explanation_text(explanation), cuts_as_predictor(selection, explanation, refit)


def _rivals(analysis: Analysis, training: ObservableTable) -> tuple[Predictor, Predictor]:
    seed = analysis.config.fit.seed
    network = NETWORK.fit(_without_constants(training), seed)

    def anew(table: ObservableTable, seed: int) -> Scorer:
        left = _without_constants(table)
        return NETWORK.fit(left, seed) if left.names else lambda events: np.zeros(len(events))

    return (
        Predictor("trees", TREES.fit(training, seed), TREES.fit, log_odds=True),
        Predictor("network", network, anew, trainings=TRAININGS, log_odds=True, network=network),
    )


def _without_constants(table: ObservableTable) -> ObservableTable:
    """Return the observables that have a scale: a network cannot see the others."""
    finite = table.select(table.finite())
    return table.only(tuple(name for name in table.names if len(np.unique(finite[name])) > 1))


def _nodes(analysis: Analysis, predictor: Predictor, sample: Sample) -> str:
    """Draw how busy the nodes of a network are, and tell how many are silent."""
    from coffea_lcf import plotting
    from coffea_lcf.explain.network.activation import activation_pattern, sparsity_text
    from coffea_lcf.training.tagger import labelled

    network = cast("NetworkScorer", predictor.network)
    events = sample.events
    seen = events.only(network.observables).matrix()
    jets = labelled(seen, events.label, events.weight, network.mean.device)
    standardised = replace(jets, inputs=(network.standardised(*jets.inputs),))
    pattern = activation_pattern(network.network, standardised)
    write_text(analysis.output / NODES, plotting.to_svg(plotting.activation(pattern)))
    return sparsity_text(predictor.name, pattern)


def _learned(analysis: Analysis) -> dict[str, Any]:
    path = analysis.output / FIT
    if not path.exists():
        return {}
    document = json.loads(path.read_text(encoding="utf-8"))
    return {name: document[name] for name in ("importance", "importance_spread")}


def _document(worth: Worth) -> dict[str, Any]:
    return {
        "predictor": worth.predictor,
        "auc": worth.auc,
        "columns": {
            name: [
                {"observables": names, "value": value}
                for names, value in column.items()
                if math.isfinite(value)
            ]
            for name, column in worth.columns.items()
        },
    }
