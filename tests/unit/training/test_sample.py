from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.training.sample import nested_samples


def _samples(label, sizes, seed=1):
    return nested_samples(label, sizes, np.random.default_rng(seed))


def test_half_of_a_sample_is_of_each_class_and_stands_for_all_of_it():
    label = np.arange(10_000) % 10 == 0
    (sample,) = _samples(label, (400,))
    drawn = label[sample.rows]
    assert (np.count_nonzero(drawn), np.count_nonzero(~drawn)) == (200, 200)
    assert sample.stands[drawn].tolist() == pytest.approx([1000 / 200] * 200)
    assert sample.stands[~drawn].tolist() == pytest.approx([9000 / 200] * 200)


def test_a_rare_class_is_taken_whole():
    label = np.arange(1000) < 3
    (sample,) = _samples(label, (100,))
    assert sorted(sample.rows[label[sample.rows]]) == [0, 1, 2]
    assert sample.stands.sum() == pytest.approx(1000)


def test_a_smaller_sample_lies_within_the_larger():
    label = np.random.default_rng(2).random(5000) < 0.3
    large, small = _samples(label, (1000, 100))
    assert set(small.rows) < set(large.rows)
    for sample in (large, small):
        assert sample.stands.sum() == pytest.approx(5000)


def test_every_part_of_a_table_gives_its_share():
    label = np.zeros(8000, dtype=bool)
    label[1] = True
    (sample,) = _samples(label, (1602,))
    parts = np.histogram(sample.rows, bins=8, range=(0, 8000))[0]
    assert parts.tolist() == pytest.approx([100] * 8, abs=2)


def test_every_row_has_the_same_chance_and_the_seed_decides():
    label = np.arange(40) % 2 == 0
    times = np.zeros(40)
    for seed in range(4000):
        times[_samples(label, (8,), seed)[0].rows] += 1
    # a chance of 0.2 each: 800 times, with a standard deviation of 25
    assert times == pytest.approx(np.full(40, 800), abs=5 * 25)
    first, second = (_samples(label, (8,), 3)[0].rows for _ in range(2))
    assert first.tolist() == second.tolist()
