/** A Readium Web Publication Manifest (readium.org/webpub-manifest), as far as the reader uses it. */
export interface Manifest {
  metadata?: Metadata;
  readingOrder: Link[];
  toc?: Link[];
  "page-list"?: Link[];
  landmarks?: Link[];
  /** Lists of illustrations and tables, where a book has them. */
  loi?: Link[];
  lot?: Link[];
}

export interface Metadata {
  title?: unknown;
  language?: string | string[];
  readingProgression?: string;
  presentation?: Presentation;
  /** Class names that a read-aloud puts on what it reads. Both spellings are in use. */
  mediaOverlay?: Record<string, unknown>;
  "media-overlay"?: Record<string, unknown>;
}

/** The book's wishes for its pages (EPUB 3.3 § 8.2). */
export interface Presentation {
  layout?: string;
  orientation?: string;
  spread?: string;
  flow?: string;
}

export interface Link {
  href?: string;
  type?: string;
  title?: string;
  rel?: string | string[];
  alternate?: Link[];
  children?: Link[];
  properties?: Properties;
}

/** What the engine says of a slice beyond Readium's own words. */
export interface Properties extends Presentation {
  /** `left`, `right` or `center`. */
  page?: string;
  viewport?: Size;
  /** False for notes and the like, which are reached by links and not by turning pages. */
  linear?: boolean;
  /** `repaired`, `text-only` or `missing`: the source was broken. */
  damage?: string;
  /** The file in the book this slice is made of, and which of its characters it holds. */
  source?: string;
  start?: number;
  end?: number;
}

export interface Size {
  width: number;
  height: number;
}

/** A Readium position list (`application/vnd.readium.position-list+json`). */
export interface PositionList {
  total: number;
  positions: Position[];
}

export interface Position {
  href: string;
  locations?: { position?: number; progression?: number; totalProgression?: number };
}
