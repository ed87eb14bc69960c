#!/usr/bin/env python3
"""Makes tests/golden/tiny.bin: what PyTorch and transformers say a tiny BERT does.

    python3 tests/golden/make_golden.py        (with the versions of requirements.txt)

Two layers, H 32, A 4, F 64, random weights, six heads (one a kind of task), ragged batches. Computed in
double, kept as f32. In the file: weights; batches; for each activation logits, losses and gradients; the same
with dropout, its masks drawn by our own rule (kernels/backend.h) from a Philox that is written here
anew; parameters, losses and norms after ten steps of each optimizer, AdamW by torch.optim and the others
from their formulas. The encoder is transformers' BertModel, padded and masked, so that it shares nothing
with the ragged one. Format: see golden.h.
"""
import math
import os
import struct

import numpy as np
import torch
from transformers import BertConfig, BertModel

HERE = os.path.dirname(os.path.abspath(__file__))
H, A, F, V, P, L = 32, 4, 64, 60, 24, 2
HEADS = [("mood", "sentence", 3), ("entail", "pair", 3), ("relate", "relation", 4),
         ("similar", "score", 1), ("tag", "words", 5), ("topics", "labels", 4)]
KEY, STEP, RATE = 0x123456789ABCDEF, 7, 0.2


class Golden:
    def __init__(self):
        self.entries = []

    def add(self, name, values):
        a = np.asarray(values.detach().numpy() if isinstance(values, torch.Tensor) else values)
        kind = 1 if a.dtype.kind in "iu" else 0
        a = a.astype(np.uint32).astype("<u4") if a.dtype == np.uint32 else a.astype("<i4" if kind else "<f4")
        rows, cols = (1, a.size) if a.ndim < 2 else (a.shape[0], a.size // a.shape[0])
        self.entries.append((name, kind, rows, cols, a.tobytes()))

    def write(self, path):
        with open(path, "wb") as out:
            out.write(b"golden1\n" + struct.pack("<I", len(self.entries)))
            for name, kind, rows, cols, data in self.entries:
                raw = name.encode()
                out.write(struct.pack("<IIII", len(raw), kind, rows, cols))
                out.write(raw + b"\0" * (-len(raw) % 4) + data)


def philox(key, c0, c1, c2, c3):
    """Philox4x32-10 on arrays; Salmon et al. 2011."""
    c = [np.asarray(x, dtype=np.uint64) for x in np.broadcast_arrays(c0, c1, c2, c3)]
    k0, k1 = key & 0xFFFFFFFF, key >> 32
    low = np.uint64(0xFFFFFFFF)
    for _ in range(10):
        p0, p1 = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [(p1 >> np.uint64(32)) ^ c[1] ^ np.uint64(k0), p1 & low,
             (p0 >> np.uint64(32)) ^ c[3] ^ np.uint64(k1), p0 & low]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c


def mask(site, who, place, units):
    """What unit 0..units-1 of each (who, place) is multiplied by: [.., units]."""
    h = np.arange(units)
    who, place = np.asarray(who)[..., None], np.asarray(place)[..., None]
    words = philox(KEY, (h >> 3) | (site << 16), place, who, STEP)
    word = np.choose(((h & 7) >> 1) + 0 * place, words)
    half = np.where(h & 1, word >> np.uint64(16), word & np.uint64(0xFFFF))
    limit = round(RATE * 65536)
    return torch.from_numpy(np.where(half < limit, 0.0, 65536.0 / (65536 - limit)))


class Dropping:
    """Stands in for torch's dropout while a model runs; the order of calls is the order of sites."""

    def __init__(self, who, longest):
        self.who, self.places, self.calls = who, np.arange(longest), 0
        self.sites = [0]
        for layer in range(L):
            first = 1 + layer * (A + 2)
            self.sites += [list(range(first, first + A)), first + A, first + A + 1]

    def __call__(self, x, p=0.5, training=True, inplace=False):
        site = self.sites[self.calls]
        self.calls += 1
        who, place = np.broadcast_arrays(self.who[:, None], self.places[None, :])
        if isinstance(site, list):  # attention [B,A,query,key]
            assert x.dim() == 4
            m = torch.stack([mask(s, who, place, x.shape[-1]) for s in site], 1)
        else:
            assert x.dim() == 3
            m = mask(site, who, place, x.shape[-1])
        return x * m


def make_model(act):
    config = BertConfig(vocab_size=V, hidden_size=H, num_hidden_layers=L, num_attention_heads=A,
                        intermediate_size=F, max_position_embeddings=P, type_vocab_size=2, hidden_act=act,
                        hidden_dropout_prob=RATE, attention_probs_dropout_prob=RATE, layer_norm_eps=1e-12,
                        attn_implementation="eager")
    model = torch.nn.Module()
    model.bert = BertModel(config).double()
    model.heads = torch.nn.ModuleDict({n: torch.nn.Linear(H, k).double() for n, _, k in HEADS})
    return model


def weights_of(model):
    """Every parameter by the name that our files have."""
    named = {}
    for name, p in model.named_parameters():
        parts = name.split(".")
        named["tasks.%s.classifier.%s" % (parts[1], parts[2]) if parts[0] == "heads" else name] = p
    return named


def start(named, rng):
    """Wide enough that nothing is nearly linear; rounded to f32, so that both sides start alike."""
    for name, p in named.items():
        scale, middle = (0.1, 1.0) if name.endswith("LayerNorm.weight") else (0.2, 0.0)
        values = middle + scale * rng.standard_normal(tuple(p.shape))
        p.data = torch.from_numpy(values.astype(np.float32).astype(np.float64))


def make_batch(kind, K, number, rng):
    lengths = [[5, 17, 2, 9], [20, 4, 11], [3, 24, 7, 7], [12, 6], [13, 1, 22, 8], [10, 19, 5]][number]
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    N = int(start[-1])
    b = {"start": start, "ids": rng.integers(1, V, N).astype(np.int32),
         "who": (rng.integers(0, 1 << 32, len(lengths), dtype=np.uint64)).astype(np.uint32)}
    b["types"] = np.concatenate([(np.arange(n) >= (n + 1) // 2) & (kind in ("pair", "score")) for n in lengths]).astype(np.int32)
    places = np.concatenate([np.arange(n) for n in lengths]).astype(np.int32)
    b["places"] = places
    b["rows"] = start[:-1] if kind != "words" else np.flatnonzero(rng.random(N) < 0.7).astype(np.int32)
    M = len(b["rows"])
    counts = np.ones(M) if kind != "words" else (rng.random(M) < 0.8) * 1.0
    b["weight"] = counts / counts.sum()
    b["gold"] = rng.integers(0, K, M).astype(np.int32)
    if kind == "words": b["gold"][counts == 0] = -1
    if kind == "score": b["target"] = rng.uniform(0, 5, M).astype(np.float32)
    if kind == "labels": b["target"] = (rng.random((M, K)) < 0.4).astype(np.float32)
    return b


def run(model, head, b, drop=False, shared=False):
    """-> logits [M,K], loss, hidden states of each layer [N,H], pooled [B,H]."""
    name, kind, K = head
    lengths = np.diff(b["start"])
    B, longest = len(lengths), int(lengths.max())
    inside = np.arange(longest)[None, :] < lengths[:, None]
    ids, types = np.zeros((B, longest), np.int64), np.zeros((B, longest), np.int64)
    ids[inside], types[inside] = b["ids"], b["types"]
    real = torch.nn.functional.dropout
    model.train(drop)
    if drop: torch.nn.functional.dropout = Dropping(b["who"], longest)
    try:
        out = model.bert(input_ids=torch.from_numpy(ids), token_type_ids=torch.from_numpy(types),
                         attention_mask=torch.from_numpy(inside.astype(np.int64)), output_hidden_states=True)
        if drop: assert torch.nn.functional.dropout.calls == 1 + 3 * L
    finally:
        torch.nn.functional.dropout = real
    inside = torch.from_numpy(inside)
    hidden = [h[inside] for h in out.hidden_states]
    x = hidden[-1][torch.from_numpy(b["rows"].astype(np.int64))] if kind == "words" else out.pooler_output
    if drop:
        sequence = np.searchsorted(b["start"], b["rows"], side="right") - 1
        place = b["rows"] - b["start"][sequence]
        x = x * mask(1 + L * (A + 2), b["who"][sequence], 0 * place if shared else place, H)
    logits = model.heads[name](x)
    weight = torch.from_numpy(b["weight"])
    if kind == "score":
        each = (logits[:, 0] - torch.from_numpy(b["target"]).double()) ** 2
    elif kind == "labels":
        each = torch.nn.functional.binary_cross_entropy_with_logits(
            logits, torch.from_numpy(b["target"]).double(), reduction="none").mean(1)
    else:
        each = torch.nn.functional.cross_entropy(logits, torch.from_numpy(b["gold"]).long(), ignore_index=-1, reduction="none")
    return logits, (each * weight).sum(), hidden, out.pooler_output


# BertAdam's first steps are 3 to 4 times the rate, for want of bias correction.
CASES = {  # rule: peak rate, clip, schedule, decay by layer, the authors' coasting and own counters
    "adamax": dict(rate=1e-3, clip=1.0, schedule="linear", layer_decay=1.0, coast=False, own=False, eps=1e-6),
    "adamaxw": dict(rate=1e-3, clip=0.0, schedule="constant", layer_decay=0.8, coast=False, own=False, eps=1e-8),
    "bertadam": dict(rate=3e-4, clip=1.0, schedule="released", layer_decay=1.0, coast=True, own=True, eps=1e-6),
    "adamw": dict(rate=1e-3, clip=1.0, schedule="linear", layer_decay=1.0, coast=False, own=False, eps=1e-8),
}
ORDER = [4, 0, 4, 3, 1, 4, 5, 2, 0, 4]  # whose batch each of the ten steps has
WARMUP, DECAY, T = 0.3, 0.01, len(ORDER)
# As a device has them, in f32: 1 - 0.999f is 1.3e-5 less than 0.001, which ten steps without bias correction would show.
B1, B2 = float(np.float32(0.9)), float(np.float32(0.999))


def share(kind, k):
    W = WARMUP * T
    if kind == "released": return k / T / WARMUP if k / T < WARMUP else max(0.0, 1 - k / T)
    if k < W: return k / W
    return 1.0 if kind == "constant" else max(0.0, (T - k) / (T - W))


def decays(name):
    return not (name.endswith("bias") or "LayerNorm" in name)


def part_of(name):
    if name.startswith("bert.embeddings"): return 0
    if name.startswith("bert.encoder.layer."): return 1 + int(name.split(".")[3])
    return L + 1


class Formula:
    """The three rules that torch lacks, each parameter with its own moments and counter."""

    def __init__(self, rule, case):
        self.rule, self.case, self.state = rule, case, {}

    def step(self, named, k):
        case, eps = self.case, self.case["eps"]
        for name, p in named.items():
            if p.grad is None: continue
            m, v, t = self.state.get(name, (torch.zeros_like(p), torch.zeros_like(p), 0))
            rate = case["rate"] * share(case["schedule"], t if case["own"] else k)
            rate *= case["layer_decay"] ** (L + 1 - part_of(name))
            d, g, t = (DECAY if decays(name) else 0.0), p.grad, t + 1
            with torch.no_grad():
                m = B1 * m + (1 - B1) * g
                if self.rule == "bertadam":
                    v = B2 * v + (1 - B2) * g * g
                    p -= rate * (m / (v.sqrt() + eps) + d * p)
                elif self.rule == "adamax":
                    v = torch.maximum(B2 * v, g.abs() + eps)
                    p -= rate * (m / (v + eps) + d * p)
                else:
                    v = torch.maximum(B2 * v, g.abs() + eps)
                    p *= 1 - rate * d
                    p -= rate / (1 - B1 ** t) * m / v
            self.state[name] = (m, v, t)


def train(golden, rule, named, model, batches):
    case = CASES[rule]
    formula = Formula(rule, case)
    torchs = None
    if rule == "adamw":
        groups = [{"params": [p for n, p in named.items() if decays(n) == yes], "weight_decay": DECAY * yes} for yes in (1, 0)]
        torchs = torch.optim.AdamW(groups, lr=1.0, betas=(0.9, 0.999), eps=case["eps"])
    losses, norms = [], []
    for p in named.values(): p.grad = None
    for k, h in enumerate(ORDER):
        for p in named.values():
            if p.grad is None: continue
            p.grad = torch.zeros_like(p) if case["coast"] else None
        loss = run(model, HEADS[h], batches[h])[1]
        loss.backward()
        losses.append(loss.item())
        limit = case["clip"] if case["clip"] else math.inf
        norms.append(torch.nn.utils.clip_grad_norm_([p for p in named.values() if p.grad is not None], limit).item())
        if torchs:
            for group in torchs.param_groups: group["lr"] = case["rate"] * share(case["schedule"], k)
            torchs.step()
        else:
            formula.step(named, k)
    golden.add(rule + ".losses", np.array(losses))
    golden.add(rule + ".norms", np.array(norms))
    for name, p in named.items(): golden.add(rule + ".after." + name, p)


def all_heads(golden, case, model, named, batches, wanted, **how):
    """Logits and loss of each head, and the gradients of the sum of all losses."""
    for p in named.values(): p.grad = None
    for head, b in zip(HEADS, batches):
        logits, loss, hidden, pooled = run(model, head, b, **how)
        loss.backward()
        golden.add("%s.logits.%s" % (case, head[0]), logits)
        golden.add("%s.loss.%s" % (case, head[0]), np.array([loss.item()]))
        if case == "gelu" and head[1] in ("words", "pair"):
            for layer, h in enumerate(hidden): golden.add("gelu.hidden.%s.%d" % (head[0], layer), h)
            golden.add("gelu.pooled." + head[0], pooled)
    for name, p in named.items():
        if wanted(name): golden.add(case + ".grad." + name, p.grad)


def main():
    rng = np.random.default_rng(20240229)
    golden = Golden()
    batches = [make_batch(kind, K, i, rng) for i, (_, kind, K) in enumerate(HEADS)]
    for (name, _, _), b in zip(HEADS, batches):
        for what, values in b.items(): golden.add("batch.%s.%s" % (name, what), values)
    models = {act: make_model(act) for act in ("gelu", "gelu_new", "relu")}
    first = weights_of(models["gelu"])
    start(first, rng)
    begin = {n: p.detach().clone() for n, p in first.items()}
    for name, p in begin.items(): golden.add("weight." + name, p)

    def again(model):
        named = weights_of(model)
        for n, p in named.items(): p.data = begin[n].clone()
        return named

    some = lambda n: ".layer.0." in n and ("intermediate" in n or "LayerNorm" in n) or "classifier" in n
    all_heads(golden, "gelu", models["gelu"], again(models["gelu"]), batches, lambda n: True)
    for act in ("gelu_new", "relu"):
        all_heads(golden, act, models[act], again(models[act]), batches, some)
    all_heads(golden, "dropout", models["gelu"], again(models["gelu"]), batches, some, drop=True)
    loss = run(models["gelu"], HEADS[4], batches[4], drop=True, shared=True)[1]
    golden.add("shared.loss.tag", np.array([loss.item()]))
    for rule in CASES:
        train(golden, rule, again(models["gelu"]), models["gelu"], batches)
    path = os.path.join(HERE, "tiny.bin")
    golden.write(path)
    print(path, os.path.getsize(path), "bytes")


main()
