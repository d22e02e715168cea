import { useEffect, useId, useRef, useState } from "react";
import { Dialog } from "../shell/Dialog";
import { accessibilityOf, type Fact, factsOf } from "./about";
import { flat, type Publication, reached, type Target, type TocEntry } from "./publication";

interface ContentsProps {
  publication: Publication;
  /** Where one is: the slice, and the position with their number. */
  slice: number;
  position: number | undefined;
  positions: number;
  passed: (slice: number, id: string) => boolean;
  onGo: (slice: number, target: Target) => void;
  onClose: () => void;
}

/** The ways into the book: contents, page numbers, landmarks, lists of figures and tables. */
export function Contents(props: ContentsProps) {
  const { publication, slice, position, positions, passed, onGo, onClose } = props;
  const lists = [
    { title: "Contents", entries: publication.toc },
    { title: "Pages", entries: publication.pages },
    { title: "Landmarks", entries: publication.landmarks },
    ...publication.lists,
  ].filter(({ entries }, n) => n === 0 || entries.length > 0);
  const facts = factsOf(publication.metadata);
  const accessibility = accessibilityOf(publication.metadata);
  if (facts.length + accessibility.length > 0) lists.push({ title: "About", entries: [] });
  const [chosen, setChosen] = useState(0);
  const list = lists[chosen] ?? lists[0];
  const entries = list?.entries ?? [];
  const current = reached(entries, slice, (id) => passed(slice, id));
  const panel = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each list
  useEffect(() => {
    const link = panel.current?.querySelector<HTMLElement>('[aria-current="true"]');
    link?.scrollIntoView({ block: "center" });
    if (!document.activeElement?.matches(".tabs button")) link?.focus();
  }, [chosen]);
  return (
    <Dialog title="Contents" onClose={onClose} className="dialog sheet start">
      {positions > 0 && position !== undefined && (
        <p className="small soft">
          Position {position} of {positions}
        </p>
      )}
      {lists.length > 1 && (
        <div className="tabs">
          {lists.map(({ title }, n) => (
            <button key={title} type="button" aria-pressed={n === chosen} onClick={() => setChosen(n)}>
              {title}
            </button>
          ))}
        </div>
      )}
      {list?.title === "Pages" && <PageSearch pages={publication.pages} onGo={onGo} />}
      {list?.title === "About" ? (
        <>
          <Facts facts={facts} />
          {accessibility.length > 0 && <h3 className="small-title">Accessibility</h3>}
          <Facts facts={accessibility} />
        </>
      ) : (
        <nav ref={panel} aria-label={list?.title} className="contents">
          {entries.length === 0 ? (
            <p className="soft">This book has no table of contents.</p>
          ) : (
            <Entries entries={entries} current={current} onGo={onGo} short={list?.title === "Pages"} />
          )}
        </nav>
      )}
    </Dialog>
  );
}

function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className="about">
      {facts.map(({ name, values }) => (
        <div key={name}>
          <dt>{name}</dt>
          {values.map((value) => (
            <dd key={value} dir="auto">
              {value}
            </dd>
          ))}
        </div>
      ))}
    </dl>
  );
}

/** Goes to a page of the printed book by its number. */
function PageSearch({ pages, onGo }: { pages: TocEntry[]; onGo: ContentsProps["onGo"] }) {
  const [wanted, setWanted] = useState("");
  const [missed, setMissed] = useState(false);
  const id = useId();
  return (
    <form
      className="page-search"
      onSubmit={(event) => {
        event.preventDefault();
        const name = wanted.trim().toLowerCase();
        const page = [...flat(pages)].find(({ title }) => title.toLowerCase() === name);
        if (page?.slice === undefined) setMissed(true);
        else onGo(page.slice, targetOf(page));
      }}
    >
      <label htmlFor={id}>Go to page</label>
      <input
        id={id}
        className="input"
        value={wanted}
        aria-invalid={missed}
        aria-describedby={missed ? `${id}-missed` : undefined}
        onChange={(event) => {
          setWanted(event.target.value);
          setMissed(false);
        }}
      />
      <button type="submit" className="button">
        Go
      </button>
      {missed && (
        <p id={`${id}-missed`} className="field-error" role="alert">
          The printed book has no page “{wanted}”.
        </p>
      )}
    </form>
  );
}

interface EntriesProps {
  entries: TocEntry[];
  current: TocEntry | undefined;
  onGo: ContentsProps["onGo"];
  /** Names are short: several stand in a line. */
  short?: boolean | undefined;
}

function Entries({ entries, current, onGo, short }: EntriesProps) {
  return (
    <ol className={short ? "short" : undefined}>
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

function Entry({ entry, current, onGo }: EntryProps) {
  const { title, slice } = entry;
  if (slice === undefined) return <span className="contents-heading">{title}</span>;
  return (
    <a
      href={`?slice=${slice}`}
      aria-current={current ? "true" : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onGo(slice, targetOf(entry));
      }}
    >
      {title}
    </a>
  );
}

function targetOf({ fragment }: TocEntry): Target {
  return fragment ? { at: "fragment", id: fragment } : { at: "start" };
}
