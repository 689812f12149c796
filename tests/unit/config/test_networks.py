from __future__ import annotations

from dataclasses import asdict, replace
from typing import get_args

import pytest

from coffea_lcf.config import Config, parse_config
from coffea_lcf.config.networks import ON_OBSERVABLES, NetworkSection
from coffea_lcf.errors import ConfigError
from coffea_lcf.models.architectures import ARCHITECTURES
from coffea_lcf.models.build import ON_CONSTITUENTS
from coffea_lcf.training.autoencoder import RECIPE
from coffea_lcf.training.network_recipe import NetworkRecipe

DATASETS = {"w": {"files": ["w.root"], "label": "signal"}}


def _config(**changes: object) -> Config:
    document = {
        "name": "demo",
        "datasets": DATASETS,
        "observables": {"mass": None, "score": {"network": "pfin"}},
        "networks": {"pfin": {"architecture": "pfin"}, "spare": {"architecture": "pfn"}},
    }
    return parse_config({**document, **changes})


def test_the_recipe_of_the_loop_is_the_default() -> None:
    section = NetworkSection(architecture="pfin")
    assert NetworkRecipe(**section.recipe.model_dump()) == NetworkRecipe()
    assert section.train_on == "all"


def test_autoencoders_have_defaults_of_their_own() -> None:
    section = NetworkSection(architecture="lgae")
    assert NetworkRecipe(**section.recipe.model_dump()) == RECIPE
    assert section.train_on == "background"
    given = NetworkSection(architecture="lgae", train_on="all", recipe={"epochs": 2})
    assert given.train_on == "all"
    assert NetworkRecipe(**given.recipe.model_dump()) == replace(RECIPE, epochs=2)


def test_every_setting_of_the_loop_has_a_key() -> None:
    assert NetworkSection(architecture="pfn").recipe.model_dump().keys() == asdict(RECIPE).keys()


def test_a_section_that_was_written_out_reads_alike() -> None:
    section = NetworkSection(architecture="lgae", recipe={"clip_norm": None})
    assert NetworkSection.model_validate(section.model_dump(mode="json")) == section


def test_nodes_are_taken_out_only_where_that_is_asked_for() -> None:
    assert NetworkSection(architecture="pfin").shrink is None
    assert NetworkSection(architecture="topodnn", shrink=0.2).shrink == 0.2


def test_only_networks_of_observables_are_trained() -> None:
    assert list(_config().trained) == ["pfin"]
    assert _config(observables=["mass"]).trained == {}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"networks": {"pfn": {"architecture": "pfn"}}},
            r"observables\.score\.network: there is no network 'pfin'\n  nearest: pfn",
        ),
        (
            {"networks": {"pfin": {"architecture": "pfim"}}},
            r"networks\.pfin\.architecture: .*'pfn', 'pfin', .* or 'lgae' \(got 'pfim'\)",
        ),
        (
            {"networks": {"pfin": {"architecture": "pfin", "recipe": {"epoch": 3}}}},
            r"networks\.pfin\.recipe\.epoch: unknown key; nearest: epochs",
        ),
        (
            {"networks": {"pfin": {"architecture": "pfin", "recipe": {"epochs": 0}}}},
            r"networks\.pfin\.recipe\.epochs: .*greater than or equal to 1 \(got 0\)",
        ),
        (
            {"networks": {"pfin": {"architecture": "lgae", "recipe": 3}}},
            r"networks\.pfin\.recipe: .*\(got 3\)",
        ),
        (
            {"networks": {"pfin": {"architecture": "pfin", "train_on": "background"}}},
            "pfin learns to tell signal from background: it needs both, and only lgae",
        ),
        (
            {"networks": {"pfin": {"architecture": "multibody"}}},
            r"networks\.pfin: .*a multibody takes observables: say which,  observables: \[NAME",
        ),
        (
            {"networks": {"pfin": {"architecture": "pfin", "observables": ["mass"]}}},
            "pfin looks at constituents and takes no observables: that does multibody",
        ),
        (
            {"networks": {"pfin": {"architecture": "multibody", "observables": ["mas"]}}},
            r"networks\.pfin\.observables: 'mas' is not among the observables \(mass, score\)",
        ),
        (
            {"networks": {"pfin": {"architecture": "multibody", "observables": ["score"]}}},
            r"networks\.pfin\.observables: 'score' is the score of a network",
        ),
        (
            {"networks": {"pfin": {"architecture": "pfin", "shrink": 20}}},
            r"networks\.pfin\.shrink: .*less than or equal to 1 \(got 20\)",
        ),
        (
            {"networks": {"pfin": {"architecture": "pfin", "shrink": 0}}},
            r"networks\.pfin\.shrink: .*greater than 0 \(got 0\)",
        ),
        (
            {"networks": {"pfin": {"architecture": "lgae", "shrink": 0.2}}},
            "shrink = 0.2: silent are nodes of a tagger .*, and lgae is an autoencoder",
        ),
        (
            {"observables": {"a": {"network": "pfin", "branch": "x"}}},
            "needs a branch, a model or a network, .*2",
        ),
        ({"observables": {"a": {"unit": "GeV"}}}, "needs a branch, a model or a network, .*0"),
        (
            {"observables": {"a": {"branch": "x", "output": "error"}}},
            "output is said of a model or a network, and this is a branch",
        ),
    ],
)
def test_what_cannot_be(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        _config(**changes)


def test_no_event_may_miss_where_its_number_decides_what_it_is_for() -> None:
    tolerant = {"execution": {"allow_missing": True}}
    with pytest.raises(ConfigError, match=r"execution\.allow_missing: .* none may miss"):
        _config(**tolerant)
    apart = {
        sample: {"files": [f"{sample}.root"], "label": "signal", "sample": sample}
        for sample in ("train", "test")
    }
    assert _config(**tolerant, datasets=apart).execution.allow_missing
    assert _config(**tolerant, observables=["mass"]).execution.allow_missing


def test_every_network_has_a_name_in_the_file() -> None:
    field = NetworkSection.model_fields["architecture"]
    assert (
        set(get_args(field.annotation)) == {*ON_CONSTITUENTS, *ON_OBSERVABLES} == {*ARCHITECTURES}
    )
