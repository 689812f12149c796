from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from coffea_lcf.baselines.roc import roc
from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.cuts.cut_network import CutThenTagger
from coffea_lcf.cuts.skim_loss import skim_loss
from coffea_lcf.cuts.soft_box import SoftBox
from coffea_lcf.cuts.soft_cut import Sigmoid
from coffea_lcf.errors import ConfigError, FitError
from coffea_lcf.evaluation import evaluate
from coffea_lcf.models.pfin import PFIN
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.training.cut_network import BackgroundFraction, SkimRecipe, fit_skim
from coffea_lcf.training.cut_network.events import constituents
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.prepare import DroppedEventsWarning
from tests.unit.training.cut_network.clouds import jets, tagger

SHORT = SkimRecipe(
    network=NetworkRecipe(learning_rate=5e-3, batch_size=128, epochs=12, clip_norm=None)
)
TINY = replace(SHORT, network=replace(SHORT.network, epochs=2))
HALF = BackgroundFraction(0.5)


@pytest.fixture(scope="module")
def sample():
    return jets(4000)


@pytest.fixture(scope="module")
def fitted(sample):
    table, cloud = sample
    return fit_skim(
        table, BackgroundFraction(0.3), network=tagger(), constituents=cloud, recipe=SHORT
    )


@pytest.fixture(scope="module")
def unseen():
    return jets(20_000, seed=1)


def test_a_cut_on_an_observable_and_a_network_on_constituents_learn_together(fitted, unseen):
    table, cloud = unseen
    (cut,) = fitted.selection.cuts
    kept = evaluate(fitted.selection, table)
    scores = fitted.scorer(table, cloud)
    passing = np.isfinite(scores)

    assert (cut.observable, cut.case) == ("x", "middle")
    assert fitted.figures["background_efficiency"] == pytest.approx(0.3, rel=1e-2)
    # ±1.2 around 1 are 0.3 of the background, and 2.4 standard deviations of the signal
    assert (cut.lower, cut.upper) == pytest.approx((-0.2, 2.2), abs=0.2)
    assert kept["signal_efficiency"] > 0.97
    # what passes is told apart by constituents alone
    assert roc(scores[passing], table.select(passing)).auc > 0.75
    assert {"multiplier", "loss", "network_held_out"} <= set(fitted.history)
    assert fitted.multiplier > 0.0


def test_the_network_sees_nothing_of_the_observable(fitted, unseen):
    table, cloud = (one.select(slice(0, 200)) for one in unseen)
    (cut,) = fitted.selection.cuts
    moved = replace(table, columns={"x": np.full(200, cut.lower + 0.1, np.float32)})

    scores, again = fitted.scorer(table, cloud), fitted.scorer(moved, cloud)

    both = np.isfinite(scores)
    assert 50 < np.count_nonzero(both) < 200
    np.testing.assert_array_equal(scores[both], again[both])
    assert np.isfinite(again).all()


