"""The history of a network: as JSON, in words and as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn

    from coffea_lcf.training.network_state import NetworkHistory

UNSHRUNK = "unshrunk"
"""Key of the training before silent nodes were taken out, where they were."""


def training_document(model: nn.Module, history: NetworkHistory) -> dict[str, Any]:
    """Return what is written of one training of `model`: its size and the losses of each epoch."""
    return {
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "best_epoch": history.best_epoch,
        "loss": history.loss,
        "validation_loss": history.held_out,
    }


def summary(history: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of a network: the losses of the epoch that was kept."""
    kept = history["best_epoch"] - 1
    validation = history["validation_loss"]
    before = {UNSHRUNK: summary(history[UNSHRUNK])} if UNSHRUNK in history else {}
    return {
        **history,
        **before,
        "epochs": len(history["loss"]),
        "loss": history["loss"][kept],
        "validation_loss": validation[kept] if validation else None,
    }


def told(one: Mapping[str, Any]) -> str:
    """Return the `summary` of a network as text."""
    validation = one["validation_loss"]
    unseen = "" if validation is None else f", {validation:.4g} on {one['validation_jets']} others"
    return (
        f"{one['architecture']} with {one['parameters']} parameters, {one['cpu_seconds']} CPU s\n"
        f"epoch {one['best_epoch']} of {one['epochs']} kept: "
        f"loss {one['loss']:.4g} on {one['jets']} jets{unseen}\n"
        f"{_told_before(one[UNSHRUNK]) if UNSHRUNK in one else ''}"
    )


def _told_before(one: Mapping[str, Any]) -> str:
    validation = one["validation_loss"]
    unseen = "" if validation is None else f", {validation:.4g} on the others"
    return (
        f"before its silent nodes were taken out: {one['parameters']} parameters\n"
        f"epoch {one['best_epoch']} of {one['epochs']} kept: loss {one['loss']:.4g}{unseen}\n"
    )


def picture(history: Mapping[str, Any]) -> str:
    """Return the losses of the epochs as SVG."""
    from coffea_lcf import plotting

    trainings = [history[UNSHRUNK], history] if UNSHRUNK in history else [history]
    return plotting.to_svg(
        plotting.epochs(
            [
                (f"{one['parameters']} parameters", one["loss"], one["validation_loss"])
                for one in trainings
            ]
        )
    )
