"""The configuration: defaults, places in messages, rules between keys, the page made from the keys."""

import dataclasses
import json
import typing
from pathlib import Path
from typing import Literal

import jsonschema
import pytest
import yaml

from tests import small_study
from xnerbench.commands import docs
from xnerbench.data.formats import Format, register_format
from xnerbench.data.formats.conll import ConllCorpus
from xnerbench.data.formats.pool import PoolConfig
from xnerbench.errors import InputError, InputErrors
from xnerbench.methods import METHODS
from xnerbench.pipeline.stages import STAGES
from xnerbench.study import config, grid
from xnerbench.study.analysis import AnalysisConfig
from xnerbench.study.reading import keys
from xnerbench.study.sections import Only

ROOT = Path(__file__).parent.parent
EMBEDDED = {
    "study": "s",
    "sources": ["eng", "deu"],
    "targets": ["nld"],
    "sizes": [10],
    "seeds": [3, 5, 7],
    "methods": ["direct", "ts"],
    "corpora": {"languages": {code: {"format": "embedded"} for code in ("eng", "deu", "nld")}},
}


def messages(raw, base=Path()):
    with pytest.raises(InputErrors) as caught:
        config.from_dict(raw, base)
    return str(caught.value)


def test_defaults():
    study = config.from_dict(EMBEDDED, Path())
    assert study.labels == ("PER", "LOC", "ORG")
    assert (study.encoder.layers, study.encoder.freeze) == (8, 7)
    assert study.single_sources == ("eng",)
    assert study.teacher_seeds == study.subset_seeds == (3, 5, 7)
    assert (study.teacher.learning_rate, study.student.learning_rate) == (1.2e-3, 1e-3)
    assert (study.student.batch_size, study.student.min_steps) == (16, 300)
    assert study.similarity.orthogonality == "sources"
    assert study.analysis.primary_method == "ts"
    assert study.analysis.primary_budget == "steps"
    assert study.corpora.languages["nld"].pool == 1500


def test_other_encoders_keep_every_layer_and_have_the_papers_recipe():
    hub = {"name": "owner/model", "revision": "0123456789abcdef"}
    study = config.from_dict({**EMBEDDED, "encoder": hub}, Path())
    assert (study.encoder.layers, study.encoder.freeze) == (None, 3)
    assert (study.teacher.learning_rate, study.student.learning_rate) == (5e-5, 1e-4)
    own = config.from_dict({**EMBEDDED, "student": {"learning_rate": 2e-5}}, Path())
    assert own.student.learning_rate == 2e-5
    shallow = config.from_dict({**EMBEDDED, "encoder": {**hub, "layers": 2}}, Path()).encoder
    assert shallow.freeze == 2


def test_resolved_configuration_reads_back_equal(tmp_path):
    study = small_study.load(small_study.write(tmp_path), tmp_path)
    resolved = json.loads(json.dumps(study.to_dict()))
    assert config.from_dict(resolved, tmp_path) == study


def test_resolved_configuration_names_nothing_of_this_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("MY_CORPORA", str(tmp_path))
    raw = {**EMBEDDED, "corpora": {**EMBEDDED["corpora"], "root": "${MY_CORPORA}/x"}}
    study = config.from_dict(raw, tmp_path)
    assert str(tmp_path) not in json.dumps(study.to_dict())
    assert study.corpus_path("a.conll") == tmp_path / "x" / "a.conll"


def test_unset_variable_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("MY_CORPORA", raising=False)
    raw = {**EMBEDDED, "corpora": {**EMBEDDED["corpora"], "root": "$MY_CORPORA"}}
    study = config.from_dict(raw, tmp_path)  # a study of committed scores needs no corpora
    with pytest.raises(InputError, match=r"corpora\.root: .*MY_CORPORA is not set"):
        study.corpus_path("a.conll")


def test_seeds_of_teachers_and_subsets_go_round():
    study = config.from_dict({**EMBEDDED, "teacher_seeds": [8, 9], "subset_seeds": [4]}, Path())
    assert [study.teacher_seed(seed) for seed in study.seeds] == [8, 9, 8]
    assert [study.subset_seed(seed) for seed in study.seeds] == [4, 4, 4]


