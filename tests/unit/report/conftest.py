"""A realistic report: two datasets, four cuts, one of them fixed, some negative weights."""

from __future__ import annotations

import functools
import operator

import numpy as np
import pytest

from coffea_lcf.cutflow import Binning, Normalisation, count, fill
from coffea_lcf.report import ReportContent
from coffea_lcf.selection import Cut, Selection

UNITS = {"mass": "GeV", "pt": "GeV", "tau21": "", "d2": "", "n2": ""}
BINNINGS = {
    "mass": Binning(40, 0.0, 200.0),
    "pt": Binning(40, 200.0, 1000.0),
    "tau21": Binning(40, 0.0, 1.0),
    "d2": Binning(40, 0.0, 5.0),
    "n2": Binning(40, 0.0, 0.6),
}
SELECTION = Selection(
    cuts=(
        Cut("mass", "middle", 62.4, 101.7, "GeV", 0.412, 0.021, 1.2, 2.9),
        Cut("tau21", "left", upper=0.463, importance=0.271, importance_spread=0.034),
        Cut("d2", "edge", 0.4, 1.45, importance=0.198, importance_spread=0.05, upper_spread=0.08),
        Cut("pt", "right", 250.0, unit="GeV", fixed=True),
    ),
    unused=("n2",),
)


def _columns(rng: np.random.Generator, rows: int, *, signal: bool) -> dict[str, np.ndarray]:
    mass = rng.normal(81.0, 9.0, rows) if signal else rng.gamma(2.2, 28.0, rows)
    columns = {
        "mass": mass,
        "tau21": rng.beta(4.0, 7.0, rows) if signal else rng.beta(6.5, 4.5, rows),
        "d2": rng.gamma(9.0, 0.28, rows) if signal else rng.gamma(7.0, 0.24, rows),
        "pt": 200.0 + rng.exponential(110.0 if signal else 70.0, rows),
        "n2": rng.normal(0.3, 0.07, rows),
    }
    return {name: values.astype(np.float32) for name, values in columns.items()}


def _flows() -> tuple:
    rng = np.random.default_rng(7)
    flows, histograms = [], []
    for dataset, rows in (("w_jets", 15_000), ("qcd_dijets", 15_000)):
        columns = _columns(rng, rows, signal=dataset == "w_jets")
        weight = np.where(rng.random(rows) < 0.04, -1.0, 1.0)
        masks = SELECTION.masks(columns)
        flows.append(count(dataset, masks, weight))
        histograms.append(fill(dataset, columns, masks, weight, BINNINGS))
    observables = {name: histograms[0][name] + histograms[1][name] for name in BINNINGS}
    return functools.reduce(operator.add, flows), observables


def _history() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    step = np.arange(0, 600, 10)
    fall = 0.28 + 0.4 * np.exp(-step[:, None] / rng.uniform(70, 110, 5))
    loss = fall + rng.normal(0, 0.002, fall.shape)
    val_loss = fall + 0.012 + 2e-5 * step[:, None] + rng.normal(0, 0.003, fall.shape)
    for repeat, stop in enumerate((60, 51, 57, 44, 60)):
        loss[stop:, repeat] = val_loss[stop:, repeat] = np.nan
    return {"step": step, "loss": loss, "val_loss": val_loss}


def _completeness(dataset: str, files: int) -> dict:
    return {
        "dataset": dataset,
        "files": files,
        "chunks_expected": 3,
        "chunks_processed": 3,
        "events_expected": 15_000,
        "events_processed": 15_000,
        "failures": [],
    }


def _skim(dataset: str, file: str, events: int) -> dict:
    return {
        "dataset": dataset,
        "file": file,
        "events": events,
        "bytes": 412_345,
        "sumw_before": 13_800.0,
        "sumw_after": float(events),
    }


@pytest.fixture(scope="session")
def content() -> ReportContent:
    cutflow, observables = _flows()
    return ReportContent(
        title="W jets against QCD dijets",
        description="Large-radius jets of Pythia 8, anti-kT 0.8, 250 < pT < 1000 GeV.",
        created="2026-03-01T12:00:00+00:00",
        selection=SELECTION,
        fit={
            "strategy": "sequential",
            "seed": 1,
            "importance": {"mass": 0.412, "tau21": 0.271, "d2": 0.198, "n2": 0.119},
            "importance_spread": {"mass": 0.021, "tau21": 0.034, "d2": 0.05, "n2": 0.012},
            "history": _history(),
            "metrics": {"accuracy": 0.8562, "auc": 0.9012, "test events": 7500.0},
            "settings": {"repeats": 5, "recipe": {"optimiser": {"name": "adam"}}},
        },
        cutflow=cutflow,
        observables=observables,
        normalisations={
            "w_jets": Normalisation("signal", 13_800.0, cross_section=0.7644, luminosity=3e4),
            "qcd_dijets": Normalisation("background", 13_790.0, 180.6, luminosity=3e4),
        },
        background_uncertainty=0.1,
        units=UNITS,
        completeness=[_completeness("w_jets", 1), _completeness("qcd_dijets", 2)],
        skims=[
            _skim("w_jets", "skims/w_jets_0.root", 8123),
            _skim("qcd_dijets", "skims/qcd_dijets_0.root", 512),
            _skim("qcd_dijets", "skims/qcd_dijets_1.root", 0),
        ],
        provenance={
            "command": "coffea-lcf run analysis_configs/w_vs_qcd.yaml --output results",
            "versions": {"coffea-lcf": "0.1.0", "coffea": "2026.9.0", "torch": "2.13.0"},
            "inputs": [{"file": "w_jets.root", "uuid": "3f1c", "entries": 15_000}],
            "commit": "f00dfeed",
        },
    )
