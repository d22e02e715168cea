import { api, unwrap } from "../api/client";
import { listen } from "../api/events";
import { inPlainWords, renderReason } from "../api/problem";
import { isRendering } from "../api/queries";
import { Store } from "../api/store";
import type { Book } from "../api/types";
import { announce } from "../shell/announce";
import { type Step, sendBook } from "./send";

/** One file on its way into the library. */
export interface Upload {
  id: number;
  file: File;
  step: Step;
}

/** All uploads of this visit. Outside of React: they go on while the person looks at other pages. */
export const uploads = new Store<readonly Upload[]>([]);

const atOnce = 2;
let running = 0;
let lastId = 0;
const stops = new Map<number, AbortController>();

export function addFiles(files: Iterable<File>): void {
  const added = [...files].map((file): Upload => {
    lastId += 1;
    return { id: lastId, file, step: refusal(file) ?? { name: "waiting" } };
  });
  uploads.set([...uploads.get(), ...added]);
  pump();
}

export function retryUpload(id: number): void {
  change(id, { name: "waiting" });
  pump();
}

export function removeUpload(id: number): void {
  stops.get(id)?.abort(new DOMException("removed", "AbortError"));
  uploads.set(uploads.get().filter((upload) => upload.id !== id));
}

/** Refused here already, where nothing needs to be sent to know it. */
function refusal(file: File): Step | undefined {
  if (file.size === 0) return { name: "failed", reason: "The file is empty.", final: true };
  if (!/\.(epub|pdf|mobi|azw3?|prc|pdb)$/i.test(file.name)) {
    return {
      name: "failed",
      reason: "This is not a book file. EPUB, MOBI and AZW3 files work.",
      final: true,
    };
  }
  return undefined;
}

function pump(): void {
  while (running < atOnce) {
    const next = uploads.get().find((upload) => upload.step.name === "waiting" && !stops.has(upload.id));
    if (!next) return;
    running += 1;
    void run(next).finally(() => {
      running -= 1;
      stops.delete(next.id);
      pump();
    });
  }
}

async function run({ id, file }: Upload): Promise<void> {
  const stop = new AbortController();
  stops.set(id, stop);
  try {
    const book = await sendBook(file, undefined, (step) => change(id, step), stop.signal);
    // Preparing happens on the server: the next file need not wait for it.
    void follow(id, book);
  } catch (error) {
    if (stop.signal.aborted) return;
    change(id, { name: "failed", reason: inPlainWords(error) });
    announce(`${file.name} failed: ${inPlainWords(error)}`);
  }
}

async function follow(id: number, book: Book): Promise<void> {
  change(id, { name: "preparing", book });
  const done = await untilRendered(book, () => uploads.get().some((upload) => upload.id === id));
  if (done.rendition?.state === "failed") {
    change(id, { name: "failed", reason: renderReason(done.rendition.error), book: done });
    announce(`${done.title} could not be prepared.`);
  } else {
    change(id, { name: "ready", book: done });
    announce(`${done.title} is ready to read.`);
  }
}

/** Watches a book until its render ended: by the event stream's hints, and by looking every few seconds. */
export async function untilRendered(book: Book, wanted: () => boolean): Promise<Book> {
  let ring: () => void = () => undefined;
  const stop = listen(({ name, data }) => {
    if (name === "rendition" && (data as { bookId?: string }).bookId === book.id) ring();
  });
  try {
    let now = book;
    while (wanted() && (isRendering(now) || !now.rendition)) {
      await new Promise<void>((resolve) => {
        ring = resolve;
        setTimeout(resolve, 2000);
      });
      const path = { id: book.id };
      now = await unwrap<Book>(api.GET("/books/{id}", { params: { path } })).catch(() => now);
    }
    return now;
  } finally {
    stop();
  }
}

function change(id: number, step: Step): void {
  uploads.set(uploads.get().map((upload) => (upload.id === id ? { ...upload, step } : upload)));
}
