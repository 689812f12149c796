"""The errors a user can meet, each also a builtin that old code already catches.

A message says what was wrong with its value, where, and what would be right.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class LCFError(Exception):
    """Base of every error that coffea-lcf raises on purpose."""

    def __str__(self) -> str:
        """Return the message as written (``KeyError`` would show its repr)."""
        return "\n".join(str(argument) for argument in self.args)


class ConfigError(LCFError, ValueError):
    """A configuration file or value that cannot be used."""


class TableError(LCFError, ValueError):
    """Columns, labels or weights that do not make a table."""


class SelectionError(LCFError, ValueError):
    """A cut or selection that cannot exist, be read or be exported."""


class FitError(LCFError, ValueError):
    """A fit that cannot start or cannot end in cuts."""


class NonFiniteError(LCFError, ArithmeticError):
    """Numbers that must be finite and are not."""


class FilesetError(LCFError, OSError):
    """An input file that is missing, unreadable or not what was promised."""


class MissingBranchError(LCFError, KeyError):
    """A branch, field or observable that is not there."""


class ObservableError(LCFError, RuntimeError):
    """An observable whose function failed on the events."""


class OutputError(LCFError, OSError):
    """A result that cannot be written."""


class IncompleteError(LCFError, RuntimeError):
    """A run in which some chunks were not processed."""


class MissingExtraError(LCFError, ImportError):
    """An optional dependency that is not installed."""


def nearest(name: str, known: Iterable[str], count: int = 3) -> str:
    """Return the known names most like `name`, comma separated, nearest first.

    Falls back to the first known names, so that a message always shows some.
    """
    names = [str(entry) for entry in known]
    close = difflib.get_close_matches(name, names, n=count, cutoff=0.5)
    return ", ".join(close or sorted(names)[:count]) or "(none)"
