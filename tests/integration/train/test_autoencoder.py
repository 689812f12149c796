"""A network that learns without labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.integration.chain import columns, ok, results, write_config

from .jets import AUTOENCODER


def test_an_autoencoder_learns_from_background_alone(
    document: dict[str, Any], tmp_path: Path
) -> None:
    observables = {
        "anomaly": {"network": "lgae", "output": "error", "unit": "GeV²"},
        "relative": {"network": "lgae", "output": "error over mass"},
        "latent": {"network": "lgae", "output": "product 0 1"},
        "jet_mass": None,
    }
    networks = {"lgae": AUTOENCODER}
    config = write_config(tmp_path / "c.yaml", document, networks=networks, observables=observables)
    output = tmp_path / "out"
    ok("train", config, "-o", output, "-q")
    one = results(output, "train")["networks"]["lgae"]
    assert (one["jets"], one["validation_jets"]) == (101, 11)
    ok("tabulate", config, "-o", output, "-q")
    found = columns(output, "qcd")
    assert np.isfinite(found["latent"]).all()
    # the second is the first over the squared mass of the constituents that are encoded
    assert (found["anomaly"] > found["relative"]).all()
    ok("fit", config, "-o", output, "-q")
