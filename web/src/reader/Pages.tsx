import { lazy, Suspense, useState } from "react";
import type { ReadingSession } from "../api/types";
import type { FrameEvents, Look, SliceDocument } from "./frame";
import type { Size } from "./manifest";
import type { Publication } from "./publication";
import { Slice } from "./Slice";
import { boxes, type View } from "./spreads";
import type { Stage } from "./stage";

const Strip = lazy(() => import("./Strip"));

interface PagesProps {
  session: ReadingSession;
  publication: Publication;
  view: View;
  /** Loaded behind the view, unseen, for the turn that probably comes. */
  ahead: View | undefined;
  stage: Stage;
  lookOf: (slice: number, width: number) => Look;
  events: (slice: number) => FrameEvents;
  onReady: (slice: number, document: SliceDocument) => void;
  onGone: (slice: number) => void;
  onStray: (address: string) => void;
  /** Scrolling has led into another slice. */
  onCurrent: (slice: number) => void;
  /** A slice of a continuous book is written vertically: such text does not go under each other. */
  onVertical: () => void;
}

/** The frames of a view and of the one to come, each in its place in the room. */
export function Pages(props: PagesProps) {
  const { session, publication, view, ahead, stage, lookOf, events } = props;
  // Sizes that only the loaded page tells.
  const [sizes, setSizes] = useState<Record<number, Size>>({});
  const learn = (slice: number, document: SliceDocument) => {
    const layout = publication.layout(slice);
    if (!layout.fixed || layout.viewport) return;
    const size = document.size();
    if (size) setSizes((old) => ({ ...old, [slice]: size }));
  };
  const sizeOf = (slice: number) => {
    const { fixed, viewport } = publication.layout(slice);
    return fixed ? (viewport ?? sizes[slice]) : undefined;
  };
  const lead = view[0].slice;
  if (lookOf(lead, stage.width).mode === "continuous") {
    const flows = (slice: number) =>
      slice === lead || (publication.linear(slice) && lookOf(slice, stage.width).mode === "continuous");
    return (
      <Suspense>
        <Strip
          run={runOf(lead, publication.count, flows)}
          current={lead}
          stage={stage}
          lengthOf={(slice) => {
            const { start = 0, end = 0 } = publication.source(slice) ?? {};
            return end - start;
          }}
          frame={(slice, outer, onLoaded) => (
            <Slice
              session={session}
              href={publication.link(slice).href}
              slice={slice}
              title={publication.title(slice)}
              current={slice === lead}
              seen
              outer={outer}
              side="center"
              box={undefined}
              look={lookOf(slice, stage.width)}
              end={publication.source(slice)?.end}
              events={events(slice)}
              onLoaded={(_slice, document) => {
                if (document.vertical) props.onVertical();
                onLoaded(document);
              }}
              onReady={props.onReady}
              onGone={props.onGone}
              onStray={props.onStray}
            />
          )}
          onCurrent={props.onCurrent}
          onScroll={() => events(lead).onScroll()}
        />
      </Suspense>
    );
  }
  const placed = [view, ...(ahead ? [ahead] : [])].flatMap((shown) => {
    const fitted = boxes(
      shown,
      shown.map(({ slice }) => sizeOf(slice)),
      stage,
    );
    return shown.map((leaf, n) => ({ leaf, box: fitted[n], current: shown === view }));
  });
  return placed.map(({ leaf: { slice, side }, box, current }) => (
    // The key keeps a frame that was loaded ahead when it becomes a current one.
    <Slice
      key={slice}
      session={session}
      href={publication.link(slice).href}
      slice={slice}
      title={publication.title(slice)}
      current={current}
      side={side}
      box={publication.layout(slice).fixed || side !== "center" ? box : undefined}
      look={lookOf(slice, box?.width ?? stage.width)}
      end={publication.source(slice)?.end}
      events={events(slice)}
      onLoaded={learn}
      onReady={props.onReady}
      onGone={props.onGone}
      onStray={props.onStray}
    />
  ));
}

/** The slices around one that follow each other without a break. */
function runOf(lead: number, count: number, flows: (slice: number) => boolean): number[] {
  const run = [lead];
  for (let slice = lead - 1; slice >= 0 && flows(slice); slice -= 1) run.unshift(slice);
  for (let slice = lead + 1; slice < count && flows(slice); slice += 1) run.push(slice);
  return run;
}
