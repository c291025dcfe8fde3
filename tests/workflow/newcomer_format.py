"""A corpus format of one's own: `word/TAG` on one line per sentence."""

from dataclasses import dataclass
from typing import ClassVar

from xnerbench.data.formats import FileFormat, register_format
from xnerbench.data.readers.text import Text
from xnerbench.storage.artifacts import sha256_file


@dataclass(frozen=True, kw_only=True)
class Slashes(FileFormat):
    SUMMARY: ClassVar[str] = "One sentence per line, `word/TAG` between spaces."

    def read(self, split, place, with_tags):
        path = place.path(getattr(self, split))
        words, tags = [], []
        for line in path.read_text(encoding="utf-8").splitlines():
            pairs = [token.rpartition("/") for token in line.split()]
            words.append([word for word, _, _ in pairs])
            tags.append([tag for _, _, tag in pairs])
        scheme = "iob2" if with_tags else "none"
        return Text(words, tags if with_tags else None, scheme=scheme, sha256=sha256_file(path))


register_format("slashes", Slashes)
