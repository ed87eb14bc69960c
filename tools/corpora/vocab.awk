# The vocabulary of the small BERT: special tokens, every character (alone and as a later piece), the words that are frequent in the
# training splits, then pieces that rarer words are made of. Reads the texts; writes vocab.txt to stdout. Lower case, without accents.
BEGIN {
    n = split("à a á a ä a é e è e ï i ö o ü u", fold, " ")
    for (i = 1; i < n; i += 2) base[fold[i]] = fold[i + 1]
    n = split("α β γ δ ε κ λ µ ≥ ≤ ± – ° é ö", other, " ")
}
{
    line = tolower($0)
    for (c in base) gsub(c, base[c], line)
    gsub(/[^a-z0-9]+/, " ", line)
    n_words = split(line, words, " ")
    for (i = 1; i <= n_words; i++) if (words[i] ~ /[a-z]/) count[words[i]]++
}
END {
    print "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]"
    for (i = 33; i < 127; i++) if (i < 65 || i > 90) { c = sprintf("%c", i); print c; print "##" c }
    for (i = 1; i <= n; i++) if (!(other[i] in base)) { print other[i]; print "##" other[i] }
    n_sorted = split("", sorted)
    for (w in count) if (length(w) > 1 && count[w] >= 3) printf "%d %s\n", count[w], w > list
    split("olol pril statin mycin azole tinib cillin azepam idine oxacin sartan formin mab acetyl itis emia osis oma ing ed es er al ic ion ly ase able ive ous ary ment ness ity", tails, " ")
    for (i in tails) tail[tails[i]] = 1000
    for (w in count) if (count[w] < 3) for (k = 2; k <= 4; k++) if (length(w) > k + 1) { head[substr(w, 1, k)] += count[w]; tail[substr(w, length(w) - k + 1)] += count[w] }
    for (w in tail) if (tail[w] >= 8) printf "%d ##%s\n", tail[w], w > list
    for (w in head) if (head[w] >= 8 && !(w in count && count[w] >= 3)) printf "%d %s\n", head[w], w > list
}
