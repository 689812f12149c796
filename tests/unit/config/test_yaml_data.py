from __future__ import annotations

import pytest
import yaml

from coffea_lcf.config.yaml_data import parse_yaml


def test_plain_values_and_aliases() -> None:
    text = "a: &one {x: [1, 2.5, null]}\nb: *one\nc: {<<: *one, y: text}\n"
    assert parse_yaml(text) == {
        "a": {"x": [1, 2.5, None]},
        "b": {"x": [1, 2.5, None]},
        "c": {"x": [1, 2.5, None], "y": "text"},
    }
    assert parse_yaml("") is None


def test_key_written_twice() -> None:
    with pytest.raises(yaml.YAMLError, match="the key 'x' is written twice in the mapping of line"):
        parse_yaml("a:\n  x: 1\n  x: 2\n")


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system ['true']", "!!python/name:a.b"])
def test_tags_that_make_objects(tag: str) -> None:
    with pytest.raises(yaml.YAMLError, match="could not determine a constructor"):
        parse_yaml(f"a: {tag}")


def bomb(level: str) -> str:
    """Return aliases of aliases that stand for 9⁹ values."""
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {level.format(','.join([f'*a{n - 1}'] * 9))}" for n in range(1, 10)]
    return "\n".join(lines)


@pytest.mark.parametrize("level", ["[{}]", "{{<<: [{}]}}"])
def test_aliases_that_stand_for_too_much(level: str) -> None:
    with pytest.raises(yaml.YAMLError, match="aliases stand for more than 1000000 values"):
        parse_yaml(bomb(level))


def test_alias_of_itself() -> None:
    with pytest.raises(yaml.YAMLError, match="an alias contains itself"):
        parse_yaml("a: &a [*a]")


def test_too_long() -> None:
    with pytest.raises(ValueError, match="it has 1000001 letters, more than 1000000: put long"):
        parse_yaml("#" * 1_000_001)


def test_many_keys_take_no_time() -> None:
    text = "\n".join(f"k{number}: 0" for number in range(10_000))
    assert len(parse_yaml(text)) == 10_000


def test_half_a_letter() -> None:
    with pytest.raises(ValueError, match=r"'\\ud800', which is half a letter"):
        parse_yaml('a: "\\ud800"')


def test_keys_that_are_no_texts() -> None:
    assert list(parse_yaml("{1: a, 2020-01-01: b, ? [1, 2] : c}".replace("? [1, 2] : c", "3: c")))
    with pytest.raises(yaml.YAMLError, match="unhashable"):
        parse_yaml("{? [1, 2] : c}")


@pytest.mark.parametrize("text", ["!!timestamp x", "!!bool x", "!!int [1]", "!!float {a: 1}"])
def test_tags_before_other_values(text: str) -> None:
    with pytest.raises((yaml.YAMLError, ValueError)):
        parse_yaml(text)
