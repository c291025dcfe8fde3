"""What a foreign model folder must be before and after transformers loads it.

Nothing is left to transformers' leniency: it fills tensors that it does not find with random numbers, follows
any file name that an index gives, and allocates whatever the configuration asks for. So the names and sizes of
the tensors are read from the headers first, and the loaded model is looked at afterwards.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from transformers import PreTrainedModel

from xnerbench.errors import InputError, refused
from xnerbench.storage.foreign import read_json

PICKLES = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt")
MOST_LABELS = 100_000
INDEX = "model.safetensors.index.json"
_LOCAL_SHARD = re.compile(r"[^/\\]+\.safetensors")
_LAYER = re.compile(r"(?:^|\.)layers?\.(\d+)\.")
# What checkpoints hold beside the encoder: pooler, heads of pretraining tasks, an old buffer.
_BESIDE = re.compile(
    r"(?:\w+\.)?(?:pooler|cls|lm_head|classifier|qa_outputs|head|decoder|vocab_\w+)\..*"
    r"|(?:\w+\.)?(?:lm|mask|discriminator|generator)_(?:predictions|lm_head)\..*"
    r"|.*embeddings\.position_ids"
)
# tensor, dimension -> the key of config.json that must say the same
_SIZES = {
    ("embeddings.word_embeddings.weight", 0): "vocab_size",
    ("embeddings.word_embeddings.weight", 1): "hidden_size",
    ("embeddings.position_embeddings.weight", 0): "max_position_embeddings",
    ("embeddings.token_type_embeddings.weight", 0): "type_vocab_size",
    ("encoder.layer.0.intermediate.dense.weight", 0): "intermediate_size",
}


def check_folder(folder: Path, allow_pickle: bool) -> None:
    """Checks a local model folder before anything is loaded.

    Raises:
        InputError: A file is missing or unreadable, weights are pickled or elsewhere, the model asks for its
            own code, or config.json and the weights disagree about the model's size.
    """
    for needed in ("config.json", "tokenizer.json"):
        if not (folder / needed).is_file():
            raise InputError(
                f"{needed} is missing", str(folder), "Give a Hugging Face model folder"
            )
    pickles = sorted(p.name for pattern in PICKLES for p in folder.glob(pattern))
    if pickles and not allow_pickle:
        raise InputError(
            f"the folder holds pickled weights ({', '.join(pickles[:5])})",
            str(folder),
            "Convert them to safetensors and remove them, or set encoder.allow_pickle: true "
            "(they are then ignored, not read)",
        )
    config = _object(folder / "config.json")
    if config.get("auto_map"):
        raise InputError(
            "the model asks to run its own code (auto_map), which is refused",
            str(folder / "config.json"),
            "Choose a model of a type that transformers knows",
        )
    labels = config.get("num_labels", 1)  # transformers makes a table of so many entries at once
    if isinstance(labels, bool) or not isinstance(labels, int) or not 0 <= labels <= MOST_LABELS:
        raise InputError(
            f"num_labels is {str(labels)[:40]}",
            str(folder / "config.json"),
            f"Remove it, or write a number up to {MOST_LABELS}",
        )
    _check_sizes(config, _shapes(_weights(folder)), folder / "config.json")


def check_loaded(model: PreTrainedModel, info: dict[str, Any], name: str) -> None:
    """Checks that every tensor of the model came from the file, and that none is void.

    Args:
        model: As loaded.
        info: `output_loading_info` of `from_pretrained`.
        name: What the configuration calls it.

    Raises:
        InputError: Tensors are missing, unknown, of other shapes, not finite, or all zero.
    """
    missing = sorted(info["missing_keys"])
    unknown = sorted(key for key in info["unexpected_keys"] if not _BESIDE.fullmatch(key))
    other = sorted(str(key[0]) for key in info.get("mismatched_keys", ()))
    for keys, what in (
        (missing, "lacks tensors of the model"),
        (unknown, "holds tensors that the model has not"),
        (other, "holds tensors of other shapes"),
    ):
        if keys:
            more = f" and {len(keys) - 1} more" if len(keys) > 1 else ""
            raise InputError(
                f"the encoder {name!r} {what}: {keys[0]}{more}",
                "encoder.name",
                "Convert the checkpoint again with save_pretrained of its own class",
            )
    for key, tensor in model.state_dict().items():
        if not torch.isfinite(tensor).all():
            void = "numbers that are not finite"
        # RoBERTa knows one token type and gives it zeros; no other weight may vanish.
        elif key.endswith(".weight") and "token_type" not in key and not tensor.any():
            void = "nothing but zeros"
        else:
            continue
        raise InputError(
            f"the tensor {key} of the encoder {name!r} holds {void}",
            "encoder.name",
            "Get the checkpoint again",
        )


def _weights(folder: Path) -> list[Path]:
    """The files that transformers would read: one, or those that an index names.

    Raises:
        InputError: There is none, or the index names something that is not a safetensors file of the folder.
    """
    if (folder / "model.safetensors").is_file():
        return [folder / "model.safetensors"]
    if not (folder / INDEX).is_file():
        raise InputError(
            "no .safetensors file (model.safetensors, or an index and its shards)",
            str(folder),
            "Convert the weights to safetensors",
        )
    named = _object(folder / INDEX).get("weight_map")
    if not isinstance(named, dict) or not named:
        raise InputError("has no weight_map", str(folder / INDEX), "Restore the file")
    shards = sorted({str(shard) for shard in named.values()})
    for shard in shards:
        if not _LOCAL_SHARD.fullmatch(shard):
            raise InputError(
                f"names {shard[:100]!r}, which is no .safetensors file of the folder itself",
                str(folder / INDEX),
                "Convert the weights to safetensors in one folder",
            )
        if not (folder / shard).is_file():
            raise InputError(
                f"names {shard}, which is missing", str(folder / INDEX), "Copy the folder again"
            )
    return [folder / shard for shard in shards]


def _shapes(files: list[Path]) -> dict[str, list[int]]:
    """Shape of every tensor, from the headers."""
    shapes = {}
    for path in files:
        try:
            path.open("rb").close()  # safetensors calls a file absent that may not be read
            with safe_open(path, framework="pt") as handle:
                for key in handle.keys():  # noqa: SIM118 - no mapping
                    part = handle.get_slice(key)
                    shapes[key] = part.get_shape()
                    if not part.get_dtype().startswith(("F", "BF")) and not _BESIDE.fullmatch(key):
                        raise InputError(
                            f"the tensor {key} is of type {part.get_dtype()}: quantised weights",
                            str(path),
                            "Give the weights as floating-point numbers",
                        )
        except (SafetensorError, OSError) as error:
            if isinstance(error, OSError) and (told := refused(error)) is not None:
                raise told from error
            raise InputError(f"unreadable: {error}", str(path), "Copy the file again") from error
    return shapes


def _check_sizes(config: dict[str, Any], shapes: dict[str, list[int]], where: Path) -> None:
    # A checkpoint of another architecture has other names: transformers says what is missing then. But
    # the numbers that it allocates by must be numbers that the weights bear out.
    layers = {int(found[1]) for key in shapes if (found := _LAYER.search(key))}
    stated = {"num_hidden_layers": max(layers) + 1} if layers else {}
    narrow = [key for key in ("embedding_size", "input_embedding_size") if config.get(key)]
    for (suffix, dimension), key in _SIZES.items():
        if narrow and key == "hidden_size":  # embeddings that are projected to the layers' width
            key = narrow[0]
        for name, shape in shapes.items():
            if name.endswith(suffix) and len(shape) == 2:
                stated[key] = shape[dimension]
    for key, size in stated.items():
        if key in config and config[key] != size:
            raise InputError(
                f"{key} is {str(config[key])[:40]}, and the weights have {size}",
                str(where),
                "Restore config.json from where the model came from",
            )
    if config.get("is_decoder") or config.get("position_embedding_type", "absolute") != "absolute":
        raise InputError(
            "the model is a decoder, or has relative positions",
            str(where),
            "Choose an encoder with absolute positions",
        )
    epsilon = config.get("layer_norm_eps", 1e-12)
    if not isinstance(epsilon, float) or not 0 < epsilon < 0.1:
        raise InputError(
            f"layer_norm_eps is {str(epsilon)[:40]}",
            str(where),
            "Write a small number such as 1e-12",
        )
    biggest = max((size for shape in shapes.values() for size in shape), default=0)
    for key in ("num_hidden_layers", *_SIZES.values(), "num_attention_heads"):
        value = config.get(key, 1)
        if key == "type_vocab_size" and value == 0:  # DeBERTa has no token types
            continue
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= biggest:
            raise InputError(
                f"{key} is {str(value)[:40]}, which no tensor of the weights bears out",
                str(where),
                "Restore config.json from where the model came from",
            )


def _object(path: Path) -> dict[str, Any]:
    return read_json(path, "Restore the file")
