/* Each file of cases is a test. */
#include "cli/cases.h"
#include "tests.h"

#define FILE_OF_CASES(name)       \
    void cli_##name(void **state) \
    {                             \
        (void)state;              \
        cases_run(#name);         \
    }
FILE_OF_CASES(program)
FILE_OF_CASES(tokenize)
FILE_OF_CASES(embed)
FILE_OF_CASES(predict)
FILE_OF_CASES(trace)
FILE_OF_CASES(convert)
FILE_OF_CASES(prepare)
FILE_OF_CASES(check)
FILE_OF_CASES(checkpoints)
FILE_OF_CASES(info)
FILE_OF_CASES(bench)

void documents_data_flow(void **state)
{
    (void)state;
    cases_run_document("docs/data-flow.md");
}
void documents_cookbook(void **state)
{
    (void)state;
    cases_run_document("docs/cookbook.md");
}
void documents_readme(void **state)
{
    (void)state;
    cases_run_document("README.md");
}
