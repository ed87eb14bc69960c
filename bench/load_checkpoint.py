"""How long a program takes to load a checkpoint, and the most memory of its own that it takes: python load_checkpoint.py MTBERT CHECKPOINT [TIMES [TEXT]].

Runs `MTBERT embed` on no text at all, which loads every weight and computes nothing (with a text, as fourth argument, it also packs the weights
for products); prints the wall clock, the processor time, and the peak of
anonymous memory (RssAnon, looked at every millisecond) beside the size of the checkpoint's data. The first run warms the cache and does not count."""
import glob
import os
import subprocess
import sys
import time

mtbert, checkpoint = sys.argv[1:3]
times = int(sys.argv[3]) if len(sys.argv) > 3 else 5
given = (" ".join(sys.argv[4:]) + "\n").encode() if len(sys.argv) > 4 else b""
size = sum(os.path.getsize(f) for f in glob.glob(checkpoint + ".data-*") or [checkpoint])
for i in range(times + 1):
    start, used = time.time(), os.times()
    p = subprocess.Popen([mtbert, "embed", "--model", checkpoint], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    p.stdin.write(given)
    p.stdin.close()
    peak = 0
    while p.poll() is None:
        try:
            for line in open("/proc/%d/status" % p.pid):
                if line.startswith("RssAnon"):
                    peak = max(peak, int(line.split()[1]) * 1024)
        except OSError:
            pass
        time.sleep(0.001)
    now = os.times()
    cpu = now.children_user + now.children_system - used.children_user - used.children_system
    if i:
        print("%.2f s wall, %.2f s of processor, RssAnon %.0f MB, %.3f times the %.0f MB of data, status %d" % (
            time.time() - start, cpu, peak / 1e6, peak / size, size / 1e6, p.returncode))
