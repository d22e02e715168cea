import { Link } from "wouter";
import { percent } from "../shell/format";
import { Icon } from "../shell/Icon";
import { Bar } from "../shell/Page";

interface HeadProps {
  bookId: string;
  title: string;
  chapter: string;
  onContents: () => void;
  /** Absent where there is nothing to hear. */
  onListen: (() => void) | undefined;
  listening: boolean;
  onTypography: () => void;
}

export function Head(props: HeadProps) {
  const { bookId, title, chapter, onContents, onListen, listening, onTypography } = props;
  return (
    <header className="reader-head">
      <button type="button" className="skip" onClick={toText}>
        Skip to the text
      </button>
      <Link href={`/books/${bookId}`} className="button plain icon-only" aria-label="Close the book">
        <Icon name="back" />
      </Link>
      <button type="button" className="button plain icon-only" onClick={onContents} aria-label="Contents">
        <Icon name="toc" />
      </button>
      <h1 className="reader-title">
        <span dir="auto">{title}</span>
        <span className="visually-hidden">: </span>
        <span className="small soft" dir="auto">
          {chapter}
        </span>
      </h1>
      {onListen && (
        <button
          type="button"
          className="button plain icon-only"
          onClick={onListen}
          aria-label="Read aloud"
          aria-pressed={listening}
        >
          <Icon name="sound" />
        </button>
      )}
      <button
        type="button"
        className="button plain icon-only"
        onClick={onTypography}
        aria-label="Text settings"
      >
        <Icon name="type" />
      </button>
    </header>
  );
}

function toText() {
  document.querySelector<HTMLIFrameElement>("iframe.slice:not(.ahead)")?.focus();
}

interface FootProps {
  chapter: string;
  total: number;
  /** The position one is at and how many there are; unknown without a position list. */
  position: number | undefined;
  positions: number;
  /** Number of the printed page, in books that have them. */
  printed: string | undefined;
  /** What the buttons turn. */
  unit: "page" | "chapter";
  rtl: boolean;
  first: boolean;
  last: boolean;
  /** Returns to where a link was followed from. */
  back: (() => void) | undefined;
  onTurn: (step: 1 | -1) => void;
}

export function Foot(props: FootProps) {
  const { chapter, total, position, positions, printed, unit, rtl, first, last, back, onTurn } = props;
  return (
    <footer className="reader-foot">
      <nav aria-label={unit === "page" ? "Pages" : "Chapters"} className={rtl ? "rtl" : undefined}>
        <button
          type="button"
          className="button plain"
          aria-disabled={first}
          onClick={() => onTurn(-1)}
          aria-label={`Previous ${unit}`}
        >
          {!rtl && <Icon name="left" />} <span className="wide">Previous</span> {rtl && <Icon name="right" />}
        </button>
        <div className="reader-place">
          {back ? (
            <button type="button" className="button small" onClick={back}>
              <Icon name="back" /> Back to where you were
            </button>
          ) : (
            <span className="small reader-chapter">{chapter}</span>
          )}
          <span className="reader-percent">
            <Bar label="Read of the book" value={total} />
            <span className="small soft">
              {percent(total)}
              {printed !== undefined && ` · page ${printed}`}
              {printed === undefined && position !== undefined && positions > 1 && (
                <span title="Position in the book">
                  {" · "}
                  {position} of {positions}
                </span>
              )}
            </span>
          </span>
        </div>
        <button
          type="button"
          className="button plain"
          aria-disabled={last}
          onClick={() => onTurn(1)}
          aria-label={`Next ${unit}`}
        >
          {rtl && <Icon name="left" />} <span className="wide">Next</span> {!rtl && <Icon name="right" />}
        </button>
      </nav>
    </footer>
  );
}
