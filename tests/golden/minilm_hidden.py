#!/usr/bin/env python3
"""Hidden states of a real encoder for 200 real sentences, as transformers computes them: build/golden-minilm.bin.

    python3 tests/golden/minilm_hidden.py [MODEL [CORPORA [OUT]]]      (build/minilm, $MTBERT_CORPORA, build/golden-minilm.bin)

100 sentences of SICK and 100 titles of BC5CDR, evenly spread, by the model's own tokenizer, at most 128 pieces. In double, kept as f32.
Test model/minilm_hidden_states compares. Neither sentences nor values are checked in. Format: see golden.h.
"""
import os
import struct
import sys

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import AutoModel

MODEL = sys.argv[1] if len(sys.argv) > 1 else "build/minilm"
CORPORA = sys.argv[2] if len(sys.argv) > 2 else os.environ["MTBERT_CORPORA"]
OUT = sys.argv[3] if len(sys.argv) > 3 else "build/golden-minilm.bin"
MOST, EACH = 128, 100


def spread(lines):
    return [lines[i * len(lines) // EACH] for i in range(EACH)]


def sentences():
    with open(CORPORA + "/SICK/SICK_test_annotated.txt", encoding="utf-8") as sick:
        pairs = [line.split("\t")[1] for line in sick][1:]
    with open(CORPORA + "/BC5CDR/CDR_TestSet.PubTator.txt", encoding="utf-8") as cdr:
        titles = [line.rstrip("\n").split("|t|", 1)[1] for line in cdr if "|t|" in line[:20]]
    return spread(pairs) + spread(titles)


def entry(name, values):
    kind, a = (1, values.astype("<i4")) if values.dtype.kind == "i" else (0, values.astype("<f4"))
    rows, cols = (1, a.size) if a.ndim < 2 else a.shape
    raw = name.encode()
    return struct.pack("<IIII", len(raw), kind, rows, cols) + raw + b"\0" * (-len(raw) % 4) + a.tobytes()


def main():
    tokenizer = Tokenizer.from_file(MODEL + "/tokenizer.json")
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST)
    model = AutoModel.from_pretrained(MODEL, attn_implementation="eager").double().eval()
    ids = [tokenizer.encode(s).ids for s in sentences()]
    with torch.no_grad():
        hidden = [model(input_ids=torch.tensor([one]), output_hidden_states=True).hidden_states for one in ids]
    start = np.cumsum([0] + [len(one) for one in ids]).astype(np.int32)
    layers = len(hidden[0]) - 1
    entries = [entry("start", start), entry("ids", np.concatenate(ids).astype(np.int32))]
    for layer in (0, layers // 2, layers):
        entries.append(entry("hidden.%d" % layer, torch.cat([h[layer][0] for h in hidden]).numpy()))
    with open(OUT, "wb") as out:
        out.write(b"golden1\n" + struct.pack("<I", len(entries)) + b"".join(entries))
    print(OUT, len(ids), "sentences,", start[-1], "pieces")


main()
