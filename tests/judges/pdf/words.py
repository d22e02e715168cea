"""Words in common."""
import collections
import re
import unicodedata


def words(text):
    plain = unicodedata.normalize("NFKC", text).replace("\u00ad", "").replace("\ufffe", "-").lower()
    return re.findall(r"\w+", plain)


def f1(ours, true):
    ours, true = collections.Counter(ours), collections.Counter(true)
    both = sum((ours & true).values())
    return 2 * both / max(1, sum(ours.values()) + sum(true.values()))


def compare(ours, true, poppler, mutool):
    """F1 of words against pdfium's, of signs too, for scripts that do not part words."""
    ours, true = "\n".join(ours), "\n".join(true)
    right = words(true)
    signs = lambda text: [c for c in unicodedata.normalize("NFKC", text) if not c.isspace()]
    result = {"words": len(right), "found": len(words(ours)), "signs": f1(signs(ours), signs(true))}
    for name, text in (("f1", ours), ("poppler", poppler), ("mutool", mutool)):
        mine = words(text)
        result[name] = f1(mine, right) if mine or right else 1.0
    missing = collections.Counter(right) - collections.Counter(words(ours))
    extra = collections.Counter(words(ours)) - collections.Counter(right)
    result["missing"] = [word for word, _ in missing.most_common(12)]
    result["extra"] = [word for word, _ in extra.most_common(12)]
    result["poppler_f1"] = f1(words(ours), words(poppler))
    return result
