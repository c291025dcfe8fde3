"""What methods declare of their teachers, asked by name: for an analysis, which knows names only.

A name that no method has (a variant's, or one in somebody else's scores) is taken for a student of one teacher.
"""

from __future__ import annotations

from xnerbench.methods import METHODS

DIRECT = "direct"


def copied_by(name: str) -> str:
    """The method without a student that applies the teachers which a method's students copy."""
    method = METHODS.get(name)
    if method is None:
        return DIRECT
    return next(
        (
            other.name
            for other in METHODS.values()
            if not other.trains_student
            and (other.weights, other.multi_source) == (method.weights, method.multi_source)
        ),
        DIRECT,
    )


def is_of_every_seed(name: str) -> bool:
    """Whether a method's one tagger is made of the teachers of every seed."""
    method = METHODS.get(name)
    return method is not None and method.weights == "seeds"
