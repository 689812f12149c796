"""A multilayer perceptron, the network of arXiv:2503.22498."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coffea_lcf.table import ObservableTable

if TYPE_CHECKING:
    from coffea_lcf.baselines.network import NetworkScorer
    from coffea_lcf.training.recipe import Prior


@dataclass(frozen=True)
class MLP:
    """ReLU network on standardised observables, trained by Adam on cross-entropy.

    Weights enter the loss with their sign. A region whose weights sum to less
    than zero would pull its score down without end: keep the early stopping on
    for such samples.

    Parameters
    ----------
    hidden
        Widths of the hidden layers; those of the paper.
    learning_rate
        Step size of Adam.
    batch_size
        Events of a step.
    epochs
        Most passes over the events.
    validation_fraction
        Share of the events that stop the training; 0 for none.
    patience
        Epochs without a lower validation loss after which training stops; the
        state of the lowest is kept. None to go to the end.
    class_prior
        ``sample`` or ``equal`` sums of weights; see `coffea_lcf.training.recipe.Recipe`.
    device
        ``auto`` (a GPU if there is one), ``cpu``, ``cuda`` or ``cuda:N``.
    """

    hidden: tuple[int, ...] = (16, 32, 64, 32, 16)
    learning_rate: float = 3e-3
    batch_size: int = 2048
    epochs: int = 100
    validation_fraction: float = 0.2
    patience: int | None = 10
    class_prior: Prior = "sample"
    device: str = "auto"
    name: str = "MLP"

    def fit(self, table: ObservableTable, seed: int = 0) -> NetworkScorer:
        """Return a network fitted to `table`.

        Parameters
        ----------
        table
            Events of both labels; those with NaN are left out with a warning.
        seed
            Seed of the start, the batches and the validation split.

        Raises
        ------
        FitError
            If a class is missing or its sum of weights is not positive, an
            observable is constant, or there is no such device.
        """
        from coffea_lcf.baselines.network import NetworkScorer, descend, perceptron, to_device
        from coffea_lcf.training import prepare
        from coffea_lcf.training.device import resolve_device

        device = resolve_device(self.device)
        training, held_out = prepare.usable(table), None
        if self.validation_fraction:
            training, held_out = training.split(self.validation_fraction, seed)
        mean, scale = (tensor.to(device) for tensor in prepare.standardisation(training))
        network = perceptron(len(training.names), self.hidden, seed).to(device)
        scorer = NetworkScorer(network, training.names, mean, scale)
        descend(
            network,
            to_device(training, scorer, self.class_prior),
            None if held_out is None else to_device(held_out, scorer, self.class_prior),
            learning_rate=self.learning_rate,
            batch_size=self.batch_size,
            epochs=self.epochs,
            patience=self.patience,
            seed=seed,
        )
        return scorer


PAPER_MLP = MLP(
    learning_rate=1e-3,
    batch_size=512,
    epochs=200,
    validation_fraction=0.0,
    patience=None,
    name="MLP of the paper",
)
"""The recipe of arXiv:2503.22498: 200 epochs in batches of 512, no validation."""
