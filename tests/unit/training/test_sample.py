from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.training.sample import drawn


def _sample(label, size, seed=1):
    return drawn(label, size, np.random.default_rng(seed))


def test_half_of_a_sample_is_of_each_class_and_stands_for_all_of_it():
    label = np.arange(10_000) % 10 == 0
    sample = _sample(label, 400)
    signal = label[sample.rows]
    assert (np.count_nonzero(signal), np.count_nonzero(~signal)) == (200, 200)
    assert sample.stands[signal].tolist() == pytest.approx([1000 / 200] * 200)
    assert sample.stands[~signal].tolist() == pytest.approx([9000 / 200] * 200)


def test_a_rare_class_is_taken_whole():
    label = np.arange(1000) < 3
    sample = _sample(label, 100)
    assert sorted(sample.rows[label[sample.rows]]) == [0, 1, 2]
    assert sample.stands.sum() == pytest.approx(1000)


def test_every_part_of_a_table_gives_its_share():
    label = np.zeros(8000, dtype=bool)
    label[1] = True
    sample = _sample(label, 1602)
    parts = np.histogram(sample.rows, bins=8, range=(0, 8000))[0]
    assert parts.tolist() == pytest.approx([100] * 8, abs=2)


def test_every_row_has_the_same_chance_and_the_seed_decides():
    label = np.arange(40) % 2 == 0
    times = np.zeros(40)
    for seed in range(4000):
        times[_sample(label, 8, seed).rows] += 1
    # a chance of 0.2 each: 800 times, with a standard deviation of 25
    assert times == pytest.approx(np.full(40, 800), abs=5 * 25)
    first, second = (_sample(label, 8, 3).rows for _ in range(2))
    assert first.tolist() == second.tolist()
