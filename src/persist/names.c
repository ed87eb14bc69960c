/* From a name in a file to ours, by rewriting the ends of it. */
#include "persist/names.h"
#include "base/str.h"
#include <string.h>

/* What stands beside an encoder in files of other people, by the beginning or the end of its name. */
static const struct {
    const char *begins, *why;
} others[] = {
    {"cls.", "pretraining heads"},
    {"classifier.", "a head of theirs"},
    {"qa_outputs.", "a head of theirs"},
    {"scoring_list.", "heads of mt-dnn"},
};
static const char *const slots[] = {"adam_m", "adam_v",    "global_step", "step",
                                    "steps",  "bad_steps", "good_steps",  "loss_scale"};

static void keep(known_name *to, str s)
{
    size_t n = s.len < NAME_ROOM - 1 ? s.len : NAME_ROOM - 1;
    memcpy(to->name, s.at, n);
    to->name[n] = '\0';
}

static bool cut_front(str *s, const char *front)
{
    if (!str_starts(*s, front)) return false;
    *s = str_sub(*s, strlen(front), s->len);
    return true;
}

static bool left_out(known_name *to, const char *why)
{
    to->use = NAME_LEFT_OUT;
    to->why = why;
    return true;
}

/* "embeddings.LayerNorm.gamma" -> "bert.embeddings.LayerNorm.weight"; false where it has no room. */
static bool keep_bert(known_name *to, str s)
{
    const char *end = "";
    if (str_ends(s, ".gamma"))
        end = ".weight", s.len -= 6;
    else if (str_ends(s, ".beta"))
        end = ".bias", s.len -= 5;
    if (s.len + strlen(end) + 5 >= NAME_ROOM) return false;
    snprintf(to->name, NAME_ROOM, "bert.%.*s%s", (int)s.len, s.at, end);
    to->use = NAME_BERT;
    return true;
}

static void read_torch(str s, known_name *to)
{
    while (cut_front(&s, "module.")) continue;
    to->bert = cut_front(&s, "bert.");
    if (!to->bert && str_starts(s, "tasks.")) {
        to->use = NAME_HEAD;
        keep(to, s);
        return;
    }
    for (size_t i = 0; !to->bert && i < sizeof others / sizeof *others; i++)
        if (str_starts(s, others[i].begins)) {
            left_out(to, others[i].why);
            return;
        }
    if (str_is(s, "embeddings.position_ids") || str_is(s, "embeddings.token_type_ids")) {
        left_out(to, "a buffer of positions");
        return;
    }
    if (str_starts(s, "embeddings.") || str_starts(s, "encoder.") || str_starts(s, "pooler."))
        (void)keep_bert(to, s);
}

/* TensorFlow's, part by part: layer_7 -> layer.7; kernel -> weight, transposed; *_embeddings ->
 * *_embeddings.weight. LayerNorm's gamma and beta are renamed with everybody's. */
static bool spell(str s, char to[NAME_ROOM], bool *transposed)
{
    size_t n = 0;
    while (s.at) {
        str part = str_cut(&s, '/');
        bool last = !s.at, layer = str_starts(part, "layer_");
        const char *more = "";
        if (layer) part = str_sub(part, 6, part.len);
        if (last && str_is(part, "kernel")) *transposed = true, part = STR("weight");
        if (last && str_ends(part, "_embeddings")) more = ".weight";
        if (n + part.len + 20 >= NAME_ROOM) return false;
        n += (size_t)snprintf(to + n, NAME_ROOM - n, "%s%s%.*s%s", n ? "." : "",
                              layer ? "layer." : "", (int)part.len, part.at, more);
    }
    return true;
}

static bool is_slot(str s)
{
    while (str_find(s, '/') >= 0) str_cut(&s, '/');
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
        if (str_is(s, slots[i])) return true;
    return str_starts(s, "AdamWeightDecayOptimizer");
}

static void read_tensorflow(str s, known_name *to)
{
    char spelled[NAME_ROOM];
    if (is_slot(s))
        left_out(to, "the optimizer's");
    else if (str_starts(s, "cls/"))
        left_out(to, "pretraining heads");
    else if (str_is(s, "output_weights") || str_is(s, "output_bias"))
        left_out(to, "a head of theirs");
    else if (str_starts(s, "bert/") && spell(s, spelled, &to->transposed))
        read_torch(str_of(spelled), to);
    if (to->use != NAME_BERT) {
        to->transposed = false;
        keep(to, s);
    }
}

int name_position(const char *foreign, const char **rest)
{
    static const char list[] = "scoring_list.";
    str s = str_of(foreign);
    int n = 0, digits = 0;
    while (cut_front(&s, "module.")) continue;
    if (!cut_front(&s, list)) return -1;
    for (; digits < 4 && s.len > 1 && *s.at >= '0' && *s.at <= '9'; digits++) {
        n = 10 * n + *s.at - '0';
        s = str_sub(s, 1, s.len);
    }
    if (!digits || *s.at != '.' || s.len < 2) return -1;
    *rest = s.at + 1;
    return n;
}

/* Google's names for heads, which are not made by the rule; these kernels lie as ours do. */
static const struct {
    const char *theirs, *ours;
} heads[] = {{"cls/predictions/output_bias", "cls.predictions.bias"},
             {"cls/seq_relationship/output_weights", "cls.seq_relationship.weight"},
             {"cls/seq_relationship/output_bias", "cls.seq_relationship.bias"},
             {"output_weights", "classifier.weight"},
             {"output_bias", "classifier.bias"}};

/* gamma and beta, which are LayerNorm's wherever it is. */
static void put_plain(str s, char to[NAME_ROOM])
{
    known_name k;
    if (str_starts(s, "bert.")) s = str_sub(s, 5, s.len);
    if (keep_bert(&k, s))
        memmove(to, k.name + 5, NAME_ROOM - 5);
    else
        snprintf(to, NAME_ROOM, "%.*s", (int)(s.len < NAME_ROOM ? s.len : NAME_ROOM - 1), s.at);
}

bool name_list(const char *foreign, enum name_style style, char to[NAME_ROOM], bool *transposed)
{
    known_name k;
    char spelled[NAME_ROOM];
    str s = str_of(foreign);
    name_read(foreign, style, &k);
    *transposed = k.transposed;
    if (k.use == NAME_BERT) {
        memcpy(to, k.name + 5, NAME_ROOM - 5);
        return true;
    }
    if (style == NAMES_TENSORFLOW) {
        if (is_slot(s)) return false;
        for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
            if (str_is(s, heads[i].theirs)) {
                snprintf(to, NAME_ROOM, "%s", heads[i].ours);
                return true;
            }
        if (spell(s, spelled, transposed)) s = str_of(spelled);
    } else {
        while (cut_front(&s, "module.")) continue;
        if (str_ends(s, "embeddings.position_ids") || str_ends(s, "embeddings.token_type_ids"))
            return false;
    }
    put_plain(s, to);
    return true;
}

void name_read(const char *foreign, enum name_style style, known_name *to)
{
    str s = str_of(foreign);
    *to = (known_name){.use = NAME_UNKNOWN};
    keep(to, s);
    if (style == NAMES_TENSORFLOW)
        read_tensorflow(s, to);
    else
        read_torch(s, to);
}
