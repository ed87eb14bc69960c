#!/usr/bin/env python3
"""Breaks the model and the optimizers one line at a time and sees whether a test fails.

    make -j2 build/release/test && python3 tests/model/break_lines.py [WORD]

Works in a copy, build/broken/. Each statement of a backward function is taken out in turn; then come the mistakes of the list below, one at a
time: file, what stands there, what is put in its place. A mistake that no test of model/ or optim/ notices is printed as SURVIVED, and the
exit status is 1. WORD: only mistakes whose line has it. A tool for whoever changes these folders; ./check does not run it."""
import os
import re
import shutil
import subprocess
import sys

COPY = "build/broken"
FILES = ["src/model/%s.c" % f for f in ("embed", "attention", "ffn", "encoder", "pooler", "head", "top")]
MISTAKES = [line.rstrip("\n").split(" ==> ") for line in """
src/model/embed.c ==> m->g->grad, m->b->grad ==> m->b->grad, m->g->grad
src/model/embed.c ==> a->stat, m->g->value, in, at, drop) ==> a->stat, m->b->value, in, at, drop)
src/model/embed.c ==> m->g->value, in, at, drop); ==> m->g->value, in, at, (dropout){0});
src/model/embed.c ==> m->g->value, m->b->value, in, at, drop, eps ==> m->g->value, m->b->value, in, at, (dropout){0}, eps
src/model/embed.c ==> in, at, drop, eps ==> in, at, drop, 1e-3f
src/model/attention.c ==> at, d->A, drops.weights);\\n    op_linear(be ==> at, d->A, drops.out);\\n    op_linear(be
src/model/attention.c ==> a->qkv, at, d->A, drops.weights);\\n    op_linear_back ==> a->qkv, at, d->A, (dropout){0});\\n    op_linear_back
src/model/attention.c ==> m->g->value, at, drops.out); ==> m->g->value, at, drops.weights);
src/model/attention.c ==> m->qkv->value, da->sum) ==> m->qkv->value, NONE)
src/model/attention.c ==> m->qkv->grad, m->qkv_bias->grad ==> m->qkv->grad, NONE
src/model/attention.c ==> m->out->grad, m->out_bias->grad ==> NONE, m->out_bias->grad
src/model/attention.c ==> m->out->grad, m->out_bias->grad ==> m->out->grad, NONE
src/model/attention.c ==> m->g->grad, m->b->grad, da->y ==> m->b->grad, m->g->grad, da->y
src/model/attention.c ==> da->out, a->mixed, m->out->value ==> da->sum, a->mixed, m->out->value
src/model/attention.c ==> da->qkv, da->mixed, a->mixed, a->lse ==> da->qkv, da->mixed, da->mixed, a->lse
src/model/attention.c ==> op_drop_add_norm(be, a->y, a->sum, a->stat, x, ==> op_drop_add_norm(be, a->y, a->sum, a->stat, a->mixed,
src/model/attention.c ==> m->qkv->value, m->qkv_bias->value ==> m->qkv->value, NONE
src/model/attention.c ==> {query,key,value}.weight ==> {key,query,value}.weight
src/model/ffn.c ==> m->up->value, da->sum) ==> m->up->value, NONE)
src/model/ffn.c ==> op_act_back(be, da->up, da->mid, a->up, d->act) ==> op_act_back(be, da->up, da->mid, a->mid, d->act)
src/model/ffn.c ==> op_act_back(be, da->up, da->mid, a->up, d->act) ==> op_act_back(be, da->up, da->mid, a->up, ACT_GELU)
src/model/ffn.c ==> op_act(be, a->mid, a->up, d->act) ==> op_act(be, a->mid, a->up, ACT_GELU)
src/model/ffn.c ==> m->up->grad, m->up_bias->grad ==> m->up->grad, NONE
src/model/ffn.c ==> m->down->grad, m->down_bias->grad ==> NONE, m->down_bias->grad
src/model/ffn.c ==> m->down->grad, m->down_bias->grad ==> m->down->grad, NONE
src/model/ffn.c ==> m->g->grad, m->b->grad, da->y ==> m->b->grad, m->g->grad, da->y
src/model/ffn.c ==> m->g->value, at, drop); ==> m->g->value, at, (dropout){0});
src/model/ffn.c ==> da->down, a->mid, m->down->value ==> da->sum, a->mid, m->down->value
src/model/encoder.c ==> q->train ? rate : 0 ==> rate
src/model/encoder.c ==> drop_at(q, d->drop_attention, site_attention(d, layer)) ==> drop_at(q, d->drop_hidden, site_attention_out(d, layer))
src/model/encoder.c ==> if (l == 0 || keep == KEEP_ALL) ==> if (l == 0)
src/model/encoder.c ==> encoder_hidden(da, l), encoder_hidden(a, l) ==> encoder_hidden(da, l), encoder_hidden(a, l + 1)
src/model/encoder.c ==> &da->ffn[l], da->attention[l].y, a->attention[l].y ==> &da->ffn[l], da->attention[l].y, a->ffn[l].y
src/model/encoder.c ==> if (keep == KEEP_HIDDEN) a->ffn[l].y ==> if (keep != KEEP_HIDDEN) a->ffn[l].y
src/model/encoder.c ==> q->at, drop_at(q, d->drop_hidden, site_ffn_out(d, l)), d);\\n        attention_b ==> q->at, drop_at(q, d->drop_hidden, site_attention_out(d, l)), d);\\n        attention_b
src/model/encoder.c ==> for (int l = d->L - 1; l >= 0; l--) ==> for (int l = d->L - 1; l > 0; l--)
src/model/dims.h ==> return site_attention(d, layer) + d->A + 1; ==> return site_attention(d, layer) + d->A;
src/model/dims.h ==> return 1 + layer * (d->A + 2); ==> return 1 + layer * (d->A + 1);
src/model/dims.h ==> return 1 + d->L * (d->A + 2); ==> return d->L * (d->A + 2);
src/model/pooler.c ==> op_act_back(be, da->dense, da->y, a->dense, ACT_TANH) ==> op_act_back(be, da->dense, da->y, a->y, ACT_TANH)
src/model/pooler.c ==> m->w->grad, m->b->grad ==> m->w->grad, NONE
src/model/pooler.c ==> m->w->grad, m->b->grad ==> NONE, m->b->grad
src/model/head.c ==> m->w->grad, m->b->grad ==> m->w->grad, NONE
src/model/head.c ==> m->w->grad, m->b->grad ==> NONE, m->b->grad
src/model/head.c ==> op_drop(be, dx, din, name, drop) ==> op_drop(be, dx, din, name, (dropout){0})
src/model/head.c ==> op_sigmoid(be, a->p, a->logits) ==> op_softmax(be, a->p, a->logits)
src/model/head.c ==> op_convert(be, a->p, a->logits) ==> op_sigmoid(be, a->p, a->logits)
src/model/top.c ==> m->heads[t].kind != KIND_WORDS ==> true
src/model/top.c ==> pooled ? a->pooler.y : a->picked, r->name ==> a->picked, r->name
src/model/top.c ==> bool pooled = top_pooled(m, t), below = dy.data != NULL; ==> bool pooled = top_pooled(m, t), below = true;
src/model/net.c ==> if (n->ps.list[i]->part <= n->plan.d.L) ==> if (n->ps.list[i]->part < n->plan.d.L)
src/model/net.c ==> * share); ==> );
src/model/net.c ==> *loss /= share; ==> *loss *= 1;
src/model/net.c ==> if (!n->plan.head_mask_shared) { ==> if (true) {
src/model/net.c ==> n->q.train ? n->top.heads[t].dropout : 0 ==> n->top.heads[t].dropout
src/model/net.c ==> (chance_now){key, step, 0} ==> (chance_now){key, 7, 0}
src/model/net.c ==> (chance_now){key, step, 0} ==> (chance_now){0x123456789ABCDEFu, step, 0}
src/model/net.c ==> upload(n, n->at.who, b->who); ==> upload(n, n->at.who, b->start);
src/model/net.c ==> upload(n, n->at.type, b->types); ==> ;
src/model/net.c ==> if (!frozen) encoder_backward ==> encoder_backward
src/model/net.c ==> if (s->memory && measured->size <= s->size) ==> if (false)
src/model/net.c ==> : n->plan.keep_hidden ? KEEP_HIDDEN : KEEP_ENDS; ==> : KEEP_ENDS;
src/model/net.c ==> upload(n, n->rows.row, b->start); ==> ;
src/model/net.c ==> if (!b->M) return true;\\n    if (!sequences_in ==> if (!sequences_in
src/model/net.c ==> n->meter.calls[op] = 0; ==> ;
src/model/meter.c ==> mixing(mixed, 2) ==> mixing(mixed, 3)
src/model/floats.c ==> (bits + 0x7fffu + (bits >> 16 & 1)) >> 16 ==> bits >> 16
src/model/floats.c ==> (bits + 0x7fffu + (bits >> 16 & 1)) >> 16 ==> (bits + 0x8000u) >> 16
src/model/params.c ==> tensor_rows((tensor){t.data, parts, each, t.kind}, part, 1) ==> tensor_rows((tensor){t.data, parts, each, t.kind}, 0, 1)
src/model/params.c ==> p->decay = !flat; ==> p->decay = true;
src/model/params.c ==> ps->total += padded( ==> ps->total += (
src/model/params.c ==> if (task < 0 || ps->list[i]->task == task) ==> if (true)
src/model/params.c ==> uint64_t name = str_hash(str_of(p->name)); ==> uint64_t name = p->at;
src/model/params.c ==> radius * sin(angle) ==> radius * cos(angle)
src/model/params.c ==> sqrt(-2.0 * log(u)) ==> sqrt(-1.0 * log(u))
src/model/params.c ==> if (p->value.data != p->master.data) floats_upload(ps->be, part_of ==> if (false) floats_upload(ps->be, part_of
src/model/infer.c ==> !from->owns[r]) continue ==> false) continue
src/model/infer.c ==> (size_t)from->word[r] : 0 ==> (size_t)r : 0
src/model/infer.c ==> scores[k] > scores[best] ==> scores[k] >= scores[best]
src/model/infer.c ==> all->loss += loss * b->counted ==> all->loss += loss
src/model/infer.c ==> &answers[from->example] ==> &answers[s]
src/model/infer.c ==> answers[i].best[w] = outside(t); ==> answers[i].best[w] = 0;
src/model/infer.c ==> batch_make(&b, t, x, p, order + at, size, 0, &own); ==> batch_make(&b, t, x, p, order, size, 0, &own);
src/optim/clip.c ==> op_zero(ps->be, ps->grads); ==> ;
src/optim/clip.c ==> if (isfinite(now[1])) return true; ==> return true;
src/optim/clip.c ==> !isfinite(room[i] * room[i]) ==> !isfinite(room[i])
src/optim/schedule.c ==> x < s->warmup ? x / s->warmup : 1 - x ==> x < s->warmup ? x / s->warmup : (1 - x) / (1 - s->warmup)
src/optim/schedule.c ==> (T - k) / (T - W) : 0 ==> (T - k) / T : 0
src/optim/schedule.c ==> part > 0 ? s->rate * part : 0 ==> s->rate * part
src/optim/schedule.c ==> if (k < W) return k / W; ==> if (k < W) return (k + 1) / W;
src/optim/schedule.c ==> return T > W ? ==> return true ?
src/optim/optimizer.c ==> (o->plan.coast && done > 0) ==> o->plan.coast
src/optim/optimizer.c ==> (o->plan.coast && done > 0) ==> false
src/optim/optimizer.c ==> g->pooler ? pooler_used : ==> g->pooler ? true :
src/optim/optimizer.c ==> head < 0 || head == g->task ==> head == g->task
src/optim/optimizer.c ==> head < 0 || head == g->task ==> true
src/optim/optimizer.c ==> if (g->frozen) return (turn){0, false}; ==> ;
src/optim/optimizer.c ==> plan->own_counters ? now.done : o->steps ==> o->steps
src/optim/optimizer.c ==> plan->own_counters ? now.done : o->steps ==> now.done
src/optim/optimizer.c ==> o->L + 1 - g->part ==> o->L - g->part
src/optim/optimizer.c ==> g->decay ? (float)plan->decay : 0 ==> (float)plan->decay
src/optim/optimizer.c ==> uint32_t t = now.done + 1; ==> uint32_t t = o->steps + 1;
src/optim/optimizer.c ==> uint32_t t = now.done + 1; ==> uint32_t t = now.done + 2;
src/optim/optimizer.c ==> 1 / sqrt(correction(plan->b2, t)) ==> 1 / correction(plan->b2, t)
src/optim/optimizer.c ==> RULE_BERTADAM ? 1e-6 : 1e-8 ==> RULE_BERTADAM ? 1e-8 : 1e-8
src/optim/optimizer.c ==> g->task == p->task && ==> true &&
src/optim/optimizer.c ==> g->decay == p->decay && ==> true &&
src/optim/optimizer.c ==> g->pooler == is_pooler(p, o->L) && ==> true &&
src/optim/optimizer.c ==> o->pooler_steps += ==> o->steps += 0 *
src/optim/optimizer.c ==> count(o, head, pooler_used);\\n    return true; ==> o->steps++;\\n    return true;
src/optim/optimizer.c ==> if (o->n_groups == GROUPS_MOST) return -1; ==> if (o->n_groups == GROUPS_MOST) return 0;
src/optim/optimizer.c ==> clip_gradients(o->ps, o->factor, o->plan.clip, ==> clip_gradients(o->ps, o->factor, 0,
""".strip().split("\n")]


