"""The input file that a thread keeps open from one chunk to the next, its tree parsed once.

coffea opens the file of every chunk anew and parses all branches of its tree, which
takes longer than reading a few of them. Through the cache of objects that uproot
takes, it finds the tree parsed here instead. The thread of a worker keeps the file of
its last chunk until the next one comes from another file.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import uproot
from coffea.processor.executor import WorkItem

from coffea_lcf.errors import FilesetError
from coffea_lcf.processing.checkpoints import Checkpoints
from coffea_lcf.processing.isolation import Isolation

_OWN = threading.local()
"""File, its path and its parsed objects, of each thread."""


@dataclass(frozen=True)
class KeptOpen:
    """The rule for chunks that fail, with the file of each chunk kept open.

    Parameters
    ----------
    rule
        What happens to a chunk that fails. Its file is opened anew for the next try.
    checkpoints
        Where finished chunks are kept, whose files are not opened at all.
    """

    rule: Isolation
    checkpoints: Checkpoints | None = None

    def __call__(
        self,
        retries: int,
        skipbadfiles: Any,
        function: Callable[..., Any],
        *arguments: Any,
        **options: Any,
    ) -> Any:
        """Return the output of `function`, or its failure as an output."""
        # under Dask the processor travels beside the item
        item = arguments[0][0] if isinstance(arguments[0], tuple) else arguments[0]
        if self.checkpoints is None or not self.checkpoints.finished([item]):
            function = partial(_with_file, function, item)
        return self.rule(retries, skipbadfiles, function, *arguments, **options)


def _with_file(function: Callable[..., Any], item: WorkItem, *arguments: Any) -> Any:
    try:
        parsed = _parsed(item.filename, str(UUID(bytes=item.fileuuid)), item.treename)
        return function(*arguments, uproot_options={"object_cache": parsed})
    except Exception:
        release()
        raise


def _parsed(path: str, identifier: str, tree: str) -> dict[str, Any]:
    """Return the cache of objects in which coffea finds the tree.

    Raises
    ------
    FilesetError
        If it is not the file any more that was surveyed.
    """
    if not _is_kept(path, identifier):
        release()
        _OWN.parsed = {}
        _OWN.file, _OWN.path = _open(path, object_cache=_OWN.parsed), path
        if not _is_kept(path, identifier):
            msg = f"{path} was replaced during the run: its uuid is {_OWN.file.file.uuid}, "
            msg += f"not {identifier}; run again"
            raise FilesetError(msg)
    _OWN.file[tree]
    # arrays that uproot remembers are of use within one chunk only
    _OWN.file.file.array_cache.clear()
    parsed: dict[str, Any] = _OWN.parsed
    return parsed


def _is_kept(path: str, identifier: str) -> bool:
    file = getattr(_OWN, "file", None)
    # a file that was replaced has another identifier
    return file is not None and _OWN.path == path and str(file.file.uuid) == identifier


def _open(path: str, **options: Any) -> Any:
    # fsspec, the default, hands each read of a local file to another thread and waits for it
    direct = {"handler": uproot.MultithreadedFileSource, "use_threads": False}
    return uproot.open({path: None}, **(direct if Path(path).is_file() else {}), **options)


def release() -> None:
    """Close the file that this thread keeps open, if any."""
    file = getattr(_OWN, "file", None)
    _OWN.file = _OWN.path = _OWN.parsed = None
    if file is not None:
        file.close()


@contextmanager
def opened(path: str, identifier: str) -> Iterator[Any]:
    """Yield the file `path` of the UUID `identifier`: the one that is kept open, or else anew."""
    if _is_kept(path, identifier):
        yield _OWN.file
    else:
        with _open(path) as file:
            yield file
