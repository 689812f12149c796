"""One step of the chain: done once for the same input."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coffea_lcf.processing.checkpoints import discard
from coffea_lcf.workflow.analysis import Analysis, checkpoint_folder
from coffea_lcf.workflow.state import finished, record


@dataclass(frozen=True)
class Step:
    """What a step did.

    Attributes
    ----------
    name
        Name of the command.
    result
        Plain JSON values, as kept in ``run.json``.
    skipped
        True if it had ended before on the same input.
    """

    name: str
    result: Mapping[str, Any]
    skipped: bool

    @property
    def complete(self) -> bool:
        """Whether every chunk of the input is in the result."""
        return is_complete(self.result)


def is_complete(result: Mapping[str, Any]) -> bool:
    """Tell whether the result of a step lacks no chunk of the input."""
    return all(one["complete"] for one in result.get("completeness", ()))


def perform(
    analysis: Analysis,
    name: str,
    identity: str,
    outputs: Callable[[Mapping[str, Any]], Sequence[str]],
    work: Callable[[], Mapping[str, Any]],
    force: bool = False,
) -> Step:
    """Do `work` and note it in ``run.json``, unless it ended before on the same input.

    A step that lacks chunks has not ended: they are tried again, and those that
    were processed are kept until then.

    Parameters
    ----------
    analysis
        Where the outputs go.
    name
        Name of the step.
    identity
        Hash of everything that the step's result depends on.
    outputs
        Gives the files that the step wrote by its result, relative to the output
        folder; where one is gone, the step is done again.
    work
        Writes the outputs and returns a summary of plain JSON values.
    force
        Do it even if it ended before.
    """
    entry = None if force else finished(analysis.output, name, identity)
    if entry is not None and is_complete(entry["result"]):
        return Step(name, entry["result"], skipped=True)
    kept = checkpoint_folder(analysis.output, name)
    if force:
        discard(kept)
    result = work()
    record(analysis.output, name, identity, list(outputs(result)), result)
    if is_complete(result):
        discard(kept)
    return Step(name, result, skipped=False)
