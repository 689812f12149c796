from __future__ import annotations

import re

import pytest

from coffea_lcf.config import load_config, parse_config
from coffea_lcf.errors import ConfigError

YAML = """
name: w_vs_qcd
datasets:
  w: {files: [w.root], label: signal, cross_section: 0.76}
  qcd: {files: ["qcd_*.root"], label: background, cross_section: 20.0}
observables: [mass, tau21]
"""


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a configuration and gives its path."""

    def write(content, name="my.yaml"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def _document(changes=None):
    return {
        "name": "demo",
        "datasets": {"w": {"files": ["w.root"], "label": "signal"}},
        "observables": ["mass"],
        **(changes or {}),
    }


def test_a_file_becomes_a_configuration(write, tmp_path):
    loaded = load_config(write(YAML))
    assert loaded.config.name == "w_vs_qcd"
    assert loaded.config.datasets["w"].cross_section == 0.76
    assert loaded.config.observable_names == ("mass", "tau21")
    assert loaded.path.is_absolute()
    assert loaded.folder == tmp_path.resolve()


def test_the_digest_is_of_the_sections_that_count(write):
    first = load_config(write(YAML))
    described = load_config(write(YAML + "description: other\n"))
    assert re.fullmatch("[0-9a-f]{16}", first.digest())
    assert first.digest() == load_config(write("# a comment\n" + YAML)).digest()
    assert first.digest() != described.digest()
    assert first.digest("datasets", "observables") == described.digest("datasets", "observables")
    refitted = load_config(write(YAML + "fit: {seed: 2}\n"))
    assert first.digest("fit") != refitted.digest("fit")


def test_a_default_written_out_changes_no_digest(write):
    assert load_config(write(YAML)).digest() == load_config(write(YAML + "tree: Events\n")).digest()


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(ConfigError, match=r"cannot read the configuration .*x\.yaml: No such file"):
        load_config(tmp_path / "x.yaml")
    with pytest.raises(ConfigError, match=r"cannot read the configuration .*directory"):
        load_config(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name: [1\nb", r"my\.yaml is not valid YAML: while parsing a flow sequence .* line 1"),
        ("a: b: c", r"my\.yaml is not valid YAML: mapping values are not allowed"),
        (b"\x80\x04\x95", r"my\.yaml is not valid YAML: 'utf-8' codec can't decode"),
        ("[" * 100_000, r"my\.yaml is not valid YAML: maximum recursion depth"),
        ("", r"my\.yaml is not a mapping of sections but NoneType"),
        ("- a", r"my\.yaml is not a mapping of sections but list"),
        ("just words", r"my\.yaml is not a mapping of sections but str"),
    ],
)
def test_what_is_not_a_yaml_mapping(write, content, message):
    with pytest.raises(ConfigError, match=message) as caught:
        load_config(write(content))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system ['touch made']",
        "!!python/name:os.system",
        "!!python/object/new:pathlib.Path [made]",
        "!include other.yaml",
    ],
)
def test_tags_are_refused_and_nothing_runs(write, tag, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = write(YAML.replace("w_vs_qcd", tag))
    with pytest.raises(ConfigError, match=r"my\.yaml is not valid YAML: could not determine"):
        load_config(path)
    assert not (tmp_path / "made").exists()


def test_a_key_written_twice_is_refused(write):
    with pytest.raises(ConfigError, match="name"):
        load_config(write(YAML + "name: other\n"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"nme": "x"}, "  nme: unknown key; nearest: name"),
        ({"fit": {"sed": 1}}, "  fit.sed: unknown key; nearest: seed"),
        (
            {"datasets": {"w": {"files": ["a"], "label": "signal", "crosssection": 1}}},
            "  datasets.w.crosssection: unknown key; nearest: cross_section",
        ),
        # a dataset may be called like a key of its section
        (
            {"datasets": {"tree": {"files": ["a"], "label": "signal", "lable": 1}}},
            "  datasets.tree.lable: unknown key; nearest: label",
        ),
        (
            {"preselection": [{"observable": "mass", "case": "left", "uper": 1.0}]},
            "  preselection.0.uper: unknown key; nearest: upper",
        ),
        ({"schema_name": "BaseSchema"}, "  schema_name: unknown key; nearest: schema"),
        ({"processor": {"file": "a.py", "clas": "A"}}, "processor.clas: unknown key; .* class"),
    ],
)
def test_unknown_keys_show_their_path_and_the_nearest(changes, message):
    with pytest.raises(ConfigError, match=message):
        parse_config(_document(changes), "my.yaml")


def test_an_unknown_key_of_a_branch_shows_its_path_and_the_nearest():
    with pytest.raises(ConfigError) as caught:
        parse_config(_document({"observables": {"mass": {"branch": "m", "unt": "GeV"}}}), "my.yaml")
    # one line on what is wrong, and none on what the observables could have been instead
    assert str(caught.value).splitlines()[1:] == [
        "  observables.mass.unt: unknown key; nearest: unit"
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fit": {"seed": "one"}}, r"fit.seed: .*valid integer.* \(got 'one'\)"),
        (
            {"fit": {"strategy": "seq"}},
            r"fit.strategy: .*'joint' or 'reference' \(got 'seq'\)",
        ),
        ({"fit": {"threshold": 1.0}}, r"fit.threshold: .*less than 1 \(got 1.0\)"),
        ({"fit": {"repeats": 0}}, "fit.repeats: .*greater than or equal to 1"),
        ({"fit": {"test_fraction": float("nan")}}, "fit.test_fraction"),
        ({"fit": None}, "fit: .*valid dictionary"),
        ({"datasets": {"w": {"files": 3, "label": "signal"}}}, "datasets.w.files: .*list"),
        ({"datasets": {"w": {"files": [], "label": "signal"}}}, "datasets.w.files: .*at least 1"),
        ({"datasets": {"w": {"files": ["a"], "label": "data"}}}, "datasets.w.label: .*'signal' or"),
        ({"datasets": {"w": {"files": ["a"]}}}, r"datasets.w.label: Field required$"),
        ({"datasets": {}}, "datasets: .*at least 1 item"),
        ({"datasets": {"a/b": {"files": ["a"], "label": "signal"}}}, "datasets.a/b.*pattern"),
        ({"luminosity": 0}, r"luminosity: .*greater than 0 \(got 0\)"),
        ({"luminosity": float("inf")}, "luminosity: .*finite"),
        ({"cutflow": {"background_uncertainty": -0.1}}, "cutflow.background_uncertainty: .*0"),
        ({"cutflow": {"background_uncertainty": float("inf")}}, "cutflow.background_uncertainty"),
        ({"schema": "CMSSchema"}, "schema: .*'NanoAODSchema'"),
        ({"name": "../up"}, "name: .*pattern"),
        ({"execution": {"executor": "slurm"}}, "execution.executor: .*'futures'"),
        ({1: 2}, "1: Keys should be strings"),
    ],
)
def test_wrong_values_show_their_path_and_what_would_be_right(changes, message):
    with pytest.raises(ConfigError, match=re.compile(message, re.MULTILINE)) as caught:
        parse_config(_document(changes), "my.yaml")
    assert str(caught.value).startswith("my.yaml is not a valid configuration\n")


@pytest.mark.parametrize("missing", ["name", "datasets", "observables"])
def test_what_must_be_there(missing):
    document = _document()
    del document[missing]
    with pytest.raises(ConfigError, match=f"  {missing}: Field required"):
        parse_config(document)


def test_several_mistakes_are_shown_at_once():
    with pytest.raises(ConfigError) as caught:
        parse_config(_document({"luminosity": -1, "fit": {"seed": "one"}, "nme": "x"}))
    assert len(str(caught.value).splitlines()) == 4


def test_number_with_more_digits_than_python_writes(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text("name: 0x" + "f" * 5000)
    with pytest.raises(ConfigError, match="Exceeds the limit"):
        load_config(path)


def test_long_keys_are_cut_in_messages(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text(f"{'x' * 3000}: 1")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert len(str(caught.value)) < 1000
