"""Exports in transformers' pipelines against `mtbert predict`: python pipelines.py BUILD OUT [LINES].

Trains a model of the demo's ten tasks for four epochs (OUT/run, unless it is there), exports every head, and answers the invented texts of corpora/
(and those of LINES, a file with a text a line) with both: the same mentions in the same places, the same labels, scores within 1e-4 (which predict prints
with eight digits, and a pipeline computes in f32 from logits that agree within 1e-5). Loading must not warn."""
import csv
import json
import os
import subprocess
import sys
import warnings

import transformers
from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification, AutoTokenizer, pipeline

build, out = sys.argv[1:3]
mtbert, run = os.path.join(build, "mtbert"), os.path.join(out, "run")
os.makedirs(out, exist_ok=True)
warnings.simplefilter("error", UserWarning)
if not os.path.exists(os.path.join(run, "best")):
    subprocess.check_call([mtbert, "refine", "studies/demo.yaml", "--epochs", "4", "--rate", "1e-3", "--to", run, "-q"])

longest = json.load(open(os.path.join(run, "best", "config.json")))["max_position_embeddings"]
texts = []
words = []
for line in open("corpora/bc5cdr-chemical/test.tsv"):
    if line.strip():
        words.append(line.split("\t")[0])
    elif words:
        texts.append(" ".join(words).replace(" ,", ",").replace(" .", ".").replace(" )", ")").replace("( ", "("))
        words = []
texts = texts[:100] + [r["note_text"] for r in csv.DictReader(open("corpora/sections/test.csv"))][:60]
texts += ["Caf\u00e9 au lait and IL-2R\u03b1 in \u00b5g, na\u00efve \u4e2d\u6587 cells.", "TNF-\u03b1/IL-10 (2.5\u00b5g) x", "a", "\u2028 odd\u00a0blanks \u200b here"]
if len(sys.argv) > 3:
    texts += [line.rstrip("\n") for line in open(sys.argv[3])]
cutter = AutoTokenizer.from_pretrained(os.path.join(run, "best"))
assert cutter.model_max_length == longest
texts = [t for t in texts if len(cutter(t).input_ids) <= longest - 6]  # the program answers longer ones in windows, a pipeline cuts them
pairs = [(a, b) for a, b in zip(texts[::2], texts[1::2])]
masked = ["@GENE$ and @CHEMICAL$: " + t for t in texts[:40]]


def predict(rows):
    wire = "".join(json.dumps(r) + "\n" for r in rows).encode()
    got = subprocess.run([mtbert, "predict", "--model", run, "--jsonl"], input=wire, stdout=subprocess.PIPE, check=True).stdout
    return [json.loads(line)["tasks"] for line in got.splitlines()]


answers = {"text": predict([{"text": t} for t in texts]), "pair": predict([{"text": a, "text2": b} for a, b in pairs]),
           "relation": predict([{"text": t} for t in masked])}
kinds = {t["name"]: t["kind"] for t in json.loads(subprocess.check_output([mtbert, "info", run, "--json"]))["tasks"]}
failed = 0
for name, kind in kinds.items():
    to = os.path.join(out, name)
    subprocess.check_call([mtbert, "convert", run, "--task", name, "--to", to, "--overwrite", "-q"])
    make = AutoModelForTokenClassification if kind == "words" else AutoModelForSequenceClassification
    model, info = make.from_pretrained(to, output_loading_info=True)
    assert not any(info.values()), info
    tokenizer = AutoTokenizer.from_pretrained(to)
    differ = n = 0
    worst = 0.0
    if kind == "words":
        pipe = pipeline("token-classification", model=model, tokenizer=tokenizer, aggregation_strategy="first")
        for text, ours in zip(texts, answers["text"]):
            a = [(m["start"], m["end"], m["entity_group"]) for m in pipe(text)]
            b = [(m["start"], m["end"], m["type"]) for m in ours[name]["mentions"]]
            n += len(b)
            if a != b:
                differ += 1
                print("%s: %r: pipeline %s, predict %s" % (name, text, a, b))
    else:
        many = kind == "labels"
        scores = dict(function_to_apply="none") if kind == "score" else {}
        pipe = pipeline("text-classification", model=model, tokenizer=tokenizer, top_k=None, **scores)
        where = "pair" if kind in ("pair", "score") else "relation" if kind == "relation" else "text"
        given = [dict(text=a, text_pair=b) for a, b in pairs] if where == "pair" else masked if where == "relation" else texts
        for text, ours in zip(given, answers[where]):
            if name not in ours:
                continue
            got = pipe(text, truncation=True) if where == "pair" else pipe([text], truncation=True)[0]
            got = {x["label"]: x["score"] for x in got}
            want = ours[name]
            n += 1
            if kind == "score":
                worst = max(worst, abs(got["score"] - want["score"]))
                continue
            worst = max([worst] + [abs(got[k] - want["scores"][k]) for k in got])
            best = [k for k in got if got[k] >= 0.5] if many else [max(got, key=got.get)]
            if set(best) != set(want["labels"] if many else [want["label"]]) and worst > 1e-5:
                differ += 1
                print("%s: %r: pipeline %s, predict %s" % (name, text, best, want))
    print("transformers %s, %-15s %-8s %4d answers, %d differ, largest difference of a score %.2g" % (transformers.__version__, name, kind, n, differ, worst))
    failed += differ > 0 or worst > 1e-4
sys.exit(failed > 0)
