"""Words without spaces between them get pieces without the mark of a word's beginning."""

from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from xnerbench.learning.encoders import encoder
from xnerbench.learning.encoders.tokenizer import load_tokenizer

PIECES = [("[UNK]", 0.0), ("▁", -2.0), ("▁中", -3.0), ("中", -4.0), ("国", -4.0), ("人", -4.0)]
WORDS = ["中国", "人"]


def sentencepiece() -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(PIECES, unk_id=0, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    return tokenizer


def prepended() -> Tokenizer:
    """As Llama's: the mark is the normalizer's."""
    tokenizer = Tokenizer(models.Unigram(PIECES, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Prepend("▁")
    return tokenizer


def byte_level() -> Tokenizer:
    letters = {letter: i for i, letter in enumerate(["[UNK]", "Ġ", "a", "b", "Ġa"])}
    tokenizer = Tokenizer(models.BPE(letters, [("Ġ", "a")], unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    return tokenizer


def word_piece() -> Tokenizer:
    pieces = {piece: i for i, piece in enumerate(["[UNK]", "a", "##b"])}
    tokenizer = Tokenizer(models.WordPiece(pieces, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def pieces_of(folder: Path, words: list[str], spaced: bool) -> list[str]:
    tokenizer = load_tokenizer(folder, spaced)
    ids = tokenizer(words, is_split_into_words=True, add_special_tokens=False)["input_ids"]
    return tokenizer.convert_ids_to_tokens(ids)


@pytest.mark.parametrize(
    ("make", "words", "with_spaces", "without"),
    [
        (sentencepiece, WORDS, ["▁中", "国", "▁", "人"], ["中", "国", "人"]),
        (prepended, WORDS, ["▁中", "国", "▁", "人"], ["中", "国", "人"]),
        (byte_level, ["ab", "a"], ["Ġa", "b", "Ġa"], ["a", "b", "a"]),
        (word_piece, ["ab", "a"], ["a", "##b", "a"], ["a", "##b", "a"]),
    ],
    ids=["sentencepiece", "prepended", "byte level", "word piece"],
)
def test_the_mark_is_left_out(make, words, with_spaces, without, tmp_path: Path) -> None:
    PreTrainedTokenizerFast(tokenizer_object=make(), unk_token="[UNK]").save_pretrained(tmp_path)
    assert pieces_of(tmp_path, words, spaced=True) == with_spaces
    assert pieces_of(tmp_path, words, spaced=False) == without


def test_the_embedded_encoder_sees_chinese_as_in_running_text(tmp_path: Path) -> None:
    encoder.prepare(tmp_path / "encoder", encoder.EMBEDDED, layers=1)
    words = ["我们", "在", "上海", "见面", "。"]
    pieces = pieces_of(tmp_path / "encoder", words, spaced=False)
    running = load_tokenizer(tmp_path / "encoder").tokenize("".join(words))
    assert "".join(pieces) == "".join(running).removeprefix("▁") == "".join(words)
    assert set(pieces) & set(running)
    assert "▁" in "".join(pieces_of(tmp_path / "encoder", words, spaced=True)[1:])
