"""Events that a dataset holds twice, in one file or in several."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.datasets.companions import EVENT_IDS
from coffea_lcf.datasets.survey import FileInfo, check_branches, open_root
from coffea_lcf.errors import FilesetError


class DuplicateWarning(UserWarning):
    """Events of a dataset count more than once."""


def warn_of_duplicates(infos: Iterable[FileInfo]) -> dict[str, int]:
    """Return how many events each dataset holds again, with a `DuplicateWarning` for each.

    Two events are the same if run, luminosity block and event number agree. That is
    16 bytes an event in memory, of one dataset at a time.

    Raises
    ------
    MissingBranchError
        If a file has no such numbers.
    FilesetError
        If a file cannot be read.
    """
    by_dataset: dict[str, list[FileInfo]] = defaultdict(list)
    for info in infos:
        check_branches(info, {"check_duplicates": EVENT_IDS})
        by_dataset[info.dataset].append(info)
    found = {dataset: _duplicates(own) for dataset, own in by_dataset.items()}
    for dataset, count in found.items():
        if count:
            total = sum(info.entries for info in by_dataset[dataset])
            message = f"dataset {dataset!r}: {count} of {total} events are there already, with the "
            message += f"same {', '.join(EVENT_IDS)}: they count double"
            warnings.warn(message, DuplicateWarning, stacklevel=2)
    return found


def _duplicates(infos: Sequence[FileInfo]) -> int:
    identities = np.concatenate([_identities(info) for info in infos])
    order = np.lexsort((identities[:, 1], identities[:, 0]))
    ordered = identities[order]
    return int(np.count_nonzero((ordered[1:] == ordered[:-1]).all(axis=1)))


def _identities(info: FileInfo) -> NDArray[np.uint64]:
    """Return run and luminosity block together, and the event number, as ``(N, 2)``."""
    with open_root(info.path, info.dataset) as file:
        try:
            numbers = file[info.tree].arrays(EVENT_IDS, library="np")
        except Exception as error:  # uproot raises whatever the bytes lead it to
            msg = f"cannot read {', '.join(EVENT_IDS)} of {info.path}, dataset {info.dataset!r}: "
            msg += f"{type(error).__name__}: {error}"
            raise FilesetError(msg) from error
    run, block, event = (numbers[name].astype(np.uint64) for name in EVENT_IDS)
    # both have 32 bits in every data format
    return np.stack([(run << np.uint64(32)) | (block & np.uint64(0xFFFFFFFF)), event], axis=1)
