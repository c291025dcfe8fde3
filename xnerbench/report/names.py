"""Words for what the tables name by code: methods, quantities, distances, languages, forms.

A method is called and placed as it declares itself; a variant, or a method of other people's scores, by its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pycountry

from xnerbench.methods import named, place
from xnerbench.study.budgets import updates_of

BUDGETS = {"epochs": "fixed epochs", "steps": "at least a fixed number of updates", "none": "none"}

QUANTITIES = {
    "direct_f1": "F1 of direct transfer",
    "f1": "F1 at the largest size",
    "f_inf": "Asymptotic F1",
    "gain_inf": "Asymptotic gain over direct transfer",
    "gain": "Gain over direct transfer",
    "slope": "F1 per doubling",
    "rate": "Rate (exponent of the curve)",
    "break_even": "Break-even size",
    "log_break_even": "Log10 of the break-even size",
    "n95": "Sentences for 95% of the asymptotic gain",
    "f1_10x": "F1 expected at ten times the largest size",
    "exchange_rate": "Worth in labelled sentences",
}

GROWTH = {
    "slope": "F1 per doubling",
    "rise": "Rise of F1",
    "share": "Share of updates in the rise, %",
}

DISTANCES = {
    "syntactic": "syntactic",
    "phonological": "phonological",
    "inventory": "phoneme inventory",
    "featural": "featural",
    "geographic": "geographic",
    "genetic": "genetic",
}

COVARIATES = {
    "fertility": "subwords per word",
    "unknown_share": "share of unknown words",
    "split_share": "share of split words",
    "direct_f1": "F1 of direct transfer",
    "log_test_sentences": "log of test sentences",
    "non_latin": "script other than Latin",
    "pretrained_on": "language in the encoder's pretraining",
}

SIGNALS = {
    "begin_confident": "share of first words of entities above 0.9",
    "begin_mean": "mean probability of first words of entities",
    "begin_entropy": "mean entropy of first words of entities",
    "confident": "share of entity words above 0.9",
    "mean": "mean probability of entity words",
    "median": "median probability of entity words",
    "entropy": "mean entropy of entity words",
    "atc": "thresholded confidence of entity words",
    "disagreement_seeds": "disagreement of seeds",
    "entity_rate": "share of entity words",
    "fertility": "subwords per word",
    "distance": "distance",
}

FORMS = {
    "constant": "constant",
    "log-linear": "log-linear",
    "log_linear": "log-linear",
    "power": "power law",
    "power_floor": "power law with floor",
    "power+floor": "power law with floor",
    "power-floor": "power law with floor",
    "hill": "saturating (Hill)",
    "saturating": "saturating (Hill)",
}

LAWS = {
    "measured": "measured",
    "log_linear": "log-linear",
    "log_linear_interaction": "log-linear with interaction",
    "joint": "E + A n^-a + B u^-b",
    "joint_interaction": "E + A n^-a + B u^-b + C n^-a u^-b",
    "constrained": "E + A n_eff^-a",
    "constrained_updates": "E + A n_eff^-a + B u^-b",
}
WORTH = {
    "doubling_n": "Twice the text",
    "doubling_u": "Twice the updates",
    "doubling_n - doubling_u": "Text minus updates",
    "stops_at_u": "Updates add little from",
}

MODELS = {
    "mixed": "mixed model",
    "ols_cluster": "least squares, bootstrap over languages",
    "family_effects": "language lines, with family effects",
    "family_effects_covariates": "the same with covariates",
    "ols_cluster_covariates": "least squares with covariates",
    "ols_cluster_family": "least squares with corpus family",
}
TERMS = {"log_n": "log n", "log_n:distance": "log n × distance", "all": "all terms"}


def method(code: str) -> str:
    """A method's name in words."""
    return named(code).label or code


def budget(code: str) -> str:
    """A training budget in words: `300 updates` of `u300`."""
    made = updates_of(code)
    return BUDGETS.get(code, code) if made is None else f"{made:,} updates"


def capital(text: str) -> str:
    """Words at the beginning of a sentence: the first letter a capital one, all others as they are."""
    return text[:1].upper() + text[1:]


def wrapped(label: str) -> str:
    """A method's name on two lines, broken before `with` or `from`."""
    return re.sub(" (with|from) ", r"\n\1 ", label)


def method_order(codes: Iterable[str]) -> list[str]:
    """Methods by their roles, then by name."""
    return sorted(set(codes), key=lambda code: place(named(code)))


def quantity(code: str) -> str:
    """A derived quantity's name in words."""
    return QUANTITIES.get(code, code.replace("_", " "))


def distance(code: str) -> str:
    """A distance's (or covariate's) name in words, as it begins a label."""
    return DISTANCES.get(code) or COVARIATES.get(code, code.replace("_", " "))


def form(code: str) -> str:
    """A curve form's name in words."""
    return FORMS.get(code, code.replace("_", " "))


def law(code: str) -> str:
    """A law of the n x u surface as its formula."""
    return LAWS.get(code, code.replace("_", " "))


def language(code: str) -> str:
    """The English name of an ISO 639-3 code without its qualifiers, or the code itself."""
    found = pycountry.languages.get(alpha_3=code) if len(code) == 3 else None
    return found.name.split("(")[0].strip() if found else code


def signal(code: str) -> str:
    """A signal without gold in words."""
    return SIGNALS.get(code, code)


def signals(codes: str) -> str:
    """Several signals, as in the column `signals` of `calibration`."""
    return " and ".join(signal(code) for code in codes.split(" + "))
