"""Writes golden.txt: random predictions with the values that scipy, scikit-learn and numpy give for them.
Mentions come from a small chunker written from conlleval's rules, which neither library has.
    python make_score_golden.py > golden.txt        (numpy, scipy, scikit-learn; any recent version)"""
import warnings
import numpy as np
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20)


def case(kind, labels, negative, expected, header, rows):
    print("case", kind, negative or "-", *labels)
    for metric, value in expected:
        print("expect", metric, repr(float(value)))
    print(header)
    for row in rows:
        print(*row)
    print()


def classes(n, labels, negative, skill, absent=()):
    ids = [k for k in range(len(labels)) if labels[k] not in absent]
    weights = rng.dirichlet(np.ones(len(ids)))
    gold = rng.choice(ids, n, p=weights)
    said = np.where(rng.random(n) < skill, gold, rng.choice(ids, n))
    counted = [k for k in range(len(labels)) if labels[k] != negative]
    f1 = {a: f1_score(gold, said, labels=counted, average=a, zero_division=0) for a in ("micro", "macro")}
    expected = [("accuracy", accuracy_score(gold, said)), ("micro-f1", f1["micro"]), ("macro-f1", f1["macro"])]
    rows = [(f"e{i}", labels[gold[i]], labels[said[i]]) for i in range(n)]
    case("relation" if negative else "sentence", labels, negative, expected, "id gold predicted", rows)


def scores(n, noise, grid):
    gold = rng.uniform(0, 5, n)
    said = gold + rng.normal(0, noise, n)
    if grid:
        gold, said = np.round(gold * grid) / grid, np.round(said * grid) / grid
    expected = [("pearson", pearsonr(gold, said)[0]), ("spearman", spearmanr(gold, said)[0])]
    case("score", [], None, expected, "id gold predicted", [(f"e{i}", repr(float(gold[i])), repr(float(said[i]))) for i in range(n)])


def chunks(tags):
    """(first, last, type) of each: starts at B, at I behind O or at the front, and where the type changes."""
    out, open_ = [], None
    for i, tag in enumerate(list(tags) + ["O"]):
        prefix, _, kind = tag.partition("-")
        if open_ and (prefix in "BO" or kind != open_[1]):
            out.append((open_[0], i - 1, open_[1]))
            open_ = None
        if prefix != "O" and not open_:
            open_ = (i, kind)
    return out


def words(sentences, types, skill):
    tags = ["O"] + [p + "-" + t for t in types for p in "BI"]
    count = {t: [0, 0, 0] for t in types}
    rows, right, all_ = [], 0, 0
    for s in range(sentences):
        n = int(rng.integers(1, 15))
        gold = rng.choice(tags, n, p=[.4] + [.6 / (len(tags) - 1)] * (len(tags) - 1))
        said = np.where(rng.random(n) < skill, gold, rng.choice(tags, n))
        a, b = set(chunks(gold)), set(chunks(said))
        for t in types:
            count[t][0] += sum(c[2] == t for c in a & b)
            count[t][1] += sum(c[2] == t for c in b - a)
            count[t][2] += sum(c[2] == t for c in a - b)
        right, all_ = right + int((gold == said).sum()), all_ + n
        rows += [(f"s{s}", f"d{s // 3}", g, p) for g, p in zip(gold, said)]
    f1 = lambda tp, fp, fn: 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0
    micro = f1(*[sum(c[i] for c in count.values()) for i in range(3)])
    expected = [("span-f1", micro), ("micro-f1", micro), ("macro-f1", np.mean([f1(*c) for c in count.values()])),
                ("accuracy", right / all_)]
    case("words", tags, None, expected, "id doc gold predicted", rows)


def label_sets(documents, K, skill):
    """Every document has gold, as in HoC; then scikit-learn's `samples` averages are BLUE's means."""
    labels = [f"l{k}" for k in range(K)]
    gold, said, doc = [], [], []
    for d in range(documents):
        n = int(rng.integers(1, 6))
        g = rng.random((n, K)) < .15
        g[0, rng.integers(K)] = True
        gold.append(g)
        said.append(np.where(rng.random((n, K)) < skill, g, rng.random((n, K)) < .2))
        doc += [d] * n
    unite = lambda parts: np.array([p.any(0) for p in parts]).astype(int)
    G, S = unite(gold), unite(said)
    P, R = (f(G, S, average="samples", zero_division=0) for f in (precision_score, recall_score))
    g, s = np.concatenate(gold).astype(int), np.concatenate(said).astype(int)
    expected = [("document-f1", 2 * P * R / (P + R)), ("micro-f1", f1_score(g, s, average="micro", zero_division=0)),
                ("macro-f1", f1_score(g, s, average="macro", zero_division=0)), ("accuracy", accuracy_score(g, s))]
    join = lambda v: "|".join(labels[k] for k in range(K) if v[k])
    case("labels", labels, None, expected, "id doc gold predicted", [(f"e{i}", f"d{doc[i]}", join(g[i]), join(s[i])) for i in range(len(g))])


for n, K, skill in ((5, 2, .5), (40, 3, .8), (120, 7, .4)):
    classes(n, [f"c{k}" for k in range(K)], None, skill)
for n, skill in ((30, .6), (100, .8), (60, .2)):
    classes(n, ["up", "down", "act", "inh", "false"], "false", skill)
classes(50, ["a", "b", "c", "false"], "false", .7, absent=("b",))
classes(50, ["false", "a", "b", "c"], "false", .7, absent=("a", "c"))
for n, noise, grid in ((3, .5, 0), (20, .3, 0), (100, 2, 0), (60, .8, 1), (60, 1, 5), (12, .1, 1)):
    scores(n, noise, grid)
for sentences, types, skill in ((6, ["D"], .8), (30, ["D"], .9), (30, ["A", "B"], .7), (20, ["A", "B", "C"], .3)):
    words(sentences, types, skill)
for documents, K, skill in ((3, 4, .8), (20, 10, .9), (15, 3, .5)):
    label_sets(documents, K, skill)
for n in (1, 2, 5, 20):
    v = rng.normal(size=n)
    for q in (.025, .5, .975):
        print("quantile", q, repr(float(np.percentile(v, 100 * q))), *(repr(float(x)) for x in v))
        print()
