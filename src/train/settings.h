#pragma once
/* What a run is told, from one list (settings.def): its default, its value in each preset, range, help. Text values live as long as the
 * arena they were read into, or are literals. */
#include "base/options.h"
#include "base/yaml.h"

typedef int64_t setting_INT;
typedef double setting_REAL;
typedef const char *setting_TEXT;
typedef const char *setting_SWITCH; /* "on" or "off" (new-heads: also "auto") */

typedef struct settings {
#define SETTING(field, name, type, ...) setting_##type field;
#include "train/settings.def"
#undef SETTING
} settings;

enum settings_count {
#define SETTING(field, ...) SETTING_##field,
#include "train/settings.def"
#undef SETTING
    SETTINGS
};

enum preset { PRESET_NONE, PRESET_PAPER, PRESET_AUTHORS };
extern const char *const preset_names[3]; /* "none", "paper", "authors" */

typedef struct settings_given { /* which settings somebody set, as opposed to a default */
    bool at[SETTINGS];
} settings_given;

void settings_start(settings *s, enum preset p);
/* One option a setting, whose targets are the fields of s: for options_parse. The table lives in mem. */
const option *settings_options(settings *s, arena *mem);
/* Takes the values of a YAML map; unknown keys are an error with line and suggestion, but for the n names in `also`, which are somebody else's. */
MUST_USE bool settings_read(settings *s, settings_given *given, yaml *map, const char *const *also,
                            int n, err *e);
void settings_take(settings *to, settings_given *given, const settings *from,
                   const settings_given *from_given);
/* Combinations that cannot be. */
MUST_USE bool settings_check(const settings *s, err *e);
static inline bool is_on(const char *value)
{
    return value[0] == 'o' && value[1] == 'n' && !value[2];
}
int setting_choice(const char *choices, const char *value); /* index in "a|b|c", or -1 */
/* All settings as YAML lines, indented by two. */
void settings_put(text *to, const settings *s);
/* "--name", "value", .. of those that are given, to put on another command line: fills to[2 * SETTINGS], returns how many. */
int settings_words(const settings *s, const settings_given *given, arena *mem, const char **to);
/* A hash of those that make the run what it is and differ from the program's default: a version that knows one setting more
 * takes the runs of this one as what they are. */
uint64_t settings_hash(const settings *s);
