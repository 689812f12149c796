"""Which branches a skim keeps: patterns, and the companions that schemas need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from coffea_lcf.datasets.companions import with_companions
from coffea_lcf.errors import ConfigError, nearest


def select_branches(
    available: Sequence[str], patterns: Sequence[str], required: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return the branches that a skim keeps, in the order of the file.

    Parameters
    ----------
    available
        Branches of the tree.
    patterns
        Names with ``*`` and ``?``; a leading ``-`` drops what an earlier one kept.
    required
        Branches that stay whatever the patterns say: those of the selection.
    """
    kept: set[str] = set()
    for pattern in patterns:
        matched = _matched(available, pattern)
        kept = kept - matched if pattern.startswith("-") else kept | matched
    return with_companions(kept | set(required), available)


def check_patterns(available: Iterable[str], patterns: Sequence[str]) -> None:
    """Raise `ConfigError` if a pattern matches none of the branches of all files.

    Files may differ (triggers come and go), so that a single one is no judge.
    """
    names = tuple(dict.fromkeys(available))
    for pattern in patterns:
        if not _matched(names, pattern):
            close = nearest(pattern.removeprefix("-"), names)
            msg = f"skim.columns: {pattern!r} matches no branch\n  nearest  {close}"
            raise ConfigError(msg)


def _matched(available: Iterable[str], pattern: str) -> set[str]:
    return {name for name in available if fnmatchcase(name, pattern.removeprefix("-"))}
