/** How a slice's document lies in its frame. */
export type Mode = "fixed" | "paginated" | "scrolled" | "continuous";

/** Where in a document one is, along the axis it moves on, in CSS pixels. */
export interface Span {
  at: number;
  /** The furthest `at` can be. */
  most: number;
  /** What the window shows at once. */
  page: number;
}

/** The scrolling of the room around a document that has its full height and does not scroll itself. */
export interface Outer {
  /** How far the window's upper edge is below the document's; negative above it. */
  at: () => number;
  page: () => number;
  to: (at: number) => void;
  /** Whether there is nothing more to scroll to in a direction. */
  ends: (direction: 1 | -1) => boolean;
}

/**
 * The one axis along which a document is moved through. Text that scrolls moves along its block axis;
 * pages are columns, which follow each other along the inline axis. In vertical text the two change places.
 */
export class Extent {
  mode: Mode = "scrolled";
  /** Columns in the window, when text is cut into pages. */
  columns = 1;
  readonly #document: Document;
  readonly #root: Element;
  readonly #mode: string;
  readonly #rtl: boolean;

  readonly #outer: Outer | undefined;

  constructor(document: Document, outer?: Outer) {
    this.#outer = outer;
    this.#document = document;
    this.#root = document.scrollingElement ?? document.documentElement;
    const style = document.defaultView?.getComputedStyle(document.body ?? document.documentElement);
    this.#mode = style?.writingMode ?? "horizontal-tb";
    this.#rtl = style?.direction === "rtl";
    const root = document.documentElement;
    root.toggleAttribute("data-bindery-vertical", this.vertical);
    // Columns follow the root's direction, and books often say it on the body alone.
    if (this.#rtl) root.style.direction = "rtl";
  }

  /** Text runs top to bottom, so the block axis is the horizontal one. */
  get vertical(): boolean {
    return this.#mode.startsWith("vertical") || this.#mode.startsWith("sideways");
  }

  get paginated(): boolean {
    return this.mode === "paginated";
  }

  /** Whether moving on means moving sideways, and then whether towards the left. */
  get #sideways(): boolean {
    return this.#outer === undefined && this.paginated !== this.vertical;
  }

  get #leftwards(): boolean {
    return this.paginated ? this.#rtl : this.#mode.endsWith("-rl");
  }

  read(): Span {
    const root = this.#root;
    if (this.#outer) {
      const page = this.#outer.page();
      return { at: this.#outer.at(), most: Math.max(0, this.height() - page), page };
    }
    if (this.mode === "fixed") return { at: 0, most: 0, page: root.clientHeight };
    if (!this.#sideways) {
      const page = this.paginated ? this.#size().height : root.clientHeight;
      return { at: root.scrollTop, most: this.#most(root.scrollHeight, page), page };
    }
    const page = this.paginated ? this.#size().width : root.clientWidth;
    return { at: Math.abs(root.scrollLeft), most: this.#most(root.scrollWidth, page), page };
  }

  /** Moves there; pages are never left between two. */
  scroll(to: number): void {
    if (this.#outer) {
      this.#outer.to(to);
      return;
    }
    const { most, page } = this.read();
    const bound = Math.min(most, Math.max(0, to));
    const at = this.paginated ? Math.round(bound / page) * page : bound;
    if (!this.#sideways) this.#root.scrollTo({ top: at, behavior: "instant" });
    else this.#root.scrollTo({ left: this.#leftwards ? -at : at, behavior: "instant" });
  }

  /** Height of the whole document, whatever that of its window. */
  height(): number {
    return Math.ceil(this.#document.documentElement.getBoundingClientRect().height);
  }

  /** Whether nothing scrolls in a direction any more: the document, or the room around it. */
  ends(direction: 1 | -1): boolean {
    if (this.#outer) return this.#outer.ends(direction);
    const { at, most } = this.read();
    return direction > 0 ? at >= most - 2 : at <= 2;
  }

  /** Where a box of the document begins along the axis; comparable with `at`. */
  startOf(rect: DOMRect): number {
    if (this.#outer) return rect.top;
    const { at } = this.read();
    const size = this.#size();
    if (!this.#sideways) return at + rect.top;
    return at + (this.#leftwards ? size.width - rect.right : rect.left);
  }

  endOf(rect: DOMRect): number {
    return this.startOf(rect) + (this.#sideways ? rect.width : rect.height);
  }

  #size(): DOMRect {
    // With fractions, which the scrolling properties round away.
    const { width, height } = this.#document.documentElement.getBoundingClientRect();
    const view = this.#document.defaultView;
    if (!this.paginated) return new DOMRect(0, 0, this.#root.clientWidth, this.#root.clientHeight);
    return new DOMRect(0, 0, this.vertical ? (view?.innerWidth ?? width) : width, height);
  }

  #most(whole: number, page: number): number {
    if (!this.paginated) return Math.max(0, whole - page);
    const columns = Math.round(whole / (page / this.columns));
    // Of two columns the last is an empty one of ours, so that the last page can be turned to.
    const own = this.columns > 1 ? columns - 1 : columns;
    return Math.max(0, Math.ceil(own / this.columns) - 1) * page;
  }
}
