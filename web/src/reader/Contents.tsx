import { useEffect, useRef } from "react";
import { Dialog } from "../shell/Dialog";
import type { Target, TocEntry } from "./publication";

interface ContentsProps {
  entries: TocEntry[];
  current: TocEntry | undefined;
  onGo: (slice: number, target: Target) => void;
  onClose: () => void;
}

/** The table of contents, nested, with the present chapter marked and in view. */
export function Contents({ entries, current, onGo, onClose }: ContentsProps) {
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    const link = list.current?.querySelector<HTMLElement>('[aria-current="true"]');
    link?.scrollIntoView({ block: "center" });
    link?.focus();
  }, []);
  return (
    <Dialog title="Contents" onClose={onClose} className="dialog sheet start">
      <nav ref={list} aria-label="Contents" className="contents">
        {entries.length === 0 ? (
          <p className="soft">This book has no table of contents.</p>
        ) : (
          <Entries entries={entries} current={current} onGo={onGo} />
        )}
      </nav>
    </Dialog>
  );
}

function Entries({ entries, current, onGo }: Omit<ContentsProps, "onClose">) {
  return (
    <ol>
      {entries.map((entry, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the contents do not change
        <li key={n}>
          <Entry entry={entry} current={entry === current} onGo={onGo} />
          {entry.children.length > 0 && <Entries entries={entry.children} current={current} onGo={onGo} />}
        </li>
      ))}
    </ol>
  );
}

interface EntryProps {
  entry: TocEntry;
  current: boolean;
  onGo: ContentsProps["onGo"];
}

function Entry({ entry: { title, slice, fragment }, current, onGo }: EntryProps) {
  if (slice === undefined) return <span className="contents-heading">{title}</span>;
  const target: Target = fragment ? { at: "fragment", id: fragment } : { at: "start" };
  return (
    <a
      href={`?slice=${slice}`}
      aria-current={current ? "true" : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onGo(slice, target);
      }}
    >
      {title}
    </a>
  );
}
