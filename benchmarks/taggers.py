"""Taggers trained on 18 000 top and QCD jets, beside the published ones of 1.2 million.

    coffea-lcf generate top_tagging -o DIR --jets 20000
    python -m benchmarks.taggers --data DIR
    python -m benchmarks.taggers --data DIR --taggers pfn pfin --seeds 0 1 2

Per seed the jets are shuffled into 9 000 + 9 000 to learn from, 1 000 + 1 000 that choose the
epoch, and the rest, which is judged. The published column is of another sample (with a
detector simulation), so that only differences between taggers can be compared with it.

The last table is the honest baseline: boosted trees on six hand-made observables, learned from
the same 18 000 jets, and the logistic regression of their log-odds and those of the PFIN,
learned from one half of the judged jets and judged on the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import click
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

from benchmarks.jets import HAND_MADE, Jets, load
from coffea_lcf.baselines.roc import roc
from coffea_lcf.baselines.trees import HistogramBoosting
from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.cutflow.tables.numbers import aligned
from coffea_lcf.cutflow.tables.text import text_table
from coffea_lcf.models.multibody import MultiBody
from coffea_lcf.models.pfin import PFIN
from coffea_lcf.models.pfn import PFN
from coffea_lcf.models.topodnn import TopoDNN
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.tagger import labelled, train_tagger

CONSTITUENTS = 30
TRAINING, HELD_OUT = 9000, 1000
"""Jets of each class."""


def of_constituents(jets: Jets) -> ParticleCloud:
    return jets.cloud


def of_observables(jets: Jets) -> np.ndarray:
    return jets.observables.only(MULTIBODY).matrix()


MULTIBODY = (
    "pt", "mass",
    *(f"tau{number}_beta{beta}" for number in range(1, 8) for beta in ("0.5", "1", "2")
      if (number, beta) != (7, "0.5")),
)  # fmt: skip


@dataclass(frozen=True)
class Contender:
    """A network, how it is trained, and the published figures of its kind.

    `published` is (AUC, accuracy, rejection at 50 % and at 30 % signal efficiency, parameters).
    """

    build: Callable[[], nn.Module]
    jets: Callable[[Jets], ParticleCloud | np.ndarray]
    recipe: NetworkRecipe
    published: tuple[float | None, ...]


SIX, BOTH = "six observables", "six observables and PFIN"
REACHED = (
    ("AUC", "auc", ".4f"),
    ("accuracy", "accuracy", ".4f"),
    ("1/ε_b(50 %)", "rejection_50", ".0f"),
    ("1/ε_b(30 %)", "rejection_30", ".0f"),
)
COST = (("parameters", "parameters", ".0f"), ("CPU s", "seconds", ".0f"))
SMALL = {"phi": (64, 64, 32), "f": (64, 64), "constituents": CONSTITUENTS}
ONE_CYCLE = NetworkRecipe(learning_rate=4e-3, batch_size=128, epochs=8)
LONGER = NetworkRecipe(learning_rate=2e-3, batch_size=128, epochs=12)

CONTENDERS = {
    "pfn": Contender(
        partial(PFN, **SMALL), of_constituents, ONE_CYCLE, (0.9819, 0.932, 247, 888, 82_458)
    ),
    "pfin": Contender(
        partial(PFIN, **SMALL, hidden=32), of_constituents, ONE_CYCLE,
        (0.9839, 0.9368, None, 1041, 96_806),
    ),
    "pfin-cat": Contender(
        partial(PFIN, **SMALL, hidden=32, combination="cat"), of_constituents, ONE_CYCLE,
        (0.9838, 0.9370, None, 1030, 100_902),
    ),
    "topodnn": Contender(
        partial(TopoDNN, constituents=CONSTITUENTS), of_constituents,
        NetworkRecipe(learning_rate=1e-3, batch_size=128, epochs=8),
        (0.9712, 0.9155, None, 278, 59_323),
    ),
    "multibody": Contender(
        partial(MultiBody, MULTIBODY), of_observables, LONGER,
        (0.9798, 0.9283, None, 796, 57_502),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """What a tagger reaches on the judged jets, after how many CPU seconds of training."""

    auc: float
    accuracy: float
    rejection_50: float
    rejection_30: float
    parameters: int = 0
    seconds: float = 0.0


def figures(scores: np.ndarray, jets: ObservableTable, **others: float) -> Figures:
    curve = roc(scores, jets)
    accuracy = np.mean((scores > 0) == jets.label)
    with np.errstate(divide="ignore"):
        rejection = 1 / curve.background_at([0.5, 0.3])
    return Figures(curve.auc, float(accuracy), *map(float, rejection), **others)


def split(jets: Jets, seed: int) -> tuple[Jets, Jets, Jets]:
    """Return the jets to learn from, those that choose the epoch, those that are judged."""
    rng = np.random.default_rng(seed)
    label = jets.observables.label
    ends = [0, TRAINING, TRAINING + HELD_OUT, None]
    orders = [rng.permutation(np.flatnonzero(label == side)) for side in (True, False)]
    rows = [np.concatenate([order[start:end] for order in orders]) for start, end in pairwise(ends)]
    return jets.select(rows[0]), jets.select(rows[1]), jets.select(rows[2])


def train(contender: Contender, training: Jets, held_out: Jets, seed: int) -> nn.Module:
    torch.manual_seed(seed)
    model = contender.build()
    train_tagger(
        model,
        labelled(contender.jets(training), training.observables.label),
        contender.recipe,
        held_out=labelled(contender.jets(held_out), held_out.observables.label),
        seed=seed,
    )
    return model


@torch.inference_mode()
def log_odds(model: nn.Module, jets: Jets, contender: Contender) -> np.ndarray:
    inputs = labelled(contender.jets(jets), jets.observables.label).inputs
    parts = zip(*(values.split(128) for values in inputs), strict=True)
    return torch.cat([model(*part) for part in parts]).numpy().astype(np.float64)


def with_hand_made(
    scores: np.ndarray, training: Jets, judged: Jets, seed: int
) -> dict[str, Figures]:
    """Return trees on the hand-made observables, the PFIN of `scores`, and both together."""
    trees = HistogramBoosting().fit(training.observables.only(HAND_MADE), seed)
    hand_made = trees(judged.observables)
    half = np.random.default_rng(seed).permutation(len(scores)) % 2 == 0
    both, label = np.stack([hand_made, scores], 1), judged.observables.label
    joined = LogisticRegression().fit(both[half], label[half]).decision_function(both)
    unseen = judged.observables.select(~half)
    return {
        SIX: figures(hand_made[~half], unseen),
        "PFIN": figures(scores[~half], unseen),
        BOTH: figures(joined[~half], unseen),
    }


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--taggers", "-t", multiple=True, type=click.Choice([*CONTENDERS]))
@click.option("--seeds", "-s", multiple=True, type=int, default=(0, 1), show_default=True)
@click.option("--jets", default=20_000, show_default=True, help="Of each class, from the front.")
def main(data: Path, taggers: tuple[str, ...], seeds: tuple[int, ...], jets: int) -> None:
    """Train the taggers and print how they compare."""
    torch.set_num_threads(1)
    sample = load(data, jets, CONSTITUENTS)
    reached: dict[str, list[Figures]] = {}
    combined: dict[str, list[Figures]] = {}
    for seed in seeds:
        training, held_out, judged = split(sample, seed)
        for name in taggers or CONTENDERS:
            start = time.process_time()
            model = train(CONTENDERS[name], training, held_out, seed)
            seconds = time.process_time() - start
            scores = log_odds(model, judged, CONTENDERS[name])
            size = sum(parameter.numel() for parameter in model.parameters())
            own = figures(scores, judged.observables, parameters=size, seconds=seconds)
            reached.setdefault(name, []).append(own)
            click.echo(f"seed {seed}  {name:10s} {own}", err=True)
            if name == "pfin":
                for what, one in with_hand_made(scores, training, judged, seed).items():
                    combined.setdefault(what, []).append(one)
    seen = ", ".join(map(str, seeds))
    title = f"Mean of the seeds {seen}; in brackets the published figures"
    click.echo(_table(title, reached, (*REACHED, *COST)))
    if combined:
        click.echo(_table("On half of the judged jets", combined, REACHED))
    for line in acceptance(reached, combined):
        click.echo(line)


def acceptance(
    reached: dict[str, list[Figures]], combined: dict[str, list[Figures]]
) -> Iterator[str]:
    """Yield what must hold and what was found, for the taggers that were trained."""
    if {"pfn", "pfin"} <= reached.keys():
        pfn, pfin = (_mean(reached[name], "auc") for name in ("pfn", "pfin"))
        ratio = _mean(reached["pfin"], "rejection_50") / _mean(reached["pfn"], "rejection_50")
        yield _verdict("AUC of the PFN", pfn, 0.965)
        yield _verdict("AUC of the PFIN", pfin, 0.977)
        yield _verdict("AUC, PFIN - PFN", pfin - pfn, 0.005)
        yield _verdict("1/ε_b at 50 %, PFIN / PFN", ratio, 1.5)
    if combined:
        gain = _mean(combined[BOTH], "auc") - _mean(combined[SIX], "auc")
        yield _verdict("AUC, both - six observables", gain, 0.0015)


def _verdict(what: str, found: float, least: float) -> str:
    return f"{'met ' if found >= least else 'MISSED'}  {what}: {found:.4f}, at least {least}"


def _mean(rows: list[Figures], field: str) -> float:
    return float(np.mean([getattr(row, field) for row in rows]))


def _table(
    title: str, reached: dict[str, list[Figures]], columns: tuple[tuple[str, str, str], ...]
) -> str:
    shown = {}
    for place, (heading, field, spec) in enumerate(columns):
        cells = []
        for name, rows in reached.items():
            published = CONTENDERS[name].published[place : place + 1] if name in CONTENDERS else ()
            known = [f" ({value:{spec}})" for value in published if value]
            cells.append("".join([f"{_mean(rows, field):{spec}}", *known]))
        shown[heading] = aligned(cells)
    return text_table(title, ("tagger", [*reached]), shown, 120)


if __name__ == "__main__":
    main()
