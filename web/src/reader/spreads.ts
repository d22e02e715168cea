import type { Layout, Side, Spread } from "./layout";
import type { Size } from "./manifest";

/** A slice in a view, and where in it. */
export interface Leaf {
  slice: number;
  side: Side;
}

/** What is seen at once: one slice, or two pages side by side. In reading order. */
export type View = [Leaf] | [Leaf, Leaf];

/** What the views are made from. */
interface Book {
  count: number;
  rtl: boolean;
  layout(slice: number): Layout;
  linear(slice: number): boolean;
}

/**
 * Cuts the book into views (EPUB 3.3 § 8.2.2.4–8.2.2.6). A page takes the side it asks for; one that
 * asks for none takes the next free one. Slices that only links lead to stand alone, and the pages
 * around them pair as if they were not there.
 */
export class Views {
  readonly #all: View[] = [];
  /** For each slice, the index of its view. */
  readonly #of: number[] = [];
  readonly #linear: boolean[] = [];

  constructor(book: Book, landscape: boolean) {
    const [lead, trail]: [Side, Side] = book.rtl ? ["right", "left"] : ["left", "right"];
    let waiting: Leaf | undefined;
    const put = (view: View, linear = true) => {
      for (const { slice } of view) this.#of[slice] = this.#all.length;
      this.#all.push(view);
      this.#linear.push(linear);
    };
    const flush = () => {
      if (!waiting) return;
      // Alone, a page stands on a side only if it asks for one: no empty half without a reason.
      const { slice } = waiting;
      put([{ slice, side: book.layout(slice).side ?? "center" }]);
      waiting = undefined;
    };
    const aside: number[] = [];
    for (let slice = 0; slice < book.count; slice += 1) {
      const layout = book.layout(slice);
      if (!book.linear(slice)) {
        aside.push(slice);
      } else if (!pairs(layout, landscape)) {
        flush();
        put([{ slice, side: "center" }]);
      } else if ((layout.side ?? (waiting ? trail : lead)) === trail) {
        const leaf: Leaf = { slice, side: trail };
        if (waiting) put([waiting, leaf]);
        else put([leaf]);
        waiting = undefined;
      } else {
        flush();
        waiting = { slice, side: lead };
      }
    }
    flush();
    for (const slice of aside) put([{ slice, side: "center" }], false);
  }

  /** The view that shows a slice. */
  of(slice: number): View {
    return this.#all[this.#of[slice] ?? -1] ?? [{ slice, side: "center" }];
  }

  /** The view that turning from a slice leads to; undefined at the ends. */
  next(slice: number, step: 1 | -1): View | undefined {
    const here = this.#of[slice] ?? 0;
    if (this.#linear[here]) {
      const view = this.#all[here + step];
      return view && this.#linear[here + step] ? view : undefined;
    }
    // From a slice beside the reading order: to the linear one before or behind it.
    for (let n = slice + step; n >= 0 && n < this.#of.length; n += step) {
      if (this.#linear[this.#of[n] ?? -1]) return this.of(n);
    }
    return undefined;
  }
}

function pairs({ fixed, spread, side, viewport }: Layout, landscape: boolean): boolean {
  if (side === "center" || (!fixed && side === undefined)) return false;
  if (!wanted(spread, landscape)) return false;
  // A page more than twice as wide as high is a spread already.
  return !(fixed && spread === "auto" && side === undefined && viewport && wide(viewport));
}

function wanted(spread: Spread, landscape: boolean): boolean {
  return spread === "both" || (spread !== "none" && landscape);
}

function wide({ width, height }: Size): boolean {
  return width > 2 * height;
}

/** Where a frame lies in the room, in CSS pixels, and how much its page is scaled. */
export interface Box extends Size {
  left: number;
  top: number;
  scale: number;
}

/**
 * Fits the pages of a view into the room: as large as they can be, in the middle, two pages touching.
 * A leaf without a size of its own fills its part of the room.
 */
export function boxes(view: View, sizes: (Size | undefined)[], room: Size): Box[] {
  const [first, second] = view;
  const whole: Box = { left: 0, top: 0, scale: 1, ...room };
  if (!second && first.side === "center") return [sizes[0] ? centred(sizes[0], room) : whole];
  const leaves = second ? [first, second] : [first];
  // A page that stands alone on its side leaves room for one of its own size.
  const given = second ? sizes : [sizes[0], sizes[0]];
  const ratios = given.map((size) => (size ? size.width / size.height : undefined));
  const [a, b] = ratios;
  const height = a && b ? Math.min(room.height, room.width / (a + b)) : room.height;
  const leftRatio = leaves.find(({ side }) => side === "left") === first ? a : b;
  const seam = Math.round(
    a && b ? (room.width - (a + b) * height) / 2 + (leftRatio ?? 0) * height : room.width / 2,
  );
  return leaves.map(({ side }, n) => {
    const size = sizes[n];
    const half = side === "left" ? seam : room.width - seam;
    if (!size)
      return { left: side === "left" ? 0 : seam, top: 0, scale: 1, width: half, height: room.height };
    const scale = Math.min(half / size.width, height / size.height);
    return {
      ...size,
      scale,
      left: side === "left" ? seam - size.width * scale : seam,
      top: (room.height - size.height * scale) / 2,
    };
  });
}

function centred(size: Size, room: Size): Box {
  const scale = Math.min(room.width / size.width, room.height / size.height);
  return {
    ...size,
    scale,
    left: (room.width - size.width * scale) / 2,
    top: (room.height - size.height * scale) / 2,
  };
}
