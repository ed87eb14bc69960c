"""Holds src/encode against Hugging Face's fast tokenizer (mode hf) and against a plain reading of the descriptions of
google-research/bert and pytorch-pretrained-bert 0.6 (modes google and bluebert), ids and byte offsets.

  make build/release/tokenizer_driver
  python tests/golden/tokenizer.py scan                 every code point; tests/golden/tokenizer_differences.tsv must be exactly what differs
  python tests/golden/tokenizer.py random VOCABS 1000000   random strings, without the code points of that list; a further number says where to go on
  python tests/golden/tokenizer.py corpora VOCABS FOLDER   every line of every text file of a folder
  python tests/golden/tokenizer.py sample               writes the sample that ./check uses, tests/golden/tokenizer_*
VOCABS is a folder with bert-base-uncased/vocab.txt and bert-base-cased/vocab.txt. Needs tokenizers and numpy, see requirements.txt.
"""
import functools, json, os, struct, subprocess, sys, tempfile, unicodedata
import numpy as np
from tokenizers import AddedToken, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import WordPiece

HERE = os.path.dirname(os.path.abspath(__file__))
DRIVER = os.environ.get("TOKENIZER_DRIVER", os.path.join(HERE, "../../build/release/tokenizer_driver"))
LIST = os.path.join(HERE, "tokenizer_differences.tsv")
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


# ---- the program
def ours(texts, vocab_dir, mode="hf", parse=False):
    data = b"".join(struct.pack("<I", len(b)) + b for b in (t.encode() for t in texts))
    run = subprocess.run([DRIVER, vocab_dir, mode, "1" if parse else "0"], input=data, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, check=True)
    a, at, out = np.frombuffer(run.stdout, dtype="<i4"), 0, []
    for _ in texts:
        n = int(a[at])
        out.append(a[at + 1:at + 1 + 3 * n].reshape(-1, 3).tolist())
        at += 1 + 3 * n
    return out


# ---- Hugging Face
def read_vocab(path):
    return {l.rstrip("\r\n"): i for i, l in enumerate(open(path, encoding="utf-8", newline="\n"))}


def hf_tokenizer(vocab, lower, parse=False):
    t = Tokenizer(WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=100))
    t.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=lower)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    if parse:
        t.add_special_tokens([AddedToken(s, normalized=False, special=True) for s in SPECIAL])
    return t


def hf(texts, tokenizer):
    out = []
    for text, e in zip(texts, tokenizer.encode_batch(texts, add_special_tokens=False)):
        to_byte = [0]
        for c in text:
            to_byte.append(to_byte[-1] + len(c.encode()))
        out.append([[i, to_byte[s], to_byte[t]] for i, (s, t) in zip(e.ids, e.offsets)])
    return out


# ---- google and bluebert, written from their description
def is_cjk(c):
    o = ord(c)
    return (0x4E00 <= o <= 0x9FFF or 0x3400 <= o <= 0x4DBF or 0x20000 <= o <= 0x2A6DF or 0x2A700 <= o <= 0x2B73F or
            0x2B740 <= o <= 0x2B81F or 0x2B820 <= o <= 0x2CEAF or 0xF900 <= o <= 0xFAFF or 0x2F800 <= o <= 0x2FA1F)


def is_punctuation(c):
    o = ord(c)
    return 33 <= o <= 47 or 58 <= o <= 64 or 91 <= o <= 96 or 123 <= o <= 126 or unicodedata.category(c)[0] == "P"


def is_dropped(c, mode):
    if c in "\t\n\r":
        return False
    k = unicodedata.category(c)
    return c in "\0\ufffd" or k in ("Cc", "Cf") or (mode == "bluebert" and k[0] == "C")


def lower_and_strip(token):
    """token: [(char, start, end)]. The places of what is left stay in the order of the text, also where marks are reordered."""
    low, flat, at = "".join(c for c, _, _ in token).lower(), [], 0
    for c, s, e in token:
        n = len(c.lower())
        for d in low[at:at + n]:
            flat += [(x, s, e) for x in unicodedata.normalize("NFD", d)]
        at += n
    assert at == len(low)
    left = [c for c in unicodedata.normalize("NFD", low) if unicodedata.category(c) != "Mn"]
    places = [(s, e) for c, s, e in flat if unicodedata.category(c) != "Mn"]
    assert len(left) == len(places)
    return [(c, s, e) for c, (s, e) in zip(left, places)]