def test_the_loss_of_a_tagger_moves_the_cut_in_front_of_it():
    table, cloud = jets(200)
    x = torch.from_numpy(table.matrix()).double()
    p4, mask = constituents(cloud)
    network = tagger().double()
    network.standardise(p4.double(), mask)
    box = SoftBox(["middle"], *torch.tensor([[-2.0], [3.0], [1.0]]).double(), Sigmoid())
    model = CutThenTagger(box, network)
    label = torch.from_numpy(table.label).double()

    def loss(moved: torch.Tensor) -> torch.Tensor:
        inputs = (x, p4.double(), mask)
        state = {"cuts.moved": moved}
        passing, log_odds = torch.func.functional_call(model, state, inputs)
        return skim_loss(passing, log_odds, label, torch.ones_like(label))

    moved = torch.zeros(2, 1, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(loss, (moved,))
    loss(moved).backward()
    assert (moved.grad != 0).all()
    assert all(one.grad is not None for one in network.parameters())
    # where an event passes by nothing, the network learns nothing of it
    passing, log_odds = model(x - 1e3, p4.double(), mask)
    (through,) = torch.autograd.grad((passing * log_odds).sum(), [network.f[-1].bias])
    assert float(through) == 0.0


def test_at_a_steep_slope_the_soft_cuts_are_the_hard_ones():
    table, _ = jets(500)
    x = torch.from_numpy(table.matrix())
    box = SoftBox(["middle"], *torch.tensor([[-0.2], [2.2], [1.0]]), Sigmoid(), slope=1e9)
    hard = Selection((Cut("x", "middle", -0.2, 2.2),))

    np.testing.assert_array_equal(box(x).detach().numpy() > 0.5, hard.mask(table))
    np.testing.assert_array_equal(box(x).detach().unique().numpy(), [0.0, 1.0])


def test_scores_are_those_of_the_network_alone_where_the_hard_cuts_pass(fitted, unseen):
    table, cloud = unseen
    model = fitted.scorer.to_model()
    passing = fitted.selection.mask(table)

    scores = fitted.scorer(table, cloud)

    with torch.no_grad():
        alone = model(*constituents(cloud)).numpy()
    assert np.isfinite(scores).tolist() == passing.tolist()
    np.testing.assert_allclose(scores[passing], alone[passing], rtol=1e-4, atol=1e-5)


def test_given_cuts_a_start_and_rivals_work_with_constituents(sample):
    table, cloud = sample
    window = Selection((Cut("x", "middle", -0.2, 2.2),))
    share = evaluate(window, table)["background_efficiency"]
    settings = {"network": tagger(), "constituents": cloud, "recipe": TINY}

    rival = fit_skim(table, window, **settings)
    start = fit_skim(table, HALF, **settings)
    fit = fit_skim(table, BackgroundFraction(share), start=start, rivals=[rival], **settings)

    assert rival.selection.cuts == window.cuts
    assert set(rival.history) == {"network_loss", "network_held_out"}
    assert fit.figures["background_efficiency"] == pytest.approx(share, rel=1e-2)
    assert fit.history["network_held_out"][0] < start.history["network_held_out"][0]


def test_a_network_of_pairs_can_be_the_network_and_stays_as_it_was(sample):
    table, cloud = (one.select(slice(0, 600)) for one in sample)
    network = PFIN(phi=(8, 8), hidden=8, f=(8,), constituents=6)
    before = {name: value.clone() for name, value in network.state_dict().items()}

    fit = fit_skim(table, HALF, network=network, constituents=cloud, recipe=TINY)

    assert isinstance(fit.scorer.model.network, PFIN)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_jets_that_cannot_be_used_take_no_part(sample):
    table, cloud = (one.select(slice(0, 600)) for one in sample)
    p4, mask = cloud.p4.copy(), cloud.mask.copy()
    mask[5] = False
    p4[[17, 400], 0, 0] = np.nan
    x = table["x"].copy()
    x[40] = np.nan
    holes, poor = replace(table, columns={"x": x}), ParticleCloud(p4, mask)
    left = np.isin(np.arange(600), [5, 17, 40, 400], invert=True)
    settings = {"network": tagger(), "recipe": TINY}

    with pytest.warns(DroppedEventsWarning) as told:
        fit = fit_skim(holes, HALF, constituents=poor, **settings)
    clean = fit_skim(table.select(left), HALF, constituents=cloud.select(left), **settings)

    assert str(told[0].message).startswith("3 of 600 jets have no constituents or momenta that")
    assert str(told[1].message).startswith("1 of 597 events have NaN or infinite observables")
    assert told[0].filename == told[1].filename == __file__
    assert fit.selection.cuts == clean.selection.cuts
    scores = fit.scorer(holes, poor)
    np.testing.assert_array_equal(scores[left], clean.scorer(table, cloud)[left])
    assert np.isnan(scores[~left]).all()


def test_constituents_of_other_rows_are_an_error(sample, fitted):
    table, cloud = sample
    message = "constituents of 3999 jets, but observables of 4000 events: both need the same rows"
    fewer = cloud.select(slice(1, None))

    with pytest.raises(FitError, match=message):
        fit_skim(table, HALF, network=tagger(), constituents=fewer)
    with pytest.raises(FitError, match=message):
        fitted.scorer(table, fewer)


def test_a_network_and_what_it_sees_have_to_fit(sample, fitted):
    table, cloud = sample
    message = r"a tuple is no network that takes constituents: give PFN\(\), PFIN\(\) or another"

    with pytest.raises(FitError, match=message):
        fit_skim(table, HALF, constituents=cloud)
    with pytest.raises(FitError, match="a Linear is no network that takes constituents"):
        fit_skim(table, HALF, network=torch.nn.Linear(1, 1), constituents=cloud)
    with pytest.raises(FitError, match="a PFN takes constituents, and there are none"):
        fit_skim(table, HALF, network=tagger())
    with pytest.raises(FitError, match="the network behind the skim sees constituents, none are"):
        fitted.scorer(table)


def test_a_network_on_observables_takes_no_constituents_and_no_other_module_can_be_written(sample):
    table, cloud = sample
    plain = fit_skim(table, Selection(()), network=(4,), recipe=TINY)
    with pytest.raises(FitError, match="the network behind the skim sees observables, not const"):
        plain.scorer(table, cloud)

    fit = fit_skim(table, Selection(()), network=Mean(), constituents=cloud, recipe=TINY)
    with pytest.raises(ConfigError, match="a Mean behind a skim cannot be written"):
        fit.scorer.to_model()


class Mean(torch.nn.Module):
    """A network on constituents that is no `Tagger`."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(4, 1)
        self.register_buffer("scale", torch.ones(()))

    def standardise(self, p4, mask):
        self.scale = p4.abs().mean()

    def forward(self, p4, mask):
        return self.layer(p4.mean(1) / self.scale).squeeze(-1)
