"""Relations between words: tags to a grid and back, and the head that scores them."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from xnerbench.learning.objectives import relations
from xnerbench.learning.objectives.relation_head import RelationScorer, relation_loss

TYPES = ("PER", "LOC", "ORG")


@st.composite
def tags(draw) -> list[str]:
    made: list[str] = []
    for kind, length in draw(
        st.lists(st.tuples(st.sampled_from(["O", *TYPES]), st.integers(1, 4)), max_size=8)
    ):
        made += ["O"] * length if kind == "O" else [f"B-{kind}", *[f"I-{kind}"] * (length - 1)]
    return made


@given(tags())
def test_decoding_undoes_encoding(sentence: list[str]) -> None:
    grid = relations.encode(sentence, TYPES)
    assert relations.decode(grid, TYPES) == sentence


def test_where_relations_stand() -> None:
    grid = relations.encode(["B-LOC", "O", "B-PER", "I-PER", "I-PER"], TYPES)
    expected = np.zeros((5, 5), dtype=np.int64)
    expected[0, 0] = 3
    expected[2, 3] = expected[3, 4] = 1
    expected[4, 2] = 2
    assert np.array_equal(grid, expected)


def test_a_grid_that_contradicts_itself_gives_tags_still() -> None:
    grid = np.zeros((4, 4), dtype=np.int64)
    grid[2, 0] = 2  # no NEXT between its words
    grid[3, 3] = 3
    assert relations.decode(grid, TYPES) == ["O", "O", "O", "B-LOC"]
    grid[0, 1] = grid[1, 2] = 1
    grid[2, 1] = 4  # inside the first
    assert relations.decode(grid, TYPES) == ["B-PER", "I-PER", "I-PER", "B-LOC"]


def test_scores_are_the_biaffine_of_the_formula() -> None:
    scorer = RelationScorer(6, 5, np.random.SeedSequence(0), inner=3)
    states = torch.randn(4, 6, generator=torch.Generator().manual_seed(0))
    h, g = scorer.sides(states)
    one = torch.ones(1)
    scores = scorer(scorer.sides(states), [4]).view(4, 4, 5)
    for i, j, r in ((0, 0, 0), (1, 3, 2), (3, 1, 4)):
        by_hand = torch.cat([h[i], one]) @ scorer.pairs[r] @ torch.cat([g[j], one])
        torch.testing.assert_close(scores[i, j, r], by_hand)
    again = RelationScorer(6, 5, np.random.SeedSequence(0), inner=3)
    assert torch.equal(again(again.sides(states), [4]).view(4, 4, 5), scores)


def test_sentences_are_scored_apart() -> None:
    scorer = RelationScorer(6, 5, np.random.SeedSequence(0), inner=3)
    states = torch.randn(6, 6, generator=torch.Generator().manual_seed(0))
    together = scorer(scorer.sides(states), [2, 0, 3, 1])
    parts = [scorer(scorer.sides(part), [len(part)]) for part in states.split([2, 3, 1])]
    torch.testing.assert_close(together, torch.cat(parts))


def test_both_halves_of_the_grid_weigh_the_same() -> None:
    grid = np.zeros((3, 3), dtype=np.int64)
    grid[1, 1] = 2
    scores = torch.zeros(9, 4)
    scores[:, 0] = 2.0
    none = -torch.log_softmax(scores[0], dim=0)[0]
    some = -torch.log_softmax(scores[0], dim=0)[2]
    torch.testing.assert_close(relation_loss(scores, [grid]), 0.5 * some + 0.5 * none)
    torch.testing.assert_close(relation_loss(scores, [np.zeros_like(grid)]), none)
    assert relation_loss(scores[:0], [grid[:0, :0]]) == 0
    # The mean over sentences, whatever their lengths; one without a word does not count.
    both = torch.cat([scores, scores[:1]])
    several = [grid, grid[:0, :0], np.zeros((1, 1), dtype=np.int64)]
    torch.testing.assert_close(
        relation_loss(both, several), 0.5 * (0.5 * some + 0.5 * none) + 0.5 * none
    )


def test_a_scorer_learns_a_grid() -> None:
    states = torch.randn(5, 16, generator=torch.Generator().manual_seed(1))
    grid = relations.encode(["B-LOC", "O", "B-PER", "I-PER", "O"], TYPES)
    scorer = RelationScorer(16, 5, np.random.SeedSequence(1))
    optimiser = torch.optim.Adam(scorer.parameters(), lr=0.02)
    for _ in range(150):
        optimiser.zero_grad()
        loss = relation_loss(scorer(scorer.sides(states), [5]), [grid])
        loss.backward()
        optimiser.step()
    choice = scorer(scorer.sides(states), [5]).argmax(dim=1).view(5, 5).numpy()
    assert relations.decode(choice, TYPES) == ["B-LOC", "O", "B-PER", "I-PER", "O"]
