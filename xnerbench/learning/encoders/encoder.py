"""Turns any encoder into one plain folder: the kept layers, the tokenizer, and a record.

The embedded default, a hub name and a local folder all end as `config.json`, `model.safetensors` and
`tokenizer.json`; nothing downstream knows where an encoder came from. Weights are read from safetensors only.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from transformers import (
    MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING,
    AutoConfig,
    AutoModel,
    AutoTokenizer,
    PreTrainedModel,
)

from xnerbench.errors import InputError
from xnerbench.learning.encoders import embedded
from xnerbench.learning.encoders.checkpoint import check_folder, check_loaded
from xnerbench.learning.layers import stack
from xnerbench.learning.layers.spec import is_packed
from xnerbench.learning.layers.transformer import load_upper
from xnerbench.storage import hub_answers, hub_reach
from xnerbench.storage.artifacts import partial_of, replace_folder, sha256_file, write_json

EMBEDDED = "embedded"


def prepare(
    folder: Path,
    name: str,
    layers: int | None = None,
    revision: str | None = None,
    allow_pickle: bool = False,
) -> dict[str, Any]:
    """Writes the encoder folder and returns its record.

    Args:
        folder: Where to write; replaced as a whole when it exists.
        name: `embedded`, a hub name, or a local folder.
        layers: How many of the bottom layers to keep; all by default.
        revision: A hub commit or tag; required for hub names.
        allow_pickle: Accept a local folder that also holds pickled weights (they are still not read).

    Raises:
        InputError: The encoder cannot be had, is of an unsupported kind, or has too few layers.
    """
    model, tokenizer = _load(name, revision, allow_pickle)
    kind = model.config.model_type
    stack.layers_of(model)
    if type(model.config) not in MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING:
        raise InputError(
            f"transformers has no tagger on an encoder of type {kind!r}",
            "encoder.name",
            "Choose one that has, such as a BERT, XLM-R, DeBERTa or ModernBERT type",
        )
    if not tokenizer.is_fast:
        raise InputError(
            "the encoder has no fast tokenizer (tokenizer.json)",
            "encoder.name",
            "Choose one that has",
        )
    available = model.config.num_hidden_layers
    kept = layers or available
    if not 0 < kept <= available:
        raise InputError(
            f"{kept} layers asked for, the encoder has {available}",
            "encoder.layers",
            f"Choose 1 to {available}",
        )
    stack.keep_layers(model, kept)
    partial = partial_of(folder)
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with quiet():
            model.save_pretrained(partial)
        tokenizer.save_pretrained(partial)
        packed, least = is_packed(model.config.to_dict()), 0
        if not packed:
            least = stack.least_freeze(
                model, lambda freeze: (load_trunk(partial, freeze), load_upper(partial, freeze))
            )
        precision, rates = faster_precision()
        record = {
            "status": "ok",
            "name": name,
            "revision": revision,
            "model_type": kind,
            "path": "packed" if packed else "general",
            "freeze_at_least": least,
            "hidden": model.config.hidden_size,
            "layers_available": available,
            "layers": kept,
            "faster_precision": precision,
            "matmul_gflops": rates,
            "sha256": sha256_file(partial / "model.safetensors"),
        }
        write_json(partial / "record.json", record)
        replace_folder(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return record


def load_trunk(folder: Path, layers: int, foreign: bool = False) -> PreTrainedModel | stack.Trunk:
    """The embeddings and the bottom `layers` layers, float32, in eval mode.

    Args:
        folder: Written by `prepare`, or by `export.write`.
        layers: How many are kept.
        foreign: Whether somebody else may have had the folder in hand: every tensor is looked at.
    """
    model, info = _pretrained(folder, output_loading_info=True)
    if foreign:
        check_loaded(model, info, str(folder))
    if is_packed(model.config.to_dict()):
        model.encoder.layer = model.encoder.layer[:layers]
    else:
        model = stack.Trunk(model, layers)
    return model.eval().requires_grad_(False)


def faster_precision() -> tuple[str, dict[str, float]]:
    """Decides between float32 and bfloat16 by timing the matrix product that dominates training.

    bfloat16 without hardware support is several times *slower* than float32, with it two to four times
    faster; so a margin of 1.3 keeps noise from deciding. The outcome is stored with the encoder, so that
    every job of a study computes alike.

    Returns:
        `fp32` or `bf16`, and the measured GFLOP/s of both.
    """
    rates = {name: _matmul_rate(dtype) for name, dtype in _DTYPES.items()}
    return ("bf16" if rates["bf16"] > 1.3 * rates["fp32"] else "fp32"), rates


_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


def _matmul_rate(dtype: torch.dtype, seconds: float = 0.3) -> float:
    """GFLOP/s of a (1024 x 384) by (384 x 1536) product, best of the repeats within `seconds`."""
    a, b = torch.ones(1024, 384, dtype=dtype), torch.ones(1536, 384, dtype=dtype)
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        torch.nn.functional.linear(a, b)
        best = min(best, time.perf_counter() - start)
    return round(2 * 1024 * 384 * 1536 / best / 1e9, 1)


def _load(name: str, revision: str | None, allow_pickle: bool):
    if name == EMBEDDED:
        return embedded.load()
    local = Path(name).is_dir()
    if not local and revision is None:
        raise InputError(
            f"{name!r} is not a folder here, and a hub name needs a pinned revision",
            "encoder.revision",
            "Give a commit of the hub repository, or the path of a local model folder",
        )
    try:
        folder = Path(name) if local else _downloaded(name, revision)
        check_folder(folder, allow_pickle)
        model, info = _pretrained(folder, output_loading_info=True)
        tokenizer = AutoTokenizer.from_pretrained(
            folder, trust_remote_code=False, local_files_only=True
        )
        tokenizer(
            ["a", "."], is_split_into_words=True
        )  # what is wrong with it shows when it is used
    except InputError:
        raise
    # Whatever else is wrong with foreign files, transformers and tokenizers raise what they please.
    except Exception as error:
        if not local and (told := hub_answers.explained(error)):
            what, remedy = told
            raise InputError(
                f"the encoder {name}@{revision} cannot be had from the hub: {what}",
                "encoder.name",
                f"{remedy}, or give the path of a local folder",
            ) from error
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        place = "local folder" if local else "hub"
        raise InputError(
            f"the encoder {name!r} could not be loaded from the {place}: {first[:300]}",
            "encoder.name",
            "Check the name and the network, or give the path of a local folder with config.json, "
            "model.safetensors and tokenizer.json (or `embedded`)",
        ) from error
    check_loaded(model, info, name)
    return model.eval(), tokenizer


def _downloaded(name: str, revision: str | None) -> Path:
    """The hub's snapshot as a folder, so that it is checked like any other; no pickle is fetched."""
    from huggingface_hub import snapshot_download

    with hub_reach.asked() as reached:
        found = snapshot_download(
            name,
            revision=revision,
            allow_patterns=["*.json", "*.safetensors", "*.txt", "*.model"],
            ignore_patterns=["*/*"],
            local_files_only=not reached,
        )
    return Path(found)


def _pretrained(folder: Path, **options: Any) -> Any:
    """The model of a checked folder in float32, whatever else its config.json asks for.

    A quantisation, or an implementation of attention (which may be a kernel to be fetched from the hub),
    is the folder's wish and not the study's.
    """
    config = AutoConfig.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    with quiet():
        return AutoModel.from_pretrained(
            folder,
            config=config,
            trust_remote_code=False,
            local_files_only=True,
            use_safetensors=True,
            **stack.options(config),
            dtype=torch.float32,
            **options,
        )


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keeps transformers' loading reports out of a job's short log."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(before)