def test_target_may_teach_the_others():
    raw = {**EMBEDDED, "targets": ["nld", "deu"], "exclude_target_from_sources": True}
    study = config.from_dict(raw, Path())
    assert study.sources_for("deu") == ("eng",)
    assert study.sources_for("nld") == ("eng", "deu")


def test_languages_without_spaces_are_known_and_may_be_told_otherwise():
    own = {"format": "conll", "train": "a.conll", "test": "b.conll"}
    languages = {
        "eng": {"format": "embedded"},
        "nld": own,
        "cmn": own,
        "jpn": {**own, "spaced": True},
    }
    raw = {**EMBEDDED, "sources": ["eng"], "targets": ["nld", "cmn", "jpn"]}
    raw["corpora"] = {"languages": languages}
    study = config.from_dict(raw, Path())
    assert {code: entry.spaced for code, entry in study.corpora.languages.items()} == {
        "eng": True,
        "nld": True,
        "cmn": False,
        "jpn": True,
    }
    other = config.from_dict(
        {**raw, "corpora": {"languages": {**languages, "cmn": {**own, "spaced": True}}}}, Path()
    )

    def keys(stage, config, language, what):
        return STAGES[stage].keys(config, language, what)

    assert keys("activations", study, "cmn", "pool") != keys("activations", other, "cmn", "pool")
    assert keys("activations", study, "nld", "pool") == keys("activations", other, "nld", "pool")
    assert keys("corpus", study, "cmn", "target") == keys("corpus", other, "cmn", "target")


def test_own_macrolanguages_are_added_to_the_default_ones():
    raw = {**EMBEDDED, "analysis": {"macrolanguages": {"lav": "lav", "swa": "swc"}}}
    table = config.from_dict(raw, Path()).analysis.macrolanguages
    assert table == {"ara": "arb", "zho": "cmn", "swa": "swc", "lav": "lav"}


