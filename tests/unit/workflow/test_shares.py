from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.config import Config, parse_config
from coffea_lcf.errors import ConfigError
from coffea_lcf.table import held_out
from coffea_lcf.workflow.shares import shares

LABELS, ROWS = ["signal", "background", "background"], [40, 60, 20]
LABEL = np.repeat([True, False, False], ROWS)
DOCUMENT = {
    "name": "mine",
    "networks": {"pfn": {"architecture": "pfn"}},
    "observables": {"pfn": {"network": "pfn"}},
}


def config(sample: str = "all", **changes: Any) -> Config:
    datasets = {
        f"d{number}": {"files": ["a.root"], "label": label, "sample": sample}
        for number, label in enumerate(LABELS)
    }
    return parse_config({**DOCUMENT, "datasets": datasets, **changes})


def test_networks_and_cuts_learn_from_the_same_events() -> None:
    found = shares(config(fit={"seed": 3}), LABELS, ROWS)
    np.testing.assert_array_equal(found.test, held_out(LABEL, 0.25, 3))
    np.testing.assert_array_equal(found.networks, ~found.test)
    np.testing.assert_array_equal(found.cuts, ~found.test)


def test_nothing_is_held_out_of_marked_datasets() -> None:
    found = shares(config("train"), LABELS, ROWS)
    assert not found.test.any()
    assert found.networks.all()
    assert found.cuts.all()


@given(st.floats(0.05, 0.95), st.floats(0.0, 0.95), st.integers(0, 2**32 - 1))
def test_every_event_is_for_one_thing(fraction: float, test_fraction: float, seed: int) -> None:
    fit = {"seed": seed, "test_fraction": test_fraction}
    found = shares(config(network_fraction=fraction, fit=fit), LABELS, ROWS)
    uses = np.stack([found.networks, found.cuts, found.test]).sum(0)
    assert (uses == 1).all()
    for label in (LABEL, ~LABEL):
        learned = np.count_nonzero(label & ~found.test)
        assert np.count_nonzero(label & found.networks) == round(fraction * learned)


def test_a_share_for_networks_leaves_the_test_events_as_they_were() -> None:
    found, before = (shares(config(network_fraction=share), LABELS, ROWS) for share in (0.5, 0.0))
    np.testing.assert_array_equal(found.test, before.test)


def test_without_networks_there_is_no_share_for_them() -> None:
    mass = {"mass": {"branch": "m"}}
    found = shares(config(network_fraction=0.5, observables=mass), LABELS, ROWS)
    np.testing.assert_array_equal(found.cuts, ~found.test)


def test_histograms_know_no_shares() -> None:
    fit = {"strategy": "parallel", "learn_from": "histograms"}
    with pytest.raises(ConfigError, match=r"network_fraction: histograms .*fit\.learn_from"):
        config(network_fraction=0.5, fit=fit)
