"""Finished chunks of a run that has not ended, so that a killed run goes on where it stopped."""

from __future__ import annotations

import shutil
import uuid
import warnings
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coffea.processor.checkpointer import CheckpointerABC
from coffea.processor.executor import WorkItem

from coffea_lcf.errors import OutputError
from coffea_lcf.processing.outputs import load_output, save_output
from coffea_lcf.writing import write_text

FOLDER = ".checkpoints"
ABOUT = "Finished chunks of a run that has not ended. Without them it starts anew.\n"


class CheckpointWarning(UserWarning):
    """A finished chunk could not be kept: after a crash it would be processed again."""


def always(_: Mapping[str, Any]) -> bool:
    """Tell that an output that was kept is enough."""
    return True


@dataclass(frozen=True)
class Checkpoints(CheckpointerABC):  # type: ignore[misc]
    """The outputs of chunks in a folder, one file each.

    coffea's own checkpointer names its files by chunk only, and gives old results
    back when the cuts have changed; here the folder belongs to one identity. It
    also pickles, and a pickle that somebody else put into the folder would be
    executed; here it is arrays and JSON.

    Parameters
    ----------
    step
        Folder of the step; what other identities left there is removed with it.
    identity
        Hash of all that the outputs depend on beside the chunk: selection,
        configuration, code of the processor, versions.
    usable
        Tells of an output that was kept whether all that belongs to it is still there.
    """

    step: Path
    identity: str
    usable: Callable[[Mapping[str, Any]], bool] = always

    def start(self) -> None:
        """Make the folder; `OutputError` if that cannot be done."""
        write_text(self.step / "ABOUT.txt", ABOUT)

    def discard(self) -> None:
        """Remove the folder of the step."""
        discard(self.step)

    def path(self, dataset: str, fileuuid: str, start: int, stop: int) -> Path:
        """Return where the output of a chunk is kept."""
        return self.step / self.identity / dataset / f"{fileuuid}_{start}-{stop}.npz"

    def finished(self, items: Iterable[WorkItem]) -> set[WorkItem]:
        """Return the chunks that have been kept."""
        return {item for item in items if self.path(*_place(item)).exists()}

    def load(self, metadata: Mapping[str, Any], processor_instance: Any) -> dict[str, Any] | None:
        """Return the output of a chunk, or None if it has to be processed."""
        item = WorkItem(
            metadata["dataset"],
            metadata["filename"],
            metadata["treename"],
            metadata["entrystart"],
            metadata["entrystop"],
            uuid.UUID(metadata["fileuuid"]).bytes,
        )
        path = self.path(*_place(item))
        try:
            output = load_output(path) if path.exists() else None
        except (EOFError, OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
            return None  # damaged: the chunk is processed again
        if output is None or not self.usable(output):
            return None
        return {"out": output, "processed": {item}}

    def save(
        self, output: Mapping[str, Any], metadata: Mapping[str, Any], processor_instance: Any
    ) -> None:
        """Keep the output of a chunk; a `CheckpointWarning` tells if that cannot be done."""
        [item] = output["processed"]
        try:
            save_output(self.path(*_place(item)), output["out"])
        except OutputError as error:
            warnings.warn(str(error), CheckpointWarning, stacklevel=2)


def _place(item: WorkItem) -> tuple[str, str, int, int]:
    return item.dataset, str(uuid.UUID(bytes=item.fileuuid)), item.entrystart, item.entrystop


def discard(step: Path) -> None:
    """Remove what a step kept, and the folder around if no other step kept anything."""
    shutil.rmtree(step, ignore_errors=True)
    if step.parent.is_dir() and not any(step.parent.iterdir()):
        step.parent.rmdir()
