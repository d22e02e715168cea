"""What other programs read and draw."""
import functools
import subprocess

import pypdfium2
from PIL import Image

# As large as a picture may be: pixels.
MOST = 12_000_000
TIMEOUT = 120
PASSWORDS = [None, "", "openpassword"]


class Pdfium:
    """A file as pdfium sees it; `why` says why it does not."""

    def __init__(self, path):
        self.why, self.file = "not opened", None
        for password in PASSWORDS:
            try:
                self.file = pypdfium2.PdfDocument(path, password=password)
                self.why = None if len(self.file) else "no pages"
                self.text(0)
                return
            except pypdfium2.PdfiumError as error:
                self.why = str(error)

    def __len__(self):
        return len(self.file) if self.file else 0

    def text(self, n):
        try:
            return self.file[n].get_textpage().get_text_bounded()
        except pypdfium2.PdfiumError:
            # A page, not the first, that pdfium cannot load: nothing to compare with.
            if n == 0:
                raise
            return ""

    def scale(self, n):
        """Pixels for each point: 2, less where the page is very large."""
        width, height = self.file.get_page_size(n)
        return min(2.0, (MOST / max(1.0, width * height)) ** 0.5)

    @functools.lru_cache(maxsize=2)
    def picture(self, n):
        try:
            page = self.file[n]
        except pypdfium2.PdfiumError:
            return Image.new("RGB", (16, 16), "white")
        # Forms are drawn by whoever shows them: widgets with appearances look alike everywhere.
        return page.render(scale=self.scale(n), may_draw_forms=False).to_pil().convert("RGB")


def run(*command):
    try:
        return subprocess.run(command, capture_output=True, timeout=TIMEOUT).stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        return ""


def poppler(path, pages):
    return run("pdftotext", "-q", "-l", str(pages), str(path), "-")


def mutool(path, pages):
    return run("mutool", "draw", "-q", "-F", "text", "-o", "-", str(path), f"1-{pages}")


def mutool_picture(path, n, scale, size, folder):
    out = folder / "mutool.png"
    out.unlink(missing_ok=True)
    # By resolution, so that rounding is mutool's own; by size where user units may make it monstrous.
    how = ["-r", "144"] if scale == 2.0 else ["-w", str(size[0]), "-h", str(size[1]), "-f"]
    run("mutool", "draw", "-q", *how, "-o", str(out), str(path), str(n + 1))
    return out
