"""A training step of PyTorch + transformers beside ours, by turns, on the same batches of real sentences.

    python bench/peers/step.py --text sentences.txt --vocab vocab.txt --size base --precision f32 --rounds 5 --batches 3

--text has a sentence a line, e.g. of BC5CDR's test set, or is a file of tagged words in CoNLL's form. Batches are 32 sentences at random, cut at 128 pieces; the rival pads
them to the longest of each. Both have dropout on, clip at 1, use Adamax and as many threads. A round is the same --batches batches on both sides, behind
one that warms up: the rival's in a process that stays, ours in a new one. Given are the median of the rounds' ratios (with least and most), of processor time as well,
and peak memory. A round in which other processes take more than --others of the machine is not counted, and done again: PyTorch's threads wait for each other,
and beside a busy process it would be compared at its worst. `sorted` is the rival with the round's sentences sorted by length before they are batched, ours as before.
"""
import argparse, json, os, random, resource, statistics, subprocess, sys, tempfile, time

SIZES = {"base": (12, 768, 12, 3072), "mini": (6, 384, 12, 1536)}


def config_of(size, vocabulary):
    L, H, A, F = SIZES[size]
    return dict(model_type="bert", architectures=["BertModel"], vocab_size=vocabulary, hidden_size=H, num_hidden_layers=L, num_attention_heads=A,
                intermediate_size=F, hidden_act="gelu", max_position_embeddings=512, type_vocab_size=2, layer_norm_eps=1e-12,
                hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.1, initializer_range=0.02)


