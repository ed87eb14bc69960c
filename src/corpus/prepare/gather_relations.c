/* Corpora of relations. */
#include "corpus/prepare/gather.h"

/* Documents of Train and of the test for the extraction of interactions; the test for drug names has the same documents without pairs. */
bool gather_ddi(prepared *p, err *e)
{
    static const char *const folders[] = {"*train*/*.xml", NULL, "*test*/*.xml"};
    for (int i = 0; i < p->files.n; i++) {
        const char *path = p->files.at[i];
        if (gather_within(p, path, "*drugner*") || gather_within(p, path, "*drug ner*")) continue;
        for (int s = 0; s < SPLITS; s++)
            if (folders[s] && gather_within(p, path, folders[s])) {
                if (!documents_read(&p->parts[s].docs, "ddi-xml", path, p->mem, e)) return false;
                break;
            }
    }
    for (int s = 0; s < SPLITS; s += 2)
        if (!p->parts[s].docs.n)
            return fail(e, "%s: XML files in a folder %s are expected, as in DDICorpus", p->from,
                        s ? "Test" : "Train");
    return true;
}

bool gather_chemprot(prepared *p, err *e)
{
    static const char *const names[] = {"*train*_abstracts*.tsv", "*dev*_abstracts*.tsv",
                                        "*test*_abstracts*.tsv"};
    for (int s = 0; s < SPLITS; s++)
        if (!gather_documents(p, (enum split)s, "chemprot", names[s], true, e)) return false;
    return true;
}