def reference(text, vocab, lower, mode):
    most, tokens, token, at = 200 if mode == "google" else 100, [], [], 0
    for c in text:
        start, at = at, at + len(c.encode())
        if is_dropped(c, mode):
            continue
        alone = is_cjk(c)
        if alone or c.isspace():
            tokens.append(token)
            token = []
        if alone:
            tokens.append([(c, start, at)])
        elif not c.isspace():
            token.append((c, start, at))
    tokens.append(token)
    words = []
    for token in tokens:
        word = []
        for c in lower_and_strip(token) if lower else token:
            if is_punctuation(c[0]):
                words += [word, [c]]
                word = []
            else:
                word.append(c)
        words.append(word)
    out = []
    for word in words:
        if word:
            out += word_pieces(word, vocab, most)
    return out


def word_pieces(word, vocab, most):
    text, start, out = "".join(c for c, _, _ in word), 0, []
    unknown = [[vocab["[UNK]"], word[0][1], word[-1][2]]]
    if len(text) > most:
        return unknown
    while start < len(text):
        end = len(text)
        while end > start and ("##" if start else "") + text[start:end] not in vocab:
            end -= 1
        if end == start:
            return unknown
        out.append([vocab[("##" if start else "") + text[start:end]], word[start][1], word[end - 1][2]])
        start = end
    return out


# ---- comparing
def compare(name, texts, a, b, shown=5):
    bad = 0
    for text, x, y in zip(texts, a, b):
        if x != y:
            bad += 1
            if bad <= shown:
                print("  %r\n    ours      %s\n    reference %s" % (text[:300], x[:20], y[:20]))
    print("%-28s %8d strings %9d pieces %6d differ" % (name, len(texts), sum(map(len, b)), bad), flush=True)
    return bad


def listed():
    out = {}
    for line in open(LIST, encoding="utf-8"):
        if line[0] != "#":
            points, reason = line.rstrip("\n").split("\t")[:2]
            first, _, last = points.partition("..")
            for c in range(int(first, 16), int(last or first, 16) + 1):
                out[c] = reason
    return out


def dense_vocab(folder, points):
    """Every code point as a piece, at a word's start and behind it, so that nothing hides in [UNK]."""
    pieces = SPECIAL + [p + chr(c) for p in ("", "##") for c in points]
    with open(os.path.join(folder, "vocab.txt"), "w", encoding="utf-8", newline="\n") as f:
        f.write("\n".join(pieces) + "\n")
    with open(os.path.join(folder, "tokenizer_config.json"), "w") as f:
        json.dump({"do_lower_case": True}, f)
    return {p: i for i, p in enumerate(pieces)}


ALL = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def set_case(folder, lower):
    with open(os.path.join(folder, "tokenizer_config.json"), "w") as f:
        json.dump({"do_lower_case": lower}, f)


# ---- scan
def why(c, lower):
    """Whose fault: what Unicode 15.0 (by way of Python's newer or older tables) says of the code point."""
    k = unicodedata.category(chr(c))
    if 0x302E <= c <= 0x302F or unicodedata.combining(chr(c)) and k != "Mn":
        return "order"
    return k


def scan():
    with tempfile.TemporaryDirectory() as d:
        points = [c for c in ALL if c and chr(c) not in " \t\r\n"]
        vocab = dense_vocab(d, points)
        texts = ["a" + chr(c) + "b" for c in ALL]
        differ, other, bad = {}, {"google": set(), "bluebert": set()}, 0
        for lower in (True, False):
            set_case(d, lower)
            a, b = ours(texts, d), hf(texts, hf_tokenizer(vocab, lower))
            for c, x, y in zip(ALL, a, b):
                if x != y:
                    differ.setdefault(c, []).append((lower, x, y))
            print("hf %s: %d code points differ" % ("uncased" if lower else "cased", sum(x != y for x, y in zip(a, b))), flush=True)
            for mode in ("google", "bluebert"):
                a = ours(texts, d, mode)
                n = 0
                for c, text, x in zip(ALL, texts, a):
                    if x != reference(text, vocab, lower, mode):
                        if unicodedata.category(chr(c)) == "Cn":
                            other[mode].add(c)
                        else:
                            n += 1
                            print("  %s U+%04X %s %s" % (mode, c, x, reference(text, vocab, lower, mode)))
                print("%s %s: %d assigned code points differ, %d that this Python does not know" % (mode, lower, n, len(other[mode])), flush=True)
                bad += n
            bad += compare_contexts(d, vocab, lower)
        want = {c for c, r in listed().items() if r != "order"} if os.path.exists(LIST) else set()
        print("missing in the list: %d, too many: %d" % (len(set(differ) - want), len(want - set(differ))))
        with open(os.path.join(tempfile.gettempdir(), "tokenizer_differ.json"), "w") as f:
            json.dump({c: differ[c] for c in differ}, f)
        return bad + len(set(differ) ^ want)


