"""What a joint training returns."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.cuts.cut_network import CutThenTagger, SkimModel
from coffea_lcf.errors import ConfigError, FitError
from coffea_lcf.models.multibody import MultiBody
from coffea_lcf.models.tagger import Tagger
from coffea_lcf.selection import Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.cut_network.events import constituents, log_odds
from coffea_lcf.training.cut_network.sample import check_lengths

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
        Its network sees `observables` in their units, or the constituents of the events.
    observables
        The columns of the training, in order.
    """

    selection: Selection
    model: SkimModel
    observables: tuple[str, ...]

    @torch.no_grad()
    def __call__(
        self, table: ObservableTable, cloud: ParticleCloud | None = None
    ) -> NDArray[np.float64]:
        """Return the log-odds of each event, shape ``(N,)``; NaN where it fails the skim.

        Events with an input of the network that is not finite, or without constituents, have
        NaN, too.

        Parameters
        ----------
        table
            The events.
        cloud
            Constituents of the same rows, for a network that sees them, and only for such.

        Raises
        ------
        FitError
            If constituents are missing, not needed, or those of another number of events.
        """
        usable = self._usable(table, cloud)
        rows = np.flatnonzero(self.selection.mask(table) & usable)
        scores = np.full(len(table), np.nan)
        device = next(self.model.parameters()).device
        self.model.eval()
        for start in range(0, len(rows), CHUNK):
            some = rows[start : start + CHUNK]
            inputs: tuple[Tensor, ...]
            if cloud is None:
                seen = table.only(self.observables).select(some)
                inputs = (torch.from_numpy(seen.matrix()).to(device),)
            else:
                inputs = constituents(cloud.select(some), device)
            scores[some] = log_odds(self.model, inputs).double().cpu().numpy()
        return scores

    def _usable(self, table: ObservableTable, cloud: ParticleCloud | None) -> NDArray[np.bool_]:
        """Return which events the network can score, shape ``(N,)``."""
        if isinstance(self.model, CutThenTagger) == (cloud is None):
            what = "constituents" if cloud is None else "observables"
            given = "none are given" if cloud is None else "not constituents"
            msg = f"the network behind the skim sees {what}, {given}"
            raise FitError(msg)
        if cloud is None:
            return table.only(self.observables).finite()
        check_lengths(table, cloud)
        return cloud.usable()

    def to_model(self) -> MultiBody | Tagger:
        """Return the network alone, which a model file can hold; it gives the same log-odds.

        Raises
        ------
        ConfigError
            If it is neither a tagger nor a perceptron as `coffea_lcf.nn.mlp.mlp` makes it.
        """
        network = self.model.network
        if isinstance(network, Tagger):
            return deepcopy(network).eval()
        linear = [one for one in network.modules() if isinstance(one, nn.Linear)]
        hidden = [one.out_features for one in linear[:-1]]
        found = MultiBody(self.observables, hidden, dropout=())
        if isinstance(self.model, CutThenTagger) or str(found.layers) != str(network):
            msg = f"a {type(network).__name__} behind a skim cannot be written: only "
            msg += "linear layers with a ReLU between them can, which widths stand for"
            raise ConfigError(msg)
        found.scaling.load_state_dict(self.model.standardise.state_dict())
        found.layers.load_state_dict(network.state_dict())
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
