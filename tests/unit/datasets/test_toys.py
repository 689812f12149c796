from __future__ import annotations

import numpy as np
import pytest
import uproot

from coffea_lcf.datasets import toys
from coffea_lcf.errors import ConfigError

EVENTS = 200_000
TOLERANCE = 5.0 / np.sqrt(EVENTS)


def test_one_dimension_has_the_means_and_widths_of_the_paper():
    table = toys.draw("toy_1d", EVENTS)
    signal, background = table["x"][table.label], table["x"][~table.label]

    assert signal.mean() == pytest.approx(5.0, abs=TOLERANCE)
    assert signal.std() == pytest.approx(1.0, abs=TOLERANCE)
    assert background.mean() == pytest.approx(0.0, abs=4 * TOLERANCE)
    assert background.std() == pytest.approx(4.0, abs=4 * TOLERANCE)


def test_two_dimensions_have_the_covariances_of_the_paper():
    table = toys.draw("toy_2d", EVENTS)
    x = table.matrix().astype(float)

    np.testing.assert_allclose(x[table.label].mean(0), [1.5, 2.0], atol=TOLERANCE)
    np.testing.assert_allclose(
        np.cov(x[table.label].T), [[0.5, 0.2], [0.2, 0.5]], atol=2 * TOLERANCE
    )
    np.testing.assert_allclose(
        np.cov(x[~table.label].T), [[9.0, 0.0], [0.0, 9.0]], atol=18 * TOLERANCE
    )


@pytest.mark.parametrize("name", toys.TOYS)
def test_a_toy_depends_on_its_seed_alone(name):
    first, again, other = (toys.draw(name, 50, seed) for seed in (3, 3, 4))

    assert len(first) == 100
    assert first.label.sum() == 50
    assert first.weight.tolist() == [1.0] * 100
    np.testing.assert_array_equal(first.matrix(), again.matrix())
    assert (first.matrix() != other.matrix()).all()


def test_an_unknown_toy_is_named_with_the_nearest():
    with pytest.raises(ConfigError, match=r"unknown toy 'toy_3d'\n  nearest    toy_[12]d, toy_"):
        toys.draw("toy_3d")


def test_a_toy_needs_events():
    with pytest.raises(ConfigError, match="events = 0: at least one of each class"):
        toys.draw("toy_1d", 0)


def test_a_toy_is_written_class_by_class(tmp_path):
    paths = toys.write("toy_2d", tmp_path, 50, seed=3)

    table = toys.draw("toy_2d", 50, seed=3)
    assert [path.name for path in paths] == ["signal.root", "background.root"]
    for path, rows in zip(paths, (table.label, ~table.label), strict=True):
        with uproot.open(path) as file:
            found = file["Events"].arrays(library="np")
        assert list(found) == ["x1", "x2"]
        np.testing.assert_array_equal(found["x2"], table["x2"][rows])
