"""The score of a network on observables as an observable: columns in, one float32 a row out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from coffea_lcf.errors import ConfigError
from coffea_lcf.inference.loaded import FileScorer, few_threads, network_in
from coffea_lcf.models.multibody import MultiBody

ROWS = 65_536
"""Events scored at a time."""


@dataclass(frozen=True)
class ObservablesScorer(FileScorer):
    """Scores events by the network on observables in a model file; parameters as `FileScorer`."""

    def __call__(self, *columns: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the log-odds of each event, float32, shape ``(N,)``.

        NaN, which fails every cut, for an event with an observable that is not finite.

        Parameters
        ----------
        *columns
            The observables of `inputs`, in that order and in their units, each ``(N,)``.

        Raises
        ------
        FilesetError, ConfigError
            If the file is missing or holds no network on observables.
        """
        model = self._network()
        device = next(model.parameters()).device
        matrix = torch.from_numpy(np.stack(columns, axis=1).astype(np.float32))
        with few_threads(self.threads), torch.inference_mode():
            parts = [
                model(matrix[start : start + ROWS].to(device)).cpu()
                # once without events, too, for an empty chunk
                for start in range(0, max(len(matrix), 1), ROWS)
            ]
        scores: NDArray[np.float32] = torch.cat(parts).numpy()
        scores[~np.isfinite(matrix.numpy()).all(1)] = np.nan
        return scores

    def _network(self) -> MultiBody:
        model = network_in(self.path, self.device)
        if not isinstance(model, MultiBody):
            msg = f"{self.path} holds a {type(model).__name__}, which does not look at observables"
            raise ConfigError(msg)
        return model


def inputs_of(path: str | Path) -> tuple[str, ...]:
    """Return the observables that the network in a model file looks at.

    None at all for a network on constituents.

    Raises
    ------
    FilesetError, ConfigError
        If the file is no model file.
    """
    model = network_in(path, "cpu")
    return model.observables if isinstance(model, MultiBody) else ()
