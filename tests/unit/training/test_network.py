from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from coffea_lcf.errors import FitError, NonFiniteError
from coffea_lcf.training.network import mean_loss, train_network
from coffea_lcf.training.network_recipe import NetworkRecipe

ROWS = 50
X = torch.linspace(-1, 1, ROWS).unsqueeze(-1)
Y = torch.sin(3 * X)
RECIPE = NetworkRecipe(learning_rate=1e-2, batch_size=16, epochs=6)


def loss(model: nn.Module, rows: Tensor) -> Tensor:
    return ((model(X[rows]) - Y[rows]) ** 2).mean()


def network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(1, 16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 1))


def parameters(model: nn.Module) -> Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def interrupted_after(epochs: int):
    def progress(history):
        if len(history.loss) == epochs:
            raise KeyboardInterrupt

    return progress


def test_one_full_batch_is_one_step_of_adam():
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    recipe = NetworkRecipe(0.5, ROWS, 1, schedule="constant", clip_norm=None)
    history = train_network(model, loss, ROWS, recipe)
    # Adam's first step is the learning rate against the sign of the gradient
    assert model.weight.item() == pytest.approx(0.5, rel=1e-5)
    assert history.loss == (pytest.approx(float((Y**2).mean())),)
    assert history.best_epoch == 1


def test_every_event_is_seen_once_an_epoch():
    seen: list[int] = []

    def noting(model: nn.Module, rows: Tensor) -> Tensor:
        seen.extend(rows.tolist())
        return loss(model, rows)

    train_network(network(), noting, ROWS, NetworkRecipe(batch_size=16, epochs=2))
    first, second = seen[:ROWS], seen[ROWS:]
    assert sorted(first) == sorted(second) == list(range(ROWS))
    assert first != second


def test_the_loss_of_an_epoch_counts_every_event_alike():
    model = nn.Linear(1, 1)
    # 50 events in batches of 16: the last has two
    recipe = NetworkRecipe(1e-12, 16, 1, schedule="constant")
    expected = loss(model, torch.arange(ROWS)).item()
    assert train_network(model, loss, ROWS, recipe).loss[0] == pytest.approx(expected, rel=1e-5)


def test_the_same_seed_gives_the_same_network_and_leaves_torch_alone():
    models = [network(), network(), network()]
    torch.manual_seed(3)
    expected_next = torch.rand(1)
    torch.manual_seed(3)
    histories = [
        train_network(model, loss, ROWS, RECIPE, seed=seed)
        for model, seed in zip(models, (1, 1, 2), strict=True)
    ]
    assert torch.equal(torch.rand(1), expected_next)
    assert histories[0] == histories[1] != histories[2]
    assert torch.equal(parameters(models[0]), parameters(models[1]))
    assert not torch.equal(parameters(models[0]), parameters(models[2]))
    assert not models[0].training


def test_the_best_state_is_kept_and_patience_ends_the_training():
    model = network()
    unseen = iter([3.0, 1.0, 2.0, 2.0, 9.0, 9.0])
    states = []

    def held_out(model: nn.Module) -> float:
        assert not model.training
        states.append(parameters(model))
        return next(unseen)

    recipe = NetworkRecipe(1e-2, 16, 6, patience=2)
    history = train_network(model, loss, ROWS, recipe, held_out=held_out)
    assert history.held_out == (3.0, 1.0, 2.0, 2.0)
    assert (history.best_epoch, len(history.loss)) == (2, 4)
    assert torch.equal(parameters(model), states[1])


@pytest.mark.parametrize("schedule", ["constant", "one-cycle"])
@pytest.mark.parametrize("epochs", [1, 4])
def test_a_resumed_training_ends_as_an_undisturbed_one(tmp_path: Path, schedule: str, epochs: int):
    recipe = NetworkRecipe(1e-2, 16, 6, schedule=schedule)  # type: ignore[arg-type]
    held_out = partial(mean_loss, loss=loss, rows=torch.arange(ROWS))
    whole, cut, resumed = network(), network(), network(seed=9)
    run = partial(train_network, loss=loss, events=ROWS, recipe=recipe, held_out=held_out, seed=4)
    expected = run(whole)
    file = tmp_path / "folder" / "training.pt"
    with pytest.raises(KeyboardInterrupt):
        run(cut, checkpoint=file, progress=interrupted_after(epochs))
    assert run(resumed, checkpoint=file) == expected
    assert torch.equal(parameters(resumed), parameters(whole))
    # and once more: it is finished
    assert run(network(seed=8), checkpoint=file) == expected


