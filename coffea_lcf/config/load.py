"""Read a configuration: YAML as data only, errors with the path into the file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from coffea_lcf.config.fileset import with_fileset
from coffea_lcf.config.schema import Config
from coffea_lcf.config.yaml_data import parse_yaml
from coffea_lcf.errors import ConfigError, LCFError, nearest


@dataclass(frozen=True)
class LoadedConfig:
    """A configuration and the file that it came from."""

    config: Config
    path: Path

    @property
    def folder(self) -> Path:
        """The folder that relative paths of the configuration start from."""
        return self.path.parent

    def digest(self, *sections: str) -> str:
        """Return a hash of the given top-level `sections`, or of all."""
        document = self.config.model_dump(mode="json", by_alias=True)
        chosen = {key: value for key, value in document.items() if not sections or key in sections}
        return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:16]


def load_config(path: str | Path) -> LoadedConfig:
    """Read and validate the YAML file `path`.

    Raises
    ------
    ConfigError
        If the file is missing, not YAML, or says something that it may not; with
        the path into the file, the value found and what would be right.
    FilesetError
        If the fileset that it names cannot be used.
    """
    where = Path(path)
    try:
        document = parse_yaml(where.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"cannot read the configuration {where}: {error.strerror or error}"
        raise ConfigError(msg) from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        msg = f"{where} is not valid YAML: {' '.join(str(error).split())}"
        raise ConfigError(msg) from error
    document = with_fileset(document, where.resolve())
    return LoadedConfig(parse_config(document, str(where)), where.resolve())


def parse_config(document: Any, where: str = "configuration") -> Config:
    """Return the configuration in `document`; errors as `load_config`."""
    if not isinstance(document, dict):
        msg = f"{where} is not a mapping of sections but {type(document).__name__}"
        raise ConfigError(msg)
    try:
        return Config.model_validate(document)
    except ValidationError as error:
        lines = [f"{where} is not a valid configuration"]
        lines += [f"  {_described(dict(one))}" for one in error.errors()[:5]]
        raise ConfigError("\n".join(lines)) from error
    except LCFError as error:
        msg = f"{where} is not a valid configuration\n  {error}"
        raise ConfigError(msg) from error


def _described(error: dict[str, Any]) -> str:
    if not error["loc"]:
        return str(error["msg"].removeprefix("Value error, "))
    path = ".".join(f"{part!s:.80}" for part in error["loc"])
    if error["type"] == "extra_forbidden":
        known = _known_keys(error["loc"][:-1])
        return f"{path}: unknown key; nearest: {nearest(str(error['loc'][-1])[:80], known)}"
    got = "" if error["type"] == "missing" else f" (got {error['input']!r:.60})"
    return f"{path}: {error['msg'].removeprefix('Value error, ')}{got}"


def _known_keys(path: tuple[Any, ...]) -> list[str]:
    """Return the keys of the section that `path` leads to."""
    annotation: Any = Config
    for part in path:
        if _is_section(annotation):
            annotation = _fields(annotation)[str(part)].annotation
        else:
            # the name of an entry in a mapping, or its number in a list
            annotation = get_args(annotation)[-1]
        if not _is_section(annotation) and type(None) in get_args(annotation):
            annotation = get_args(annotation)[0]
    return list(_fields(annotation)) if _is_section(annotation) else []


def _is_section(section: Any) -> bool:
    return isinstance(section, type) and issubclass(section, BaseModel)


def _fields(section: Any) -> dict[str, Any]:
    return {field.alias or name: field for name, field in section.model_fields.items()}
