"""Faults of a processor, told with the file and the dataset whose events brought them up."""

from __future__ import annotations

from collections.abc import Iterator, Sized
from contextlib import contextmanager
from typing import Any

from coffea_lcf.errors import MissingBranchError, ObservableError, TableError


@contextmanager
def located(what: str, events: Any) -> Iterator[None]:
    """Tell of an error in the block that it came up in `what`, and in which file.

    Errors of reading pass as they are, for reading may be tried again.

    Parameters
    ----------
    what
        What is computed, such as ``observable 'x'``.
    events
        Events of a chunk, with their metadata.

    Raises
    ------
    MissingBranchError
        If there is no such branch.
    ObservableError
        For any other error.
    """
    try:
        yield
    except MissingBranchError as error:
        first, *rest = str(error).split("\n")
        msg = "\n".join([f"{first}\n  needed by  {what}", place(events), *rest])
        raise MissingBranchError(msg) from error
    except OSError:
        raise
    except Exception as error:  # it is the user's code: anything can happen
        msg = f"{what} failed: {type(error).__name__}: {error}\n{place(events)}"
        raise ObservableError(msg) from error


def place(events: Any) -> str:
    """Return the line of a message that tells where `events` are from."""
    return f"  in file    {events.metadata['filename']}, dataset {events.metadata['dataset']!r}"


def check_rows(rows: Sized, events: Sized) -> None:
    """Raise `TableError` unless there is one row an event."""
    if len(rows) != len(events):
        msg = f"{len(rows)} rows for {len(events)} events, and each needs its own: "
        msg += "give NaN, or no constituents, to an event without the object"
        raise TableError(msg)
