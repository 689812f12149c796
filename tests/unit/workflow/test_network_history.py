from __future__ import annotations

from typing import Any

from coffea_lcf.workflow.network_history import picture, summary, told

TRAINED: dict[str, Any] = {
    "architecture": "pfn",
    "jets": 90,
    "validation_jets": 10,
    "cpu_seconds": 1.5,
    "parameters": 40,
    "best_epoch": 2,
    "loss": [0.7, 0.6, 0.5],
    "validation_loss": [0.8, 0.65, 0.66],
}
BEFORE = {"parameters": 99, "best_epoch": 1, "loss": [0.9], "validation_loss": [0.95]}


def test_losses_are_those_of_the_epoch_that_was_kept() -> None:
    assert told(summary(TRAINED)) == (
        "pfn with 40 parameters, 1.5 CPU s\n"
        "epoch 2 of 3 kept: loss 0.6 on 90 jets, 0.65 on 10 others\n"
    )


def test_a_network_that_was_shrunk_tells_what_it_was() -> None:
    assert told(summary({**TRAINED, "unshrunk": BEFORE})).splitlines()[2:] == [
        "before its silent nodes were taken out: 99 parameters",
        "epoch 1 of 1 kept: loss 0.9, 0.95 on the others",
    ]


def test_without_validation_there_is_one_loss() -> None:
    alone = {"best_epoch": 3, "validation_loss": []}
    one = summary({**TRAINED, **alone, "unshrunk": {**BEFORE, "validation_loss": []}})
    assert one["validation_loss"] is None
    assert told(one).splitlines()[1:] == [
        "epoch 3 of 3 kept: loss 0.5 on 90 jets",
        "before its silent nodes were taken out: 99 parameters",
        "epoch 1 of 1 kept: loss 0.9",
    ]


def test_both_trainings_are_drawn_even_if_nothing_was_silent() -> None:
    alone, both = (
        picture(one) for one in (TRAINED, {**TRAINED, "unshrunk": {**BEFORE, "parameters": 40}})
    )
    assert alone.count("<path") < both.count("<path")
