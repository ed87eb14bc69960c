"""The training of `mtbert finetune` on a task of tagged words, written again with PyTorch and transformers: same start, same mini-batches, same rates.

    mtbert finetune STUDY --task T --epochs 0 --to init            the model as it starts (init/best)
    mtbert finetune STUDY --task T --epochs 5 --to ours --batches batches.jsonl
    python bench/peers/train_words.py --start init/best --task T --batches batches.jsonl --ours ours/steps.tsv \
        --epochs 5 --dropout 0.1 --dev dev.tsv --test test.tsv

Prints losses beside ours, and F1 on dev after each epoch and on test of the best one (conlleval's semantics, words of long sentences in pieces).
BertAdam is the rule of pytorch-pretrained-BERT 0.6 (no bias correction), in the form of src/optim/optimizer.h; warm-up and decay are linear, continuous.
"""
import argparse, json, time
import numpy as np
import torch
from safetensors.torch import load_file
from transformers import BertModel, BertTokenizerFast


class Words(torch.nn.Module):
    def __init__(self, folder, task, dropout):
        super().__init__()
        self.bert = BertModel.from_pretrained(folder, hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout)
        heads = load_file(folder + "/heads.safetensors")
        w = heads[f"tasks.{task}.classifier.weight"]
        self.drop = torch.nn.Dropout(dropout)
        self.head = torch.nn.Linear(w.shape[1], w.shape[0])
        with torch.no_grad():
            self.head.weight.copy_(w)
            self.head.bias.copy_(heads[f"tasks.{task}.classifier.bias"])

    def forward(self, ids, mask, types):
        return self.head(self.drop(self.bert(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state))


def padded(lists, fill=0):
    n = max(map(len, lists))
    return torch.tensor([l + [fill] * (n - len(l)) for l in lists])


class BertAdam:
    """m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; p -= rate (m / (sqrt(v) + eps) + decay p)"""

    def __init__(self, net, rate, updates, warmup=0.1, decay=0.01, clip=1.0):
        self.named = [(n, p) for n, p in net.named_parameters() if "pooler" not in n]
        self.m = [torch.zeros_like(p) for _, p in self.named]
        self.v = [torch.zeros_like(p) for _, p in self.named]
        self.rate, self.updates, self.warmup, self.decay, self.clip, self.k = rate, updates, warmup, decay, clip, 0

    def scheduled(self):
        w = self.warmup * self.updates
        return self.rate * (self.k / w if self.k < w else (self.updates - self.k) / (self.updates - w))

    @torch.no_grad()
    def step(self):
        torch.nn.utils.clip_grad_norm_([p for _, p in self.named], self.clip)
        r = self.scheduled()
        for (name, p), m, v in zip(self.named, self.m, self.v):
            g = p.grad
            m.mul_(0.9).add_(g, alpha=0.1)
            v.mul_(0.999).addcmul_(g, g, value=0.001)
            u = m / (v.sqrt() + 1e-6)
            if not (name.endswith("bias") or "LayerNorm" in name):
                u = u + self.decay * p
            p.sub_(u, alpha=r)
            p.grad = None
        self.k += 1


def read_conll(path):
    sentences, words, tags = [], [], []
    for line in open(path, encoding="utf-8"):
        f = line.rstrip("\n").split("\t")
        if len(f) < 2:
            if words: sentences.append((words, tags))
            words, tags = [], []
        else:
            words.append(f[0]); tags.append(f[-1])
    if words: sentences.append((words, tags))
    return sentences


def chunks(tags):
    found, start, kind, before = set(), None, None, ("O", "")
    for i, tag in enumerate(tags + ["O"]):
        p, _, t = tag.partition("-")
        if start is not None and (p in "BO" or t != before[1]):
            found.add((start, i - 1, kind)); start = None
        if p == "B" or (p == "I" and (before[0] == "O" or t != before[1])):
            start, kind = i, t
        before = (p, t)
    return found


@torch.no_grad()
def f1(net, tokenizer, sentences, labels, most=128):
    """Long sentences: pieces of whole words that fit, one after the other."""
    net.eval()
    parts = []
    for s, (words, _) in enumerate(sentences):
        ids = [tokenizer(w, add_special_tokens=False)["input_ids"] for w in words]
        at, n = [], 0
        for w, x in enumerate(ids):
            if at and n + len(x) > most - 2:
                parts.append((s, at)); at, n = [], 0
            at.append((w, x)); n += len(x)
        if at: parts.append((s, at))
    guess = [["O"] * len(w) for w, _ in sentences]
    parts.sort(key=lambda p: sum(len(x) for _, x in p[1]))
    for i in range(0, len(parts), 32):
        lists, firsts = [], []
        for s, at in parts[i:i + 32]:
            row, first = [tokenizer.cls_token_id], []
            for w, x in at:
                if x: first.append((s, w, len(row)))
                row += x
            lists.append((row[:most - 1]) + [tokenizer.sep_token_id]); firsts.append(first)
        ids = padded(lists)
        mask = (padded([[1] * len(l) for l in lists]))
        best = net(ids, mask, torch.zeros_like(ids)).argmax(-1)
        for b, first in enumerate(firsts):
            for s, w, at in first:
                if at < most - 1: guess[s][w] = labels[best[b, at]]
    tp = fp = fn = 0
    for (words, tags), g in zip(sentences, guess):
        a, b = chunks(tags), chunks(g)
        tp += len(a & b); fp += len(b - a); fn += len(a - b)
    net.train()
    return 2 * tp / (2 * tp + fp + fn) if tp else 0.0


def gradient(net, b, groups):
    """Mean loss over the scored words of a mini-batch and its gradient; in groups of like length, each padded to its own longest: the same sum, less padding."""
    order = sorted(range(len(b["ids"])), key=lambda s: len(b["ids"][s]))
    scored, total, n = sum(g >= 0 for tags in b["gold"] for g in tags), 0.0, -(-len(order) // groups)
    for at in range(0, len(order), n):
        part = order[at:at + n]
        ids = padded([b["ids"][s] for s in part])
        logits = net(ids, padded([[1] * len(b["ids"][s]) for s in part]), padded([b["types"][s] for s in part]))
        gold = torch.full(ids.shape, -100)
        for i, s in enumerate(part):
            for r, g in zip(b["rows"][s], b["gold"][s]):
                if g >= 0: gold[i, r] = g
        loss = torch.nn.functional.cross_entropy(logits.view(-1, logits.shape[-1]), gold.view(-1), reduction="sum") / scored
        loss.backward()
        total += loss.item()
    return total


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--start", required=True); a.add_argument("--task", required=True); a.add_argument("--batches", required=True)
    a.add_argument("--ours"); a.add_argument("--epochs", type=int, default=5); a.add_argument("--updates", type=int)
    a.add_argument("--rate", type=float, default=1e-4); a.add_argument("--dropout", type=float, default=0.1); a.add_argument("--seed", type=int, default=1)
    a.add_argument("--most", type=int, default=0); a.add_argument("--dev"); a.add_argument("--test"); a.add_argument("--labels", default="O,B-Disease,I-Disease")
    a.add_argument("--threads", type=int, default=2); a.add_argument("--groups", type=int, default=1)
    a = a.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    batches = [json.loads(l) for l in open(a.batches)]
    net = Words(a.start, a.task, a.dropout).train()
    opt = BertAdam(net, a.rate, a.updates or len(batches))
    ours = [float(l.split("\t")[2]) for l in open(a.ours).readlines()[1:]] if a.ours else None
    tokenizer = BertTokenizerFast.from_pretrained(a.start)
    dev, test = (read_conll(p) if p else None for p in (a.dev, a.test))
    per_epoch, best, worst, start = len(batches) // a.epochs, (-1, 0, 0), 0, time.time()
    for i, b in enumerate(batches):
        if a.most and i >= a.most: break
        loss = gradient(net, b, a.groups)
        opt.step()
        if ours and i < 100:
            off = abs(loss - ours[i]) / abs(ours[i])
            worst = max(worst, off)
            if i in (0, 4, 9, 19, 49, 99): print(f"update {i + 1}: theirs {loss:.8f} ours {ours[i]:.8f}; largest difference so far {worst:.2e}", flush=True)
        if dev and (i + 1) % per_epoch == 0:
            d = f1(net, tokenizer, dev, a.labels.split(","))
            if d > best[0]: best = (d, f1(net, tokenizer, test, a.labels.split(",")), (i + 1) // per_epoch)
            print(f"epoch {(i + 1) // per_epoch}: dev {d:.4f}; best dev {best[0]:.4f} (epoch {best[2]}), its test {best[1]:.4f}; {time.time() - start:.0f} s", flush=True)
    if dev: print(f"seed {a.seed}\tdev {best[0]:.4f}\ttest {best[1]:.4f}\tepoch {best[2]}")


main()
