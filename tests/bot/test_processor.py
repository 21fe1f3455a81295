from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.processor import tune_linear_algebra

FLAGS = "flags\t\t: fpu sse2 avx2 avx512f avx512dq avx512cd avx512bw avx512vl\n"


@pytest.fixture(autouse=True)
def _untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("content", "chosen"),
    [(FLAGS, "SkylakeX"), (FLAGS.replace(" avx512vl", ""), None), ("model name: some other\n", None), ("", None)],
)
def test_kernels_are_chosen_by_what_the_processor_can_do(tmp_path: Path, content: str, chosen: str | None) -> None:
    (tmp_path / "cpuinfo").write_text(content)
    tune_linear_algebra(tmp_path / "cpuinfo")
    assert os.environ.get("OPENBLAS_CORETYPE") == chosen
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"


def test_where_nothing_tells_it_is_left_alone(tmp_path: Path) -> None:
    tune_linear_algebra(tmp_path / "none")
    assert "OPENBLAS_CORETYPE" not in os.environ


def test_what_the_environment_says_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    (tmp_path / "cpuinfo").write_text(FLAGS)
    tune_linear_algebra(tmp_path / "cpuinfo")
    assert os.environ["OPENBLAS_CORETYPE"] == "Haswell"