def worker(a):
    """Lines of JSON in (lists of batches of ids), a line of JSON out: seconds and processor time of each but the first."""
    import torch
    from transformers import BertConfig, BertModel
    torch.set_num_threads(a.threads)
    torch.manual_seed(1)
    config = config_of(a.size, a.vocabulary)
    net = torch.nn.ModuleDict({"bert": BertModel(BertConfig(**config), add_pooling_layer=False), "head": torch.nn.Linear(config["hidden_size"], 3)}).train()
    drop, opt = torch.nn.Dropout(0.1), torch.optim.Adamax(net.parameters(), lr=5e-5, weight_decay=0.01)

    def step(batch):
        n = max(map(len, batch))
        ids = torch.tensor([s + [0] * (n - len(s)) for s in batch])
        mask = torch.tensor([[1] * len(s) + [0] * (n - len(s)) for s in batch])
        gold = torch.tensor([[-100 if i % 2 == 0 or i >= len(s) - 1 else s[i] % 3 for i in range(n)] for s in batch])
        with torch.autocast("cpu", torch.bfloat16, enabled=a.precision == "bf16"):
            x = net["bert"](input_ids=ids, attention_mask=mask).last_hidden_state
            logits = net["head"](drop(x))
        loss = torch.nn.functional.cross_entropy(logits.float().view(-1, 3), gold.view(-1))
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        return loss.item()

    for line in sys.stdin:
        seconds, cpu = [], []
        for batch in json.loads(line):
            start, used = time.perf_counter(), time.process_time()
            step(batch)
            seconds.append(time.perf_counter() - start)
            cpu.append(time.process_time() - used)
        print(json.dumps({"seconds": seconds[1:], "cpu": cpu[1:], "all": sum(cpu), "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}), flush=True)


def sentences_of(path):
    lines = open(path, encoding="utf-8").read().split("\n")
    if not any("\t" in l for l in lines[:50]):
        return [l for l in lines if l.strip()]
    found, words = [], []
    for l in lines + [""]:
        if "\t" in l: words.append(l.split("\t")[0])
        elif words: found.append(" ".join(words)); words = []
    return found


def ours(a, model, lines):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as f:
        f.write("".join(l + "\n" for l in lines)); f.flush()
        done = subprocess.run([a.mtbert, "bench", "train", "--model", model, "--text", f.name, "--batch", str(a.batch), "--max-pieces", "128", "-@", str(a.threads),
                               "--precision", a.precision, "--json", "-q"], capture_output=True, text=True, check=True)
    r = json.loads(done.stdout)
    return {"seconds": r["step_seconds"][1:], "cpu": r["step_cpu"][1:], "all": r["cpu_seconds"], "peak": r["peak_memory"], "tokens": r["tokens"]}


def busy():
    """Seconds that all processors have worked since the machine started, for whomever."""
    f = open("/proc/stat").readline().split()[1:]
    return sum(int(x) for i, x in enumerate(f) if i not in (3, 4)) / os.sysconf("SC_CLK_TCK")


def wait_for_quiet(a):
    """Until nobody else has worked for two seconds."""
    while True:
        before = busy()
        time.sleep(2)
        if (busy() - before) / 2 / os.cpu_count() < a.others: return


def watched(run, own):
    """What run() gives, and which share of the machine others took meanwhile. own: its processor time."""
    before, start = busy(), time.perf_counter()
    r = run()
    others = busy() - before - own(r)
    return r, others / (time.perf_counter() - start) / os.cpu_count()


def ratios(name, theirs, mine):
    r = [t / m for t, m in zip(theirs, mine)]
    return f"{name} {statistics.median(r):.2f} ({min(r):.2f} to {max(r):.2f})"


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--text"); p.add_argument("--vocab"); p.add_argument("--mtbert", default="build/release/mtbert")
    p.add_argument("--size", choices=SIZES, default="mini"); p.add_argument("--precision", choices=["f32", "bf16"], default="f32")
    p.add_argument("--rounds", type=int, default=5); p.add_argument("--batches", type=int, default=6); p.add_argument("--batch", type=int, default=32)
    p.add_argument("--threads", type=int, default=2); p.add_argument("--seed", type=int, default=1); p.add_argument("--sorted", action="store_true")
    p.add_argument("--others", type=float, default=0.1); p.add_argument("--tries", type=int, default=50); p.add_argument("--wait", action="store_true", help="begin a round when the machine is quiet")
    p.add_argument("--worker", action="store_true"); p.add_argument("--vocabulary", type=int, default=30522)
    a = p.parse_args()
    if a.worker: return worker(a)
    from tokenizers import BertWordPieceTokenizer
    vocabulary = sum(1 for _ in open(a.vocab, encoding="utf-8"))
    tokenizer = BertWordPieceTokenizer(a.vocab, lowercase=True)
    tokenizer.enable_truncation(128)
    lines = sentences_of(a.text)
    random.Random(a.seed).shuffle(lines)
    each, need = a.batch * a.batches, a.batch * (1 + a.batches * a.rounds)
    while len(lines) < need: lines = lines + lines
    warm, rows = lines[:a.batch], {"theirs": [], "ours": [], "sorted": []}
    pieces = [0, 0] # a long sentence is cut in a word there, and between words here
    model = tempfile.TemporaryDirectory()
    json.dump(config_of(a.size, vocabulary), open(os.path.join(model.name, "config.json"), "w"))
    os.symlink(os.path.abspath(a.vocab), os.path.join(model.name, "vocab.txt"))
    json.dump({"do_lower_case": True}, open(os.path.join(model.name, "tokenizer_config.json"), "w"))
    rival = subprocess.Popen([sys.executable, __file__, "--worker", "--size", a.size, "--precision", a.precision, "--threads", str(a.threads),
                              "--vocabulary", str(vocabulary)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(batches):
        rival.stdin.write(json.dumps(batches) + "\n"); rival.stdin.flush()
        return json.loads(rival.stdout.readline())

    def ids(some):
        return [tokenizer.encode(l).ids for l in some]

    tries = 0
    while len(rows["ours"]) < a.rounds and tries < a.tries:
        r, tries = len(rows["ours"]), tries + 1
        mine = lines[a.batch + r * each:a.batch + (r + 1) * each]
        batches = [ids(warm)] + [ids(mine[i:i + a.batch]) for i in range(0, each, a.batch)]
        if a.wait: wait_for_quiet(a)
        now = {"theirs": watched(lambda: ask(batches), lambda x: x["all"])}
        if a.sorted:
            order = sorted(ids(mine), key=len)
            now["sorted"] = watched(lambda: ask([ids(warm)] + [order[i:i + a.batch] for i in range(0, each, a.batch)]), lambda x: x["all"])
        now["ours"] = watched(lambda: ours(a, model.name, warm + mine), lambda x: x["all"])
        quiet = all(share < a.others for _, share in now.values())
        print("round", r + 1, {k: round(sum(x["seconds"]) / a.batches, 3) for k, (x, _) in now.items()}, "others took",
              [f"{share:.0%}" for _, share in now.values()], "" if quiet else "not counted", file=sys.stderr, flush=True)
        if not quiet: continue
        for k, (x, _) in now.items(): rows[k].append(x)
        pieces[0] += sum(len(x) for b in batches for x in b); pieces[1] += sum(rows["ours"][-1]["tokens"])
    if not rows["ours"]: sys.exit("there was no quiet round")
    if abs(pieces[0] - pieces[1]) > 0.01 * pieces[0]: sys.exit(f"the rival saw {pieces[0]} pieces, we {pieces[1]}: another vocabulary?")
    total = {k: [sum(x["seconds"]) for x in v] for k, v in rows.items()}
    cpu = {k: [sum(x["cpu"]) for x in v] for k, v in rows.items()}
    print(f"{a.size} {a.precision}, {a.threads} threads, {len(rows['ours'])} rounds of {a.batches} batches: "
          f"rival {min(total['theirs']) / a.batches:.3f} s a step at best, ours {min(total['ours']) / a.batches:.3f}")
    print(ratios("padded to the longest:", total["theirs"], total["ours"]), "|", ratios("processor time:", cpu["theirs"], cpu["ours"]))
    if a.sorted: print(ratios("sorted by length:", total["sorted"], total["ours"]), "|", ratios("processor time:", cpu["sorted"], cpu["ours"]))
    theirs, mine = rows["theirs"][-1]["peak"], max(x["peak"] for x in rows["ours"])
    print(f"peak memory: {theirs / 1e9:.2f} GB, ours {mine / 1e9:.2f} GB: {mine / theirs:.2f}x")


if __name__ == "__main__":
    main()
