"""What a joint training returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from coffea_lcf.cuts.cut_network import CutThenNetwork
from coffea_lcf.errors import ConfigError
from coffea_lcf.models.multibody import MultiBody
from coffea_lcf.selection import Selection
from coffea_lcf.table import ObservableTable

CHUNK = 65_536
"""Rows that are scored at a time."""


@dataclass(frozen=True, eq=False)
class SkimScorer:
    """Log-odds of the network behind the skim.

    Attributes
    ----------
    selection
        The skim.
    model
        Its network sees `observables` in their units.
    observables
        The columns, in order.
    """

    selection: Selection
    model: CutThenNetwork
    observables: tuple[str, ...]

    @torch.no_grad()
    def __call__(self, table: ObservableTable) -> NDArray[np.float64]:
        """Return the log-odds of each event, shape ``(N,)``; NaN where it fails the skim.

        Events with an input that is not finite have NaN, too.
        """
        seen = table.only(self.observables)
        rows = np.flatnonzero(self.selection.mask(table) & seen.finite())
        scores = np.full(len(table), np.nan)
        device = next(self.model.parameters()).device
        self.model.eval()
        for start in range(0, len(rows), CHUNK):
            some = rows[start : start + CHUNK]
            x = torch.from_numpy(seen.select(some).matrix()).to(device)
            scores[some] = self.model.log_odds(x).double().cpu().numpy()
        return scores

    def to_model(self) -> MultiBody:
        """Return the network alone, which a model file can hold; it gives the same log-odds.

        Raises
        ------
        ConfigError
            If it is not a perceptron as `coffea_lcf.nn.mlp.mlp` makes it.
        """
        linear = [one for one in self.model.network.modules() if isinstance(one, nn.Linear)]
        hidden = [one.out_features for one in linear[:-1]]
        found = MultiBody(self.observables, hidden, dropout=())
        if str(found.layers) != str(self.model.network):
            msg = f"a {type(self.model.network).__name__} behind a skim cannot be written: only "
            msg += "linear layers with a ReLU between them can, which widths stand for"
            raise ConfigError(msg)
        found.scaling.load_state_dict(self.model.standardise.state_dict())
        found.layers.load_state_dict(self.model.network.state_dict())
        return found.eval()


@dataclass(frozen=True, eq=False)
class SkimFit:
    """A skim and the network behind it.

    Attributes
    ----------
    selection
        The hard cuts.
    scorer
        Log-odds of the events that pass, NaN for the others.
    multiplier
        What the loss would gain per relative widening of the budget, zero or more; zero
        without a budget and for cuts that were given.
    history
        One entry an epoch of the joint training, ``(E,)`` each: ``loss``, ``slope``,
        ``multiplier``, and the hard ``signal_efficiency`` and ``background_efficiency``
        on the training events; then ``network_loss`` and ``network_held_out`` of the
        epochs of the network alone.
    figures
        ``events`` (expected, that pass), weighted ``signal_efficiency`` and
        ``background_efficiency`` of all events, the same of the held-out events under
        ``held_out_...``, and ``cpu_seconds``.
    settings
        Recipe, budget, seed and device as plain JSON values.
    """

    selection: Selection
    scorer: SkimScorer
    multiplier: float
    history: Mapping[str, NDArray[np.float64]]
    figures: Mapping[str, float]
    settings: Mapping[str, Any]

    def to_document(self) -> dict[str, Any]:
        """Return the fit without selection and network as plain JSON values."""
        return {
            "multiplier": self.multiplier,
            "history": {name: values.tolist() for name, values in self.history.items()},
            "figures": dict(self.figures),
            "settings": dict(self.settings),
        }
