import { api, unwrap } from "../api/client";
import { Problem, unreachable } from "../api/problem";
import type { Book } from "../api/types";
import type { Hashing } from "./hash.worker";

/** Where one file's upload stands; `part` from 0 to 1 within the step. */
export type Step =
  | { name: "waiting" }
  | { name: "reading"; part: number }
  | { name: "sending"; part: number }
  | { name: "filing" }
  | { name: "preparing"; book: Book }
  | { name: "ready"; book: Book }
  | { name: "failed"; reason: string; book?: Book; final?: boolean };

const mediaTypes: Record<string, string> = {
  epub: "application/epub+zip",
  pdf: "application/pdf",
  mobi: "application/x-mobipocket-ebook",
  azw: "application/vnd.amazon.ebook",
  azw3: "application/vnd.amazon.ebook",
};

/**
 * Checksum → presign → PUT → finalise (or replace `bookId`'s file). Resolves with the book as the
 * server answers it, its render still under way.
 */
export async function sendBook(
  file: File,
  bookId: string | undefined,
  step: (step: Step) => void,
  signal: AbortSignal,
): Promise<Book> {
  step({ name: "reading", part: 0 });
  const sha256 = await digest(file, (part) => step({ name: "reading", part }), signal);
  const extension = file.name.split(".").pop()?.toLowerCase() ?? "";
  const contentType = mediaTypes[extension] ?? "application/octet-stream";
  const ticket = await unwrap(
    api.POST("/books/presign", {
      body: { fileName: file.name, size: file.size, contentType, sha256, ...(bookId ? { bookId } : {}) },
      signal,
    }),
  );
  step({ name: "sending", part: 0 });
  await put(file, ticket, (part) => step({ name: "sending", part }), signal);
  step({ name: "filing" });
  const path = { id: ticket.bookId };
  return bookId
    ? unwrap(api.PUT("/books/{id}/file", { params: { path }, body: { uploadId: ticket.uploadId }, signal }))
    : unwrap(api.POST("/books/{id}", { params: { path }, body: { status: "published" }, signal }));
}

function digest(file: File, progress: (part: number) => void, signal: AbortSignal): Promise<string> {
  const worker = new Worker(new URL("./hash.worker.ts", import.meta.url), { type: "module" });
  return new Promise<string>((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    worker.onerror = () => reject(new Error("The file could not be read."));
    worker.onmessage = ({ data }: MessageEvent<Hashing>) => {
      if ("read" in data) progress(file.size === 0 ? 1 : data.read / file.size);
      else if ("sha256" in data) resolve(data.sha256);
      else reject(new Error("The file could not be read. Is it still there?"));
    };
    worker.postMessage(file);
  }).finally(() => worker.terminate());
}

interface Ticket {
  uploadUrl: string;
  method: string;
  headers: Record<string, string>;
}

/** The one place that speaks to an address the API gave; by XMLHttpRequest, for it alone tells the progress. */
function put(
  file: File,
  ticket: Ticket,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(ticket.method, ownOrigin(ticket.uploadUrl));
    for (const [name, value] of Object.entries(ticket.headers)) {
      // The browser counts the bytes itself and forbids saying so.
      if (!/^(content-length|host)$/i.test(name)) request.setRequestHeader(name, value);
    }
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(signal.reason);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new Problem(request.status, parsed(request.responseText)));
    };
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

/** An upload address of this API is used at the origin the page came from, whatever name the server gives itself. */
function ownOrigin(address: string): string {
  const url = new URL(address, location.href);
  return url.pathname.startsWith("/api/") ? url.pathname + url.search : url.href;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
