import { useEffect, useMemo, useRef, useState } from "react";
import type { ReadingSession } from "../api/types";
import { announce } from "../shell/announce";
import { percent } from "../shell/format";
import { useShownTheme } from "../shell/theme";
import { Contents } from "./Contents";
import { Foot, Head } from "./Furniture";
import type { FrameEvents, SliceDocument } from "./frame";
import { turnOf } from "./keys";
import { follow } from "./links";
import { usePassage } from "./passage";
import { locatorOf, type Measure, type Place } from "./place";
import type { Publication, Size, Target } from "./publication";
import { Slice } from "./Slice";
import { useSaving } from "./saving";
import { TypographyPanel } from "./TypographyPanel";
import { sheet, useTypography } from "./typography";

interface ReadingRoomProps {
  userId: string;
  title: string;
  session: ReadingSession;
  publication: Publication;
  measure: Measure;
  begin: Place;
}

type Panel = "contents" | "typography";

/** The open book: the slice being read, the next one ready behind it, and the furniture around them. */
export function ReadingRoom({ userId, title, session, publication, measure, begin }: ReadingRoomProps) {
  const passage = usePassage(begin, publication.count);
  const { slice } = passage;
  const [progression, setProgression] = useState(begin.progression);
  const [panel, setPanel] = useState<Panel>();
  const [loaded, setLoaded] = useState(false);
  const [typography, setTypography] = useTypography();
  const appTheme = useShownTheme();
  const paper = typography.paper === "auto" ? appTheme : typography.paper;
  const flowing = useMemo(() => sheet(typography, paper, false), [typography, paper]);
  const fixed = useMemo(() => sheet(typography, paper, true), [typography, paper]);
  const save = useSaving(session.bookId, userId);
  const document = useRef<SliceDocument>(undefined);
  const frames = useRef<HTMLElement>(null);
  const place = { slice, progression };
  const damage = damages[publication.damage(slice) ?? ""];
  const total = measure.total(place);

  const note = () => {
    const now = document.current;
    if (!now) return;
    // The last line of a slice that fits the window has been seen as well.
    const here = { slice, progression: now.atEnd() ? 1 : now.progression() };
    setProgression(here.progression);
    save(locatorOf(here, publication, measure));
  };
  const turn = (step: 1 | -1) => {
    const next = publication.next(slice, step);
    if (next === undefined) {
      announce(step > 0 ? "This is the end of the book." : "This is the beginning of the book.");
      return;
    }
    passage.go(next, step > 0 ? { at: "start" } : { at: "end" }, "replace");
  };
  const jump = (to: number, target: Target) => {
    setPanel(undefined);
    passage.go(to, target, "push");
    if (to === slice) arrive(target);
  };
  /** Lands in the open document and follows with the focus, if the reader's focus was in the text. */
  const arrive = (target: Target) => {
    document.current?.land(target);
    if (target.at === "fragment") document.current?.focus(target.id);
  };

  const onKey = (event: KeyboardEvent) => {
    const key = turnOf(event, publication.rtl, document.current);
    if (!key) return;
    event.preventDefault();
    if (key.turn) turn(key.turn);
    else if (key.scroll) document.current?.scrollBy(key.scroll);
  };
  const events: FrameEvents = {
    onScroll: note,
    onKey,
    onLink: (event, href) =>
      follow(event, href, session, publication, (to, target) => {
        passage.leave({ slice, progression });
        jump(to, target);
      }),
    onSwipe: (direction) => turn(publication.rtl ? (-direction as 1 | -1) : direction),
  };
  useWindowKeys(onKey, panel === undefined);

  const ready = (opened: SliceDocument) => {
    document.current = opened;
    setLoaded(true);
    const target = passage.target();
    opened.land(target);
    setProgression(opened.progression());
    // A turn made inside the text goes on inside the text; one made by a button leaves the focus there.
    const active = globalThis.document.activeElement;
    if (active === null || active === globalThis.document.body || active.tagName === "IFRAME") {
      frames.current?.querySelector<HTMLIFrameElement>("iframe:not(.ahead)")?.focus();
      opened.focus(target.at === "fragment" ? target.id : undefined);
    }
    if (passage.turned()) {
      announce(
        `${publication.title(slice)}, ${percent(measure.total({ slice, progression: opened.progression() }))}`,
      );
    }
    note();
  };
  const gone = () => {
    document.current = undefined;
    setLoaded(false);
  };
  const following = publication.next(slice, 1);
  const ahead = loaded && following !== undefined && session.state === "ready" ? [following] : [];
  return (
    <div className="reader" data-paper={paper}>
      <Head
        bookId={session.bookId}
        title={title}
        chapter={publication.title(slice)}
        onContents={() => setPanel("contents")}
        onTypography={() => setPanel("typography")}
      />
      <main ref={frames} id="main" className="reader-text">
        {damage && <p className="reader-damage">{damage}</p>}
        {[slice, ...ahead].map((n) => (
          // The key keeps a frame that was loaded ahead when it becomes the current one.
          <Slice
            key={n}
            session={session}
            href={publication.link(n).href}
            slice={n}
            title={publication.title(n)}
            current={n === slice}
            css={publication.page(n) === undefined ? flowing : fixed}
            page={sizeOf(publication.page(n))}
            events={events}
            onReady={ready}
            onGone={gone}
            onStray={(address) => follow(undefined, address, session, publication, jump)}
          />
        ))}
      </main>
      <Foot
        chapter={publication.title(slice)}
        total={total}
        rtl={publication.rtl}
        first={publication.next(slice, -1) === undefined}
        last={following === undefined}
        back={passage.backTo === undefined ? undefined : () => jump(...passage.returned())}
        onTurn={turn}
      />
      {panel === "contents" && (
        <Contents
          entries={publication.toc}
          current={publication.chapter(slice)}
          onGo={jump}
          onClose={() => setPanel(undefined)}
        />
      )}
      {panel === "typography" && (
        <TypographyPanel
          typography={typography}
          onChange={setTypography}
          onClose={() => setPanel(undefined)}
        />
      )}
    </div>
  );
}

/** What a reader should know of a chapter whose source was broken. */
const damages: Record<string, string> = {
  repaired: "This chapter was damaged and has been mended; something may be missing.",
  "text-only": "This chapter was damaged: only its text could be saved.",
  missing: "This chapter is missing from the book’s file.",
};

function sizeOf(page: Size | true | undefined): Size | undefined {
  return page === true ? undefined : page;
}

/** Page keys also work while the focus is on the page around the text. */
function useWindowKeys(onKey: (event: KeyboardEvent) => void, active: boolean): void {
  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    if (!active) return;
    const listener = (event: KeyboardEvent) => {
      // Space presses the focused button; a page's own controls keep their keys.
      if (event.key === " " && (event.target as HTMLElement).closest("button, a")) return;
      latest.current(event);
    };
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, [active]);
}
