import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ReadingSession } from "../api/types";
import { announce } from "../shell/announce";
import { percent } from "../shell/format";
import { useShownTheme } from "../shell/theme";
import { Foot, Head } from "./Furniture";
import type { FrameEvents, SliceDocument } from "./frame";
import { turnOf } from "./keys";
import { destinationOf, leadsToNote, wantsTab } from "./links";
import { looks } from "./looks";
import { Notices } from "./Notices";
import type { NarrationHandle } from "./narration/Narration";
import { useVoice } from "./narration/speech";
import { Pages } from "./Pages";
import { usePassage } from "./passage";
import { locatorOf, type Measure, type Place } from "./place";
import { type Publication, reached, type Target } from "./publication";
import { useSaving } from "./saving";
import { Views } from "./spreads";
import { useStage } from "./stage";
import { useTypography } from "./typography";

const panels = () => import("./panels");
const Contents = lazy(async () => ({ default: (await panels()).Contents }));
const LeaveDialog = lazy(async () => ({ default: (await panels()).LeaveDialog }));
const Note = lazy(async () => ({ default: (await panels()).Note }));
const TypographyPanel = lazy(async () => ({ default: (await panels()).TypographyPanel }));
const Narration = lazy(() => import("./narration/Narration"));

interface ReadingRoomProps {
  userId: string;
  title: string;
  session: ReadingSession;
  publication: Publication;
  measure: Measure;
  begin: Place;
}

type Panel =
  | { kind: "contents" }
  | { kind: "typography" }
  | { kind: "leave"; address: string }
  | { kind: "note"; slice: number; id: string; mark: string };

