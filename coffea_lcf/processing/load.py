"""User processors: loaded from a file by path, shipped to workers by value."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import cloudpickle

from coffea_lcf.errors import ConfigError, nearest
from coffea_lcf.processing.processor import ObservableProcessor

NEIGHBOURS = "__neighbours__"


def load_processor(path: Path, name: str) -> type[ObservableProcessor]:
    """Return the class `name` of the Python file `path`.

    Raises
    ------
    ConfigError
        If the file is missing or cannot be imported, or has no such processor.
    """
    known = {kind.__name__: kind for kind in processors_in(path)}
    if name not in known:
        msg = f"processor.class: no processor {name!r} in {path}\n  nearest  {nearest(name, known)}"
        raise ConfigError(msg)
    return known[name]


def processors_in(path: Path) -> tuple[type[ObservableProcessor], ...]:
    """Return the processors that the Python file `path` defines.

    Its module, and those that it imports from its own folder, are pickled by value,
    so that workers need only coffea-lcf.

    Raises
    ------
    ConfigError
        If the file is missing or cannot be imported.
    """
    module = _imported(path)
    return tuple(
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, ObservableProcessor)
        and value.__module__ == module.__name__
    )


def sources(path: Path) -> tuple[Path, ...]:
    """Return the Python file `path` and those that it imports from its own folder.

    Raises
    ------
    ConfigError
        As `processors_in`.
    """
    return (path, *sorted(_file(one) for one in vars(_imported(path))[NEIGHBOURS]))


def _imported(path: Path) -> ModuleType:
    """Return the file `path` as a module, with its neighbours noted under `NEIGHBOURS`."""
    if not path.is_file():
        msg = f"processor.file: no such file: {path}"
        raise ConfigError(msg)
    # one module a path, so that two files of the same name do not mix
    name = f"lcf_processor_{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        msg = f"processor.file: {path} is not a Python file"
        raise ConfigError(msg)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    with _neighbours(path.parent) as neighbours:
        try:
            spec.loader.exec_module(module)
        except Exception as error:  # it is the user's code: anything can happen
            msg = f"processor.file: {path} cannot be imported: {type(error).__name__}: {error}"
            raise ConfigError(msg) from error
    cloudpickle.register_pickle_by_value(module)
    setattr(module, NEIGHBOURS, tuple(neighbours))
    return module


@contextmanager
def _neighbours(folder: Path) -> Iterator[list[ModuleType]]:
    """Let modules of `folder` be imported by name; the list holds them after the block.

    They are forgotten again by the interpreter, so that two folders can hold a
    module of the same name, and an edited one is read anew.
    """
    before = set(sys.modules)
    found: list[ModuleType] = []
    sys.path.insert(0, str(folder))
    try:
        yield found
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            module = sys.modules[name]
            if _file(module).parent == folder:
                cloudpickle.register_pickle_by_value(module)
                found.append(sys.modules.pop(name))


def _file(module: ModuleType) -> Path:
    return Path(getattr(module, "__file__", None) or "")
