"""Configurations: plain data, validated."""

from coffea_lcf.config.load import LoadedConfig, load_config, parse_config
from coffea_lcf.config.schema import Config

__all__ = ["Config", "LoadedConfig", "load_config", "parse_config"]
