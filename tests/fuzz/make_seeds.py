"""Writes what fuzzing of the readers of checkpoints begins with: python tests/fuzz/make_seeds.py tests/fuzz/seeds, then for each entry
build/fuzz/NAME CORPUS tests/fuzz/seeds/NAME -max_total_time=600 -close_fd_mask=2, CORPUS an empty folder. All invented, and small, since a
small file is changed where it matters. Checksums of archives and tables are 0, as the entries want them."""
import os
import pickle
import struct
import sys

out = sys.argv[1]


def put(entry, name, data):
    os.makedirs(os.path.join(out, entry), exist_ok=True)
    with open(os.path.join(out, entry, name), "wb") as f:
        f.write(data)


# PyTorch, by hand: a dict of two views of one storage, one of them turned, and a parameter.
def word(s):
    return b"X" + struct.pack("<I", len(s)) + s.encode()


def view(kind, key, n, at, shape, stride, function="_rebuild_tensor_v2"):
    tuples = b"".join(b"(" + b"".join(b"K" + bytes([x]) for x in t) + b"t" for t in (shape, stride))
    return (b"ctorch._utils\n" + function.encode() + b"\n((" + word("storage") + b"ctorch\n" + kind.encode() + b"\n" + word(key) +
            word("cpu") + b"K" + bytes([n]) + b"tQK" + bytes([at]) + tuples + b"\x89ccollections\nOrderedDict\n)RtR")


def state(extra=b""):
    w = word("bert.pooler.dense.weight") + view("FloatStorage", "0", 4, 0, (2, 2), (1, 2))
    b = word("module.bert.pooler.dense.bias") + b"ctorch._utils\n_rebuild_parameter\n(" + view("HalfStorage", "1", 2, 0, (2,), (1,)) + \
        b"\x89)tR"
    return b"\x80\x02ccollections\nOrderedDict\n)Rq\x00(" + w + b + extra + b"u}" + word("_metadata") + b"}sb."


top = b"\x80\x02}q\x01(" + word("state") + state()[2:-1] + word("config") + b"}(" + word("hidden_size") + b"K\x02" + \
    word("train_datasets") + b"]" + word("ner_a") + b"a" + word("kind") + b"cmt_bluebert.data_utils.task_def\nTaskType\nK\x02\x85R" + \
    word("ema_opt") + b"K\x00uu."
storages = [("0", struct.pack("<4f", 1, 2, 3, 4)), ("1", b"\0<\0@")]


def archive(data, zip64=False):
    files = [("x/data.pkl", data), ("x/byteorder", b"little")] + [("x/data/" + k, v) for k, v in storages]
    body, directory = b"", b""
    for name, value in files:
        sizes = (0xFFFFFFFF, 0xFFFFFFFF) if zip64 else (len(value), len(value))
        extra = struct.pack("<HHQQ", 1, 16, len(value), len(value)) if zip64 else b""
        directory += b"PK\1\2" + struct.pack("<HHHHHHIIIHHHHHII", 0, 0, 0, 0, 0, 0, 0, *sizes, len(name), len(extra), 0, 0, 0, 0,
                                             len(body)) + name.encode() + extra
        body += b"PK\3\4" + bytes(22) + struct.pack("<HH", len(name), 0) + name.encode() + value
    end = b""
    if zip64:
        end = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 0, 0, 0, 0, len(files), len(files), len(directory), len(body))
        end += b"PK\6\7" + struct.pack("<IQI", 0, len(body) + len(directory), 1)
    return body + directory + end + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(directory), len(body), 0)


