"""Makes a TensorFlow V2 checkpoint of BERT-base's size, 438 MB of invented weights, as `bert_model.ckpt` with config and vocabulary beside it:
python make_tf_bert.py OUT, with the package tensorflow."""
import json
import os
import sys

import numpy as np
import tensorflow as tf

out = sys.argv[1]
H, F, V, P, L = 768, 3072, 30522, 512, 12
shapes = {"embeddings/word_embeddings": (V, H), "embeddings/position_embeddings": (P, H), "embeddings/token_type_embeddings": (2, H),
          "pooler/dense/kernel": (H, H), "pooler/dense/bias": (H,)}
norms = ["embeddings"]
for i in range(L):
    layer = "encoder/layer_%d/" % i
    for name in ("attention/self/query", "attention/self/key", "attention/self/value", "attention/output/dense"):
        shapes[layer + name + "/kernel"], shapes[layer + name + "/bias"] = (H, H), (H,)
    shapes[layer + "intermediate/dense/kernel"], shapes[layer + "intermediate/dense/bias"] = (H, F), (F,)
    shapes[layer + "output/dense/kernel"], shapes[layer + "output/dense/bias"] = (F, H), (H,)
    norms += [layer + "attention/output", layer + "output"]
for n in norms:
    shapes[n + "/LayerNorm/gamma"] = shapes[n + "/LayerNorm/beta"] = (H,)
rng = np.random.default_rng(1)
names = sorted(shapes)
values = [tf.constant(rng.standard_normal(shapes[n], np.float32) * 0.02) for n in names]
os.makedirs(out, exist_ok=True)
tf.raw_ops.SaveV2(prefix=os.path.join(out, "bert_model.ckpt"), tensor_names=["bert/" + n for n in names], shape_and_slices=[""] * len(names),
                  tensors=values)
with open(os.path.join(out, "bert_config.json"), "w") as f:
    json.dump(dict(vocab_size=V, hidden_size=H, num_hidden_layers=L, num_attention_heads=12, intermediate_size=F, max_position_embeddings=P,
                   type_vocab_size=2, hidden_act="gelu", hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.1, initializer_range=0.02), f)
with open(os.path.join(out, "vocab.txt"), "w") as f:
    f.write("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + ["w%d" % i for i in range(V - 5)]) + "\n")
