import { Extent, type Mode, type Outer } from "./extent";
import { listenTo } from "./input";
import type { Size } from "./manifest";
import { boxOf, Offsets } from "./offsets";
import type { Target } from "./publication";
import { markWide } from "./wide";

/** What a slice's document tells the reader. */
export interface FrameEvents {
  onScroll: () => void;
  onKey: (event: KeyboardEvent) => void;
  onLink: (event: MouseEvent, href: string, link: Element) => void;
  /** A click that is no link's. */
  onPress: (event: MouseEvent) => void;
  /** +1 towards the right edge of the screen's content, −1 towards the left. */
  onSwipe: (direction: 1 | -1) => void;
  /** The wheel asks to go on where the document itself does not scroll. */
  onWheel: (direction: 1 | -1) => void;
}

/** How the reader shows a document. */
export interface Look {
  mode: Mode;
  columns: number;
  css: string;
}

/** How long after landing late fonts and images may still shift the text under the target, in ms. */
const settling = 4000;
/** How long after a change of layout scrolling is taken as its effect, in ms. */
const quiet = 150;

/**
 * A loaded slice, worked from outside: its frame runs no scripts, so listeners, style and scrolling
 * are the parent's, through `contentDocument` (same origin).
 */
export class SliceDocument {
  readonly document: Document;
  readonly #window: Window;
  readonly #extent: Extent;
  readonly #offsets: Offsets;
  readonly #stops: (() => void)[] = [];
  #held: Target | undefined;
  #heldUntil = 0;
  /** The first character in the window, as long as nothing but the layout changes. */
  #anchor: number | undefined;
  #quietUntil = 0;

