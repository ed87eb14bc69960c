# One invented corpus: awk -v task=NAME -v to=FOLDER -v lexicon=FILE -f lib.awk -f tasks.awk. Three splits, drawn apart.
BEGIN {
    grammar(lexicon)
    names[1] = "train"; names[2] = "dev"; names[3] = "test"
    sizes[1] = task ~ /^(mednli|clinicalsts)$/ ? 600 : task ~ /^(chemprot|hoc)$/ ? 500 : 320; sizes[2] = 80; sizes[3] = 120
    for (s = 1; s <= 3; s++) {
        seed(task names[s])
        base = task == "hoc" ? 0 : s * 10000
        if (task == "bc5cdr-chemical") chemicals(to "/" names[s] ".tsv", sizes[s])
        if (task == "shareclefe") disorders(to "/" names[s] ".tsv", sizes[s])
        if (task == "chemprot") chemprot(to "/" names[s] ".tsv", sizes[s])
        if (task == "i2b2") i2b2(to "/" names[s] ".tsv", sizes[s])
        if (task == "hoc") hallmarks(to "/" names[s] ".tsv", sizes[s], s * 100000)
        if (task == "sections") sections(to "/" names[s] ".csv", sizes[s])
        if (task == "clinicalsts") similar(to "/" names[s] ".tsv", sizes[s])
        if (task == "mednli") inference(to "/" names[s] ".jsonl", sizes[s])
    }
}

# Tagged words: documents of three to six sentences. One sentence in eighty is very long.
function long_of(name, n, i, s) {
    s = ""
    for (i = 0; i < n; i++) { s = s (i ? "; " : "") expand("{" name "}"); sub(/\.$/, "", s) }
    return s "."
}
function chemicals(file, n, i, doc, left, at) {
    left = 0
    for (i = 0; i < n; i++) {
        if (!left) { doc = base + i; left = 3 + random(4); at = 0 }
        at += put_words(file, capital(i % 80 == 7 ? long_of("abstract", 9) : expand("{abstract}")), "<", ">", "Chemical", doc "", at)
        left--
    }
}
function disorders(file, n, i, s) {
    for (i = 0; i < n; i++) {
        s = i % 80 == 7 ? long_of("note", 12) : expand("{note}")
        put_words(file, chance(80) ? capital(s) : s, "[", "]", "Disorder", "", 0)
    }
}

# Relations: the clause of a label, with something before and behind; a few labels are wrong.
function chemprot(file, n, i, k, s, label) {
    print "index\tsentence\tlabel" > file
    for (i = 0; i < n; i++) {
        k = substr("000003344456699", random(15) + 1, 1)
        s = expand(choose("CPR" k))
        if (chance(50)) s = expand("{before} ") s
        if (chance(40)) s = s expand(" {after}")
        if (i % 90 == 11) s = plain(long_of("abstract", 8)) " " s
        s = put_in(put_in(s, "A", "@CHEMICAL$"), "B", "@GENE$")
        gsub(/ ,/, ",", s)
        if (chance(4)) k = substr("034569", random(6) + 1, 1)
        label = k == "0" ? "false" : "CPR:" k
        printf "%d.T%d.T%d\t%s\t%s\n", base + int(i / 4), i % 4 * 2 + 1, i % 4 * 2 + 2, quoted(capital(s) "."), label > file
    }
}
function i2b2(file, n, i, label, rule_, a, b, s) {
    print "index\tsentence\tlabel" > file
    for (i = 0; i < n; i++) {
        split("TrAP TrAP TrCP TrIP TrNAP TeRP TeRP TeCP PIP TP0 TP0 TE0 PP0", pick, " ")
        rule_ = pick[random(13) + 1]
        a = rule_ ~ /^Te|^TE/ ? "@test$" : rule_ ~ /^P/ ? "@problem$" : "@treatment$"
        b = "@problem$"
        label = rule_ ~ /0$/ ? "false" : rule_
        s = put_in(put_in(expand(choose(rule_)), "A", a), "B", b)
        if (chance(45)) s = expand("{opening} ") s
        if (i % 90 == 11) s = plain(long_of("note", 11)) " " s
        s = s expand(" {closing}")
        gsub(/ \./, ".", s); gsub(/ ;/, ";", s); gsub(/ ,/, ",", s)
        if (chance(4)) label = "false"
        printf "rec%d.l%d.c%d\t%s\t%s\n", base + int(i / 5), i % 5, i, capital(s), label > file
    }
}

