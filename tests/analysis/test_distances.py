import sys

import pytest

from xnerbench.analysis.distances import between, uriel
from xnerbench.analysis.settings import Settings
from xnerbench.errors import InputError

KNN = {
    "deu": 0.283, "nld": 0.249, "spa": 0.386, "fra": 0.397, "hau": 0.456, "cmn": 0.495,
    "arb": 0.554, "yor": 0.590, "ibo": 0.597, "amh": 0.600, "swh": 0.686,
}  # fmt: skip
UNION = {"deu": 0.431, "nld": 0.502, "spa": 0.394}
URIEL = {"deu": 0.420, "nld": 0.494, "spa": 0.399}
GEOGRAPHIC = {"spa": 0.070, "nld": 0.021, "deu": 0.053}
GENETIC = {"deu": 0.600, "nld": 0.600, "spa": 0.923, "cmn": 1.0, "swh": 1.0}


@pytest.mark.parametrize(
    ("kind", "variant", "expected"),
    [
        ("syntactic", "knn", KNN),
        ("syntactic", "union", UNION),
        ("geographic", "uriel", GEOGRAPHIC),
        ("genetic", "uriel", GENETIC),
    ],
)
def test_distances_from_english(kind, variant, expected):
    for code, value in expected.items():
        found = uriel.between(kind, variant, "eng", code).value
        assert found == pytest.approx(value, abs=6e-4), code


def test_union_is_near_uriels_own_table_and_orders_as_it_does():
    found = {code: uriel.between("syntactic", "union", "eng", code).value for code in URIEL}
    assert found == pytest.approx(URIEL, abs=0.011)
    assert sorted(found, key=found.get) == sorted(URIEL, key=URIEL.get) == ["spa", "deu", "nld"]
    knn = sorted(URIEL, key=lambda code: uriel.between("syntactic", "knn", "eng", code).value)
    assert knn == ["nld", "deu", "spa"]


def test_lang2vec_is_read_and_not_imported():
    uriel.vectors()
    assert "lang2vec" not in sys.modules


def test_distances_are_symmetric_and_zero_to_itself():
    for kind in uriel.KINDS:
        variant = "knn" if kind in uriel.PREFIXES else "uriel"
        there = uriel.between(kind, variant, "fin", "tur").value
        assert there == pytest.approx(uriel.between(kind, variant, "tur", "fin").value)
        assert uriel.between(kind, variant, "fin", "fin").value == pytest.approx(0, abs=1e-12)


def test_features_known_of_both_are_counted():
    assert uriel.between("syntactic", "knn", "eng", "deu").shared_features == 87
    rows = between.rows(["eng"], ["lvs"], {})
    syntactic = [row for row in rows if row["kind"] == "syntactic"]
    assert {row["shared_features"] for row in syntactic} == {0}
    by_variant = {row["variant"]: row for row in syntactic}
    assert "all is imputed" in by_variant["knn"]["verdict"]
    assert by_variant["union"]["distance"] is None
    assert by_variant["union"]["verdict"].startswith("not available")


def test_macrolanguages_take_an_individual_language():
    standing = Settings().macrolanguages
    rows = between.rows(["eng"], list(standing), standing)
    codes = {(row["target"], row["code_target"]) for row in rows}
    assert codes == {("ara", "arb"), ("zho", "cmn"), ("swa", "swh")}
    swa = [r for r in rows if (r["target"], r["kind"], r["variant"]) == ("swa", "syntactic", "knn")]
    assert swa[0]["distance"] == pytest.approx(0.686, abs=6e-4)
    unmapped = between.rows(["eng"], ["swa"], {})[0]
    assert unmapped["code_target"] == "swa"
    assert unmapped["distance"] == pytest.approx(0.696, abs=6e-4)


def test_a_code_of_no_language_is_an_error_that_names_the_nearest():
    with pytest.raises(InputError, match="nearest available code is deu"):
        between.rows(["eng"], ["de"], {})


@pytest.mark.parametrize("code", ["qaa", "cnr"])
def test_a_language_that_lang2vec_does_not_know_has_no_distance(code):
    rows = between.rows(["eng"], [code, "deu"], {})
    own = [row for row in rows if row["target"] == code]
    assert len(own) == len(rows) / 2 and {row["distance"] for row in own} == {None}
    assert all(f"does not know {code};" in row["verdict"] for row in own)


def test_ones_own_csv_replaces_and_extends(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "source,target,kind,distance\n"
        "eng,deu,syntactic,0.11\n"
        "eng,deu,lexical,0.22\n"
        "eng,xyz,syntactic,0.9\n"
        "spa,deu,lexical,0.5\n"
    )
    rows = between.rows(["eng"], ["deu", "xyz"], {}, path, "knn")
    found = {(r["target"], r["kind"], r["variant"]): r for r in rows}
    assert found["deu", "syntactic", "knn"]["distance"] == 0.11
    assert found["deu", "syntactic", "knn"]["provenance"] == "own.csv"
    assert found["deu", "syntactic", "union"]["distance"] == pytest.approx(0.431, abs=6e-4)
    assert found["deu", "lexical", "csv"]["distance"] == 0.22
    assert found["xyz", "syntactic", "knn"]["distance"] == 0.9
    assert len([key for key in found if key[0] == "xyz"]) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("source,target,distance\neng,deu,1\n", "column kind is missing"),
        ("source,target,kind,distance\neng,deu,lexical,far\n", "'far' is no number"),
        ("source,target,kind,distance\neng,deu,lexical,-1\n", "'-1' is no number of 0 or more"),
    ],
)
def test_a_malformed_csv_is_refused(tmp_path, text, message):
    path = tmp_path / "own.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        between.rows(["eng"], ["deu"], {}, path)
    with pytest.raises(InputError, match="no such file"):
        between.rows(["eng"], ["deu"], {}, tmp_path / "none.csv")


def test_the_nearest_of_several_sources_counts():
    rows = between.rows(["eng", "spa"], ["fra"], {})
    one = between.of_sources(rows, "eng", "syntactic", "knn")["fra"]
    both = between.of_sources(rows, "eng+spa", "syntactic", "knn")["fra"]
    assert both == between.of_sources(rows, "spa", "syntactic", "knn")["fra"] < one
    assert between.of_sources(rows, "eng", "genetic", "knn")["fra"] == pytest.approx(
        0.923, abs=1e-3
    )
