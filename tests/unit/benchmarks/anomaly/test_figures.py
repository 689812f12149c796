from __future__ import annotations

import numpy as np
import pytest
from rich.console import Console

from benchmarks.anomaly.figures import Figures, add_row, curve, figure_table, figures
from benchmarks.anomaly.sample import Search
from benchmarks.jets import Jets
from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.table import ObservableTable


def jets(masses):
    """Return jets of those masses, without constituents."""
    cloud = ParticleCloud(np.zeros((len(masses), 1, 4)), np.zeros((len(masses), 1), bool))
    return Jets(cloud, ObservableTable.from_arrays({"mass": masses}, np.zeros(len(masses))))


def search(background, *signals, window=(100.0, 200.0)):
    return Search("test", jets(background), tuple(map(jets, signals)), window)


def test_efficiencies_are_those_of_the_curve():
    background = np.arange(100.0)
    signal = np.array([89.5, 89.5, 98.5, 200.0])
    found = figures(search(np.zeros(100), np.zeros(4)), [background, signal])
    # above 89.5 are ten background jets; 98.5 leaves one of them
    assert found.at_10 == pytest.approx(1.0)
    assert found.at_1 == pytest.approx(0.5)
    assert found.auc == pytest.approx((0.90 + 0.90 + 0.99 + 1.0) / 4)


def test_each_signal_weighs_the_same():
    background, found, missed = np.zeros(10), np.ones(1), np.zeros(9)
    false, true = curve([background, found, missed])
    assert np.interp(0.0, false, true) == pytest.approx(0.5)


def test_a_jet_without_a_score_passes_last():
    scores = np.array([0.0, 1.0]), np.array([np.nan, 2.0])
    assert figures(search([0.0, 0.0], [0.0, 0.0]), scores).auc == pytest.approx(0.5)


def test_in_the_window_count_the_jets_in_it():
    masses = np.repeat([150.0, 50.0], 60)
    scores = np.repeat([0.0, 1.0], 60), np.repeat([1.0, 0.0], 60)
    found = figures(search(masses, masses), scores)
    assert found.auc == pytest.approx(0.5)
    assert found.window_auc == 1.0
    assert found.window_1 == 1.0


def test_too_few_jets_in_the_window_give_no_figures():
    found = figures(search([150.0] * 49, [150.0] * 60), [np.zeros(49), np.ones(60)])
    assert found.auc == 1.0
    assert np.isnan([found.window_auc, found.window_10, found.window_1]).all()


def test_a_row_has_the_mean_and_half_the_spread():
    table = figure_table("title")
    add_row(table, "ours", [Figures(*[0.2] * 6), Figures(*[0.4] * 6)], 12.4)
    add_row(table, "mass", [Figures(*[0.25] * 6)])
    console = Console(width=160, record=True)
    console.print(table)
    text = console.export_text()
    assert text.count("0.300 ± 0.100") == 6
    assert text.count("0.250 ") == 6
    assert " 12 " in text
