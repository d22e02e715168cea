"""Likeness of pictures."""
import numpy
from PIL import Image

# Constants of the measure (Wang et al., 2004) for eight bits, and the side of its window.
C1, C2, WINDOW = (0.01 * 255) ** 2, (0.03 * 255) ** 2, 7


def grey(picture, size):
    picture = picture.convert("L")
    return numpy.asarray(picture.crop((0, 0) + size), dtype=numpy.float64)


def means(values):
    """Of each window of 7 × 7."""
    total = numpy.pad(values, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    side = WINDOW
    return (total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]) / side**2


def ssim(a, b):
    if min(a.shape) < WINDOW:
        return 1.0 if numpy.array_equal(a, b) else 0.0
    sample = WINDOW**2 / (WINDOW**2 - 1)
    ma, mb = means(a), means(b)
    va, vb, vab = (sample * (means(x * y) - p * q) for x, y, p, q in ((a, a, ma, ma), (b, b, mb, mb), (a, b, ma, mb)))
    top, bottom = (2 * ma * mb + C1) * (2 * vab + C2), (ma**2 + mb**2 + C1) * (va + vb + C2)
    return float((top / bottom).mean())


def is_blank(values):
    """One colour all over, but for a few pixels."""
    return float((numpy.abs(values - numpy.median(values)) > 12).mean()) < 1e-5


def open_or_white(path, size):
    try:
        picture = Image.open(path).convert("RGB")
    except OSError:
        return Image.new("RGB", size, "white"), False
    # A pixel more or less is rounding; more is another size of page.
    if abs(picture.width - size[0]) > 2 or abs(picture.height - size[1]) > 2:
        return picture.resize(size), True
    canvas = Image.new("RGB", size, "white")
    canvas.paste(picture)
    return canvas, True


def compare(ours, reference, mutool):
    """SSIM of both against the reference; whether ours is blank and the reference is not."""
    mine, shot = open_or_white(ours, reference.size)
    theirs, _ = open_or_white(mutool, reference.size)
    true = grey(reference, reference.size)
    own = grey(mine, reference.size)
    return {"ours": ssim(own, true), "mutool": ssim(grey(theirs, reference.size), true),
            "blank": bool(is_blank(own) and not is_blank(true)), "shot": shot}


def keep(folder, name, ours, reference):
    """Ours and the reference side by side."""
    folder.mkdir(parents=True, exist_ok=True)
    mine, _ = open_or_white(ours, reference.size)
    both = Image.new("RGB", (reference.width * 2 + 8, reference.height), "red")
    both.paste(mine, (0, 0))
    both.paste(reference, (reference.width + 8, 0))
    both.save(folder / f"{name}.png")
