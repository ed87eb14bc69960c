# What the invented corpora are made with: numbers drawn from a seed, a grammar, text cut into words. Works byte by byte.
function random(n) { state = (state * 16807) % 2147483647; return int(state / 2147483647 * n) }
function chance(percent) { return random(100) < percent }
function seed(name, i, c) {
    state = 1000003
    for (i = 1; i <= length(name); i++) {
        c = index("abcdefghijklmnopqrstuvwxyz0123456789-", substr(name, i, 1))
        state = (state * 31 + c * 7919 + 1) % 2147483647
    }
    for (i = 0; i < 20; i++) random(2)
}

function grammar(file, line, at, name, parts, n, i) {
    while ((getline line < file) > 0) {
        at = index(line, ": ")
        if (line ~ /^#/ || !at) continue
        name = substr(line, 1, at - 1)
        n = split(substr(line, at + 2), parts, / \| /)
        for (i = 1; i <= n; i++) rule[name, ++rules[name]] = parts[i]
    }
    close(file)
}
function choose(name) {
    if (!rules[name]) { print "no rule " name > "/dev/stderr"; exit 1 }
    return rule[name, random(rules[name]) + 1]
}
# {A} and {B} are left to the caller, as \001A and \001B.
function expand(s, at, end, name, out) {
    out = ""
    while ((at = index(s, "{")) > 0) {
        end = index(s, "}")
        name = substr(s, at + 1, end - at - 1)
        out = out substr(s, 1, at - 1) (name == "A" || name == "B" ? "\001" name : expand(choose(name)))
        s = substr(s, end + 1)
    }
    return out s
}
function put_in(s, name, what, at) {
    at = index(s, "\001" name)
    return substr(s, 1, at - 1) what substr(s, at + 2)
}
function capital(s, at) {
    at = match(s, /[^<[(]/)
    return at ? substr(s, 1, at - 1) toupper(substr(s, at, 1)) substr(s, at + 1) : s
}
function plain(s) { gsub(/[<>\[\]]/, "", s); return s }

# 1: letters, digits, _ ' and all beyond ASCII; 2: a blank; 3: what stands alone.
function kind(c) { return c == " " ? 2 : (c ~ /[A-Za-z0-9_']/ || c > "~") ? 1 : 3 }
function points(s) { gsub(/[\200-\277]/, "", s); return length(s) }

# Writes a marked sentence as words with tags. open and close are the marks of the mentions, TYPE their type; 4 columns where doc is
# given. Returns the length in code points. Now and then an annotator has missed a mention.
function put_words(file, s, open, close_, type, doc, base, i, c, n, word, tag, missed, text, first) {
    s = plain_but(s, open)
    n = 0; tag = "O"; missed = 0; text = ""; first = 1
    s = s " "
    word = ""
    for (i = 1; i <= length(s); i++) {
        c = substr(s, i, 1)
        if (word != "" && (kind(c) != 1 || c == open || c == close_)) {
            put_word(file, word, missed ? "O" : tag, doc, base + points(text) - points(word), first); first = 0
            if (tag ~ /^B/) tag = "I-" type
            word = ""
        }
        if (c == open) {
            missed = chance(3)
            tag = "B-" type
            if (substr(s, i + 1, 1) == "+") { tag = "I-" type; i++ }
        } else if (c == close_) {
            tag = "O"; missed = 0
        } else {
            text = text c
            if (kind(c) == 1) word = word c
            else if (kind(c) == 3) {
                put_word(file, c, missed ? "O" : tag, doc, base + points(text) - 1, first); first = 0
                if (tag ~ /^B/) tag = "I-" type
            }
        }
    }
    printf "\n" > file
    return points(text)
}
function plain_but(s, open) {
    if (open == "<") { gsub(/\[\+/, "", s); gsub(/[\[\]]/, "", s) }
    else gsub(/[<>]/, "", s)
    return s
}
function put_word(file, word, tag, doc, offset, first) {
    if (doc == "") printf "%s\t%s\n", word, tag > file
    else printf "%s\t%s\t%d\t%s\n", word, first ? doc : "-", offset, tag > file
}
# A field of a table that csv readers undo.
function quoted(s) {
    if (index(s, "\"") == 0) return s
    gsub(/"/, "\"\"", s)
    return "\"" s "\""
}
