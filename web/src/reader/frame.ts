import type { Size, Target } from "./publication";

/** What a slice's document tells the reader. */
export interface FrameEvents {
  onScroll: () => void;
  onKey: (event: KeyboardEvent) => void;
  onLink: (event: MouseEvent, href: string) => void;
  /** +1 towards the right edge of the screen's content, −1 towards the left. */
  onSwipe: (direction: 1 | -1) => void;
}

/** How long after landing late fonts and images may still shift the text under the target, in ms. */
const settling = 4000;

/**
 * A loaded slice, worked from outside: its frame runs no scripts, so listeners, style and scrolling
 * are the parent's, through `contentDocument` (same origin).
 */
export class SliceDocument {
  readonly #document: Document;
  readonly #window: Window;
  readonly #stops: (() => void)[] = [];
  #held: Target | undefined;
  #heldUntil = 0;

  constructor(document: Document, events: FrameEvents) {
    this.#document = document;
    this.#window = document.defaultView as Window;
    this.#on("scroll", events.onScroll, { passive: true });
    this.#on("keydown", (event) => events.onKey(event as KeyboardEvent));
    for (const click of ["click", "auxclick"]) {
      this.#on(click, (event) => {
        const href = linkOf(event);
        if (href !== undefined) events.onLink(event as MouseEvent, new URL(href, document.baseURI).href);
      });
    }
    for (const input of ["wheel", "pointerdown", "keydown", "touchstart"]) {
      this.#on(input, () => this.#release(), { passive: true });
    }
    this.#swipes(events.onSwipe);
    this.#keepLanded();
    this.#watchWithoutListeners(events.onScroll);
  }

  dispose(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  style(css: string): void {
    const id = "bindery-typography";
    let style = this.#document.getElementById(id);
    if (!style) {
      style = this.#document.createElement("style");
      style.id = id;
      (this.#document.head ?? this.#document.documentElement).append(style);
    }
    if (style.textContent !== css) style.textContent = css;
  }

  /** Scales a page of fixed size so that it fits the window, now and when the window changes. */
  fit(page: Size): void {
    const scale = () => {
      const { clientWidth, clientHeight } = this.#document.documentElement;
      const zoom = Math.min(clientWidth / page.width, clientHeight / page.height);
      const { style } = this.#document.body;
      style.setProperty("zoom", String(zoom), "important");
      style.setProperty("width", `${page.width}px`);
      style.setProperty("margin", "0 auto");
    };
    scale();
    this.#window.addEventListener("resize", scale);
    this.#stops.push(() => this.#window.removeEventListener("resize", scale));
  }

  /** How far down (along the block axis) one is, 0 to 1. A slice that fits the window counts as its start. */
  progression(): number {
    const { at, most } = this.#extent();
    return most <= 0 ? 0 : Math.min(1, Math.max(0, at / most));
  }

  /** Whether the last line is in the window. */
  atEnd(): boolean {
    const { at, most } = this.#extent();
    return at >= most - 2;
  }

  atStart(): boolean {
    return this.#extent().at <= 2;
  }

  /** Lands on a target, and stays on it while fonts and images come in. */
  land(target: Target): void {
    this.#held = target;
    this.#heldUntil = Date.now() + settling;
    this.#goTo(target);
  }

  /** Scrolls by part of a window along the block axis. */
  scrollBy(windows: number): void {
    this.#release();
    const { at, page } = this.#extent();
    this.#scroll(at + windows * page);
  }

  /** Moves the focus (and with it a screen reader) to the element of that id, or into the document. */
  focus(id?: string): void {
    const element = id === undefined ? null : this.#document.getElementById(id);
    if (!element) {
      this.#window.focus();
      return;
    }
    if (!element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
    element.focus({ preventScroll: true });
  }

  /** Text runs top to bottom, so the block axis is the horizontal one. */
  get vertical(): boolean {
    return this.#mode().startsWith("vertical") || this.#mode().startsWith("sideways");
  }

  #mode(): string {
    return this.#window.getComputedStyle(this.#document.body ?? this.#document.documentElement).writingMode;
  }

  #extent(): { at: number; most: number; page: number } {
    const root = this.#document.scrollingElement ?? this.#document.documentElement;
    return this.vertical
      ? { at: Math.abs(root.scrollLeft), most: root.scrollWidth - root.clientWidth, page: root.clientWidth }
      : { at: root.scrollTop, most: root.scrollHeight - root.clientHeight, page: root.clientHeight };
  }

  #scroll(at: number): void {
    const root = this.#document.scrollingElement ?? this.#document.documentElement;
    // In vertical-rl the block axis runs to the left, and scroll offsets are negative.
    if (this.vertical) root.scrollTo({ left: this.#mode().endsWith("-rl") ? -at : at, behavior: "instant" });
    else root.scrollTo({ top: at, behavior: "instant" });
  }

  #goTo(target: Target): void {
    const { most } = this.#extent();
    if (target.at === "start") this.#scroll(0);
    else if (target.at === "end") this.#scroll(most);
    else if (target.at === "progression") this.#scroll(most * target.progression);
    else this.#document.getElementById(target.id)?.scrollIntoView({ behavior: "instant", block: "start" });
  }

  #release(): void {
    this.#held = undefined;
  }

  #keepLanded(): void {
    const observer = new ResizeObserver(() => {
      if (this.#held && Date.now() < this.#heldUntil) this.#goTo(this.#held);
    });
    if (this.#document.body) observer.observe(this.#document.body);
    this.#stops.push(() => observer.disconnect());
  }

  #swipes(onSwipe: (direction: 1 | -1) => void): void {
    let from: { x: number; y: number; time: number } | undefined;
    this.#on(
      "touchstart",
      (event) => {
        const [touch, second] = (event as TouchEvent).touches;
        from = touch && !second ? { x: touch.clientX, y: touch.clientY, time: event.timeStamp } : undefined;
      },
      { passive: true },
    );
    this.#on("touchend", (event) => {
      const touch = (event as TouchEvent).changedTouches[0];
      if (!from || !touch || this.vertical || event.timeStamp - from.time > 700) return;
      if (this.#window.getSelection()?.isCollapsed === false) return;
      const [dx, dy] = [touch.clientX - from.x, touch.clientY - from.y];
      if (Math.abs(dx) > 60 && Math.abs(dy) < Math.abs(dx) / 2) onSwipe(dx < 0 ? 1 : -1);
    });
  }

  /**
   * WebKit calls no listeners in a frame without `allow-scripts`. Then the place is looked up twice a
   * second; links and page keys work as the browser has them.
   */
  #watchWithoutListeners(onScroll: () => void): void {
    let heard = false;
    const hear = () => {
      heard = true;
    };
    this.#document.addEventListener("bindery-probe", hear);
    this.#document.dispatchEvent(new Event("bindery-probe"));
    this.#document.removeEventListener("bindery-probe", hear);
    if (heard) return;
    let last = this.#extent().at;
    const timer = setInterval(() => {
      const { at } = this.#extent();
      if (at !== last) onScroll();
      last = at;
    }, 500);
    this.#stops.push(() => clearInterval(timer));
  }

  #on(name: string, listener: (event: Event) => void, options?: AddEventListenerOptions): void {
    this.#document.addEventListener(name, listener, options);
    this.#stops.push(() => this.#document.removeEventListener(name, listener, options));
  }
}

/** The address of the link an event happened in, HTML or SVG. */
function linkOf(event: Event): string | undefined {
  // The frame's own classes: `instanceof Element` would be false here.
  const at = event.target as Partial<Element> | null;
  const link = at?.closest?.("a, area");
  const href = link?.getAttribute("href") ?? link?.getAttributeNS("http://www.w3.org/1999/xlink", "href");
  return href ?? undefined;
}
