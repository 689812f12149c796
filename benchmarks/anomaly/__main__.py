"""Anomaly detection by a Lorentz-equivariant autoencoder, beside what it has to beat.

    coffea-lcf generate top_tagging -o DIR --jets 20000
    python -m benchmarks.anomaly --data DIR
    python -m benchmarks.anomaly --data DIR --experiment equivariance --seeds 1

All networks learn from QCD jets alone. A mean over the seeds comes with half their spread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click
import torch
from rich.console import Console

from benchmarks.anomaly.detection import detection, efficiency, losses
from benchmarks.anomaly.reconstruction import latent, residuals
from benchmarks.anomaly.sample import Sample, load
from benchmarks.anomaly.symmetry import equivariance

EXPERIMENTS: Mapping[str, Callable[[Sample, Console], None]] = {
    "detection": detection,
    "loss": losses,
    "efficiency": efficiency,
    "residuals": residuals,
    "latent": latent,
    "equivariance": equivariance,
}


@click.command(help=__doc__)
@click.option("--data", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--experiment", type=click.Choice([*EXPERIMENTS]), default="detection")
@click.option("--seeds", default=2, show_default=True, help="Trainings of each network.")
@click.option("--train", default=6500, show_default=True, help="QCD jets to train on.")
@click.option("--test", default=6000, show_default=True, help="Jets of each kind to test with.")
@click.option("--epochs", default=15, show_default=True)
def main(data: Path, experiment: str, seeds: int, train: int, test: int, epochs: int) -> None:
    # CPU seconds are then those of one core
    torch.set_num_threads(1)
    EXPERIMENTS[experiment](load(data, train, test, seeds, epochs), Console(width=120))


if __name__ == "__main__":
    main()
