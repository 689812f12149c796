"""Every experiment from the command to its tables and plots, on a few jets of the repository."""

from __future__ import annotations

from pathlib import Path

import matplotlib.image
import pytest
import torch
from click.testing import CliRunner

from benchmarks.anomaly import symmetry
from benchmarks.anomaly.__main__ import EXPERIMENTS, main
from benchmarks.anomaly.networks import graph, lorentz
from benchmarks.anomaly.symmetry import by_quantity
from coffea_lcf.nn.lorentz.transformations import boost
from tests.jets import draw_jets

JETS = Path(__file__).parents[4] / "analysis_configs" / "data" / "top_tagging"
SMALL = ("--train", "100", "--test", "60", "--epochs", "1", "--seeds", "1")

SHOWN = {
    "detection": (
        "top against QCD",
        "jet mass",
        "graph autoencoder",
        "Σ kT² / M²",
        "published",
        "at least 0.945",
    ),
    "loss": ("laboratory, Chamfer, own", "rest frame, by place"),
    "efficiency": ("1 jets", "10 jets", "100 jets"),
    "dependence": ("rank correlation", "transverse error"),
    "residuals": ("LGAE, 18 vectors", "published"),
    "latent": ("v1·v2", "jet momentum"),
    "equivariance": ("LGAE: latent vectors", "graph autoencoder: decoded", "γ = 100"),
}
PLOTS = ("dependence", "detection", "efficiency", "equivariance", "residuals")


@pytest.fixture(autouse=True)
def threads():
    """Give back the threads that the command takes."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_an_experiment_shows_its_table_and_draws_its_plot(experiment, tmp_path, monkeypatch):
    monkeypatch.setattr(symmetry, "JETS", 10)
    result = CliRunner().invoke(
        main,
        ["--data", str(JETS), "--experiment", experiment, "--plots", str(tmp_path), *SMALL],
        catch_exceptions=False,
    )
    assert result.exit_code == 0
    for text in SHOWN[experiment]:
        assert text in result.output
    assert [path.stem for path in sorted(tmp_path.glob("*.png"))] == [
        name for name in PLOTS if name == experiment
    ]
    for path in tmp_path.glob("*.png"):
        # not an empty page
        assert matplotlib.image.imread(path)[..., :3].std() > 0.05


def test_only_the_lorentz_autoencoder_and_its_invariant_score_keep_the_symmetry():
    p4, mask = draw_jets(20, 30)
    matrix = boost(3.0, (1.0, 0.5, -1.0))
    ours, rival = (one.build(0).double() for one in (lorentz(), graph()))
    found = by_quantity(ours, p4, mask, matrix)
    kept = [name for name, values in found.items() if values.max() < 1e-8]
    assert kept == ["latent scalars", "latent vectors", "decoded", "score"]
    assert by_quantity(rival, p4, mask, matrix)["decoded"].median() > 1e-3
