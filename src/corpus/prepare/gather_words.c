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

/* Its four types (SpecificDisease, DiseaseClass, Modifier, CompositeMention) are one to those who tag; the owners' stays among the notes. */
bool gather_ncbi(prepared *p, err *e)
{
    static const char *const names[] = {"NCBItrainset_corpus.txt",
                                        "NCBIdevelopset_corpus.txt;NCBIdevelset_corpus.txt",
                                        "NCBItestset_corpus.txt"};
    for (int s = 0; s < SPLITS; s++) {
        if (!gather_documents(p, (enum split)s, "pubtator", names[s], true, e)) return false;
        for (int i = 0; i < p->parts[s].docs.n; i++) {
            document *d = &p->parts[s].docs.at[i];
            for (int k = 0; k < d->n_mentions; k++) {
                doc_mention *m = &d->mentions[k];
                infon_add(&m->more, p->mem, STR("type"), m->type);
                m->type = STR("Disease");
            }
        }
    }
    return true;
}
