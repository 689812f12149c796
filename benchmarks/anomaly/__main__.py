"""Anomaly detection by a Lorentz-equivariant autoencoder, beside what it has to beat.

    coffea-lcf generate top_tagging -o DIR --jets 20000
    python -m benchmarks.anomaly --data DIR
    python -m benchmarks.anomaly --data DIR --experiment efficiency --epochs 1
    python -m benchmarks.anomaly --data DIR --experiment residuals --epochs 10

All networks learn from QCD jets alone. A mean over the seeds comes with half their spread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click
import torch
from rich.console import Console

from benchmarks.anomaly.ablations import efficiency, losses
from benchmarks.anomaly.dependence import dependence
from benchmarks.anomaly.detection import detection
from benchmarks.anomaly.latent import latent
from benchmarks.anomaly.output import Output
from benchmarks.anomaly.residuals import residuals
from benchmarks.anomaly.sample import Sample, load
from benchmarks.anomaly.symmetry import equivariance

EXPERIMENTS: Mapping[str, Callable[[Sample, Output], None]] = {
    "detection": detection,
    "loss": losses,
    "efficiency": efficiency,
    "dependence": dependence,
    "residuals": residuals,
    "latent": latent,
    "equivariance": equivariance,
}

WIDTH = 150
"""Columns of the tables."""


@click.command(help=__doc__)
@click.option("--data", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--experiment", type=click.Choice([*EXPERIMENTS]), default="detection")
@click.option("--seeds", default=2, show_default=True, help="Trainings of each network.")
@click.option("--train", default=6500, show_default=True, help="QCD jets to train on.")
@click.option("--test", default=6000, show_default=True, help="Jets of each kind to test with.")
@click.option("--epochs", default=5, show_default=True)
@click.option("--batch", default=32, show_default=True, help="Jets of a step of training.")
@click.option("--plots", type=click.Path(path_type=Path), help="Folder for plots.")
def main(
    data: Path, experiment: str, train: int, test: int, plots: Path | None, **effort: int
) -> None:
    # CPU seconds are then those of one core
    torch.set_num_threads(1)
    EXPERIMENTS[experiment](load(data, train, test, **effort), Output(Console(width=WIDTH), plots))


if __name__ == "__main__":
    main()
