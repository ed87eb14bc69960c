/* Rows from record.yaml and scores.tsv. A directory that cannot be read is an error: the history would be wrong. */
#include "train/history.h"
#include "train/record.h"
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

static const char schema[] =
    "CREATE TABLE runs(dir TEXT PRIMARY KEY, stage TEXT, preset TEXT, model TEXT, protocol TEXT, "
    "warning TEXT, command TEXT, seconds REAL, cpu_seconds REAL, peak_bytes REAL);"
    "CREATE TABLE scores(dir TEXT REFERENCES runs(dir), task TEXT, split TEXT, metric TEXT, value "
    "REAL, low REAL, high REAL, n INTEGER, majority REAL, epoch INTEGER);"
    "BEGIN;";

static void bind_text(sqlite3_stmt *s, int at, const char *value)
{
    sqlite3_bind_text(s, at, value ? value : "", -1, SQLITE_TRANSIENT);
}

static void bind_real(sqlite3_stmt *s, int at, double value)
{
    if (isnan(value))
        sqlite3_bind_null(s, at);
    else
        sqlite3_bind_double(s, at, value);
}

static bool add_run(sqlite3_stmt *s, const char *dir, const run_record *r)
{
    const char *texts[] = {dir, r->stage, r->preset, r->from, r->stamp, r->warning, r->command};
    for (int i = 0; i < 7; i++) bind_text(s, i + 1, texts[i]);
    bind_real(s, 8, r->seconds);
    bind_real(s, 9, r->cpu_seconds);
    bind_real(s, 10, r->peak_bytes);
    bool ok = sqlite3_step(s) == SQLITE_DONE;
    sqlite3_reset(s);
    return ok;
}

static bool add_score(sqlite3_stmt *s, const char *dir, const run_score *r)
{
    const char *texts[] = {dir, r->task, split_names[r->split], r->metric};
    for (int i = 0; i < 4; i++) bind_text(s, i + 1, texts[i]);
    bind_real(s, 5, r->value);
    bind_real(s, 6, r->low);
    bind_real(s, 7, r->high);
    sqlite3_bind_int64(s, 8, r->n);
    bind_real(s, 9, r->majority);
    sqlite3_bind_int(s, 10, r->epoch);
    bool ok = sqlite3_step(s) == SQLITE_DONE;
    sqlite3_reset(s);
    return ok;
}

static bool fill(sqlite3 *db, sqlite3_stmt *run, sqlite3_stmt *row, const char *const *dirs, int n,
                 err *e)
{
    arena mem = {0};
    bool ok = true;
    for (int i = 0; ok && i < n; i++) {
        run_record r;
        run_score *rows;
        int n_rows;
        bool done = false;
        ok = record_done(dirs[i], &done, NULL, e);
        if (!ok || !done) continue;
        ok = record_read(dirs[i], &mem, &r, e) &&
             record_scores_read(dirs[i], &mem, &rows, &n_rows, e);
        if (ok && !add_run(run, dirs[i], &r)) ok = fail(e, "%s", sqlite3_errmsg(db));
        for (int k = 0; ok && k < n_rows; k++)
            if (!add_score(row, dirs[i], &rows[k])) ok = fail(e, "%s", sqlite3_errmsg(db));
    }
    arena_close(&mem);
    return ok;
}

bool history_write(const char *path, const char *const *dirs, int n, err *e)
{
    char beside[4096];
    snprintf(beside, sizeof beside, "%s.new", path);
    (void)unlink(beside);
    sqlite3 *db = NULL;
    sqlite3_stmt *run = NULL, *row = NULL;
    bool ok = sqlite3_open(beside, &db) == SQLITE_OK &&
              sqlite3_exec(db, schema, NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(db, "INSERT INTO runs VALUES(?,?,?,?,?,?,?,?,?,?)", -1, &run,
                                 NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(db, "INSERT INTO scores VALUES(?,?,?,?,?,?,?,?,?,?)", -1, &row,
                                 NULL) == SQLITE_OK;
    if (!ok) fail(e, "%s", sqlite3_errmsg(db));
    ok = ok && fill(db, run, row, dirs, n, e);
    sqlite3_finalize(run);
    sqlite3_finalize(row);
    if (ok && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        ok = fail(e, "%s", sqlite3_errmsg(db));
    if (sqlite3_close(db) != SQLITE_OK && ok) ok = fail(e, "it cannot be closed");
    if (ok && rename(beside, path)) ok = fail(e, "it cannot be put in place");
    if (!ok) (void)unlink(beside);
    return ok || fail_in(e, "%s", path);
}
