from __future__ import annotations

import shutil
from pathlib import Path

from bot.safety.versions import fingerprint
from bot.settings import PROJECT


def test_a_fingerprint_changes_with_the_files_and_only_with_them(tmp_path: Path) -> None:
    folder = tmp_path / "safety"
    shutil.copytree(PROJECT / "data" / "safety", folder)
    before = fingerprint(PROJECT / "data" / "safety")
    assert fingerprint(folder) == before
    (folder / "notes.txt").write_text("not a part of it")
    assert fingerprint(folder) == before
    with (folder / "lexicon" / "en.yml").open("a") as file:
        file.write("# a note\n")
    assert fingerprint(folder) != before
    assert len(before) == 12
