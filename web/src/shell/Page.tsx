import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import { Icon, type IconName } from "./Icon";

/** Set by the router when the person moved within the app: then the new page's heading takes the focus. */
export const arrival = { moved: false };

interface PageProps {
  title: string;
  /** No heading row: `hidden` keeps an unseen `h1`, `own` leaves it to the children (by `useArrival`). */
  heading?: "hidden" | "own";
  lead?: ReactNode;
  aside?: ReactNode;
  size?: "narrow" | "medium";
  children: ReactNode;
}

/** The main landmark of a page: names the document and takes the focus on arrival. */
export function Page({ title, heading, lead, aside, size, children }: PageProps) {
  return (
    <main id="main" className={`page ${size ?? ""}`} tabIndex={-1}>
      {heading === "hidden" && <Heading title={title} className="visually-hidden" />}
      {heading === undefined && (
        <div className="page-head">
          <div>
            <Heading title={title} />
            {lead && <p>{lead}</p>}
          </div>
          {aside}
        </div>
      )}
      {children}
    </main>
  );
}

/** The page's `h1`: names the document and takes the focus on arrival. */
export function Heading(props: { title: string; className?: string; lang?: string | undefined }) {
  const element = useArrival<HTMLHeadingElement>(props.title);
  return (
    <h1 ref={element} tabIndex={-1} className={props.className} lang={props.lang} dir="auto">
      {props.title}
    </h1>
  );
}

/** Names the document and, after a move within the app, focuses the element the ref is given to. */
export function useArrival<E extends HTMLElement>(title: string) {
  const target = useRef<E>(null);
  useEffect(() => {
    document.title = title === "Bindery" ? title : `${title} · Bindery`;
  }, [title]);
  useLayoutEffect(() => {
    const element = target.current;
    if (arrival.moved) {
      arrival.moved = false;
      element?.focus({ preventScroll: true });
    }
    return () => {
      // The heading of a page that was still loading hands the focus on to the one that replaces it.
      if (element && document.activeElement === element) arrival.moved = true;
    };
  }, []);
  return target;
}

/** A quiet page-filling message: nothing here, not found, went wrong. */
export function Void(props: { icon: IconName; title: string; children?: ReactNode; alert?: boolean }) {
  return (
    <div className="void" role={props.alert ? "alert" : undefined}>
      <Icon name={props.icon} />
      <h2>{props.title}</h2>
      {props.children}
    </div>
  );
}

export function Waiting({ text = "One moment…" }: { text?: string }) {
  return (
    <div className="waiting" role="status">
      <Bar label={text} />
      <p aria-hidden="true">{text}</p>
    </div>
  );
}

/** A progress bar; without a value it moves to and fro. `value` from 0 to 1. */
export function Bar({ label, value }: { label: string; value?: number | undefined }) {
  const percent = value === undefined ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <span
      className={percent === undefined ? "bar unsure" : "bar"}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <span style={percent === undefined ? undefined : { width: `${percent}%` }} />
    </span>
  );
}
