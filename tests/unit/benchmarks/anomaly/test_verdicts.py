from __future__ import annotations

from benchmarks.anomaly.figures import Figures
from benchmarks.anomaly.verdicts import DEMANDS, verdicts


def runs(*aucs):
    return [Figures(auc, 0.5, 0.1, 0.7, 0.3, 0.05) for auc in aucs]


def test_a_demand_is_on_the_mean_and_on_the_lead_over_rivals():
    scores = {
        "LGAE": runs(0.94, 0.96),
        "LGAE, transverse": runs(0.95),
        "mass of 30 constituents": runs(0.945),
        "zero reconstruction": runs(0.93),
    }
    assert list(verdicts({"top": scores})) == [
        "met     top: auc of LGAE: 0.950, at least 0.945",
        "MISSED  top: auc of LGAE − mass of 30 constituents: 0.005, at least 0.01",
        "met     top: auc of LGAE − zero reconstruction: 0.020, at least 0.01",
        "MISSED  top: window_auc of LGAE: 0.700, at least 0.8",
        "met     top: auc of LGAE, transverse: 0.950, at least 0.945",
        "MISSED  top: window_auc of LGAE, transverse: 0.700, at least 0.8",
    ]


def test_searches_that_were_not_made_have_no_demands():
    assert list(verdicts({})) == []
    assert {demand.search for demand in DEMANDS} == {"top", "W", "Z", "any of them"}
