"""Answers of PyTorch and ONNX Runtime beside ours: one sentence, a stream of sentences, and from start to the first answer.

    python bench/peers/infer.py --text sentences.txt --vocab vocab.txt --size mini --threads 2

Weights are random, which are as fast. The stream is sorted by length on every side and fed in batches of 32 (ours: batches of 4,096 tokens). One sentence is of 36 pieces. Rivals: PyTorch f32 and bf16
weights, ONNX Runtime f32 and int8 (dynamic). Each figure is the best of --rounds turns, and processor time beside it, for machines that are not quiet.
"""
import argparse, json, os, random, statistics, subprocess, sys, tempfile, time
import numpy as np
from step import SIZES, config_of, sentences_of


def best(run, rounds):
    times = []
    for _ in range(rounds):
        start, cpu = time.perf_counter(), time.process_time()
        run()
        times.append((time.perf_counter() - start, time.process_time() - cpu))
    return min(t for t, _ in times), min(c for _, c in times)


def export(net, path, torch):
    ids = torch.ones(2, 8, dtype=torch.long)
    torch.onnx.export(net, (ids, torch.ones_like(ids)), path, input_names=["ids", "mask"], output_names=["y"], dynamo=False,
                      dynamic_axes={"ids": {0: "b", 1: "n"}, "mask": {0: "b", 1: "n"}, "y": {0: "b", 1: "n"}}, opset_version=17)


class Plain:
    """transformers' encoder as a module of two inputs."""
    def __new__(cls, size, vocabulary, torch):
        from transformers import BertConfig, BertModel

        class Net(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.bert = BertModel(BertConfig(**config_of(size, vocabulary)), add_pooling_layer=False)

            def forward(self, ids, mask):
                return self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        return Net().eval()


def batches_of(ids, size=32):
    order = sorted(ids, key=len)
    for i in range(0, len(order), size):
        part = order[i:i + size]
        n = max(map(len, part))
        yield (np.array([s + [0] * (n - len(s)) for s in part]), np.array([[1] * len(s) + [0] * (n - len(s)) for s in part]))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--text", required=True); p.add_argument("--vocab", required=True); p.add_argument("--mtbert", default="build/release/mtbert")
    p.add_argument("--size", choices=SIZES, default="mini"); p.add_argument("--threads", type=int, default=2); p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--sentences", type=int, default=640)
    a = p.parse_args()
    import torch
    import onnxruntime as ort
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from tokenizers import BertWordPieceTokenizer
    torch.set_num_threads(a.threads)
    tokenizer = BertWordPieceTokenizer(a.vocab, lowercase=True)
    tokenizer.enable_truncation(128)
    lines = sentences_of(a.text)
    random.Random(1).shuffle(lines)
    lines = lines[:a.sentences]
    ids = [tokenizer.encode(l).ids for l in lines]
    one = min(lines, key=lambda l: abs(len(tokenizer.encode(l).ids) - 36))
    stream = list(batches_of(ids))
    single = (np.array([tokenizer.encode(one).ids]), np.ones((1, len(tokenizer.encode(one).ids)), dtype=np.int64))
    net = Plain(a.size, tokenizer.get_vocab_size(), torch)
    folder = tempfile.TemporaryDirectory()
    path = os.path.join(folder.name, "net.onnx")
    with torch.no_grad(): export(net, path, torch)
    quantize_dynamic(path, path + ".int8", weight_type=QuantType.QInt8)
    options = ort.SessionOptions()
    options.intra_op_num_threads = a.threads
    f32, int8 = (ort.InferenceSession(p, options, providers=["CPUExecutionProvider"]) for p in (path, path + ".int8"))

    def by_torch(model):
        def run(batch):
            with torch.no_grad(): model(torch.tensor(batch[0]), torch.tensor(batch[1]))
        return run
    rivals = {"PyTorch f32": by_torch(net), "ONNX Runtime f32": lambda b: f32.run(None, {"ids": b[0], "mask": b[1]}),
              "ONNX Runtime int8": lambda b: int8.run(None, {"ids": b[0], "mask": b[1]})}
    rows = {}
    for name, run in rivals.items():
        run(single)
        rows[name] = (best(lambda: run(single), 4 * a.rounds), best(lambda: [run(b) for b in stream], a.rounds))
    import copy
    half = by_torch(copy.deepcopy(net).to(torch.bfloat16))
    half(single)
    rows["PyTorch bf16"] = (best(lambda: half(single), 4 * a.rounds), best(lambda: [half(b) for b in stream], a.rounds))
    model = tempfile.mkdtemp()
    json.dump(config_of(a.size, tokenizer.get_vocab_size()), open(os.path.join(model, "config.json"), "w"))
    os.symlink(os.path.abspath(a.vocab), os.path.join(model, "vocab.txt"))
    json.dump({"do_lower_case": True}, open(os.path.join(model, "tokenizer_config.json"), "w"))

    def ours(lines, batch, precision):
        text = os.path.join(model, "text.txt")
        open(text, "w", encoding="utf-8").write("".join(l + "\n" for l in lines))
        done = subprocess.run([a.mtbert, "bench", "infer", "--model", model, "--text", text, "--batch", str(batch), "-@", str(a.threads), "--precision", precision, "--json", "-q"],
                              capture_output=True, text=True, check=True)
        return json.loads(done.stdout)
    by_length = [l for _, l in sorted(zip(map(len, ids), lines), reverse=True)]
    for precision in ("f32", "bf16"):
        r = ours([one] * (4 * a.rounds + 3), 1, precision)
        alone = (min(r["step_seconds"][3:]), min(r["step_cpu"][3:]))
        runs = [ours(by_length[:96] + by_length, 96, precision) for _ in range(max(2, a.rounds // 2))]
        rows["ours " + precision] = (alone, (min(sum(r["step_seconds"][1:]) for r in runs), min(sum(r["step_cpu"][1:]) for r in runs)))
    print(f"{a.size}, {a.threads} threads\n{'':20} {'one sentence, ms':>18} {'(processor)':>12} {'sentences/s':>12} {'(processor)':>12}")
    for name, ((s, c), (t, u)) in rows.items():
        print(f"{name:20} {1e3 * s:18.2f} {1e3 * c:12.2f} {len(lines) / t:12.0f} {len(lines) * a.threads / u:12.0f}")


if __name__ == "__main__":
    main()
