import { Link } from "wouter";
import { percent } from "../shell/format";
import { Icon } from "../shell/Icon";
import { Bar } from "../shell/Page";

interface HeadProps {
  bookId: string;
  title: string;
  chapter: string;
  onContents: () => void;
  onTypography: () => void;
}

export function Head({ bookId, title, chapter, onContents, onTypography }: HeadProps) {
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
        <span>{title}</span>
        <span className="visually-hidden">: </span>
        <span className="small soft">{chapter}</span>
      </h1>
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
  rtl: boolean;
  first: boolean;
  last: boolean;
  /** Returns to where a link was followed from. */
  back: (() => void) | undefined;
  onTurn: (step: 1 | -1) => void;
}

export function Foot({ chapter, total, rtl, first, last, back, onTurn }: FootProps) {
  return (
    <footer className="reader-foot">
      <nav aria-label="Chapters">
        <button
          type="button"
          className="button plain"
          aria-disabled={first}
          onClick={() => onTurn(-1)}
          aria-label="Previous chapter"
        >
          <Icon name={rtl ? "right" : "left"} /> <span className="wide">Previous</span>
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
            <span className="small soft">{percent(total)}</span>
          </span>
        </div>
        <button
          type="button"
          className="button plain"
          aria-disabled={last}
          onClick={() => onTurn(1)}
          aria-label="Next chapter"
        >
          <span className="wide">Next</span> <Icon name={rtl ? "left" : "right"} />
        </button>
      </nav>
    </footer>
  );
}