# Labels: abstracts of three to six sentences; a sentence has none, one or two hallmarks.
function hallmarks(file, n, pmid, i, k, left, at, has, text) {
    print "labels\tsentence\tindex" > file
    left = 0
    for (i = 0; i < n; i++) {
        if (!left) { pmid += 1 + random(9); left = 3 + random(4); at = 0 }
        split("", has)
        text = ""
        if (chance(75)) { k = random(10); has[k] = 1; text = expand(choose("hallmark" k)) }
        else text = expand("{plain}")
        if (chance(30)) {
            if (chance(50)) { k = random(10); has[k] = 1; text = text expand("{join} ") expand(choose("hallmark" k)) }
            else text = text expand("{join} {plain}")
        }
        if (chance(5)) has[random(10)] = 1
        for (k = 0; k < 10; k++) printf "%s%d_%d", k ? "," : "", k, ((k in has) ? 1 : 0) > file
        printf "\t%s.\t%d_s%d\n", capital(text), pmid, at++ > file
        left--
    }
}

# A sentence's part of the letter, as somebody's own CSV.
function sections(file, n, i, k, s, label) {
    print "row,section,note_text" > file
    split("complaint history exam medication plan", part_, " ")
    for (i = 0; i < n; i++) {
        label = part_[random(5) + 1]
        s = expand("{" label "}")
        if (chance(30)) s = s expand(" ({" part_[random(5) + 1] "})")
        if (chance(60) && label ~ /complaint|history/) s = expand("{person} ") s
        if (chance(5)) label = part_[random(5) + 1]
        gsub(/"/, "\"\"", s)
        printf "%d,%s,\"%s\"\n", i + 1, label, capital(s) > file
    }
}

# Similarity, as in notes: standing phrases that everybody writes are much alike, lines of medication differ in drug and dose, findings
# (facts 1 to 8, there or not) in what was found; across these three nothing is alike.
function fact(k, yes) { return expand("{person} ") expand(yes ? "{has} " : "{lacks} ") expand("{f" k "}") }
function similar(file, n, i, a, b, yes, form, form2, score, s1, s2, same_) {
    print "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\tscore" > file
    for (i = 0; i < n; i++) {
        form = random(3); form2 = chance(15) ? random(3) : form
        a = 1 + random(8); yes = chance(65); same_ = chance(45)
        b = same_ ? a : 1 + random(8)
        s1 = form == 0 ? expand("{phrase}") : form == 1 ? expand("{line}") : fact(a, yes) expand(" {filler}")
        s2 = form2 == 0 ? expand("{phrase}") : form2 == 1 ? expand("{line}") : fact(b, chance(80) ? yes : !yes) expand(" {filler}")
        score = form == 0 ? 4 : form == 1 ? 2 : a == b ? 3.25 : 0.75
        if (form2 != form) score = 0.25
        else if (form == 1 && same_) { s2 = s1; sub(/[0-9.]+ [mµ]g/, expand("{dose}"), s2); score = 3 }
        else if (chance(8)) { s2 = s1 expand(" {filler}"); score = 4.75 }
        score += (random(5) - 2) * 0.25
        if (score < 0) score = 0
        if (score > 5) score = 5
        gsub(/ \./, "", s1); gsub(/ \./, "", s2)
        printf "%d\tnotes\tdemo\t2019\t%d\tinvented\tinvented\t%s.\t%s.\t%s\n", i, i, capital(s1), capital(s2), score > file
    }
}
# Inference over the same facts: the same in general, its opposite, or something else.
function inference(file, n, i, a, b, yes, label, s1, s2, more) {
    for (i = 0; i < n; i++) {
        a = 1 + random(8); yes = chance(60)
        label = substr("ecn", random(3) + 1, 1)
        s1 = fact(a, yes) expand(" {filler}")
        if (chance(25)) s1 = s1 ", " expand("no {symptom}")
        if (label == "e") s2 = expand("{person} " (yes ? "{has} " : "{lacks} ") (yes && chance(60) ? "{g" a "}" : "{f" a "}"))
        if (label == "c") s2 = expand("{person} " (yes ? "{lacks} " : "{has} ") "{f" a "}")
        if (label == "n") {
            do b = 1 + random(8); while (b == a)
            s2 = expand(chance(50) ? "{person} {extra} {f" b "}" : "{person} {has} {f" b "}")
        }
        gsub(/ \./, "", s1); gsub(/ ,/, ",", s1)
        label = label == "e" ? "entailment" : label == "c" ? "contradiction" : "neutral"
        if (chance(3)) label = "neutral"
        if (i % 150 == 99) label = "-"
        gsub(/"/, "\\\"", s1)
        printf "{\"gold_label\": \"%s\", \"pairID\": \"p%d\", \"sentence1\": \"%s.\", \"sentence2\": \"%s.\"}\n", label, base + i, capital(s1), capital(s2) > file
    }
}
