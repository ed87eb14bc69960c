"""Heads and exports against transformers: python export.py BUILD OUT, after `make build/release/export_driver`.

Makes an mt-dnn checkpoint (legacy pickle, heads by position, an enum in its config), converts it, exports every head, and compares logits on 100
sentences with those of the program; transformers must find every key and no other."""
import enum
import os
import subprocess
import sys
import types

import numpy as np
import torch
import transformers
from transformers import BertConfig, BertForSequenceClassification, BertForTokenClassification, BertModel

build, out = sys.argv[1:3]
os.makedirs(out, exist_ok=True)
torch.manual_seed(1)
sizes = dict(vocab_size=120, hidden_size=48, num_hidden_layers=3, num_attention_heads=4, intermediate_size=96, max_position_embeddings=64,
             type_vocab_size=2, initializer_range=0.2)
vocab = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + ["w%d" % i for i in range(60)] + ["##s%d" % i for i in range(55)]
heads = [("sts", "score", []), ("nli", "pair", ["entailment", "neutral", "contradiction"]), ("ner", "words", ["Disease"]),
         ("tags", "words", ["Drug"]), ("hoc", "labels", ["a", "b", "c", "d"]), ("ddi", "relation", ["false", "mechanism", "effect"])]
classes = {"sts": 1, "nli": 3, "ner": 3, "tags": 6, "hoc": 4, "ddi": 3}

module = types.ModuleType("mt_bluebert.data_utils.task_def")
for part in ("mt_bluebert", "mt_bluebert.data_utils"):
    sys.modules[part] = types.ModuleType(part)
sys.modules[module.__name__] = module
TaskType = enum.IntEnum("TaskType", "Classification Regression", module=module.__name__)
module.TaskType = TaskType

bert = BertModel(BertConfig(**sizes))
for name, p in bert.named_parameters():
    if "LayerNorm" not in name:
        p.data.normal_(0, 0.2)
state = {"bert." + k: v for k, v in bert.state_dict().items()}
for i, (name, _, _) in enumerate(heads):
    state["scoring_list.%d.weight" % i] = torch.randn(classes[name], 48) * 0.2
    state["scoring_list.%d.bias" % i] = torch.randn(classes[name]) * 0.2
config = dict(sizes, hidden_act="gelu", task_types=[TaskType.Regression] * len(heads), label_size="1,3,3,6,4,3",
              train_datasets=[h[0] for h in heads], ema_opt=0)
checkpoint = os.path.join(out, "mt.pt")
torch.save({"state": state, "optimizer": {"state": {}}, "config": config}, checkpoint, _use_new_zipfile_serialization=False)
with open(os.path.join(out, "vocab.txt"), "w") as f:
    f.write("\n".join(vocab) + "\n")
with open(os.path.join(out, "study.yaml"), "w") as f:
    f.write("study: mt\ntasks:\n")
    for name, kind, labels in heads:
        f.write("  %s: {kind: %s%s, train: x.tsv}\n" % (name, kind, ", labels: [%s]" % ", ".join('"%s"' % x for x in labels) if labels else ""))

mtbert = os.path.join(build, "mtbert")
model = os.path.join(out, "model")
subprocess.check_call([mtbert, "convert", checkpoint, "--study", os.path.join(out, "study.yaml"), "--to", model, "--overwrite", "-q"])
_, info = BertModel.from_pretrained(model, output_loading_info=True)
assert not any(info.values()), info
rng = np.random.default_rng(2)
texts = [[2] + list(rng.integers(5, 120, rng.integers(3, 60))) + [3] for _ in range(100)]
for name, kind, _ in heads:
    to = os.path.join(out, "export-" + name)
    make = BertForTokenClassification if kind == "words" else BertForSequenceClassification
    subprocess.check_call([mtbert, "convert", model, "--task", name, "--to", to, "--overwrite", "-q"])
    m, info = make.from_pretrained(to, output_loading_info=True)
    assert not any(info.values()), info
    assert m.config.num_labels == classes[name]
    types_of = [[int(i > len(ids) // 2 and kind in ("pair", "score")) for i in range(len(ids))] for ids in texts]
    wire = b"".join(np.array([len(a)] + a + b, np.int32).tobytes() for a, b in zip(texts, types_of))
    got = subprocess.run([os.path.join(build, "export_driver"), model, name], input=wire, stdout=subprocess.PIPE, check=True).stdout
    got = np.frombuffer(got, np.float32)
    m.eval()
    with torch.no_grad():
        want = np.concatenate([m(torch.tensor([a]), token_type_ids=torch.tensor([b])).logits.numpy().ravel() for a, b in zip(texts, types_of)])
    assert got.shape == want.shape
    difference = np.abs(got - want).max()
    print("%-5s %s: largest difference %.2g of logits up to %.2f" % (name, make.__name__, difference, np.abs(want).max()))
    assert difference < 1e-5
to = os.path.join(out, "pruned")
subprocess.check_call([mtbert, "convert", model, "--task", "tags", "--prune", "--to", to, "--overwrite", "-q"])
m, info = BertForTokenClassification.from_pretrained(to, output_loading_info=True)
assert not any(info.values()) and list(m.config.id2label.values()) == ["O", "B-Drug", "I-Drug"], m.config.id2label
assert torch.equal(m.classifier.weight, state["scoring_list.3.weight"][:3]) and torch.equal(m.classifier.bias, state["scoring_list.3.bias"][:3])
print("all exports load in transformers %s without a missing or unexpected key" % transformers.__version__)
