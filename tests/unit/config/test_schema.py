from __future__ import annotations

import pytest
from pydantic import ValidationError

from coffea_lcf.config import Config, parse_config
from coffea_lcf.errors import ConfigError
from coffea_lcf.selection import Cut

CUT = {"observable": "pt", "case": "right", "lower": 250.0}


def _config(**changes) -> Config:
    return parse_config(
        {
            "name": "demo",
            "datasets": {"w": {"files": ["w.root"], "label": "signal"}},
            "observables": ["mass", "pt"],
            **changes,
        }
    )


def test_defaults():
    config = _config()
    assert (config.tree, config.schema_name, config.weight) == ("Events", "BaseSchema", None)
    assert (config.fit.strategy, config.fit.preset) == ("sequential", "default")
    assert config.fit.class_prior == "equal"
    assert config.datasets["w"].cross_section is None
    assert config.execution.executor == "iterative"


def test_a_configuration_cannot_be_changed():
    config = _config()
    with pytest.raises(ValidationError, match="frozen"):
        config.name = "other"


def test_observables_are_names_or_branches():
    branches = {"mass": {"branch": "jet_m", "unit": "GeV"}, "pt": None}
    config = _config(observables=branches)
    assert config.observable_names == ("mass", "pt")
    assert config.observables["mass"].branch == "jet_m"
    assert config.observables["pt"] is None


def test_the_preselection_is_fixed_and_not_fitted():
    config = _config(preselection=[CUT])
    assert config.fitted == ("mass",)
    assert config.preselection[0].cut("GeV") == Cut(
        "pt", "right", lower=250.0, unit="GeV", fixed=True
    )


def test_python_names_of_the_file_stand_for_keywords():
    config = _config(processor={"file": "jets.py", "class": "Jets", "options": {"radius": 1.0}})
    assert config.processor.name == "Jets"
    assert config.processor.options == {"radius": 1.0}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"observables": ["mass", "mass"]}, "observables: 'mass' is listed twice"),
        ({"observables": []}, "observables: .*at least 1"),
        ({"observables": ["tau-21"]}, r"observables.*pattern .* \(got 'tau-21'\)"),
        ({"fit": {"objective": {"kind": "asimov"}}}, "'asimov' is for strategy: joint"),
        ({"fit": {"centers": {"mas": 80}}}, r"fit.centers: 'mas' is not among .*\(mass, pt\)"),
        (
            {"preselection": [{**CUT, "observable": "eta"}]},
            r"preselection: 'eta' is not among the observables \(mass, pt\)",
        ),
        (
            {"preselection": [CUT, {**CUT, "upper": 300.0}]},
            "preselection.1: cut on 'pt': case 'right' takes no upper",
        ),
        (
            {"preselection": [{**CUT, "case": "middle", "upper": 100.0}]},
            "preselection.0: .*needs lower < upper, got lower = 250.0, upper = 100.0",
        ),
        ({"preselection": [{**CUT, "lower": float("nan")}]}, "preselection.0.lower: .*finite"),
        (
            {"regions": {"low_cutflow": [CUT], "low": [CUT]}},
            "regions: low_cutflow.json is the file of two regions, the selection of 'low_cutflow' "
            "and the cut-flow of 'low': rename one",
        ),
    ],
)
def test_what_has_no_meaning_is_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        _config(**changes)
