/* Finds the verb. */
#include <stdio.h>

int main(void)
{
    fputs("usage: mtbert VERB ...\n", stderr);
    return 2;
}
