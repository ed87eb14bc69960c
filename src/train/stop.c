#include "train/stop.h"
#include <time.h>

static sigset_t both(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

sigset_t stop_hold(void)
{
    sigset_t set = both(), before;
    sigprocmask(SIG_BLOCK, &set, &before);
    return before;
}

void stop_release(const sigset_t *before)
{
    sigprocmask(SIG_SETMASK, before, NULL);
}

bool stop_asked(void)
{
    const struct timespec now = {0};
    sigset_t set = both();
    return sigtimedwait(&set, NULL, &now) > 0;
}
