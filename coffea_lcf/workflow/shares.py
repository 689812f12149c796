"""Which events networks learn from, which the cuts, and which neither: before there is a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.config import Config
from coffea_lcf.table import held_out


@dataclass(frozen=True, eq=False)
class Shares:
    """The rows of the datasets that are not marked ``test``, each mask ``(N,)``.

    Attributes
    ----------
    networks
        What networks learn from.
    cuts
        What cuts learn from: the same, unless a `Config.network_fraction` is for networks
        alone.
    test
        What is held out for the figures; no row where datasets are marked ``train`` or
        ``test``.
    """

    networks: NDArray[np.bool_]
    cuts: NDArray[np.bool_]
    test: NDArray[np.bool_]


def shares(config: Config, labels: Iterable[str], rows: Iterable[int]) -> Shares:
    """Return what the rows of the training datasets are for.

    It depends on nothing but labels, their order and the seed of the fit.

    Parameters
    ----------
    config
        The configuration.
    labels
        ``signal`` or ``background``, of each dataset that is not marked ``test``.
    rows
        Rows of each.
    """
    section = config.fit
    label = np.repeat([one == "signal" for one in labels], list(rows))
    test = np.zeros(len(label), dtype=np.bool_)
    if section.test_fraction and all(one.sample == "all" for one in config.datasets.values()):
        test = held_out(label, section.test_fraction, section.seed)
    if not config.network_fraction or not config.trained:
        return Shares(~test, ~test, test)
    networks = np.zeros_like(test)
    other = np.random.default_rng((section.seed, 1))
    networks[~test] = held_out(label[~test], config.network_fraction, other)
    return Shares(networks, ~test & ~networks, test)
