/** What went wrong with a request, in a form a page can show. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string | undefined;
  readonly traceId: string | undefined;
  /** Seconds the server asks us to wait (`Retry-After`), when it does. */
  readonly retryAfter: number | undefined;

  constructor(status: number, body: unknown, retryAfter?: number) {
    const fields = isRecord(body) ? body : {};
    const title = text(fields.title);
    super(text(fields.detail) ?? title ?? `The server answered ${status}.`);
    this.name = "Problem";
    this.status = status;
    this.code = text(fields.code) ?? (status === 0 ? "unreachable" : `http_${status}`);
    this.detail = text(fields.detail);
    this.traceId = text(fields.traceId);
    this.retryAfter = retryAfter;
  }
}

/** The request never reached the server, or its answer never reached us. */
export function unreachable(): Problem {
  return new Problem(0, { title: "The server cannot be reached." });
}

/** Sentences for the codes a person can do something about. */
const plain: Record<string, string> = {
  unreachable: "The server cannot be reached. Check the connection and try again.",
  registration_closed: "This library does not take new sign-ups. Ask its keeper for an account.",
  invitation_required:
    "This library welcomes new readers by invitation. Ask its keeper for one, and open the link you get.",
  invitation_invalid:
    "This invitation does not work: it was used, has expired, or is meant for another e-mail address. Ask for a new one.",
  unsupported_format: "This is not a kind of book Bindery can open. EPUB, MOBI, AZW3 and PDF files work.",
  not_a_zip: "The file is damaged: an EPUB must be a zip archive, and this one is not.",
  corrupt_archive: "The file is damaged: parts of its archive cannot be read.",
  missing_package: "The file is damaged: it has no table of its contents (package document).",
  empty_spine: "The book has no pages: its reading order is empty.",
  drm_protected: "The book is locked by copy protection (DRM), so Bindery cannot open it.",
  limit_exceeded: "The book goes beyond one of the limits set for safety, so it was not opened.",
  checksum_mismatch: "The upload arrived damaged. Please try it again.",
};

/** The best sentence we have for an error: ours for known codes, the server's own otherwise. */
export function inPlainWords(error: unknown): string {
  if (error instanceof Problem) {
    const known = plain[error.code];
    if (known) return known;
    if (error.status === 403) return error.detail ?? "You do not have the right to do this.";
    if (error.status === 413) return "The file is larger than this library accepts.";
    if (error.status === 429) {
      const wait = error.retryAfter ? ` in ${error.retryAfter} seconds` : " in a little while";
      return `That was too many tries. Please try again${wait}.`;
    }
    if (error.status >= 500) return "Something went wrong on the server. Please try again.";
    return error.message;
  }
  return error instanceof Error ? error.message : "Something went wrong.";
}

/** A sentence for a rendition's or job's error code; the given message when the code is unknown. */
export function renderReason(error: { code: string; message: string } | null | undefined): string {
  if (!error) return "The book could not be prepared.";
  return plain[error.code] ?? error.message;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
