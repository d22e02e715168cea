import type { Extent } from "./extent";

interface Mark {
  element: Element;
  offset: number;
}

/**
 * Places by the characters of the source. Blocks carry `data-o`, the offset of their tag; within a block
 * the text is shared out evenly up to the next mark. So a place survives another size of text, another
 * window and another flow: the same character is found again.
 */
export class Offsets {
  readonly #document: Document;
  readonly #extent: Extent;
  readonly #marks: Mark[];
  readonly #end: number;

  /** `end` is where in the source the slice ends. */
  constructor(document: Document, extent: Extent, end: number | undefined) {
    this.#document = document;
    this.#extent = extent;
    this.#marks = [...document.querySelectorAll("[data-o]")]
      .map((element) => ({ element, offset: Number(element.getAttribute("data-o")) }))
      .filter(({ offset }) => Number.isFinite(offset));
    this.#end = end ?? (this.#marks.at(-1)?.offset ?? 0) + 1;
  }

  /** The offset of the first character in the window; undefined in a slice without marks. */
  here(): number | undefined {
    const first = this.#marks[0];
    if (!first) return undefined;
    if (this.#extent.read().at <= 2) return first.offset;
    const n = this.#lastBefore((_mark, at) => !this.#seen(this.#markBox(at)));
    const mark = this.#marks[n];
    if (!mark) return first.offset;
    const text = this.#text(n);
    const total = lengthOf(text);
    const into = total === 0 ? 0 : this.#firstSeen(text, total);
    const next = this.#marks[n + 1]?.offset ?? this.#end;
    if (into >= total) return next;
    return Math.ceil(mark.offset + (into / total) * (next - mark.offset));
  }

  /** Moves to the character of that offset; false in a slice without marks. */
  go(offset: number): boolean {
    const n = this.#lastBefore((mark) => mark.offset <= offset);
    const mark = this.#marks[n];
    if (!mark) return false;
    const next = this.#marks[n + 1]?.offset ?? this.#end;
    const part = (offset - mark.offset) / Math.max(1, next - mark.offset);
    const text = part > 0 ? this.#text(n) : [];
    const total = lengthOf(text);
    const rect = total > 0 ? this.#boxAt(text, Math.min(total - 1, Math.floor(part * total))) : undefined;
    const box = rect ?? boxOf(mark.element);
    if (box) this.#extent.scroll(n === 0 && !rect ? 0 : this.#pageOf(this.#extent.startOf(box)));
    return true;
  }

  /** The beginning of the page a point lies on; the point itself where there are no pages. */
  #pageOf(start: number): number {
    if (!this.#extent.paginated) return start - 8;
    const { page } = this.#extent.read();
    return Math.floor((start + 1) / page) * page;
  }

  /** Whether a box begins in the window or behind it. */
  #seen(box: DOMRect | undefined): boolean {
    if (!box) return false;
    const { at } = this.#extent.read();
    return this.#extent.startOf(box) >= at - 2;
  }

  /** The box of a mark; of the one before it, where the book hides it. */
  #markBox(n: number): DOMRect | undefined {
    for (let at = n; at >= 0; at -= 1) {
      const mark = this.#marks[at];
      const box = mark && boxOf(mark.element);
      if (box) return box;
    }
    return undefined;
  }

  #lastBefore(is: (mark: Mark, n: number) => boolean): number {
    let [low, high] = [0, this.#marks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (is(this.#marks[middle] as Mark, middle)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The text between a mark and the next. */
  #text(n: number): Text[] {
    const from = this.#marks[n]?.element;
    const next = this.#marks[n + 1]?.element;
    if (!from) return [];
    const found: Text[] = [];
    const walker = this.#document.createTreeWalker(this.#document.body, 4 /* text */);
    walker.currentNode = from;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (next && next.compareDocumentPosition(node) & 0x14 /* after or inside */) break;
      found.push(node as Text);
    }
    return found;
  }

  #firstSeen(text: Text[], total: number): number {
    let [low, high] = [0, total];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#seen(this.#boxAt(text, middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The box of the `n`th character; of the nearest one before it, where white space has none. */
  #boxAt(text: Text[], n: number): DOMRect | undefined {
    let rest = n;
    for (const node of text) {
      if (rest < node.length) {
        const range = this.#document.createRange();
        for (let at = rest; at >= 0; at -= 1) {
          range.setStart(node, at);
          range.setEnd(node, at + 1);
          const box = range.getClientRects()[0];
          if (box && (box.width > 0 || box.height > 0)) return box;
        }
        return undefined;
      }
      rest -= node.length;
    }
    return undefined;
  }
}

/** The first box of an element: of one that goes over several pages, the part where it begins. */
export function boxOf(element: Element): DOMRect | undefined {
  return element.getClientRects()[0];
}

function lengthOf(text: Text[]): number {
  return text.reduce((sum, node) => sum + node.length, 0);
}
