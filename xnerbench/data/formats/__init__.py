"""The corpus formats there are; `base.register_format` adds one."""

from xnerbench.data.formats.base import FileFormat, Format, Place, Split, register_format
from xnerbench.data.formats.conll import ConllCorpus
from xnerbench.data.formats.conllu import ConlluCorpus
from xnerbench.data.formats.embedded import EmbeddedCorpus
from xnerbench.data.formats.hub import HubCorpus
from xnerbench.data.formats.jsonl import JsonLinesCorpus

__all__ = ["FileFormat", "Format", "Place", "Split", "register_format"]

register_format("conll", ConllCorpus)
register_format("conllu", ConlluCorpus)
register_format("jsonl", JsonLinesCorpus)
register_format("hub", HubCorpus)
register_format("embedded", EmbeddedCorpus)
