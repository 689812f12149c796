"""User processors: loaded from a file by path, shipped to workers by value."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from pathlib import Path

import cloudpickle

from coffea_lcf.errors import ConfigError, nearest
from coffea_lcf.processing.processor import ObservableProcessor


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

    Its module is pickled by value, so that workers need only coffea-lcf.

    Raises
    ------
    ConfigError
        If the file is missing or cannot be imported.
    """
    if not path.is_file():
        msg = f"processor.file: no such file: {path}"
        raise ConfigError(msg)
    # one module a path, so that two files of the same name do not mix
    module_name = f"lcf_processor_{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        msg = f"processor.file: {path} is not a Python file"
        raise ConfigError(msg)
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # it is the user's code: anything can happen
        msg = f"processor.file: {path} cannot be imported: {type(error).__name__}: {error}"
        raise ConfigError(msg) from error
    cloudpickle.register_pickle_by_value(module)
    return tuple(
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, ObservableProcessor)
        and value.__module__ == module_name
    )
