"""A configuration made ready: its files, its processor and its output folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from coffea_lcf.config import Config, LoadedConfig, load_config, parse_config
from coffea_lcf.datasets.fileset import Dataset, resolve_datasets
from coffea_lcf.datasets.survey import FileInfo, LostFile, survey
from coffea_lcf.errors import OutputError
from coffea_lcf.processing import ObservableProcessor, collect
from coffea_lcf.processing.checkpoints import FOLDER, Checkpoints, always
from coffea_lcf.processing.chunks import Splitting, equal_parts, whole_clusters
from coffea_lcf.processing.completeness import at_least_some, everything
from coffea_lcf.processing.execution import Execution, Opening
from coffea_lcf.processing.executors import BACKENDS
from coffea_lcf.processing.isolation import Isolation
from coffea_lcf.processing.load import sources
from coffea_lcf.processing.processor import Action
from coffea_lcf.skimming.branches import check_patterns
from coffea_lcf.workflow.processors import (
    configured_processor,
    model_files,
    varied_processor,
)

NETWORKS = "networks"
"""Folder of the networks that were trained, in the output folder."""


@dataclass(frozen=True)
class Analysis:
    """What every step works with.

    Parameters
    ----------
    loaded
        The configuration.
    output
        Folder of all results.
    progress
        Whether to show progress bars.
    opening
        Opens the executor; as the configuration says by default.
    """

    loaded: LoadedConfig
    output: Path
    progress: bool = False
    opening: Opening | None = None

    @property
    def config(self) -> Config:
        """The configuration itself."""
        return self.loaded.config

    @cached_property
    def datasets(self) -> tuple[Dataset, ...]:
        """The datasets with their files; see `resolve_datasets`."""
        return resolve_datasets(self.loaded)

    @property
    def files(self) -> tuple[FileInfo, ...]:
        """What is in every file that can be used; see `coffea_lcf.datasets.survey.survey`."""
        return self._surveyed[0]

    @property
    def lost(self) -> tuple[LostFile, ...]:
        """The files that cannot be used, where the configuration allows them to miss."""
        return self._surveyed[1]

    @cached_property
    def _surveyed(self) -> tuple[tuple[FileInfo, ...], tuple[LostFile, ...]]:
        processor = self.processor()
        needed = processor.needed_branches()
        for name, varied in self.varied(collect).items():
            own = {f"{one} of {name}": used for one, used in varied.needed_branches().items()}
            weight = {f"weight of {name}": (varied.weight,)} if varied.weight else {}
            needed |= own | weight
        lost: list[LostFile] = []
        tolerant = lost.append if self.config.execution.allow_missing else None
        infos = survey(self.datasets, needed, processor.weight, lost=tolerant)
        check_patterns((name for info in infos for name in info.branches), self.config.skim.columns)
        return infos, tuple(lost)

    def processor(self, action: Action = collect) -> ObservableProcessor:
        """Return the processor of the configuration with `action` to do on each chunk.

        Raises
        ------
        ConfigError
            If it cannot be loaded or does not take the options.
        """
        return configured_processor(self.loaded, self.network_file, action)

    def varied(self, action: Action) -> dict[str, ObservableProcessor]:
        """Return the processor of each systematic variation with `action` to do."""
        return {
            name: varied_processor(self.processor(action), section)
            for name, section in self.config.variations.items()
        }

    def execution(
        self, step: str, identity: str, usable: Callable[[Mapping[str, Any]], bool] = always
    ) -> Execution:
        """Return how the processors of `step` run.

        Parameters
        ----------
        step
            Name of the step.
        identity
            Hash of all that the output of a chunk depends on.
        usable
            Tells of the output of an earlier run whether it will do.
        """
        section = self.config.execution
        kept = Checkpoints(checkpoint_folder(self.output, step), identity, usable)
        return Execution(
            self.executor(),
            section.chunksize,
            self.config.schema_name,
            self.progress,
            splitting=self.splitting(),
            isolation=Isolation(section.retries),
            judge=at_least_some if section.allow_missing else everything,
            checkpoints=kept if section.checkpoints else None,
            lost=self.lost,
        )

    def splitting(self) -> Splitting:
        """Return what cuts the files into chunks."""
        return whole_clusters if self.config.execution.align_clusters else equal_parts

    def executor(self) -> Opening:
        """Return what opens the executor of the configuration, or the one that is open."""
        section = self.config.execution
        return self.opening or partial(BACKENDS[section.executor].open, section)

    def with_overrides(self, **sections: dict[str, Any]) -> Analysis:
        """Return the analysis with other values for some keys of sections.

        Raises
        ------
        ConfigError
            If a value is not allowed there.
        """
        document = self.config.model_dump(mode="json", by_alias=True)
        for section, values in sections.items():
            document[section].update(values)
        config = parse_config(document, str(self.loaded.path))
        return replace(self, loaded=replace(self.loaded, config=config))

    def code_digest(self) -> str:
        """Return a hash of the processor's source, so that edited physics is run again.

        That is its file, what it imports from beside it, and the networks it evaluates.

        Raises
        ------
        OutputError
            If a network of this configuration has not been trained yet.
        """
        models = model_files(self.loaded, self.network_file)
        missing = [path for path in models if not path.is_file()]
        if missing:
            msg = f"no network {missing[0].stem!r} in {missing[0].parent}: "
            msg += "run  coffea-lcf train  first"
            raise OutputError(msg)
        return digest_of([*self.sources(), *models])

    def sources(self) -> tuple[Path, ...]:
        """Return the processor's file and what it imports from beside it; none for branches."""
        section = self.config.processor
        return () if section is None else sources((self.loaded.folder / section.file).resolve())

    def network_file(self, name: str) -> Path:
        """Return where the step ``train`` puts the network `name`."""
        return self.output / NETWORKS / f"{name}.pt"


def digest_of(files: Sequence[Path]) -> str:
    """Return a hash of what is in `files`, empty without any."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16] if files else ""


def checkpoint_folder(output: Path, step: str) -> Path:
    """Return where `step` keeps finished chunks until it ends."""
    return output / FOLDER / step


def prepare(
    config: str | Path, output: str | Path | None = None, progress: bool = False
) -> Analysis:
    """Return the analysis of the configuration file `config`.

    Results go to the folder `output`, or to ``output/NAME`` where the program runs.

    Raises
    ------
    ConfigError
        If the configuration cannot be used.
    """
    loaded = load_config(config)
    folder = Path("output") / loaded.config.name if output is None else Path(output)
    return Analysis(loaded, folder.resolve(), progress)
