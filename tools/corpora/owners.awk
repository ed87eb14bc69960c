# One invented corpus in its owners' form: awk -v task=NAME -v to=FOLDER -v lexicon=FILE -f lib.awk -f owners.awk. A mention is marked \002, a letter for its
# type (+: a further piece of the one before), its words, \003. Offsets are characters.
BEGIN {
    grammar(lexicon)
    names[1] = "train"; names[2] = "dev"; names[3] = "test"
    sizes[1] = 400; sizes[2] = 100; sizes[3] = 150
    for (s = 1; s <= 3; s++) {
        seed("owners-" task names[s])
        base = s * 10000000
        if (task == "bc5cdr") bc5cdr(sizes[s])
        if (task == "share") share(sizes[s], to "/" names[s])
        if (task == "i2b2") i2b2(sizes[s], to "/" (s == 3 ? "reference_standard_for_test_data" : "concept_assertion_relation_training_data/" (s == 1 ? "beth" : "partners")))
        if (task == "chemprot") chemprot(sizes[s])
        if (task == "ddi") ddi(sizes[s], to "/DDICorpus/" (s == 3 ? "Test/Test for DDI Extraction task/DrugBank" : "Train/" (s == 1 ? "DrugBank" : "MedLine")))
        if (task == "hoc") hoc(sizes[s], to "/" names[s])
    }
}
function folder(path) { system("mkdir -p \"" path "\"") }
# Takes the marks off; fills first, last (of the piece), type, word. from: characters before.
function unmark(s, from, i, c, out, start) {
    n_marks = 0; out = ""
    for (i = 1; i <= length(s); i++) {
        c = substr(s, i, 1)
        if (c == "\002") { type[++n_marks] = substr(s, ++i, 1); start = length(out); first[n_marks] = from + points(out) }
        else if (c == "\003") { last[n_marks] = from + points(out); word[n_marks] = substr(out, start + 1) }
        else out = out c
    }
    return out
}
function marked(letter, s) { return "\002" letter s "\003" }
function from_marks(s) {
    gsub(/\[\+/, "\002+", s); gsub(/\[/, "\002D", s); gsub(/</, "\002C", s); gsub(/[\]>]/, "\003", s)
    return s
}
function sentence_case(s, at) {
    at = match(s, /\002./) == 1 ? 3 : match(s, /[^([]/)
    return substr(s, 1, at - 1) toupper(substr(s, at, 1)) substr(s, at + 1)
}
function tidy(s) { gsub(/ \./, ".", s); gsub(/ ;/, ";", s); gsub(/ ,/, ",", s); return s }

function bc5cdr(n, i, k, id, title, text, file, rows, name) {
    name = s == 1 ? "Training" : s == 2 ? "Development" : "Test"
    folder(to "/CDR.Corpus.v010516")
    file = to "/CDR.Corpus.v010516/CDR_" name "Set.PubTator.txt"
    for (i = 0; i < n; i += 5) {
        id = base + i
        text = ""
        for (k = 0; k < 5; k++) text = text (k ? " " : "") sentence_case(from_marks(expand("{abstract}")))
        text = unmark(text, 0)
        k = index(text, ". ")
        printf "%d|t|%s\n%d|a|%s\n", id, substr(text, 1, k), id, substr(text, k + 2) > file
        for (k = 1; k <= n_marks; k++)
            printf "%d\t%d\t%d\t%s\t%s\t%s%03d\n", id, first[k], last[k], word[k], type[k] == "C" ? "Chemical" : "Disease", type[k], length(word[k]) * 7 % 1000 > file
        printf "\n" > file
    }
}

function share(n, at, i, k, id, name, text, head, pipe) {
    folder(at "/ALLREPORTS"); folder(at "/GOLD")
    for (i = 0; i < n; i += 10) {
        name = sprintf("%05d-%06d-DISCHARGE_SUMMARY.txt", base / 1000000 + i, i + 1)
        head = "Admission Date:  [**2031-4-" (1 + random(28)) "**]\n\nHISTORY OF PRESENT ILLNESS:\n"
        text = ""
        for (k = 0; k < 10; k++) { gsub(/[<>]/, "", text); text = text sentence_case(from_marks(plain_but_drugs(expand("{note}")))) (k % 3 == 2 ? "\n\n" : " ") }
        text = unmark(text, points(head))
        printf "%s%s\n", head, text > (at "/ALLREPORTS/" name); close(at "/ALLREPORTS/" name)
        pipe = ""
        for (k = 1; k <= n_marks; k++)
            pipe = pipe (type[k] == "+" ? "" : (k > 1 ? "\n" : "") name "||Disease_Disorder||" (random(3) ? sprintf("C%07d", random(9999999)) : "CUI-less")) "||" first[k] "||" last[k]
        printf "%s\n", pipe > (at "/GOLD/" name); close(at "/GOLD/" name)
    }
}
function plain_but_drugs(s) { gsub(/[<>]/, "", s); return s }

# A line's tokens are cut at blanks, marks are no tokens.
function concepts(line, number, parts, n, i, at, words) {
    gsub(/\002./, " & ", line); gsub(/\003/, " & ", line); gsub(/[,;.:]/, " & ", line)
    n = split(line, parts, / +/); at = 0; text_line = ""
    for (i = 1; i <= n; i++) {
        if (parts[i] ~ /^\002/) { c_type = substr(parts[i], 2, 1); c_first = at; words = "" }
        else if (parts[i] == "\003")
            con[++n_con] = "c=\"" tolower(words) "\" " number ":" c_first " " number ":" at - 1 "||t=\"" (c_type == "t" ? "treatment" : c_type == "e" ? "test" : "problem") "\""
        else if (parts[i] != "") {
            words = words (words == "" ? "" : " ") parts[i]
            text_line = text_line (at ? " " : "") parts[i]; at++
        }
    }
}
function place(c) { sub(/\|\|t=.*/, "", c); return c }
function i2b2(n, at, i, k, pick, rule_, a, b, name, out, rel, before) {
    folder(at "/txt"); folder(at "/concept"); folder(at "/rel")
    for (i = 0; i < n; i += 10) {
        name = "record-" s i + 1; out = ""; rel = ""; n_con = 0; split("", con)
        for (k = 1; k <= 10; k++) {
            split("TrAP TrAP TrCP TrIP TrNAP TeRP TeRP TeCP PIP TP0 TP0 TE0 PP0", pick, " ")
            rule_ = pick[random(13) + 1]
            a = rule_ ~ /^Te|^TE/ ? marked("e", expand("{test}")) : rule_ ~ /^P/ ? marked("p", expand("{problem}")) : marked("t", expand("{drug}"))
            b = marked("p", expand("{problem}"))
            before = n_con
            concepts(tidy((chance(45) ? expand("{opening} ") : "") put_in(put_in(expand(choose(rule_)), "A", a), "B", b) expand(" {closing}")), k)
            out = out text_line "\n"
            if (rule_ !~ /0$/ && !chance(4)) {
                a = con[before + 1]; b = con[before + 2]
                rel = rel place(a) "||r=\"" rule_ "\"||" place(b) "\n"
            }
        }
        printf "%s", out > (at "/txt/" name ".txt"); close(at "/txt/" name ".txt")
        out = ""
        for (k = 1; k <= n_con; k++) out = out con[k] "\n"
        printf "%s", out > (at "/concept/" name ".con"); close(at "/concept/" name ".con")
        printf "%s", rel > (at "/rel/" name ".rel"); close(at "/rel/" name ".rel")
    }
}

function chemprot(n, i, k, id, g, at, b, text, groups, title, suffix, relation) {
    at = s == 1 ? "training" : s == 2 ? "development" : "test_gs"
    suffix = s == 3 ? "_gs" : ""
    folder(to "/chemprot_" at)
    b = to "/chemprot_" at "/chemprot_" (s == 3 ? "test" : at)
    for (i = 0; i < n; i += 5) {
        id = base + i; split("", groups)
        text = expand("a study of {gene} in {cells}") ". "
        title = points(text)
        for (k = 1; k <= 5; k++) {
            g = substr("003344456699", random(12) + 1, 1)
            groups[k] = g
            text = text (k > 1 ? " " : "") sentence_case(tidy((chance(50) ? expand("{before} ") : "") put_in(put_in(expand(choose("CPR" g)), "A", marked("C", expand("{chem}"))), "B", marked("G", expand("{gene}"))) (chance(40) ? expand(" {after}") : ""))) "."
        }
        text = unmark(text, 0)
        k = index(text, ". ")
        printf "%d\t%s\t%s\n", id, substr(text, 1, k), substr(text, k + 2) > (b "_abstracts" suffix ".tsv")
        for (k = 1; k <= n_marks; k++)
            printf "%d\tT%d\t%s\t%d\t%d\t%s\n", id, k, type[k] == "C" ? "CHEMICAL" : chance(70) ? "GENE-Y" : "GENE-N", first[k], last[k], word[k] > (b "_entities" suffix ".tsv")
        for (k = 1; k <= 5; k++) {
            g = groups[k]
            if (g == "0") continue
            g = "CPR:" g "\t" (type[2 * k - 1] == "C" ? "" : "")
            relation = "Arg1:T" (type[2 * k - 1] == "C" ? 2 * k - 1 : 2 * k) "\tArg2:T" (type[2 * k - 1] == "C" ? 2 * k : 2 * k - 1)
            printf "%d\tCPR:%s\tY \tINVENTED\t%s\n", id, groups[k], relation > (b "_relations" suffix ".tsv")
            printf "%d\tCPR:%s\t%s\n", id, groups[k], relation > (b "_gold_standard" suffix ".tsv")
        }
    }
}

function escaped(s) { gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s); gsub(/"/, "\\&quot;", s); return s }
function ddi(n, at, i, k, m, id, kinds, kind_, text, out, file) {
    folder(at)
    split("mechanism mechanism effect effect advise int false false false", kinds, " ")
    for (i = 0; i < n; i += 10) {
        id = "DDI-" (s == 2 ? "MedLine" : "DrugBank") ".d" base / 10000 + i
        out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<document id=\"" id "\">\n"
        for (k = 0; k < 10; k++) {
            kind_ = kinds[random(9) + 1]
            text = unmark(sentence_case(put_in(put_in(expand(choose("DDI" kind_)), "A", marked("d", expand("{drug}"))), "B", marked("d", expand("{drug}")))) ".", 0)
            out = out "    <sentence id=\"" id ".s" k "\" text=\"" escaped(text) "\">\n"
            for (m = 1; m <= n_marks; m++)
                out = out "        <entity id=\"" id ".s" k ".e" m - 1 "\" charOffset=\"" first[m] "-" last[m] - 1 "\" type=\"drug\" text=\"" escaped(word[m]) "\"/>\n"
            out = out "        <pair id=\"" id ".s" k ".p0\" e1=\"" id ".s" k ".e0\" e2=\"" id ".s" k ".e1\" ddi=\"" (kind_ == "false" ? "false\"" : "true\" type=\"" kind_ "\"") "/>\n    </sentence>\n"
        }
        file = at "/" base / 10000 + i ".xml"
        printf "%s</document>\n", out > file; close(file)
    }
}

function hoc(n, at, i, k, m, id, text, labels, here, file) {
    folder(at "/text"); folder(at "/labels")
    hallmark[0] = "Activating invasion and metastasis"; hallmark[1] = "Avoiding immune destruction"; hallmark[2] = "Cellular energetics"
    hallmark[3] = "Enabling replicative immortality"; hallmark[4] = "Evading growth suppressors"; hallmark[5] = "Genomic instability and mutation"
    hallmark[6] = "Inducing angiogenesis"; hallmark[7] = "Resisting cell death"; hallmark[8] = "Sustaining proliferative signaling"
    hallmark[9] = "Tumor promoting inflammation"
    for (i = 0; i < n; i += 10) {
        id = base + i; text = ""; labels = ""
        for (k = 0; k < 10; k++) {
            here = expand("{plain}"); labels = labels "<"
            if (chance(75)) {
                m = random(10); here = expand(choose("hallmark" m)); labels = labels " " hallmark[m] "--Invented--Detail"
                if (chance(15)) { m = (m + 1 + random(9)) % 10; here = here expand("{join} ") expand(choose("hallmark" m)); labels = labels " AND" hallmark[m] "--" }
            }
            text = text capital(here) " .\n"
        }
        file = at "/text/" id ".txt"; printf "%s", text > file; close(file)
        file = at "/labels/" id ".txt"; printf "%s", labels > file; close(file)
    }
}
