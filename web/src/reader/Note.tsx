import { useRef, useState } from "react";
import { Dialog } from "../shell/Dialog";

interface NoteProps {
  /** Address of the slice the note is in. */
  url: string;
  id: string;
  /** The mark that was clicked, such as “3”. */
  mark: string;
  css: string;
  onLink: (event: MouseEvent, href: string) => void;
  /** Goes to the note in its own place. */
  onGo: () => void;
  onClose: () => void;
}

/** Where a note begins when the link names something inside it. */
const blocks = "aside, li, dd, p, blockquote, td, section, div, [role~=doc-footnote], [role~=doc-endnote]";

/**
 * A foot- or endnote over the text. It is shown in a frame like every slice, with the book's own styles
 * and no scripts; all but the note is hidden.
 */
export function Note({ url, id, mark, css, onLink, onGo, onClose }: NoteProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState<number>();
  const load = () => {
    const document = frame.current?.contentDocument;
    if (!document || document.URL === "about:blank") return;
    const note = document.getElementById(id)?.closest<HTMLElement>(blocks);
    if (!note || note === document.body) {
      onGo();
      return;
    }
    dress(document, note, css);
    document.addEventListener("keydown", (event) => event.key === "Escape" && onClose());
    document.addEventListener("click", (event) => {
      const link = (event.target as Element).closest?.("a");
      const href = link?.getAttribute("href");
      if (href) {
        event.preventDefault();
        onLink(event, new URL(href, document.baseURI).href);
      }
    });
    setHeight(Math.ceil(document.documentElement.getBoundingClientRect().height));
    note.tabIndex = -1;
    note.focus();
  };
  return (
    <Dialog title={mark ? `Note ${mark}` : "Note"} onClose={onClose} className="dialog footnote">
      <iframe
        ref={frame}
        className="note"
        sandbox="allow-same-origin"
        src={url}
        title="The note"
        onLoad={load}
        style={{ height, visibility: height === undefined ? "hidden" : undefined }}
      />
      <div className="actions">
        <button type="button" className="button small" onClick={onGo}>
          Go to the note
        </button>
      </div>
    </Dialog>
  );
}

/** Hides all but the note. Its ancestors stay, so that the book's styles and numbers find it. */
function dress(document: Document, note: HTMLElement, css: string): void {
  for (let kept: Element = note; kept !== document.body && kept.parentElement; kept = kept.parentElement) {
    for (const other of kept.parentElement.children)
      if (other !== kept) (other as HTMLElement).style?.setProperty("display", "none", "important");
  }
  const shown = document.defaultView?.getComputedStyle(note).display;
  if (shown === "none") note.style.setProperty("display", "block", "important");
  note.hidden = false;
  const style = document.createElement("style");
  style.textContent = `${css}
    :root { scrollbar-gutter: auto !important; height: auto !important; min-height: 0 !important; }
    body { padding: 0.25rem !important; height: auto !important; min-height: 0 !important; }
    body > :not(style), body section { padding-block-start: 0 !important; margin-block: 0 !important; }
    [role~=doc-backlink] { display: none !important; }
    :focus-visible { outline: none !important; }`;
  document.head.append(style);
}
