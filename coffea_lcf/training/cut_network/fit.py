"""Learn a skim and the network behind it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping, Sequence

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.cuts.soft_cut import Sigmoid, SoftCut
from coffea_lcf.selection import Case, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.training import prepare
from coffea_lcf.training.cut_network.behind import (
    learn_behind,
    skim_result,
    skim_settings,
)
from coffea_lcf.training.cut_network.budget import Budget
from coffea_lcf.training.cut_network.cuts import Cuts, learn_cuts
from coffea_lcf.training.cut_network.events import starting_box, widths
from coffea_lcf.training.cut_network.model import HIDDEN, Network, new_model
from coffea_lcf.training.cut_network.recipe import SkimRecipe
from coffea_lcf.training.cut_network.result import SkimFit
from coffea_lcf.training.cut_network.sample import seen_sample
from coffea_lcf.training.device import resolve_device


class NoBudgetWarning(UserWarning):
    """Nothing makes a skim tight."""


def unheard(epoch: int) -> None:
    """Ignore a report of progress."""


def fit_skim(
    table: ObservableTable,
    skim: Budget | Selection | None = None,
    *,
    network: Network = HIDDEN,
    constituents: ParticleCloud | None = None,
    soft_cut: SoftCut | None = None,
    recipe: SkimRecipe | None = None,
    directions: Mapping[str, Case | None] | None = None,
    start: SkimFit | None = None,
    rivals: Sequence[SkimFit] = (),
    seed: int = 0,
    device: str = "auto",
    progress: Callable[[int], None] = unheard,
) -> SkimFit:
    """Train cuts and the network behind them in one graph, under a budget.

    Parameters
    ----------
    table
        The events, with both labels.
    skim
        The budget: `BackgroundFraction`, `BackgroundEvents`, `Bytes` or `SignalEfficiency`, met
        on hard counts of all events given. Without one a warning says that the cuts will open.
        A `Selection` is left as it is: the network alone learns, with all epochs, from the
        events that pass, or from all if it has no cuts.
    network
        A module from standardised observables ``(N, F)`` to log-odds ``(N, 1)``, of which a
        copy is trained, or the widths of the hidden layers of a perceptron. With
        `constituents` a module like `coffea_lcf.models.tagger.Tagger`: a PFN or PFIN.
    constituents
        Of the same rows as `table`: the network sees them and not the observables, on which
        the cuts still act. Jets without a constituent, or with momenta that are not finite,
        take no part.
    soft_cut
        `Sigmoid`, by default, `Erf` or `StraightThrough`.
    recipe
        Steps, slopes and the stiffness of the budget.
    directions
        Case of the cut by observable, None for no cut; elsewhere two boundaries are tried,
        and those that reject next to nothing are dropped.
    start
        A fit of the same observables and network, usually of a looser budget, to start from.
    rivals
        Other skims of the same size with a network of the same layers, such as cuts that are
        best on their own. From them, too, counting looks for the cuts that are best for the
        network, and the cuts of the lowest loss on held-out events are kept: a rival's own,
        where nothing better is found.
    seed
        Of the network's start, the batches and the held-out events.
    device
        ``auto`` (a GPU if there is one), ``cpu``, ``cuda`` or ``cuda:N``.
    progress
        Called with the number of each finished epoch, of either stage.

    Raises
    ------
    FitError
        If a class is missing, an observable is constant, the budget cannot be met, the skim
        leaves no event to learn from, or for an unknown direction or device; if
        `constituents` are of another number of events, or the network cannot take them.
    NonFiniteError
        If the training diverges.
    """
    clock = time.process_time()
    recipe, soft_cut = recipe or SkimRecipe(), soft_cut or Sigmoid()
    if skim is None:
        message = "no budget: the network can do what a cut does, so that the cuts will open"
        warnings.warn(message, NoBudgetWarning, stacklevel=2)
    sample = seen_sample(table, constituents)
    usable = sample.reduced(prepare.usable(sample.table))
    learned, _ = usable.split(recipe.validation_fraction, seed)
    training = learned.table
    if isinstance(skim, Selection):
        # the same soft cuts as ever, all of them shut off
        directions, origin = dict.fromkeys(table.names), skim
    else:
        origin = start.selection if start is not None else Selection(())
    box = starting_box(training, widths(training), directions or {}, soft_cut, origin)
    model = new_model(box, network, learned, start, seed).to(resolve_device(device))
    if isinstance(skim, Selection):
        cuts = Cuts(skim, recipe.network.epochs, 0.0, {})
    else:
        constraint = None if skim is None else skim.constraint(table)
        cuts = learn_cuts(model, box, usable, constraint, rivals, recipe, seed, progress)
    # cuts on the move make a network learn what the held-out events do not confirm
    starts = [one.scorer.model.network for one in (*([] if start is None else [start]), *rivals)]
    history = learn_behind(model, usable, cuts, starts, recipe, seed, progress)
    settings = skim_settings(recipe, skim, soft_cut, seed)
    return skim_result(usable.table, model, cuts, history, settings, recipe, clock)