  /** `end` is where in its source the slice ends, `outer` the scrolling of the room where it is that. */
  constructor(document: Document, events: FrameEvents, end?: number, outer?: Outer) {
    this.document = document;
    this.#window = document.defaultView as Window;
    this.#extent = new Extent(document, outer);
    this.#offsets = new Offsets(document, this.#extent, end);
    const moved = () => {
      this.#straighten();
      // The scrolling that a new layout brings with it does not move the place.
      if (performance.now() > this.#quietUntil) this.#anchor = undefined;
      events.onScroll();
    };
    this.#stops.push(listenTo(document, { ...events, onScroll: moved }, this.#extent, () => this.#release()));
    this.#keepLanded();
  }

  dispose(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** Dresses the document; the place stays. */
  dress({ mode, columns, css }: Look): void {
    const id = "bindery-typography";
    let style = this.document.getElementById(id);
    const first = style === null;
    if (!style) {
      style = this.document.createElement("style");
      style.id = id;
      (this.document.head ?? this.document.documentElement).append(style);
    }
    if (style.textContent === css && this.#extent.mode === mode && this.#extent.columns === columns) return;
    if (!first) this.#anchor ??= this.#offsets.here();
    style.textContent = css;
    this.#extent.mode = mode;
    this.#extent.columns = columns;
    markWide(this.document);
    if (!first) this.#settle();
  }

  /** How far along one is, 0 to 1. A slice that fits the window counts as its start. */
  progression(): number {
    const { at, most } = this.#extent.read();
    return most <= 0 ? 0 : Math.min(1, Math.max(0, at / most));
  }

  /** Where in the source the first character in the window stands. */
  offset(): number | undefined {
    if (this.#extent.mode === "fixed") return undefined;
    this.#anchor ??= this.#offsets.here();
    return this.#anchor;
  }

  /** Whether the last line is in the window. */
  atEnd(): boolean {
    const { at, most } = this.#extent.read();
    return at >= most - 2;
  }

  atStart(): boolean {
    return this.#extent.read().at <= 2;
  }

  /** The page one is on, from 1, and how many there are; undefined where there are none. */
  page(): { number: number; count: number } | undefined {
    if (!this.#extent.paginated) return undefined;
    const { at, most, page } = this.#extent.read();
    return { number: Math.round(at / page) + 1, count: Math.round(most / page) + 1 };
  }

  /** Lands on a target, and stays on it while fonts and images come in. */
  land(target: Target): void {
    if (target.at === "here") return;
    this.#held = target;
    // The very character stays the place, also where it stands in the middle of a page.
    this.#anchor = target.at === "offset" && this.#extent.mode !== "fixed" ? target.offset : undefined;
    this.#quietUntil = performance.now() + quiet;
    this.#heldUntil = Date.now() + settling;
    this.#goTo(target);
  }

  /** Moves by part of a window; pages by whole ones. */
  scrollBy(windows: number): void {
    this.#release();
    this.#anchor = undefined;
    const { at, page } = this.#extent.read();
    this.#extent.scroll(at + (this.#extent.paginated ? Math.sign(windows) : windows) * page);
  }

  /** Turns a page inside the document; false where none is left or text is not cut into pages. */
  turn(step: 1 | -1): boolean {
    if (!this.#extent.paginated || (step > 0 ? this.atEnd() : this.atStart())) return false;
    this.scrollBy(step);
    return true;
  }

  /** Brings an element into the window, if it is not there. */
  reveal(element: Element): void {
    const box = boxOf(element);
    if (!box || this.#extent.mode === "fixed") return;
    const { at, page } = this.#extent.read();
    const start = this.#extent.startOf(box);
    if (start >= at - 2 && Math.min(this.#extent.endOf(box), start + page) <= at + page) return;
    this.#release();
    this.#extent.scroll(this.#extent.paginated ? this.#page(start) : start - page / 4);
  }

  /** Whether an element begins in the window or behind it. */
  follows(element: Element): boolean {
    const box = boxOf(element);
    return box !== undefined && this.#extent.startOf(box) >= this.#extent.read().at - 2;
  }

  /** Whether an element begins on or before what the window shows; true for what is not there. */
  passed(id: string): boolean {
    const element = this.document.getElementById(id);
    const box = element && boxOf(element);
    if (!box) return true;
    const { at, most, page } = this.#extent.read();
    // One reads in the upper part of a window that scrolls, until nothing more comes from below.
    const whole = this.#extent.paginated || at >= most - 2;
    return this.#extent.startOf(box) < at + (whole ? page : page / 3);
  }

  /** Moves the focus (and with it a screen reader) to the element of that id, or into the document. */
  focus(id?: string): void {
    const element = id === undefined ? null : this.document.getElementById(id);
    if (!element) {
      this.#window.focus();
      return;
    }
    if (!element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
    element.focus({ preventScroll: true });
  }

  get vertical(): boolean {
    return this.#extent.vertical;
  }

  get mode(): Mode {
    return this.#extent.mode;
  }

  /** Height of the whole text. */
  height(): number {
    return this.#extent.height();
  }

  /** Calls back when the height may have changed, and once now. */
  onHeight(changed: () => void): void {
    const observer = new ResizeObserver(changed);
    observer.observe(this.document.documentElement);
    this.#stops.push(() => observer.disconnect());
    changed();
  }

  /** The size a page of fixed layout says itself (its `viewport`), or that of the drawing or picture it is. */
  size(): Size | undefined {
    const { body } = this.document;
    const viewport = this.document.querySelector<HTMLMetaElement>('meta[name="viewport"]')?.content ?? "";
    const [width, height] = ["width", "height"].map((name) =>
      Number(new RegExp(`${name}\\s*=\\s*(\\d+)`).exec(viewport)?.[1] ?? 0),
    );
    if (width && height) return { width, height };
    const [, , across, down] = (body?.querySelector(":scope > svg:only-child")?.getAttribute("viewBox") ?? "")
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    if (across && down && across > 0 && down > 0) return { width: across, height: down };
    const picture = body?.querySelector<HTMLImageElement>(":scope > p:only-child > img:only-child");
    if (!picture?.naturalWidth || !picture.naturalHeight) return undefined;
    return { width: picture.naturalWidth, height: picture.naturalHeight };
  }

  #goTo(target: Target): void {
    const { most } = this.#extent.read();
    if (target.at === "here") return;
    if (target.at === "start") this.#extent.scroll(0);
    else if (target.at === "end") this.#extent.scroll(most);
    else if (target.at === "fragment") this.#goToElement(target.id);
    else if (target.at === "progression" || !this.#offsets.go(target.offset))
      this.#extent.scroll(most * target.progression);
  }

  #goToElement(id: string): void {
    const element = this.document.getElementById(id);
    const box = element && (boxOf(element) ?? (element.parentElement && boxOf(element.parentElement)));
    if (!box) return;
    const start = this.#extent.startOf(box);
    this.#extent.scroll(this.#extent.paginated ? this.#page(start) : start);
  }

  #page(start: number): number {
    const { page } = this.#extent.read();
    return Math.floor((start + 1) / page) * page;
  }

  #release(): void {
    this.#held = undefined;
  }

  /** Finding text or moving the focus may scroll to between two pages. */
  #straighten(): void {
    if (!this.#extent.paginated) return;
    const { at, page } = this.#extent.read();
    if (Math.abs(at - Math.round(at / page) * page) > 1) this.#extent.scroll(Math.floor(at / page) * page);
  }

  /** After a change of layout: back to what one was reading. */
  #settle(): void {
    this.#quietUntil = performance.now() + quiet;
    if (this.#held && Date.now() < this.#heldUntil) this.#goTo(this.#held);
    else if (this.#anchor !== undefined) this.#offsets.go(this.#anchor);
  }

  #keepLanded(): void {
    const observer = new ResizeObserver(() => {
      if (this.#extent.paginated || this.#held) this.#settle();
    });
    if (this.document.body) observer.observe(this.document.body);
    const resized = () => {
      markWide(this.document);
      this.#settle();
    };
    this.#window.addEventListener("resize", resized);
    this.#stops.push(
      () => observer.disconnect(),
      () => this.#window.removeEventListener("resize", resized),
    );
  }
}
