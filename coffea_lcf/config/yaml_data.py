"""YAML as data only: no tags that make objects, no key twice, no text that grows when read."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml

from coffea_lcf.reading import check_letters

LONGEST = 1_000_000
"""Letters of a configuration; the parser takes seconds for so many."""

MOST_VALUES = 1_000_000
"""Values of a configuration, an alias counted as all that it stands for."""


MERGE = "tag:yaml.org,2002:merge"


class _Loader(yaml.SafeLoader):
    """The safe loader, for which a key written twice is an error and not the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            if key_node.tag == MERGE:
                continue
            key = self.construct_object(key_node, deep=True)
            # what is not hashable is refused by the parent, with its place
            if isinstance(key, Hashable) and key in seen:
                place = f"line {node.start_mark.line + 1}"
                msg = f"the key {key!r} is written twice in the mapping of {place}"
                raise yaml.YAMLError(msg)
            if isinstance(key, Hashable):
                seen.add(key)
        return super().construct_mapping(node, deep)


def parse_yaml(text: str) -> Any:
    """Return the value that `text` says in YAML.

    Raises
    ------
    yaml.YAMLError, ValueError, RecursionError
        If it is not YAML, has a key twice, or stands for more values than
        `MOST_VALUES`, as aliases of aliases do.
    """
    if len(text) > LONGEST:
        msg = f"it has {len(text)} letters, more than {LONGEST}: put long lists of files into a "
        msg += "text file (files: list.txt) or a fileset"
        raise ValueError(msg)
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _check_values(node)
        document = loader.construct_document(node)
    except (AttributeError, KeyError, TypeError, OverflowError) as error:
        # what PyYAML meets where a tag such as !!timestamp stands before another value
        msg = f"a tag does not fit its value ({error})"
        raise yaml.YAMLError(msg) from error
    finally:
        loader.dispose()
    check_letters(document)
    return document


def _check_values(root: yaml.Node) -> None:
    """Raise `yaml.YAMLError` if `root` contains itself or stands for too many values."""
    known: dict[int, int] = {}
    if _values(root, known, set()) > MOST_VALUES:
        msg = f"its aliases stand for more than {MOST_VALUES} values"
        raise yaml.YAMLError(msg)


def _values(node: yaml.Node, known: dict[int, int], above: set[int]) -> int:
    """Return how many values `node` stands for, each node counted once and remembered."""
    if id(node) in above:
        msg = "an alias contains itself"
        raise yaml.YAMLError(msg)
    if id(node) not in known:
        above.add(id(node))
        known[id(node)] = 1 + sum(_values(child, known, above) for child in _children(node))
        above.discard(id(node))
    return known[id(node)]


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [child for pair in node.value for child in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []
