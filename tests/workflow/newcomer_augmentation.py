"""An augmentation of one's own: words in capitals, as in headlines."""

from xnerbench.augment import Augmented, register_augmentation
from xnerbench.augment.text import unchanged


@register_augmentation("headline")
def headline(pool, sentence, rng):
    words = [word.upper() if rng.random() < 0.5 else word for word in pool.words[sentence]]
    return Augmented(words, unchanged(pool, sentence))