def legacy(data):
    little = b"\x80\x02}" + word("protocol_version") + b"M\xe9\3s" + word("little_endian") + b"\x88s."
    keys = b"\x80\x02](" + b"".join(word(k) for k, _ in storages) + b"e."
    return (b"\x80\2\x8a\n\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e\x80\2M\xe9\3." + little + data + keys +
            b"".join(struct.pack("<Q", len(v) // (4 if k == "0" else 2)) + v for k, v in storages))


for name, data in (("state", state()), ("top", top)):
    put("fuzz_torch", name + ".zip", archive(data))
    put("fuzz_torch", name + ".pt", legacy(data))
    put("fuzz_pickle", name, data)
put("fuzz_torch", "zip64", archive(state(), True))
put("fuzz_zip", "plain", archive(b"N."))
put("fuzz_zip", "zip64", archive(b"N.", True))
value = [1, -2, 1 << 40, 1 << 80, 1.5, True, None, "text", ("a", ["b", {"c": ("d",)}], {"e"}), {1: 2}]
for protocol in range(2, 5):
    put("fuzz_pickle", "values%d" % protocol, pickle.dumps(value, protocol))


# TensorFlow: a header, variables of several types, shapes, shards, an optimizer's slot, one in two slices.
def varint(x):
    s = b""
    while x > 127:
        s += bytes([x & 127 | 128])
        x >>= 7
    return s + bytes([x])


def text(number, s):
    return varint(number << 3 | 2) + varint(len(s)) + s


def entry(kind, shape, at, size, shard=0, slices=b""):
    dims = b"".join(text(2, b"\x08" + varint(n)) for n in shape)
    return b"\x08" + varint(kind) + text(2, dims) + b"\x18" + varint(shard) + b"\x20" + varint(at) + b"\x28" + varint(size) + \
        b"\x35\0\0\0\0" + slices


def snappy(s):
    return varint(len(s)) + b"".join(bytes([len(s[i:i + 60]) - 1 << 2]) + s[i:i + 60] for i in range(0, len(s), 60))


def table(rows, packed=False):
    s, last = b"", b""
    for key, value in sorted(rows):
        shared = len(os.path.commonprefix([last, key]))
        s += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        last = key
    s += struct.pack("<II", 0, 1)
    s = snappy(s) if packed else s
    handle = varint(0) + varint(len(s))
    index = varint(0) + varint(1) + varint(len(handle)) + b"z" + handle + struct.pack("<II", 0, 1)
    foot = varint(0) + varint(0) + varint(len(s) + 5) + varint(len(index))
    return s + bytes([packed, 0, 0, 0, 0]) + index + bytes(5) + foot + bytes(40 - len(foot)) + b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"


rows = [(b"", b"\x08\2"), (b"bert/pooler/dense/kernel", entry(1, (2, 2), 0, 16)), (b"bert/pooler/dense/bias", entry(19, (2,), 16, 4)),
        (b"bert/pooler/dense/bias/adam_m", entry(1, (2,), 20, 8, 1)), (b"global_step", entry(9, (), 32, 8)), (b"name", entry(7, (), 40, 3))]
put("fuzz_tensorflow", "plain", table(rows))
put("fuzz_tensorflow", "packed", table(rows, True))
put("fuzz_tensorflow", "objects", table([(b"", b"\x08\1"), (b"a.Sb/.ATTRIBUTES/VARIABLE_VALUE", entry(1, (1,), 0, 4))]))


def piece(start, length):
    """Rows of a variable called "v": its extents, and its key, in the form that keeps the order of numbers."""
    extents = text(1, b"\x08" + varint(start) + b"\x10" + varint(length)) + text(1, b"")
    return text(7, extents), b"\0v\0\1\1\2" + bytes([0x80 ^ start, 0x80 ^ length, 0x80, 0x7f])


(first, a), (second, b) = piece(0, 1), piece(1, 2)
put("fuzz_tensorflow", "slices", table([(b"", b"\x08\1"), (a, entry(1, (1, 2), 0, 8)), (b, entry(1, (2, 2), 8, 16)),
                                        (b"v", entry(1, (3, 2), 0, 0, 0, first + second))]))
put("fuzz_snappy", "literals", snappy(b"some text that is some text"))
put("fuzz_snappy", "copies", b"\x18\x08abc\x01\3\x0a\3\0\x0b\3\0\0\0\xf0\2xyz\xf4\2\0uvw\xf8\1\0\0st\xfc\2\0\0\0rqp")
