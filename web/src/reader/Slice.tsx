import { type CSSProperties, useEffect, useRef, useState } from "react";
import { inPlainWords, Problem } from "../api/problem";
import type { ReadingSession } from "../api/types";
import { Note } from "../shell/Failure";
import { Icon } from "../shell/Icon";
import { Waiting } from "../shell/Page";
import type { Outer } from "./extent";
import { type FrameEvents, type Look, SliceDocument } from "./frame";
import type { Side } from "./layout";
import { useSliceAddress } from "./session";
import type { Box } from "./spreads";

/** Loads that fail are tried this often before the person is asked. */
const tries = 3;
/** A frame that has not told anything after so long is taken as failed, in ms. */
const patience = 20_000;

interface SliceProps {
  session: ReadingSession;
  /** Relative to the content base. */
  href: string;
  slice: number;
  title: string;
  /** The slice being read; the other one is loaded ahead, unseen. */
  current: boolean;
  look: Look;
  side: Side;
  /** Where it lies in the room, when it does not fill it. */
  box: Box | undefined;
  /** Seen, though another slice is the one being read. */
  seen?: boolean | undefined;
  outer?: Outer | undefined;
  /** Where in its source the slice ends. */
  end: number | undefined;
  events: FrameEvents;
  onLoaded: (slice: number, document: SliceDocument) => void;
  onReady: (slice: number, document: SliceDocument) => void;
  onGone: (slice: number) => void;
  /** The frame went elsewhere by itself (a link no listener caught). */
  onStray: (address: string) => void;
}

/** One slice: its address found or waited for, then its frame; recovers from refusals by renewing. */
export function Slice(props: SliceProps) {
  const [attempt, setAttempt] = useState(0);
  const { address, error } = useSliceAddress(props.session, props.href, props.slice, attempt);
  const failed = () => {
    // A short pause, growing: the cookies or the slice may need a moment.
    setTimeout(() => setAttempt((now) => now + 1), 300 * attempt);
  };
  if (error || attempt > tries) {
    return props.current ? <Unreadable error={error} retry={() => setAttempt(1)} /> : null;
  }
  if (!address || "waiting" in address) {
    if (!props.current) return null;
    return <Waiting text={address ? "Preparing this chapter…" : "Opening…"} />;
  }
  return <Frame key={attempt} {...props} url={address.url} onFailed={failed} />;
}

function Frame(props: SliceProps & { url: string; onFailed: () => void }) {
  const { url, slice, title, current, look, box, end } = props;
  const { mode, columns, css } = look;
  const seen = current || props.seen === true;
  const element = useRef<HTMLIFrameElement>(null);
  const [shown, setShown] = useState<SliceDocument>();
  // The listeners inside the frame live longer than one render: they call what is current.
  const latest = useRef(props);
  latest.current = props;

  const load = () => {
    const document = element.current?.contentDocument;
    const { onStray, onFailed } = latest.current;
    // The browser's own error page (no connection) is nobody's to look into.
    if (!document) return onFailed();
    // The first load of an empty frame, before its address is followed.
    if (document.URL === "about:blank") return;
    if (!isSlice(document, url)) return onFailed();
    if (new URL(url, location.href).pathname !== new URL(document.URL).pathname) return onStray(document.URL);
    const opened = new SliceDocument(
      document,
      {
        onScroll: () => latest.current.events.onScroll(),
        onKey: (event) => latest.current.events.onKey(event),
        onLink: (...link) => latest.current.events.onLink(...link),
        onPress: (event) => latest.current.events.onPress(event),
        onSwipe: (direction) => latest.current.events.onSwipe(direction),
        onWheel: (direction) => latest.current.events.onWheel(direction),
      },
      end,
      latest.current.outer,
    );
    latest.current.onLoaded(slice, opened);
    setShown(opened);
  };

  useEffect(() => {
    if (!shown) {
      const timer = setTimeout(() => latest.current.onFailed(), patience);
      return () => clearTimeout(timer);
    }
    return () => shown.dispose();
  }, [shown]);
  useEffect(() => shown?.dress({ mode, columns, css }), [shown, mode, columns, css]);
  useEffect(() => {
    if (!shown || !current) return;
    latest.current.onReady(slice, shown);
    return () => latest.current.onGone(slice);
  }, [shown, current, slice]);

  return (
    <iframe
      ref={element}
      // Never allow-scripts. allow-same-origin lets the page style and scroll it, and its images
      // and fonts be fetched with the content's cookies.
      sandbox="allow-same-origin"
      src={url}
      title={title}
      onLoad={load}
      className={seen && shown ? "slice" : "slice ahead"}
      data-slice={slice}
      data-side={box ? props.side : undefined}
      style={box && placed(box)}
      inert={!seen}
      tabIndex={seen ? 0 : -1}
    />
  );
}

/** The frame has the page's own size, so that the page finds the window it was made for. */
function placed({ left, top, width, height, scale }: Box): CSSProperties {
  const transform = scale === 1 ? {} : { transform: `scale(${scale})`, transformOrigin: "0 0" };
  return { inset: "auto", left, top, width, height, ...transform };
}

/** Whether what arrived is a slice and not a refusal: the frame itself does not tell its status. */
function isSlice(document: Document, url: string): boolean {
  const entries = performance.getEntriesByName(new URL(url, location.href).href, "resource");
  const status = (entries.at(-1) as { responseStatus?: number } | undefined)?.responseStatus ?? 0;
  if (status >= 400 || status === 202) return false;
  return /^(text\/html|application\/xhtml\+xml)$/.test(document.contentType);
}

function Unreadable({ error, retry }: { error: unknown; retry: () => void }) {
  const refused = error instanceof Problem && (error.status === 403 || error.status === 401);
  return (
    <div className="slice-note">
      <Note tone="bad">
        <p>
          <strong>This chapter could not be opened.</strong>{" "}
          {refused
            ? "Your access to this book has ended."
            : error
              ? inPlainWords(error)
              : "It did not arrive."}
        </p>
        <button type="button" className="button small" onClick={retry}>
          <Icon name="retry" /> Try again
        </button>
      </Note>
    </div>
  );
}
