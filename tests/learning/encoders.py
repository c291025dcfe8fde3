"""Tiny, randomly initialised encoders of many types, made from their configurations offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import AutoConfig, AutoModel, PreTrainedTokenizerFast

LETTERS = "abcdefghijklmnopqrstuvwxyz中国人我们在上海见面。"

SIZES: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 64,
    "pad_token_id": 0,
    "bos_token_id": 2,
    "eos_token_id": 3,
    "cls_token_id": 2,
    "sep_token_id": 3,
}
DISENTANGLED = {
    "relative_attention": True,
    "position_buckets": 8,
    "pos_att_type": ["p2c", "c2p"],
    "norm_rel_ebd": "layer_norm",
    "share_att_key": True,
    "position_biased_input": False,
    "type_vocab_size": 0,
}
PACKED: dict[str, dict[str, Any]] = {
    "bert": {},
    "xlm-roberta": {"pad_token_id": 1, "type_vocab_size": 1},
}
GENERAL: dict[str, dict[str, Any]] = {
    "electra": {"embedding_size": 16},
    "deberta-v2": DISENTANGLED,
    "deberta-v2 with a convolution": DISENTANGLED | {"conv_kernel_size": 3},
    "modernbert": {"global_attn_every_n_layers": 2, "local_attention": 8},
    "modernbert with biases": {"norm_bias": True, "attention_bias": True, "mlp_bias": True},
    "rembert": {"input_embedding_size": 16, "output_embedding_size": 16},
    "distilbert": {"dim": 32, "n_layers": 4, "n_heads": 4, "hidden_dim": 48},
    "mpnet": {"pad_token_id": 1},
    "xlm-roberta-xl": {"pad_token_id": 1, "type_vocab_size": 1},
    "camembert": {"pad_token_id": 1, "hidden_act": "relu"},
}


def pieces() -> Tokenizer:
    """Unigram over letters with the mark of a word's beginning, as XLM-R's."""
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    scored = [(piece, 0.0) for piece in specials] + [("▁", -4.0)]
    scored += [(letter, -3.0) for letter in LETTERS]
    scored += [("▁" + letter, -3.5) for letter in LETTERS]
    backend = Tokenizer(models.Unigram(scored, unk_id=3, byte_fallback=False))
    backend.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    backend.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return backend


def make(folder: Path, kind: str) -> Path:
    """Writes a model folder of a type, as a user would name it in the configuration."""
    torch.manual_seed(1)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=pieces(),
        unk_token="<unk>",
        pad_token="<pad>",
        cls_token="<s>",
        sep_token="</s>",
    )
    special = (PACKED | GENERAL)[kind]
    sizes = {k: v for k, v in SIZES.items() if kind != "distilbert" or "token" in k}
    config = AutoConfig.for_model(
        kind.split()[0], **sizes | {"vocab_size": tokenizer.vocab_size} | special
    )
    model = AutoModel.from_config(config)
    with (
        torch.no_grad()
    ):  # no bias or norm at its neutral value, and matrices that make a difference
        for value in model.parameters():
            if value.ndim < 2:
                value.add_(0.1 * torch.randn_like(value))
            else:
                value.mul_(4.0)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
