"""Writes tests/persist/data/plain's weights in PyTorch's and TensorFlow's forms: python foreign.py PLAIN OUT torch|tensorflow.
Every form holds the same values (multiples of 1/256 below 1), so every reader must give the same bytes."""
import json
import os
import shutil
import sys

import numpy as np
from safetensors.numpy import load_file

plain, out, what = sys.argv[1:4]
weights = load_file(os.path.join(plain, "model.safetensors"))
os.makedirs(out, exist_ok=True)
for name in ("config.json", "vocab.txt"):
    shutil.copy(os.path.join(plain, name), os.path.join(out, name))


def foreign(name):
    """(TensorFlow's name, whether the kernel lies transposed)"""
    parts, i = [], name.split(".")
    while i:
        p = i.pop(0)
        parts.append("layer_" + i.pop(0) if p == "layer" else p)
    kernel = parts[-1] == "weight"
    if kernel and parts[-2].endswith("_embeddings"):
        return "bert/" + "/".join(parts[:-1]), False
    if parts[-2] == "LayerNorm":
        parts[-1] = "gamma" if kernel else "beta"
        kernel = False
    elif kernel:
        parts[-1] = "kernel"
    return "bert/" + "/".join(parts), kernel


if what == "torch":
    import torch
    from safetensors.torch import save_file
    state = {"bert." + k: torch.from_numpy(v) for k, v in weights.items()}
    torch.save(state, os.path.join(out, "zip.pt"))
    torch.save(state, os.path.join(out, "legacy.pt"), _use_new_zipfile_serialization=False)
    torch.save({k: v.half() for k, v in state.items()}, os.path.join(out, "half.pt"))
    torch.save({k: v.bfloat16() for k, v in state.items()}, os.path.join(out, "bf16.pt"))
    turned = {k: v.double().t().contiguous().t() if v.dim() == 2 else v.double() for k, v in state.items()}
    torch.save(turned, os.path.join(out, "turned.pt"))
    half = sorted(state)[:len(state) // 2]
    parts = ({k: state[k].contiguous() for k in half}, {k: v.contiguous() for k, v in state.items() if k not in half})
    for form, write in (("safetensors", save_file), ("bin", torch.save)):
        files = ["part-%d-of-2.%s" % (i + 1, form) for i in range(2)]
        for part, f in zip(parts, files):
            write(part, os.path.join(out, f))
        with open(os.path.join(out, "parts.%s.index.json" % form), "w") as f:
            json.dump({"metadata": {}, "weight_map": {k: files[k not in half] for k in sorted(state)}}, f)
    save_file({k: v.half() for k, v in state.items()}, os.path.join(out, "half.safetensors"))
    save_file({k: v.bfloat16() for k, v in state.items()}, os.path.join(out, "bf16.safetensors"))
    torch.save({"state": state, "optimizer": {"lr": 0.1}, "config": {"hidden_size": 8}}, os.path.join(out, "mtdnn.pt"),
               _use_new_zipfile_serialization=False)
    # mt-dnn's: heads by position, an enum in the config; one head of tags with X, CLS and SEP
    import enum
    import types
    module = types.ModuleType("task_def")
    sys.modules["task_def"] = module
    module.TaskType = enum.IntEnum("TaskType", "Classification Regression", module="task_def")
    more = dict(state, **{"scoring_list.%d.%s" % (i, part): torch.arange(n * (8 if part == "weight" else 1)).float().reshape(
        (n, 8) if part == "weight" else (n,)) / 256 for i, n in enumerate((1, 6, 2)) for part in ("weight", "bias")})
    config = json.load(open(os.path.join(plain, "config.json")))
    config = {k: config[k] for k in ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size",
                                     "max_position_embeddings", "type_vocab_size", "hidden_act") if k in config}
    config.update(task_types=[module.TaskType.Regression], train_datasets=["sts", "ner_a", "ner_b", "nli"], ema_opt=0)
    torch.save({"state": more, "optimizer": {}, "config": config}, os.path.join(out, "heads.pt"), _use_new_zipfile_serialization=False)
else:
    import tensorflow as tf
    names, values = [], []
    for k, v in sorted(weights.items()):
        n, turned = foreign(k)
        names.append(n)
        values.append(tf.constant(np.ascontiguousarray(v.T if turned else v)))
    slots = [names[0] + "/adam_m", "global_step"]
    extra = [values[0] * 0, tf.constant(7, tf.int64)]
    tf.raw_ops.SaveV2(prefix=os.path.join(out, "one.ckpt"), tensor_names=names + slots,
                      shape_and_slices=[""] * (len(names) + 2), tensors=values + extra)
    half = len(names) // 2
    parts = [os.path.join(out, "part%d" % i) for i in range(2)]
    for p, a, b in ((parts[0], names[:half], values[:half]), (parts[1], names[half:], values[half:])):
        tf.raw_ops.SaveV2(prefix=p, tensor_names=a, shape_and_slices=[""] * len(a), tensors=b)
    tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=parts, destination_prefix=os.path.join(out, "two.ckpt"),
                                  delete_old_dirs=False)
    # As partitioned variables are saved: the whole one's name and shape, then start,length of each dimension. Long ones have long keys.
    cut = {"bert/embeddings/word_embeddings": (0, 3), "bert/encoder/layer_0/intermediate/dense/kernel": (1, 4), "cls/long": (0, 100),
           "cls/bytes": (0, 8300)}
    more = [tf.constant(np.arange(200, dtype=np.float32)), tf.constant(np.zeros(9000, np.uint8))]
    rows = []
    for k, v in list(zip(names, values)) + list(zip(("cls/long", "cls/bytes"), more)):
        if k not in cut:
            rows.append((k, "", v))
            continue
        axis, at = cut[k]
        for a, b in ((at, int(v.shape[axis])), (0, at)):
            where = ["%d,%d" % (a, b - a) if d == axis else "-" for d in range(len(v.shape))]
            rows.append((k, " ".join(str(n) for n in v.shape) + " " + ":".join(where), v[a:b] if axis == 0 else v[:, a:b]))
    tf.raw_ops.SaveV2(prefix=os.path.join(out, "slices.ckpt"), tensor_names=[x[0] for x in rows], shape_and_slices=[x[1] for x in rows],
                      tensors=[x[2] for x in rows])
