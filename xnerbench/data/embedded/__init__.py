"""The embedded corpus: real languages, generated sentences, known truth.

Sentences come from hand-written frames (one text file a language) filled with names from faker,
CLDR and the file itself. They are generated text: good for a first run and for tests of the
machinery, no evidence about languages.
"""

from xnerbench.data.embedded.frames import languages
from xnerbench.data.embedded.generator import generate

__all__ = ["generate", "languages"]
