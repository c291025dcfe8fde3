"""What methods declare of their roles and teachers, asked by name: for an analysis, which knows names only.

A name that no method has (a variant's, or one in somebody else's scores) is taken for a student of one teacher.
"""

from __future__ import annotations

from xnerbench.methods import METHODS, Method, named
from xnerbench.methods.method import Role


def first(role: Role) -> str:
    """The method of the suite that has a role; the first by name where several have it."""
    return next(method.name for method in METHODS.values() if method.role == role)


DIRECT, PRIMARY, SUPERVISED = first("baseline"), first("student"), first("ceiling")
"""What all are measured against, what a study is about unless it says so, and what gold tags would give."""


def copied_by(method: Method) -> str:
    """The method without a student that applies the teachers which a method's students copy."""
    return next(
        (
            other.name
            for other in METHODS.values()
            if not other.trains_student
            and (other.weights, other.multi_source) == (method.weights, method.multi_source)
        ),
        DIRECT,
    )


MIXTURE = copied_by(Method("", "", multi_source=True, weights="uniform"))
"""The mean of several sources' teachers."""


def is_of_every_seed(name: str) -> bool:
    """Whether a method's one tagger is made of the teachers of every seed."""
    return named(name).weights == "seeds"
