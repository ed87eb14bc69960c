/* Corpora of mentions. */
#include "corpus/prepare/gather.h"

bool gather_bc5cdr(prepared *p, err *e)
{
    static const char *const names[] = {"Training", "Development", "Test"};
    for (int s = 0; s < SPLITS; s++) {
        const char *pubtator = str_format(
            p->mem, "CDR_%sSet.PubTator.txt;CDR_%sSet.PubTator.txt.gz", names[s], names[s]);
        const char *bioc =
            str_format(p->mem, "CDR_%sSet.BioC.xml;CDR_%sSet.BioC.xml.gz", names[s], names[s]);
        bool xml = !tree_find(&p->files, pubtator) && tree_find(&p->files, bioc);
        if (!gather_documents(p, (enum split)s, xml ? "bioc-xml" : "pubtator",
                              xml ? bioc : pubtator, true, e))
            return false;
    }
    return true;
}
