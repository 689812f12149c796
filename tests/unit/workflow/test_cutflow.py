from __future__ import annotations

import pytest

from coffea_lcf.cutflow import Binning
from coffea_lcf.errors import OutputError
from coffea_lcf.workflow.cutflow import binnings


def test_bins_cover_the_range_of_every_dataset() -> None:
    manifest = {
        "observables": ["mass", "flat", "absent"],
        "datasets": {
            "signal": {"range": {"mass": [60.0, 100.0], "flat": [2.0, 2.0]}},
            "background": {"range": {"mass": [20.0, 90.0]}},
        },
    }
    assert binnings(manifest, 40) == {
        "mass": Binning(40, 20.0, 100.0),
        "flat": Binning(40, 1.5, 2.5),
        "absent": Binning(40, 0.0, 1.0),
    }


def test_observables_of_an_older_version_have_to_be_written_anew() -> None:
    manifest = {"observables": ["x"], "datasets": {"d": {"events": 1}}}
    with pytest.raises(OutputError, match="older version: run  coffea-lcf tabulate --force"):
        binnings(manifest, 40)
