import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import type { Outer } from "./extent";
import type { SliceDocument } from "./frame";
import type { Stage } from "./stage";

/** Height of a chapter nobody has seen, for each character of its source, in CSS pixels. */
const perCharacter = 0.3;
/** A chapter whose height depends on that of its window is measured this often and no more. */
const mostMeasures = 40;

interface StripProps {
  /** Slices that follow each other without a break. */
  run: number[];
  current: number;
  stage: Stage;
  /** Characters of source in a slice. */
  lengthOf: (slice: number) => number;
  frame: (slice: number, outer: Outer, onLoaded: (document: SliceDocument) => void) => ReactNode;
  /** Scrolling has led into another slice. */
  onCurrent: (slice: number) => void;
  onScroll: () => void;
}

/** A book as one long page (`scrolled-continuous`): slices under each other, those near the window loaded. */
export default function Strip({ run, current, stage, lengthOf, frame, onCurrent, onScroll }: StripProps) {
  const scroller = useRef<HTMLElement>(null);
  const parts = useRef(new Map<number, HTMLElement>());
  /** What stands at the window's upper edge; chapters above it may still change their height. */
  const anchor = useRef<{ slice: number; within: number }>(undefined);
  const [heights, setHeights] = useState<Record<number, number>>({});
  const measures = useRef<Record<number, number>>({});
  const [top, setTop] = useState(0);

  const heightOf = (slice: number) =>
    heights[slice] ?? Math.max(stage.height / 2, lengthOf(slice) * perCharacter);
  const topOf = (slice: number) => parts.current.get(slice)?.offsetTop ?? 0;
  const scrolled = () => {
    const at = scroller.current?.scrollTop ?? 0;
    const holding = (line: number) => run.findLast((slice) => topOf(slice) <= line) ?? run[0] ?? 0;
    const upper = holding(at);
    anchor.current = { slice: upper, within: at - topOf(upper) };
    setTop(Math.round(at / (stage.height / 2)) * (stage.height / 2));
    const now = holding(at + stage.height / 4);
    if (now !== current) onCurrent(now);
    else onScroll();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever a height has changed
  useLayoutEffect(() => {
    const { current: held } = anchor;
    if (held && scroller.current) scroller.current.scrollTop = topOf(held.slice) + held.within;
  }, [heights]);

  const outerOf = (slice: number): Outer => ({
    at: () => (scroller.current?.scrollTop ?? 0) - topOf(slice),
    page: () => scroller.current?.clientHeight ?? 0,
    to: (at) => {
      anchor.current = { slice, within: at };
      scroller.current?.scrollTo({ top: topOf(slice) + at, behavior: "instant" });
    },
    ends: (direction) => {
      const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = scroller.current ?? {};
      return direction > 0 ? scrollTop >= scrollHeight - clientHeight - 2 : scrollTop <= 2;
    },
  });
  const measured = (slice: number, document: SliceDocument) => {
    const count = (measures.current[slice] ?? 0) + 1;
    measures.current[slice] = count;
    if (count > mostMeasures) return;
    const height = document.height();
    setHeights((old) => (old[slice] === height ? old : { ...old, [slice]: height }));
  };

  let below = 0;
  const near = run.map((slice) => {
    const from = below;
    below += heightOf(slice);
    const close = from < top + 2.5 * stage.height && below > top - 1.5 * stage.height;
    return close || Math.abs(run.indexOf(slice) - run.indexOf(current)) <= 1;
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys
    <section ref={scroller} className="strip" onScroll={scrolled} tabIndex={0} aria-label="The text">
      {run.map((slice, n) => (
        <div
          key={slice}
          className="strip-part"
          style={{ height: heightOf(slice) }}
          ref={(part) => {
            if (part) parts.current.set(slice, part);
            else parts.current.delete(slice);
          }}
        >
          {near[n] &&
            frame(slice, outerOf(slice), (document) => document.onHeight(() => measured(slice, document)))}
        </div>
      ))}
    </section>
  );
}
