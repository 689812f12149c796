"""A configuration made ready: its files, its processor and its output folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from coffea_lcf.config import Config, LoadedConfig, load_config, parse_config
from coffea_lcf.config.schema import BranchSection, VariationSection
from coffea_lcf.datasets.fileset import Dataset, resolve_datasets
from coffea_lcf.datasets.survey import FileInfo, survey
from coffea_lcf.errors import ConfigError
from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor, collect
from coffea_lcf.processing.execution import make_executor
from coffea_lcf.processing.load import load_processor
from coffea_lcf.processing.processor import Action
from coffea_lcf.processing.run import Execution
from coffea_lcf.processing.variations import scaled
from coffea_lcf.skimming.branches import check_patterns


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
    """

    loaded: LoadedConfig
    output: Path
    progress: bool = False

    @property
    def config(self) -> Config:
        """The configuration itself."""
        return self.loaded.config

    @cached_property
    def datasets(self) -> tuple[Dataset, ...]:
        """The datasets with their files; see `resolve_datasets`."""
        return resolve_datasets(self.loaded)

    @cached_property
    def files(self) -> tuple[FileInfo, ...]:
        """What is in every file, looked up once; see `coffea_lcf.datasets.survey.survey`."""
        processor = self.processor()
        needed = processor.needed_branches()
        for name, varied in self.varied(collect).items():
            own = {f"{one} of {name}": used for one, used in varied.needed_branches().items()}
            weight = {f"weight of {name}": (varied.weight,)} if varied.weight else {}
            needed |= own | weight
        infos = survey(self.datasets, needed, processor.weight)
        check_patterns((name for info in infos for name in info.branches), self.config.skim.columns)
        return infos

    def processor(self, action: Action = collect) -> ObservableProcessor:
        """Return the processor of the configuration with `action` to do on each chunk.

        Raises
        ------
        ConfigError
            If it cannot be loaded or does not take the options.
        """
        section = self.config.processor
        kind = ObservableProcessor
        options = {}
        if section is not None:
            kind = load_processor((self.loaded.folder / section.file).resolve(), section.name)
            options = section.options
        try:
            return kind(self._observables(), weight=self.config.weight, action=action, **options)
        except TypeError as error:
            msg = f"{self.loaded.path.name}: processor.options: {error}"
            raise ConfigError(msg) from error

    def varied(self, action: Action) -> dict[str, ObservableProcessor]:
        """Return the processor of each systematic variation with `action` to do."""
        return {
            name: self._varied(self.processor(action), section)
            for name, section in self.config.variations.items()
        }

    def _varied(
        self, processor: ObservableProcessor, section: VariationSection
    ) -> ObservableProcessor:
        changed = []
        for observable in processor.observables:
            instead = section.observables.get(observable.name)
            if isinstance(instead, BranchSection):
                observable = Observable(observable.name, (instead.branch,), unit=observable.unit)
            elif instead is not None:
                observable = replace(processor.known(instead), name=observable.name)
            factor = section.scale.get(observable.name)
            changed.append(observable if factor is None else scaled(observable, factor))
        processor.observables = tuple(changed)
        processor.weight = section.weight or processor.weight
        return processor

    def _observables(self) -> list[str | Observable]:
        return [
            name if section is None else Observable(name, (section.branch,), unit=section.unit)
            for name, section in self.config.observables.items()
        ]

    def execution(self) -> Execution:
        """Return how the processors run."""
        section = self.config.execution
        executor = make_executor(section.executor, section.workers)
        return Execution(executor, section.chunksize, self.config.schema_name, self.progress)

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
        """Return a hash of the processor file, so that edited physics is run again."""
        section = self.config.processor
        if section is None:
            return ""
        source = (self.loaded.folder / section.file).read_bytes()
        return hashlib.sha256(source).hexdigest()[:16]


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
