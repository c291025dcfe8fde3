"""`xnerbench calibrate`, and the calibration that the suite ships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from xnerbench.analysis.confidence import stored
from xnerbench.cli import main
from xnerbench.commands.results import calibrate
from xnerbench.commands.results.plan_text import CALIBRATION
from xnerbench.study import config, validity

RESULTS = Path(__file__).parents[2] / "results" / "reference"
PLAIN = {
    "study": "mine",
    "sources": ["eng"],
    "targets": ["nld"],
    "sizes": [100],
    "seeds": [0],
    "methods": ["direct", "ts-kl"],
    "corpora": {
        "languages": {
            "eng": {"format": "embedded", "train": 100},
            "nld": {"format": "embedded", "pool": 120, "test": 50},
        }
    },
}


def test_a_study_of_default_settings_can_be_asked_with_the_shipped_calibration() -> None:
    shipped = stored.read(CALIBRATION)
    shipped.check(validity.made_with(config.from_dict(PLAIN, Path())), "a study of defaults")
    direct = shipped.entry("direct", "eng")
    assert direct is not None and direct.n_languages == 43
    assert any(entry.method == "ts-kl" and entry.n for entry in shipped.entries)


def test_teachers_of_another_corpus_are_said() -> None:
    """Annotation rules are no part of the recipe, so nothing is refused: `family` of the corpora decides."""
    shipped = stored.read(CALIBRATION)
    (said,) = shipped.of_other_corpora({"eng": "conll"})
    assert "the family conll, the calibration's from conll2003" in said
    assert not list(shipped.of_other_corpora({"eng": "conll2003", "deu": "any"}))


def test_studies_of_other_teachers_are_not_calibrated_together(capsys, tmp_path: Path) -> None:
    folders = [str(RESULTS / name) for name in ("study-signals", "conll-e5-trained")]
    out = tmp_path / "calibration.json"
    with pytest.raises(SystemExit):
        main(["calibrate", "--results", *folders, "--out", str(out)])
    assert (
        "conll-e5-trained/config.yaml: its encoder, teachers' recipe or labels"
        in capsys.readouterr().err
    )
    assert not out.exists()


def test_an_outcome_is_taken_from_the_first_study_that_has_it(monkeypatch, tmp_path: Path) -> None:
    """Direct transfer of many languages and seeds, and students of the few that have some, in one file."""
    entry = json.loads(CALIBRATION.read_text(encoding="utf-8"))["entries"][0]
    direct, student = ("direct", "eng", "none", "n=0"), ("ts-kl", "eng", "u1200", "n=400")
    of = {
        "study-signals": [(direct, entry | {"n_languages": 43})],
        "study": [
            (direct, entry | {"n_languages": 8}),
            (student, entry | {"method": "ts-kl", "n": 400}),
        ],
    }
    monkeypatch.setattr(calibrate, "_calibrated", lambda folder, study: of[folder.name])
    out = tmp_path / "calibration.json"
    with pytest.raises(SystemExit) as ended:
        main(["calibrate", "--results", *(str(RESULTS / name) for name in of), "--out", str(out)])
    assert ended.value.code == 0
    found = stored.read(out)
    assert [(own.method, own.n, own.n_languages) for own in found.entries] == [
        ("direct", 0, 43),
        ("ts-kl", 400, entry["n_languages"]),
    ]  # fmt: skip
    assert found.study == "reference/study-signals"
