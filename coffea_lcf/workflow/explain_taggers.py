"""What the taggers of a configuration look at, on jets that they have not learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.training_jets import collect_jets, judged_rows
from coffea_lcf.writing import write_text

if TYPE_CHECKING:
    from coffea_lcf.explain.network.tagger import TaggerExplanation
    from coffea_lcf.models.tagger import Tagger
    from coffea_lcf.training.on_jets import TrainingJets

FOLDER = "explanation"
EXPLAINED = 2000
"""Most jets of each label that are looked at."""


def explain_taggers(
    analysis: Analysis, test: ObservableTable, identity: str
) -> tuple[str, list[str]]:
    """Return what each tagger looks at in words, and the pictures drawn; nothing without taggers.

    Parameters
    ----------
    analysis
        The configuration; taggers are the networks, trained or given, of its observables.
    test
        The held-out events, in the order of the table; latent nodes are correlated with their
        observables.
    identity
        Hash of what the jets depend on.

    Raises
    ------
    LCFError
        If the files cannot be read.
    """
    models = _taggers(analysis)
    if not models:
        return "", []
    from coffea_lcf.explain.network.tagger import explain_tagger
    from coffea_lcf.explain.network.tagger_text import tagger_text
    from coffea_lcf.training.tagger import labelled

    size = max(model.constituents for model in models.values())
    jets, _ = collect_jets(
        analysis,
        size,
        {"signal", "background"},
        identity,
        rows=judged_rows(analysis),
        step="explain",
    )
    rows = _drawn(jets, analysis.config.fit.seed)
    told, drawn = [], []
    for name, model in models.items():
        own = jets.select(rows).leading(model.constituents)
        found = explain_tagger(
            model, labelled(own.cloud, own.label, own.weight), _observables(test, jets, rows)
        )
        drawn += _draw(analysis, name, found)
        told.append(tagger_text(name, found))
    return "\n".join(told), drawn


def _taggers(analysis: Analysis) -> dict[str, Tagger]:
    """Return the networks on constituents that learned from labels, by their observable."""
    sections = {
        name: section
        for name, section in analysis.config.observables.items()
        if section is not None and section.branch is None
    }
    if not sections:
        return {}
    from coffea_lcf.models.file import load_model
    from coffea_lcf.models.pfin import PFIN
    from coffea_lcf.models.pfn import PFN
    from coffea_lcf.models.topodnn import TopoDNN

    models: dict[str, Tagger] = {}
    for name, section in sections.items():
        given = analysis.loaded.folder / str(section.model)
        path = analysis.network_file(section.network) if section.network else given.resolve()
        model = load_model(path)
        if isinstance(model, PFN | PFIN | TopoDNN):
            models[name] = model.float()
    return models


def _drawn(jets: TrainingJets, seed: int) -> np.ndarray:
    """Return a mask of at most `EXPLAINED` usable jets of each label."""
    random, rows = np.random.default_rng(seed), np.zeros(len(jets), dtype=np.bool_)
    for label in (True, False):
        own = np.flatnonzero(jets.cloud.usable() & (jets.label == label))
        rows[random.permutation(own)[:EXPLAINED]] = True
    return rows


def _observables(
    test: ObservableTable, jets: TrainingJets, rows: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the finite observables of the jets `rows`, none where `test` is of other events."""
    if len(test) != len(jets) or not np.array_equal(test.label, jets.label):
        return {}
    columns = {name: test[name][rows] for name in test.names}
    return {name: one for name, one in columns.items() if np.isfinite(one).all()}


def _draw(analysis: Analysis, name: str, found: TaggerExplanation) -> list[str]:
    """Write the pictures of a tagger; return their files, relative to the output folder."""
    from coffea_lcf import plotting

    alone = {ranks: loss.auc for ranks, loss in found.constituents.items()}
    pairs = {ranks: loss.auc for ranks, loss in found.pairs.items()}
    sizes = found.shapley
    shapley = {"signal": sizes.signal, "background": sizes.background} if sizes else None
    figures = {
        f"{FOLDER}/{name}_constituents.svg": plotting.constituents(alone, pairs, shapley),
        f"{FOLDER}/{name}_nodes.svg": plotting.activation(found.pattern),
    }
    if found.latent is not None:
        figure = plotting.latent(found.latent.observables, found.latent.spearman)
        figures[f"{FOLDER}/{name}_latent.svg"] = figure
    for file, figure in figures.items():
        write_text(analysis.output / file, plotting.to_svg(figure))
    return list(figures)