def compare_contexts(d, vocab, lower):
    """The final sigma beside every assigned code point."""
    if not lower:
        return 0
    points = [c for c in ALL if unicodedata.category(chr(c)) != "Cn"]
    texts = [t for c in points for t in ("\u03b1" + chr(c) + "\u03a3", "\u03b1\u03a3" + chr(c), chr(c) + "\u03a3 a", "\u03b1\u03a3" + chr(c) + "\u03b1")]
    return sum(compare("sigma " + m, texts, ours(texts, d, m), [reference(t, vocab, True, m) for t in texts]) for m in ("google", "bluebert"))


# ---- random
def random_strings(n, seed, without):
    rng = np.random.default_rng(seed)
    span = lambda *r: [c for a, b in r for c in range(a, b + 1)]
    pools = [span((97, 122)), span((65, 90), (97, 122), (48, 57)), [32], span((32, 126)), span((0, 47), (127, 160)), span((160, 0x17F)),
             span((0x370, 0x3FF), (0x1F00, 0x1FFF)), span((0x300, 0x36F), (0x483, 0x489), (0x591, 0x5BD), (0x1AB0, 0x1ABE), (0x20D0, 0x20F0)),
             span((0x400, 0x52F)), span((0x5D0, 0x5F4), (0x600, 0x6FF)), span((0x900, 0xDFF)), span((0x1100, 0x11FF), (0xAC00, 0xD7A3)),
             span((0x2000, 0x206F), (0x3000, 0x303F)), span((0x2070, 0x2BFF)), span((0x3040, 0x30FF), (0x4E00, 0x9FFF)),
             span((0xF900, 0xFAFF), (0x20000, 0x2FA1F)), span((0xE000, 0xE0FF), (0xFE00, 0xFFFF)), span((0x1D000, 0x1D7FF), (0x1F300, 0x1F9FF)),
             span((0, 0xD7FF), (0xE000, 0xFFFF)), ALL]
    pools = [np.array([c for c in p if c not in without], dtype=np.uint32) for p in pools]
    weight = np.array([8, 5, 4, 4] + [1] * (len(pools) - 4), dtype=float)
    out = []
    for _ in range(n):
        # A string is made of a few pools, in runs.
        use = rng.choice(len(pools), size=rng.integers(1, 5), p=weight / weight.sum())
        which = rng.choice(use, size=rng.integers(1, 40))
        at = rng.random(len(which))
        out.append("".join(chr(pools[w][int(r * len(pools[w]))]) for w, r in zip(which, at)))
    return out