def test_progress_is_told_after_every_epoch():
    told = []
    history = train_network(network(), loss, ROWS, RECIPE, progress=told.append)
    assert [len(one.loss) for one in told] == [1, 2, 3, 4, 5, 6]
    assert told[-1] == history


def test_the_one_cycle_warms_up_and_comes_down():
    optimiser = torch.optim.Adam(network().parameters(), lr=RECIPE.learning_rate)
    scheduler = RECIPE.scheduler(optimiser, ROWS)
    rates = []
    for _ in range(RECIPE.steps(ROWS)):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        scheduler.step() if len(rates) < RECIPE.steps(ROWS) else None
    assert len(rates) == 24
    assert max(rates) == pytest.approx(1e-2, rel=0.02)
    assert rates[0] == pytest.approx(1e-2 / 25)
    assert rates[-1] < 1e-6


def test_long_gradients_are_shortened():
    norms = []

    def steep(model: nn.Module, rows: Tensor) -> Tensor:
        gradient = model.weight.grad
        norms.append(0.0 if gradient is None else float(gradient.norm()))
        return 1e6 * model(X[rows]).square().mean()

    model = nn.Linear(1, 1, bias=False)
    model.weight.register_post_accumulate_grad_hook(lambda p: norms.append(float(p.grad.norm())))
    train_network(model, steep, ROWS, NetworkRecipe(1e-3, ROWS, 1, clip_norm=0.5))
    assert norms[-1] > 0.5
    assert float(model.weight.grad.norm()) == pytest.approx(0.5, rel=1e-4)


def test_mean_loss_is_that_of_all_rows(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("coffea_lcf.training.network.EVALUATED", 16)
    model, rows = nn.Linear(1, 1), torch.arange(ROWS)
    assert mean_loss(model, loss, rows) == pytest.approx(loss(model, rows).item(), rel=1e-5)


def test_nan_is_reported_with_its_epoch():
    def broken(model: nn.Module, rows: Tensor) -> Tensor:
        return loss(model, rows) * float("nan")

    with pytest.raises(NonFiniteError, match=r"a parameter is not finite in epoch 1\n.*lower lea"):
        train_network(network(), broken, ROWS, RECIPE)
    with pytest.raises(NonFiniteError, match=r"the held-out loss is inf in epoch 1\n"):
        train_network(network(), loss, ROWS, RECIPE, held_out=lambda model: float("inf"))

    def infinite(model: nn.Module, rows: Tensor) -> Tensor:
        return loss(model, rows) + float("inf")

    with pytest.raises(NonFiniteError, match=r"the loss is inf in epoch 1\n"):
        train_network(network(), infinite, ROWS, RECIPE)


def test_a_checkpoint_of_another_training_is_refused(tmp_path: Path):
    file = tmp_path / "training.pt"
    train_network(network(), loss, ROWS, RECIPE, checkpoint=file)
    with pytest.raises(FitError, match=r"training.pt is a checkpoint of another training: seed 0 "):
        train_network(network(), loss, ROWS, RECIPE, seed=1, checkpoint=file)
    other = NetworkRecipe(learning_rate=1e-3, batch_size=16, epochs=6)
    with pytest.raises(FitError, match=r"learning_rate 0\.01 there, 0\.001 here\n  delete it"):
        train_network(network(), loss, ROWS, other, checkpoint=file)
    with pytest.raises(FitError, match="is not a checkpoint of this network"):
        train_network(nn.Linear(1, 1), loss, ROWS, RECIPE, checkpoint=file)
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(FitError, match="is not a checkpoint of this network"):
        train_network(network(), loss, ROWS, RECIPE, checkpoint=file)


def test_without_events_there_is_nothing_to_learn():
    with pytest.raises(FitError, match="0 training events: at least 1 is needed"):
        train_network(network(), loss, 0, RECIPE)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"schedule": "cosine"}, "schedule 'cosine' is not one of constant, one-cycle"),
        ({"epochs": 0}, "epochs = 0: at least 1 is needed"),
        ({"batch_size": 0}, "batch_size = 0: at least 1 is needed"),
        ({"patience": 0}, "patience = 0: at least 1 is needed"),
        ({"learning_rate": 0.0}, r"learning_rate = 0\.0 is not a positive number"),
        ({"clip_norm": float("nan")}, "clip_norm = nan is not a positive number"),
    ],
)
def test_settings_out_of_range(settings, message):
    with pytest.raises(FitError, match=message):
        NetworkRecipe(**settings)