/** The open book: the pages being read, the next ones ready behind them, and the furniture around. */
export function ReadingRoom({ userId, title, session, publication, measure, begin }: ReadingRoomProps) {
  const passage = usePassage(begin, publication.count);
  const frames = useRef<HTMLElement>(null);
  const stage = useStage(frames);
  const landscape = stage?.landscape ?? true;
  const views = useMemo(() => new Views(publication, landscape), [publication, landscape]);
  const view = views.of(passage.slice);
  const lead = view[0].slice;
  const [shown, setShown] = useState<Place>(begin);
  const [panel, setPanel] = useState<Panel>();
  const [reading, setReading] = useState<"playing" | "paused">();
  /** The link that opened the panel. */
  const opener = useRef<HTMLElement>(undefined);
  const narration = useRef<NarrationHandle>(null);
  const [loaded, setLoaded] = useState<number[]>([]);
  const [typography, setTypography] = useTypography();
  const voice = useVoice();
  const [upright, setUpright] = useState(false);
  const appTheme = useShownTheme();
  const paper = typography.paper === "auto" ? appTheme : typography.paper;
  const lookOf = useMemo(
    () => looks(publication, typography, paper, landscape, upright),
    [publication, typography, paper, landscape, upright],
  );
  const { mode } = lookOf(lead, stage?.width ?? 0);
  const save = useSaving(session.bookId, userId);
  const documents = useRef(new Map<number, SliceDocument>());
  const main = () => documents.current.get(lead);
  const place = shown.slice === lead ? shown : { slice: lead, progression: 0 };
  const last = view.at(-1)?.slice ?? lead;
  const seen = last === lead ? place : { slice: last, progression: 1 };

  const note = () => {
    const now = main();
    if (!now) return;
    // The last line of a slice that fits the window has been seen as well.
    const here = { slice: lead, progression: now.atEnd() ? 1 : now.progression(), offset: now.offset() };
    setShown(here);
    save(locatorOf(here, publication, measure, last === lead ? here : { slice: last, progression: 1 }));
  };
  const turn = (step: 1 | -1) => {
    for (const { slice } of step > 0 ? view : view.toReversed())
      if (documents.current.get(slice)?.turn(step)) return;
    const next = views.next(passage.slice, step);
    if (next) passage.go(next[0].slice, step > 0 ? { at: "start" } : { at: "end" }, "replace");
    else announce(step > 0 ? "This is the end of the book." : "This is the beginning of the book.");
  };
  const jump = (to: number, target: Target) => {
    setPanel(undefined);
    opener.current = undefined;
    passage.go(to, target, "push");
    const document = documents.current.get(to);
    if (!document || !view.some(({ slice }) => slice === to)) return;
    document.land(target);
    if (target.at === "fragment") document.focus(target.id);
    narration.current?.arrived(to);
  };
  /** As `jump`, but one may want to return: by a link, or to what lies beside the reading order. */
  const visit = (to: number, target: Target) => {
    passage.leave(place);
    jump(to, target);
  };

  const onKey = (event: KeyboardEvent) => {
    const key = turnOf(event, publication.rtl, main());
    if (!key) return;
    event.preventDefault();
    if (key.turn) turn(key.turn);
    else if (key.scroll) main()?.scrollBy(key.scroll);
    else if (key.edge) main()?.land({ at: key.edge });
  };
  const onAddress = (href: string, event?: MouseEvent, link?: Element) => {
    const destination = destinationOf(href, session.contentBase, publication);
    const note = destination && link && !wantsTab(event) && leadsToNote(destination, link);
    opener.current = link as HTMLElement | undefined;
    if (note) setPanel({ kind: "note", ...note });
    else if (destination?.to === "world") setPanel({ kind: "leave", address: destination.address });
    else if (destination && wantsTab(event))
      window.open(
        `/books/${session.bookId}/read?slice=${destination.slice}`,
        "_blank",
        "noopener,noreferrer",
      );
    else if (destination) visit(destination.slice, destination.target);
  };
  const events = (slice: number): FrameEvents => ({
    onScroll: note,
    onKey,
    onLink: (event, href, link) => {
      if (event.button > 1) return;
      event.preventDefault();
      onAddress(href, event, link);
    },
    onPress: (event) => narration.current?.press(slice, event.target as Element),
    onSwipe: (direction) => turn(publication.rtl ? (-direction as 1 | -1) : direction),
    onWheel: turn,
  });
  useWindowKeys(onKey, panel === undefined);

  const ready = (slice: number, opened: SliceDocument) => {
    documents.current.set(slice, opened);
    setLoaded([...documents.current.keys()]);
    const target: Target = slice === passage.slice ? passage.target() : { at: "start" };
    opened.land(target);
    narration.current?.arrived(slice);
    if (slice !== lead) return;
    if (target.at === "here") {
      note();
      return;
    }
    // A turn made inside the text goes on inside the text; one made by a button leaves the focus there.
    const active = globalThis.document.activeElement;
    if (active === null || active === globalThis.document.body || active.tagName === "IFRAME") {
      frames.current?.querySelector<HTMLIFrameElement>("iframe:not(.ahead)")?.focus();
      opened.focus(target.at === "fragment" ? target.id : undefined);
    }
    if (passage.turned()) {
      const total = measure.total({ slice, progression: opened.progression() });
      announce(`${publication.title(slice)}, ${percent(total)}`);
    }
    note();
  };
  const gone = useCallback((slice: number) => {
    documents.current.delete(slice);
    setLoaded([...documents.current.keys()]);
  }, []);
  const close = () => {
    setPanel(undefined);
    // The dialog gives the focus back to the frame, but what had it in there has lost it.
    const link = opener.current;
    opener.current = undefined;
    if (link) setTimeout(() => link.focus({ preventScroll: true }));
  };
  const passed = (slice: number) => (id: string) => documents.current.get(slice)?.passed(id) ?? false;
  const recorded = view.some(({ slice }) => publication.overlay(slice) !== undefined);
  const sounds = recorded || (voice && !publication.spoken);
  const following = views.next(passage.slice, 1);
  const whole = view.every(({ slice }) => loaded.includes(slice));
  const paged = mode === "paginated" ? main()?.page() : undefined;
  return (
    <div
      className="reader"
      data-paper={paper}
      data-flow={mode}
      data-overlay={reading}
      data-spread={mode === "fixed" ? view.length : undefined}
    >
      <Head
        bookId={session.bookId}
        title={title}
        chapter={publication.title(lead)}
        onContents={() => setPanel({ kind: "contents" })}
        onListen={sounds || reading ? () => setReading(reading ? undefined : "paused") : undefined}
        listening={reading !== undefined}
        onTypography={() => setPanel({ kind: "typography" })}
      />
      <Notices publication={publication} view={view} landscape={landscape} />
      <main ref={frames} id="main" className="reader-text">
        {stage && (
          <Pages
            session={session}
            publication={publication}
            view={view}
            ahead={whole && session.state === "ready" ? following : undefined}
            stage={stage}
            lookOf={lookOf}
            events={events}
            onReady={ready}
            onGone={gone}
            onStray={(address) => onAddress(address)}
            onCurrent={(slice) => passage.go(slice, { at: "here" }, "replace")}
            onVertical={() => setUpright(true)}
          />
        )}
      </main>
      {reading && (
        <Suspense>
          <Narration
            handle={narration}
            session={session}
            publication={publication}
            view={view}
            documentOf={(slice) => documents.current.get(slice)}
            onGo={(slice, id) =>
              passage.go(slice, id === undefined ? { at: "start" } : { at: "fragment", id }, "replace")
            }
            onState={setReading}
            onClose={() => setReading(undefined)}
          />
        </Suspense>
      )}
      <Foot
        chapter={publication.title(lead)}
        total={measure.total(seen)}
        position={measure.position(place)}
        positions={measure.positions}
        printed={reached(publication.pages, lead, passed(lead))?.title}
        unit={mode === "paginated" || mode === "fixed" ? "page" : "chapter"}
        rtl={publication.rtl}
        first={views.next(passage.slice, -1) === undefined && (paged?.number ?? 1) === 1}
        last={following === undefined && paged?.number === paged?.count}
        back={passage.backTo === undefined ? undefined : () => jump(...passage.returned())}
        onTurn={turn}
      />
      <Suspense>
        {panel?.kind === "contents" && (
          <Contents
            publication={publication}
            slice={lead}
            position={measure.position(place)}
            positions={measure.positions}
            passed={(slice, id) => passed(slice)(id)}
            onGo={(slice, target) => (publication.linear(slice) ? jump : visit)(slice, target)}
            onClose={close}
          />
        )}
        {panel?.kind === "typography" && (
          <TypographyPanel typography={typography} onChange={setTypography} onClose={close} />
        )}
        {panel?.kind === "leave" && <LeaveDialog address={panel.address} onClose={close} />}
        {panel?.kind === "note" && (
          <Note
            url={session.contentBase + publication.link(panel.slice).href}
            id={panel.id}
            mark={panel.mark}
            css={lookOf(panel.slice, 0).css}
            onLink={(event, href) => onAddress(href, event)}
            onGo={() => visit(panel.slice, { at: "fragment", id: panel.id })}
            onClose={close}
          />
        )}
      </Suspense>
    </div>
  );
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
