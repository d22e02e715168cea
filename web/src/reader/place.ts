import type { PositionList } from "./manifest";
import type { Publication } from "./publication";

/** A place in a book: the slice and how far down it one is, 0 to 1. */
export interface Place {
  slice: number;
  progression: number;
  /** The first character in the window, counted in the source of the slice; outlives every layout. */
  offset?: number | undefined;
}

/** A Readium Locator (readium.org/architecture/models/locators). */
export interface Locator {
  href: string;
  type: string;
  title?: string;
  locations: {
    progression: number;
    totalProgression: number;
    position?: number;
    /** Ours: the file in the book and the character in it (Unicode scalars), which no rendition changes. */
    source?: string;
    offset?: number;
  };
}

/** How the book's length is shared out among its slices: by the position list, evenly without one. */
export class Measure {
  /** Where each slice begins, 0 to 1 over the book; one more than there are slices, the last being 1. */
  readonly #starts: number[];
  /** The position each slice begins at, from 1. */
  readonly #first: (number | undefined)[];
  /** How many positions there are; 0 without a position list. */
  readonly positions: number;

  constructor(book: Publication, list?: PositionList) {
    const even = Array.from({ length: book.count + 1 }, (_, n) => n / Math.max(1, book.count));
    this.#first = Array.from({ length: book.count }, () => undefined);
    this.positions = list?.total ?? 0;
    this.#starts = even;
    if (!list || list.positions.length === 0) return;
    const known = new Map<number, number>();
    list.positions.forEach((position, n) => {
      const slice = book.find(position.href)?.slice;
      if (slice === undefined || known.has(slice)) return;
      known.set(slice, position.locations?.totalProgression ?? n / list.positions.length);
      this.#first[slice] = position.locations?.position ?? n + 1;
    });
    // A slice without a position of its own begins where the next one does.
    let next = 1;
    for (let slice = book.count - 1; slice >= 0; slice -= 1) {
      next = Math.min(next, known.get(slice) ?? next);
      this.#starts[slice] = next;
    }
    this.#starts[book.count] = 1;
    this.#starts[0] = 0;
  }

  /** How far into the whole book a place is, 0 to 1. */
  total({ slice, progression }: Place): number {
    const start = this.#starts[slice] ?? 0;
    const end = this.#starts[slice + 1] ?? 1;
    return start + (end - start) * progression;
  }

  /** The position's number, from 1; undefined without a position list. */
  position({ slice, progression }: Place): number | undefined {
    const first = this.#first[slice];
    if (first === undefined) return undefined;
    const next = this.#first.slice(slice + 1).find((number) => number !== undefined) ?? this.positions + 1;
    return first + Math.min(Math.max(0, next - first - 1), Math.floor((next - first) * progression));
  }
}

/** `seen` is the last place in view, when that is another slice: of two pages, the second. */
export function locatorOf(place: Place, book: Publication, measure: Measure, seen = place): Locator {
  const position = measure.position(place);
  const source = book.source(place.slice)?.source;
  const { offset } = place;
  return {
    ...book.link(place.slice),
    title: book.title(place.slice),
    locations: {
      progression: round(place.progression),
      totalProgression: round(measure.total(seen)),
      ...(position === undefined ? {} : { position }),
      ...(offset === undefined || source === undefined ? {} : { source, offset }),
    },
  };
}

/** The place a stored locator names in this rendition; undefined when it names none. */
export function placeOf(locator: unknown, book: Publication): Place | undefined {
  const { href, locations } = (locator ?? {}) as { href?: unknown; locations?: Record<string, unknown> };
  const { progression, source, offset } = locations ?? {};
  const named = typeof href === "string" ? book.find(href)?.slice : undefined;
  if (typeof source === "string" && typeof offset === "number") {
    const slice = book.holding(source, offset, named);
    if (slice !== undefined) {
      const within = slice === named ? part(progression) : 0;
      return { slice, progression: within, offset };
    }
  }
  return named === undefined ? undefined : { slice: named, progression: part(progression) };
}

function part(progression: unknown): number {
  return typeof progression === "number" ? Math.min(1, Math.max(0, progression)) : 0;
}

function round(number: number): number {
  return Math.round(number * 1e5) / 1e5;
}
