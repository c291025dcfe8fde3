import numpy as np
import pytest

from xnerbench.analysis.distances import genealogy
from xnerbench.errors import InputError

KNOWN = {
    "deu": ("Indo-European", "Germanic"),
    "hin": ("Indo-European", "Indo-Aryan"),
    "zul": ("Atlantic-Congo", "Narrow Bantu"),
    "amh": ("Afro-Asiatic", "Semitic"),
    "nob": ("Indo-European", "Germanic"),
    "twi": ("Atlantic-Congo", "Kwa Volta-Congo"),
}


def test_families_and_branches():
    found = genealogy.of(KNOWN, {})
    assert {code: (own.family, own.branch) for code, own in found.items()} == KNOWN
    assert found["twi"].code == "aka"


def test_a_macrolanguage_has_its_member_s_ancestors():
    found = genealogy.of(["zho"], {"zho": "cmn"})["zho"]
    assert (found.family, found.code) == ("Sino-Tibetan", "cmn")


def test_a_language_without_ancestors_is_a_family_of_its_own_and_says_so():
    found = genealogy.of(["eus", "xxx"], {})
    rows = genealogy.rows(found)
    assert [row["family"] for row in rows] == ["eus", "xxx"]
    assert all("no ancestors are known" in row["verdict"] for row in rows)
    assert genealogy.relatedness(found.values()) == pytest.approx(np.eye(2))


def test_relatedness_is_a_correlation_and_closer_relatives_share_more():
    codes = ["spa", "por", "deu", "hin", "swh", "zul", "fin", "eus"]
    c = genealogy.relatedness(genealogy.of(codes, {}).values())
    assert np.linalg.eigvalsh(c).min() > 0
    assert np.diag(c) == pytest.approx(np.ones(8))
    assert c[0, 1] > c[0, 2] >= c[0, 3] > c[0, 4] == 0
    deu, spa = (len(genealogy.of([code], {})[code].ancestors) for code in ("deu", "spa"))
    assert c[0, 2] == pytest.approx(1 / np.sqrt((deu + 1) * (spa + 1)))


def test_one_s_own_csv_replaces(tmp_path):
    path = tmp_path / "families.csv"
    path.write_text("target,family,branch\neus,Vasconic,\ndeu,Germanic,West\nnld,Germanic,West\n")
    found = genealogy.of(["eus", "deu", "nld", "spa"], {}, path)
    assert [own.family for own in found.values()] == [
        "Vasconic",
        "Germanic",
        "Germanic",
        "Indo-European",
    ]
    assert found["deu"].provenance == "families.csv" and found["eus"].is_known
    assert genealogy.relatedness(found.values())[1, 2] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("target,family,branch\ndeu,,x\n", "family of deu is empty"),
        ("target,family,branch\ndeu,A,\ndeu,B,\n", "deu"),
        ("target,family\ndeu,A\n", "column branch is missing"),
    ],
)
def test_a_bad_csv_is_refused(tmp_path, text, said):
    path = tmp_path / "families.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        genealogy.of(["deu"], {}, path)
