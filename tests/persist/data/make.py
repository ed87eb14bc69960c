"""Makes the files beside it with the reference implementations. Run in an empty copy of this folder:
python make.py; requirements.txt pins what made the files that are checked in. Values are multiples of 1/256
below 1, so that every type holds them exactly: value i of a tensor is ((i * 37 + seed) % 509 - 254) / 256."""
import json
import os
import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertForSequenceClassification, BertModel


def filled(shape, seed):
    n = 1
    for d in shape:
        n *= d
    return ((torch.arange(n) * 37 + seed) % 509 - 254).float().div(256).reshape(shape)


def five(kind):
    return {name: filled(shape, seed).to(kind) for seed, (name, shape) in enumerate(
        [("b.weight", [2, 3]), ("a.bias", [5]), ("tasks.x-1.classifier.weight", [3, 4]), ("B", [1]), ("a", [7, 1])])}


def fill_model(model):
    with torch.no_grad():
        for seed, (_, p) in enumerate(sorted(model.state_dict().items())):
            if p.dtype == torch.float32:
                p.copy_(filled(list(p.shape), seed))


def vocabulary(folder):
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "##a", "##b", "##c", "drug", "the", ".", ","]
    with open(os.path.join(folder, "vocab.txt"), "w") as f:
        f.write("".join(w + "\n" for w in words))


for name, kind in [("f32", torch.float32), ("f16", torch.float16), ("bf16", torch.bfloat16), ("f64", torch.float64)]:
    save_file(five(kind), name + ".safetensors", metadata={"format": "pt"})
save_file({"ids": torch.arange(3).reshape(1, 3), "scalar": torch.tensor(0.5), "none": torch.zeros(0, 4), "yes": torch.tensor([True]),
           "eight": torch.zeros(2, dtype=torch.float8_e4m3fn)}, "kinds.safetensors")

os.makedirs("sharded", exist_ok=True)
parts, tensors = [["a", "a.bias", "B"], ["b.weight", "tasks.x-1.classifier.weight"]], five(torch.float32)
where = {}
for i, names in enumerate(parts):
    shard = f"model-{i + 1:05}-of-00002.safetensors"
    save_file({n: tensors[n] for n in names}, os.path.join("sharded", shard), metadata={"format": "pt"})
    where.update({n: shard for n in names})
with open("sharded/model.safetensors.index.json", "w") as f:
    json.dump({"metadata": {"total_size": 4 * 31}, "weight_map": where}, f, indent=2)

sizes = dict(vocab_size=16, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=12,
             max_position_embeddings=6, type_vocab_size=2)
plain = BertModel(BertConfig(**sizes))
fill_model(plain)
plain.save_pretrained("plain")
vocabulary("plain")
tuned = BertForSequenceClassification(BertConfig(**sizes, num_labels=3, hidden_act="gelu_new"))
fill_model(tuned)
tuned.half().save_pretrained("tuned")
vocabulary("tuned")

# What old files hold: DataParallel's prefix, TensorFlow's LayerNorm spelling, a buffer of positions, pretraining heads.
old = {}
for name, x in plain.state_dict().items():
    name = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
    old["module.bert." + name] = x.to(torch.bfloat16).contiguous()
old["module.bert.embeddings.position_ids"] = torch.arange(6).reshape(1, 6)
old["module.cls.predictions.bias"] = torch.zeros(16)
old["module.cls.seq_relationship.weight"] = torch.zeros(2, 8)
os.makedirs("old", exist_ok=True)
save_file(old, "old/model.safetensors", metadata={"format": "pt"})
google = {k: v for k, v in BertConfig(**sizes).to_dict().items() if k in (
    "attention_probs_dropout_prob", "hidden_act", "hidden_dropout_prob", "hidden_size", "initializer_range", "intermediate_size",
    "max_position_embeddings", "num_attention_heads", "num_hidden_layers", "type_vocab_size", "vocab_size")}
with open("old/bert_config.json", "w") as f:
    json.dump(google, f, indent=2)
vocabulary("old")