def statements(path):
    """(path, statement, ";") for each call of an operation or a part in a backward function."""
    seen = set()
    text = open(path).read()
    for body in re.findall(r"^void \w+_backward\([^{]*\{(.*?)^\}", text, re.S | re.M):
        for call in re.findall(r"^ +(?:if \([^)]*\)\s+)?(\w+_back(?:ward)?\(.*?\);|op_drop\(.*?\);)", body, re.S | re.M):
            if call not in seen: yield path, call, ";"
            seen.add(call)


def run(*command):
    return subprocess.run(command, cwd=COPY, capture_output=True, text=True)


def try_one(path, old, new):
    """-> a word on how the mistake ended."""
    file = os.path.join(COPY, path)
    text = open(file).read()
    if old not in text: return "is not there"
    with open(file, "w") as out: out.write(text.replace(old, new, 1))
    try:
        made = run("make", "-s", "build/release/test")
        if made.returncode: return "does not compile"
        for pattern in (["/golden"], ["model/", "optim/"]):
            result = run("build/release/test", *pattern)
            failed = re.findall(r"^FAIL  (\S+)", result.stdout, re.M)
            if failed: return "caught by %s%s" % (failed[0], " and %d more" % (len(failed) - 1) if failed[1:] else "")
        return "SURVIVED"
    finally:
        with open(file, "w") as out: out.write(text)


def main():
    shutil.rmtree(COPY, ignore_errors=True)
    os.makedirs(COPY + "/build")
    for what in ("src", "tests", "Makefile"): subprocess.run(["cp", "-rp", what, COPY], check=True)
    subprocess.run(["cp", "-rp", "build/release", COPY + "/build/release"], check=True)
    mistakes = [m for f in FILES for m in statements(f)] + [[p, o.replace("\\n", "\n"), n.replace("\\n", "\n")] for p, o, n in MISTAKES]
    caught = rest = 0
    for path, old, new in mistakes:
        line = "%s: %s -> %s" % (path, " ".join(old.split()), " ".join(new.split()))
        if len(sys.argv) > 1 and sys.argv[1] not in line: continue
        how = try_one(path, old, new)
        caught, rest = caught + how.startswith("caught"), rest + (not how.startswith("caught"))
        print(line, "\n    " + how, flush=True)
    print("%d caught, %d not" % (caught, rest))
    sys.exit(rest > 0)


main()
