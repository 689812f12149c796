"""Cut-flows and observable histograms as JSON (uhi) and as ROOT histograms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hist
import numpy as np
import uhi.io.json
from pydantic import TypeAdapter, ValidationError

from coffea_lcf.cutflow.cutflow import KINDS, Cutflow
from coffea_lcf.cutflow.normalisation import Normalisation
from coffea_lcf.errors import NonFiniteError, SelectionError
from coffea_lcf.writing import write_text, written_beside

if TYPE_CHECKING:
    from uproot.writing import WritableDirectory

FORMAT = "coffea-lcf/cutflow"
VERSION = 1


@dataclass(frozen=True, eq=False)
class CutflowFile:
    """What a cut-flow file holds."""

    cutflow: Cutflow
    observables: dict[str, hist.Hist]
    normalisations: dict[str, Normalisation]


def save_cutflow(
    path: str | Path,
    cutflow: Cutflow,
    observables: Mapping[str, hist.Hist],
    normalisations: Mapping[str, Normalisation],
) -> Path:
    """Write everything behind the tables and plots as one JSON file and return its path.

    Histograms are in the serialisation of uhi, readable by hist and boost-histogram.

    Raises
    ------
    NonFiniteError
        If a number is NaN or infinite, which JSON cannot hold.
    OutputError
        If the file cannot be written.
    """
    document = {
        "format": FORMAT,
        "version": VERSION,
        "normalisations": {name: asdict(entry) for name, entry in normalisations.items()},
        "weighted": cutflow.weighted,
        "raw": cutflow.raw,
        "observables": dict(observables),
    }
    try:
        text = json.dumps(document, default=uhi.io.json.default, allow_nan=False)
    except ValueError as error:
        msg = f"the cut-flow for {path} holds NaN or infinite numbers: check the event weights"
        raise NonFiniteError(msg) from error
    return write_text(path, text + "\n")


def load_cutflow(path: str | Path) -> CutflowFile:
    """Read what `save_cutflow` wrote; nothing in the file is executed.

    Raises
    ------
    SelectionError
        If the file is not a cut-flow, or one of a newer version.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
        document = json.loads(text, object_hook=uhi.io.json.object_hook)
    except OSError as error:
        msg = f"cannot read the cut-flow {path}: {error.strerror or error}"
        raise SelectionError(msg) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        msg = f"{path} is not a cut-flow: not valid JSON ({error})"
        raise SelectionError(msg) from error
    _check_format(document, path)
    try:
        return _from_document(document)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{path} is a damaged cut-flow: {type(error).__name__}: {error}"
        raise SelectionError(msg) from error


def _check_format(document: Any, path: str | Path) -> None:
    found = document.get("format") if isinstance(document, dict) else None
    if found != FORMAT:
        msg = f"{path} is not a cut-flow: its format is {found!r}, not {FORMAT!r}"
        raise SelectionError(msg)
    version = document.get("version")
    if not isinstance(version, int) or version > VERSION:
        msg = (
            f"{path} is a cut-flow of version {version!r}, newer than {VERSION}, the newest that "
            f"this coffea-lcf reads\n  upgrade coffea-lcf"
        )
        raise SelectionError(msg)


def _from_document(document: dict[str, Any]) -> CutflowFile:
    normalisations = TypeAdapter(dict[str, Normalisation]).validate_python(
        document["normalisations"]
    )
    return CutflowFile(
        Cutflow(hist.Hist(document["weighted"]), hist.Hist(document["raw"])),
        {name: hist.Hist(entry) for name, entry in document["observables"].items()},
        normalisations,
    )


def save_root(path: str | Path, cutflow: Cutflow, observables: Mapping[str, hist.Hist]) -> Path:
    """Write the cut-flow and the observables as ROOT histograms and return the path.

    ==============================================  ======================================
    name                                            content
    ==============================================  ======================================
    ``cutflow/<dataset>/<kind>``                    TH1D, Σw with √Σw², cuts as bin labels
    ``cutflow/<dataset>/<kind>_events``             TH1D, number of events
    ``observables/<dataset>/<observable>/<stage>``  TH1D, Σw with √Σw²
    ==============================================  ======================================

    Kinds are ``onecut``, ``cumulative`` and ``nminusone``. Characters other than
    letters, digits, ``_``, ``-``, ``+`` and ``.`` in names become ``_``.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    import uproot

    with written_beside(path) as part, uproot.recreate(part) as file:
        for dataset in cutflow.datasets:
            _write_dataset(file, cutflow, dataset)
            for name, histogram in observables.items():
                _write_stages(file, name, histogram, dataset)
    return Path(path)


def _write_dataset(file: WritableDirectory, cutflow: Cutflow, dataset: str) -> None:
    for kind in KINDS:
        place = f"cutflow/{_key(dataset)}/{kind}"
        chosen = {"dataset": dataset, "kind": kind}
        file[place] = cutflow.weighted[chosen]
        raw = cutflow.raw[chosen]
        # uproot writes no 64-bit integer histograms, and neither did ROOT before TH1L
        counts = hist.Hist(*raw.axes, storage=hist.storage.Double())
        counts.view(flow=True)[...] = np.asarray(raw.view(flow=True), np.float64)
        file[f"{place}_events"] = counts


def _write_stages(file: WritableDirectory, name: str, histogram: hist.Hist, dataset: str) -> None:
    if dataset not in histogram.axes["dataset"]:
        return
    for stage in histogram.axes["stage"]:
        place = f"observables/{_key(dataset)}/{_key(name)}/{_key(stage)}"
        file[place] = histogram[{"dataset": dataset, "stage": stage}]


def _key(name: str) -> str:
    """Return `name` as a ROOT key: no slash, which would open a directory, and no blank."""
    return "".join(letter if letter.isalnum() or letter in "_-+." else "_" for letter in name)