def test_every_mistake_is_reported_at_once_with_its_line(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text(
        "study: s\nsources: [eng]\ntargets:\n  - nld\n  - nl\nsizes: [10, 10]\nseeds: [0]\n"
        "methods: [direct, tss]\n"
        "corpora: {languages: {eng: {format: embedded}, nld: {format: embedded}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputErrors) as caught:
        config.load(path)
    text = str(caught.value)
    assert f"{path}:5: targets[1]: `nl` is not an ISO 639-3 code. Did you mean nld (Dutch)" in text
    assert f"{path}:6: sizes[1]: 10 is listed twice" in text
    assert f"{path}:8: methods[1]: there is no method `tss`. Did you mean `ts`" in text


def test_an_option_that_names_nothing_registered_is_told_with_its_line(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text(
        "study: s\nsources: [eng]\ntargets: [nld]\nsizes: [10]\nseeds: [0]\n"
        "methods:\n  - ts\n  - name: noisy\n    base: ts-augment\n    augment: shufle\n"
        "corpora: {languages: {eng: {format: embedded}, nld: {format: embedded}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputErrors) as caught:
        config.load(path)
    told = (
        f"{path}:10: methods[1].augment: there is no `shufle` for augment. Did you mean `shuffle`"
    )
    assert told in str(caught.value)


def test_repeated_key_is_refused(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text("study: a\nseeds: [0]\nstudy: b\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"study\.yaml:3: study: .* on line 1"):
        config.load(path)


def sections(section=config.Config):
    """The class of every section, with the kinds of those that come in kinds."""
    yield section
    for _, hint, _ in keys.keys_of(section):
        for part in (hint, *typing.get_args(hint)):
            for kind in getattr(part, "KINDS", {"": part}).values():
                if dataclasses.is_dataclass(kind):
                    yield from sections(kind)


def test_every_field_is_a_key():
    found = set(sections())
    assert {AnalysisConfig, ConllCorpus, PoolConfig, Only} <= found
    for section in found:
        names = {name for name, _, _ in keys.keys_of(section)}
        fields = {field.name for field in dataclasses.fields(section)}
        assert names == fields - {"base", "variants"}, section


def parts(part):
    for child in part.get("properties", {}).values():
        yield child
        yield from parts(child)
    for branch in part.get("allOf", []):
        yield from parts(branch["then"])
    if isinstance(part.get("additionalProperties"), dict):
        yield from parts(part["additionalProperties"])


def test_schema_is_valid_documents_every_key_and_accepts_its_own_defaults():
    whole = keys.schema_of(config.Config)
    jsonschema.Draft202012Validator.check_schema(whole)
    found = list(parts(whole))
    assert len(found) > 90
    for part in found:
        if "enum" in part and part["enum"] == list(Format.KINDS):
            continue  # described once a format
        assert part.get("description"), part
        if "default" in part:
            jsonschema.Draft202012Validator(part).validate(part["default"])


def test_defaults_of_a_section_are_those_of_its_class():
    made = config.from_dict(EMBEDDED, Path())
    for name in ("teacher", "student"):
        own = dataclasses.replace(
            getattr(made, name), learning_rate=None
        )  # it goes with the encoder
        assert own == type(own)()
    for name in ("similarity", "compute"):
        assert getattr(made, name) == type(getattr(made, name))()
    settled = dataclasses.replace(AnalysisConfig(), primary_method="ts", primary_budget="steps")
    assert made.analysis == settled


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rhymes(Format):
    """A format that only this test knows."""

    SUMMARY = "Verses."
    metre: Literal["iambic", "free"] = keys.key("free", "How the verses run.")
    feet: tuple[int, ...] = keys.key(keys.REQUIRED, "Feet of a verse.", minimum=1)

    def has(self, split):
        return True


def test_a_registered_format_has_checks_defaults_and_a_page(monkeypatch):
    monkeypatch.setattr(Format, "KINDS", dict(Format.KINDS))
    register_format("rhymes", Rhymes)
    try:
        entry = {"format": "rhymes", "feet": [5]}
        languages = {**EMBEDDED["corpora"]["languages"], "deu": entry}
        study = config.from_dict({**EMBEDDED, "corpora": {"languages": languages}}, Path())
        corpus = study.corpora.languages["deu"]
        assert (corpus.metre, corpus.feet, corpus.family) == ("free", (5,), "rhymes")
        assert config.from_dict(json.loads(json.dumps(study.to_dict())), Path()) == study
        wrong = {**entry, "metre": "iambi", "feett": 5, "feet": [0]}
        text = messages({**EMBEDDED, "corpora": {"languages": {**languages, "deu": wrong}}})
        assert "Did you mean `iambic`" in text
        assert "corpora.languages.deu.feett: there is no key `feett`. Did you mean `feet`" in text
        assert "corpora.languages.deu.feet[0]: `0` is out of range. Use a value at least 1" in text
        assert "| `feet` | list of integer (≥ 1) | *required* |" in docs.configuration_page()
        with pytest.raises(ValueError, match="there is a format conll already"):
            register_format("conll", Rhymes)
    finally:
        keys.forget()


def test_reference_page_is_up_to_date():
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert page == docs.configuration_page(), "run `xnerbench docs`"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "config").glob("*/*.yaml")), ids=lambda p: f"{p.parent.name}/{p.name}"
)
def test_shipped_parts_lie_over_the_configuration_they_are_named_after(path):
    def over(lower, upper):
        """As Snakemake lays a second `--configfile` over the first: mappings are joined, all else is replaced."""
        if not (isinstance(lower, dict) and isinstance(upper, dict)):
            return upper
        return lower | {key: over(lower.get(key), value) for key, value in upper.items()}

    first = path.parent.with_suffix(".yaml")
    raw = over(*(yaml.safe_load(part.read_text(encoding="utf-8")) for part in (first, path)))
    study = config.from_dict(raw, ROOT)
    assert config.load([first, path], ROOT) == study  # `--config` twice
    whole = path.parent.name.removeprefix("reference-")
    assert study.study == f"reference/{whole}-{path.stem}"


@pytest.mark.parametrize("path", sorted((ROOT / "config").glob("*.yaml")), ids=lambda p: p.name)
def test_shipped_configurations_are_accepted(path):
    try:
        study = config.load(path)
    except InputErrors as mistakes:
        if "there is no dictionary /usr/share/dictd" in str(mistakes):
            pytest.skip(f"a dictionary is not installed: {mistakes}")
        if "verses/eng.txt" in str(mistakes):
            pytest.skip(f"parallel text has not been made (benchmarks/verses.py): {mistakes}")
        raise
    # `reference-study.yaml` writes to results/reference/study, `conll-e5.yaml` to results/reference/conll-e5.
    assert study.study.replace("/", "-").removeprefix("reference-") == path.stem.removeprefix(
        "reference-"
    )
    for name in study.methods:
        study.method(name)


def test_paper_configuration_has_the_papers_recipe():
    study = config.load(ROOT / "config" / "conll.yaml")
    assert (study.encoder.layers, study.encoder.freeze) == (12, 3)
    assert (study.teacher.learning_rate, study.student.learning_rate) == (5e-5, 1e-4)
    assert study.budgets == ("epochs",)
    assert study.student.epochs == study.teacher.epochs == 3
    assert study.similarity.orthogonality == "features"


def test_methods_table():
    reading = [name for name, info in METHODS.items() if info.reads_gold]
    assert sorted(reading) == ["few", "few-ts", "supervised"]
    for name, info in METHODS.items():
        assert info.name == name
        mixed = ("uniform", "similarity", "confidence", "concat")
        assert info.multi_source == (info.weights in mixed)
        assert info.trains_student == bool(info.needs)


def test_broken_rules_between_keys_are_named():
    raw = {
        **EMBEDDED,
        "targets": ["nld", "eng"],
        "methods": ["direct"],
        "analysis": {"primary_method": "ts", "primary_distance": "sintactic"},
        "encoder": {"layers": 2, "freeze": 4},
    }
    text = messages(raw)
    assert "targets[1]: `eng` is also a source" in text
    assert "analysis.primary_method: `ts` is not in `methods`" in text
    assert "Did you mean `syntactic`" in text
    assert "encoder.freeze: 4 layers are frozen, and only 2 are kept" in text


def test_numbers_that_yaml_takes_for_text_are_explained():
    raw = yaml.safe_load("learning_rate: 1e-4")
    assert "Write 1.0e-04" in messages({**EMBEDDED, "teacher": raw})


def test_largest_size_limits_one_target():
    raw = {**EMBEDDED, "sources": ["eng"], "targets": ["deu", "nld"], "sizes": [2, 4]}
    study = config.from_dict({**raw, "largest_size": {"nld": 2}}, Path())
    assert study.sizes_for("nld") == (2,)
    assert study.sizes_for("deu") == (2, 4)
    sizes = {target: [] for target in study.targets}
    for cell in grid.cells(study):
        if cell.method == "ts" and cell.seed == 3:
            sizes[cell.target].append(cell.n)
    assert sizes == {"deu": [2, 4], "nld": [2]}
    assert "`fra` is not in `targets`" in messages({**raw, "largest_size": {"fra": 2}})
    assert "1 leaves `nld` without any size" in messages({**raw, "largest_size": {"nld": 1}})


def test_a_key_of_an_earlier_version_is_read_under_its_new_name(tmp_path: Path) -> None:
    raw = small_study.write(tmp_path)
    raw["teacher"] = {"clip": 2.0, "epochs": 1}
    loaded = config.from_dict(raw, tmp_path)
    assert loaded.teacher.max_grad_norm == 2.0
    assert "clip" not in loaded.to_dict()["teacher"] and raw["teacher"]["clip"] == 2.0
    raw["teacher"]["max_grad_norm"] = 1.0  # both at once: the old one is no key
    with pytest.raises(InputErrors, match="there is no key `clip`"):
        config.from_dict(raw, tmp_path)
