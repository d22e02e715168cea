import { useState } from "react";
import type { ReadingSession } from "../api/types";
import type { FrameEvents, Look, SliceDocument } from "./frame";
import type { Size } from "./manifest";
import type { Publication } from "./publication";
import { Slice } from "./Slice";
import { boxes, type View } from "./spreads";
import type { Stage } from "./stage";

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