def random(vocabs, n, first=0):
    without, bad = listed(), 0
    for start in range(first, n, 100000):
        some = min(100000, n - start)
        texts = random_strings(some, start, without)
        rng = np.random.default_rng(start + 1)
        special = [t[:len(t) // 2] + SPECIAL[rng.integers(5)] + t[len(t) // 2:] for t in texts[:20000]]
        for name, lower in (("bert-base-uncased", True), ("bert-base-cased", False)):
            d = os.path.join(vocabs, name)
            vocab = read_vocab(os.path.join(d, "vocab.txt"))
            bad += compare("hf " + name, texts, ours(texts, d), hf(texts, hf_tokenizer(vocab, lower)))
            bad += compare("hf, special tokens " + name, special, ours(special, d, parse=True), hf(special, hf_tokenizer(vocab, lower, True)))
        if start:
            continue  # the slow part, once
        with tempfile.TemporaryDirectory() as d:
            vocab = dense_vocab(d, [c for c in range(0x21, 0x10000) if not 0xD800 <= c < 0xE000])
            known = [t for t in texts[:20000] if all(unicodedata.category(c) != "Cn" for c in t)]
            for lower in (True, False):
                set_case(d, lower)
                bad += compare("hf, every code point", texts, ours(texts, d), hf(texts, hf_tokenizer(vocab, lower)))
                for mode in ("google", "bluebert"):
                    bad += compare(mode + ", every code point", known, ours(known, d, mode), [reference(t, vocab, lower, mode) for t in known])
    return bad


# ---- corpora
def corpora(vocabs, folder):
    bad, without = 0, listed()
    for name, lower in (("bert-base-uncased", True), ("bert-base-cased", False)):
        d = os.path.join(vocabs, name)
        vocab = read_vocab(os.path.join(d, "vocab.txt"))
        tokenizer = hf_tokenizer(vocab, lower)
        for top, _, files in sorted(os.walk(folder)):
            if os.path.abspath(top).startswith(os.path.abspath(vocabs)):
                continue
            texts = []
            for f in sorted(files):
                try:
                    texts += open(os.path.join(top, f), encoding="utf-8", newline="\n").read().split("\n")
                except UnicodeDecodeError:
                    texts += open(os.path.join(top, f), encoding="latin-1", newline="\n").read().split("\n")
            if not texts:
                continue
            if any(ord(c) in without for t in texts for c in t if ord(c) > 0x2FF):
                print("  here are code points of the list")
            what = os.path.relpath(top, folder) + (" uncased" if lower else " cased")
            bad += compare(what, texts, ours(texts, d), hf(texts, tokenizer))
            some = texts[:3000]
            for mode in ("google", "bluebert"):
                bad += compare("  " + mode, some, ours(some, d, mode), [reference(t, vocab, lower, mode) for t in some])
    return bad


# ---- the sample
WORDS = """the of and in with for to was were patient patients cell cells protein gene drug dose acid receptor interleukin tumor necrosis factor
alpha beta gamma kappa express expressed inhibit inhibitor induced kinase cardiac renal hepatic disease syndrome fever no mg kg ml day days
aspirin ibuprofen warfarin therapy treatment increase increased decrease level levels serum human mouse rat il tnf nf dna rna p""".split()
TAILS = """s ed ing er or ion ation ase in ine ol ic al ly ity ate ide oma itis osis emia ency 1 2 3 10 2r ra alpha beta""".split()
INVENTED = """Fever and tumor necrosis factor-alpha (TNF-\u03b1) in 12 patients.
IL-2R\u03b1 expression was inhibited by 10 \u00b5g/ml aspirin, \u226510 mg/kg/day.
The IL-2R\u03b1+ cells (CD4\u207a/CD8\u207b) were p<0.05, n = 37; 95% CI: 1.2\u20133.4
Na\u00efve patients with Sj\u00f6gren's syndrome, Gu\u00e9rin\u2019s and M\u00e9ni\u00e8re's disease
Na\u0308i\u0308ve e\u0301 decomposed a\u030a\u0301 marks \u0301 alone
NF-\u03baB, I\u03baB\u03b1 and \u03b2-adrenergic receptors; \u0394F508; 5\u2032-GATTACA-3\u2032
\u0391\u03a3\u03a6\u0391\u03a3 \u039f\u03a3 \u03a3 TNF\u03a3 \u03a3\u03a3 A\u03a3'A \u03b1\u03a3. \u03b1\u03a3.\u03b1 \u03b1\u03a3\u00ad \u0301\u03a3 \u03b1\u03a3\u4e2d
\u0130stanbul I\u0307 DI\u0307YARBAKIR \u0131 \u212b \u212a \u2126 \u1e9e \ufb01brosis \ufb00
soft\u00adhyphen zero\u200bwidth join\u200der \ufeffbom bidi\u202eabc\u202c private\uf0b7use \uf0b7 bullet
line\u2028separator para\u2029graph next\u0085line tab\tnew\nline\rcr\x0bvt\x0cff nul\x00x \x1cfs \x7fdel
no\u00a0break em\u2003space ideo\u3000graphic narrow\u202fspace ogham\u1680space
\u4e2d\u6587patient\u75c5\u4eba \u65e5\u672c\u8a9e\u306e\u30c6\u30b9\u30c8 \uf900\uf9ff \U00020000 \U0002b820 \U0002b91f \U0002b920 \U0002f800
\ud55c\uad6d\uc5b4 \uac01 \u1100\u1161\u11a8 \u0939\u093f\u0928\u094d\u0926\u0940 \u0958 \u0929
\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u0634\u064f\u0643\u0652\u0631\u064b\u0627 \u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd
\u2260 \u226f \u1fef \u037e \u0387 \u1fee \u2329x\u232a a\u0338=\u0338
[CLS] patient [SEP] no [MASK] fever [UNK] [PAD] [cls] [SEP][SEP] a[MASK]b
@GENE$ inhibits @CHEMICAL$ and @CHEM-GENE$; @drug$ [**Name**] ___ ~~
\U0001f600 patient \U0001f9ec\u200d\U0001f52c cells \u2192 \u2122 \u00ae \u00bd x\u00b2 H\u2082O \u2103 \u2160\u2161
\ufffd replacement \ufffdx \uffff noncharacter \u0378 unassigned \ue000 \U000f0000 \U0010ffff
\u302e a\u302e\u0301 \U0001d15e\u0323 \U00016ff0 e\u0323\u0301 a\u0315\u0300\u05ae\u0062 \u0344 \u0f73 \u0f75x
\u20dd enclosing a\u20dd keycap 1\ufe0f\u20e3 \u0488 \u1abf \u0e33 \u0f77

 leading and trailing   \t
...!!!???,,,;;;---___'''```~~~^^^||| a.b,c;d-e_f'g`h
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\
""".split("\n") + ["p" * n for n in (99, 100, 101, 199, 200, 201, 1000, 1001)] + \
    ["\u00e9" * n for n in (100, 101, 200, 201)] + ["e\u0301" * n for n in (100, 101, 999, 1001)] + ["\uac01" * n for n in (33, 34, 66, 67)] + \
    ["\x01" * 101 + "p" * 100, "p" * 60 + "\x01" + "p" * 60, "", " ", "\u0301", "\x00", "\n"]


def sample_vocab(lower):
    letters = [chr(c) for r in ((33, 126), (0xA1, 0x17F), (0x391, 0x3A9), (0x3B1, 0x3C9), (0x5D0, 0x5EA), (0x627, 0x64A), (0x1100, 0x1112),
                                (0x1161, 0x1175), (0x11A8, 0x11C2)) for c in range(r[0], r[1] + 1)]
    letters += list("\u0130\u2126\u212b\u03f4\u00b5\u2082\u00b2\u2192\u2265\u4e2d\u6587\u75c5\u4eba\u65e5\u672c\u306e\u30c6\u30b9\u30c8"
                    "\u0939\u093f\u0928\u0926\u0940\u0301\u0308\u0307\u0338\u302e\ufffd\u20dd\u05b8\u05bc\U00020000\U0002b820\U0001f600\uf0b7\u0378")
    keep = [c for c in letters if not lower or unicodedata.normalize("NFD", c.lower()) == c and unicodedata.category(c) != "Mn" or c in "\u03a3"]
    words = WORDS if lower else WORDS + [w.capitalize() for w in WORDS] + ["TNF", "NF", "IL", "DNA", "Na\u00efve"]
    pieces = SPECIAL + ["[unused1]", "[unused2]"] + keep + ["##" + c for c in keep] + words + ["##" + t for t in TAILS]
    return list(dict.fromkeys(p for p in pieces if p.strip()))


def sample():
    rng = np.random.default_rng(20)
    made = ["".join(" " * int(rng.random() < .8) + str(rng.choice(WORDS + ["-", "(", ")", ",", "\u03b1", "\u2265", "IL-2", "TNF\u03b1", "\u00e9", "5"])) +
                    (str(rng.choice(TAILS)) if rng.random() < .4 else "") for _ in range(rng.integers(3, 14))) for _ in range(80)]
    mixed = [t[:24] for t in random_strings(260, 7, listed()) if all(unicodedata.category(c) != "Cn" for c in t)]
    texts = list(dict.fromkeys(t for t in INVENTED + made + mixed if not any(ord(c) in listed() and listed()[ord(c)] != "order" for c in t)))
    lines = [{"text": t} for t in texts]
    for name, lower in (("uncased", True), ("cased", False)):
        pieces = sample_vocab(lower)
        with open(os.path.join(HERE, "tokenizer_%s_vocab.txt" % name), "w", encoding="utf-8", newline="\n") as f:
            f.write("\n".join(pieces) + "\n")
        vocab = {p: i for i, p in enumerate(pieces)}
        want = {"hf": hf(texts, hf_tokenizer(vocab, lower)), "parse": hf(texts, hf_tokenizer(vocab, lower, True))}
        for mode in ("google", "bluebert"):
            want[mode] = [reference(t, vocab, lower, mode) for t in texts]
        for i, line in enumerate(lines):
            # Others are written where they differ from hf.
            line[name] = {m: sum(w[i], []) for m, w in want.items() if m == "hf" or w[i] != want["hf"][i]}
    with open(os.path.join(HERE, "tokenizer_sample.jsonl"), "w", encoding="utf-8", newline="\n") as f:
        for line in lines:
            f.write(json.dumps(line, separators=(",", ":")) + "\n")
    print(len(lines), "strings")
    return 0


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    if what == "scan":
        sys.exit(scan() > 0)
    elif what == "random":
        sys.exit(random(sys.argv[2], *map(int, sys.argv[3:])) > 0)
    elif what == "corpora":
        sys.exit(corpora(sys.argv[2], sys.argv[3]) > 0)
    elif what == "sample":
        sys.exit(sample())
    else:
        sys.exit(__doc__)
