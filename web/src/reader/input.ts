import type { Extent } from "./extent";
import type { FrameEvents } from "./frame";

/** Wheel turns that add up to one page, in pixels, and the rest after a turn, in ms. */
const wheelTurn = 60;
const wheelRest = 350;

/**
 * Listens to what a person does in a slice's document. `touched` is told when they take the scrolling
 * into their own hands. Returns what ends it.
 */
export function listenTo(
  document: Document,
  events: FrameEvents,
  extent: Extent,
  touched: () => void,
): () => void {
  const stops: (() => void)[] = [];
  const on = (name: string, listener: (event: Event) => void, options?: AddEventListenerOptions) => {
    document.addEventListener(name, listener, options);
    stops.push(() => document.removeEventListener(name, listener, options));
  };
  on("scroll", events.onScroll, { passive: true });
  on("keydown", (event) => events.onKey(event as KeyboardEvent));
  for (const click of ["click", "auxclick"]) {
    on(click, (event) => {
      const [link, href] = linkOf(event);
      if (link && href !== undefined)
        events.onLink(event as MouseEvent, new URL(href, document.baseURI).href, link);
      else if (click === "click") events.onPress(event as MouseEvent);
    });
  }
  for (const input of ["wheel", "pointerdown", "keydown", "touchstart"])
    on(input, touched, { passive: true });
  on("wheel", wheel(extent, events.onWheel), { passive: true });
  swipes(document, on, extent, events.onSwipe);
  stops.push(watchWithoutListeners(document, extent, events.onScroll));
  return () => {
    for (const stop of stops.splice(0)) stop();
  };
}

/** Pages and fixed layouts do not scroll, and a continuous book goes on where a slice ends. */
function wheel(extent: Extent, onWheel: FrameEvents["onWheel"]) {
  let sum = 0;
  let last = 0;
  return (given: Event) => {
    const event = given as WheelEvent;
    if (event.ctrlKey || extent.mode === "scrolled") return;
    const delta = Math.abs(event.deltaY) >= Math.abs(event.deltaX) ? event.deltaY : 0;
    if (extent.mode === "continuous" && !extent.ends(delta > 0 ? 1 : -1)) return;
    if (event.timeStamp - last < wheelRest) return;
    sum = Math.sign(sum) === Math.sign(delta) ? sum + delta : delta;
    if (Math.abs(sum) < wheelTurn) return;
    last = event.timeStamp;
    const direction = sum > 0 ? 1 : -1;
    sum = 0;
    onWheel(direction);
  };
}

type On = (name: string, listener: (event: Event) => void, options?: AddEventListenerOptions) => void;

function swipes(document: Document, on: On, extent: Extent, onSwipe: FrameEvents["onSwipe"]): void {
  let from: { x: number; y: number; time: number } | undefined;
  on(
    "touchstart",
    (event) => {
      const [touch, second] = (event as TouchEvent).touches;
      from = touch && !second ? { x: touch.clientX, y: touch.clientY, time: event.timeStamp } : undefined;
    },
    { passive: true },
  );
  on("touchend", (event) => {
    const touch = (event as TouchEvent).changedTouches[0];
    // Vertical text that scrolls does so sideways.
    const scrolls = extent.vertical && !extent.paginated && extent.mode !== "fixed";
    if (!from || !touch || scrolls || event.timeStamp - from.time > 700) return;
    if (document.defaultView?.getSelection()?.isCollapsed === false) return;
    const [dx, dy] = [touch.clientX - from.x, touch.clientY - from.y];
    if (Math.abs(dx) > 60 && Math.abs(dy) < Math.abs(dx) / 2) onSwipe(dx < 0 ? 1 : -1);
  });
}

/**
 * WebKit calls no listeners in a frame without `allow-scripts`. Then the place is looked up twice a
 * second; links and page keys work as the browser has them.
 */
function watchWithoutListeners(document: Document, extent: Extent, onScroll: () => void): () => void {
  let heard = false;
  const hear = () => {
    heard = true;
  };
  document.addEventListener("bindery-probe", hear);
  document.dispatchEvent(new Event("bindery-probe"));
  document.removeEventListener("bindery-probe", hear);
  if (heard) return () => undefined;
  let last = extent.read().at;
  const timer = setInterval(() => {
    const { at } = extent.read();
    if (at !== last) onScroll();
    last = at;
  }, 500);
  return () => clearInterval(timer);
}

/** The link an event happened in, HTML or SVG, and its address. */
function linkOf(event: Event): [Element | undefined, string | undefined] {
  // The frame's own classes: `instanceof Element` would be false here.
  const at = event.target as Partial<Element> | null;
  const link = at?.closest?.("a, area") ?? undefined;
  const href = link?.getAttribute("href") ?? link?.getAttributeNS("http://www.w3.org/1999/xlink", "href");
  return [link, href ?? undefined];
}
