import { accessToken } from "./session";
import { Store } from "./store";

/** One server-sent event, its data already parsed. */
export interface ServerEvent {
  name: string;
  data: unknown;
}

type Listener = (event: ServerEvent) => void;

const listeners = new Set<Listener>();
let stop: AbortController | undefined;

/** Whether the stream stands; pages poll while it does not. */
export const live = new Store(false);

/** Listens to `/events`. The stream is opened with the first listener and closed after the last. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  if (!stop) {
    stop = new AbortController();
    void run(stop.signal);
  }
  return () => {
    listeners.delete(listener);
    // A page change takes the last listener away and adds one at once: wait before closing.
    setTimeout(() => {
      if (listeners.size > 0 || !stop) return;
      stop.abort();
      stop = undefined;
      live.set(false);
    }, 1000);
  };
}

async function run(signal: AbortSignal): Promise<void> {
  let wait = 1000;
  while (!signal.aborted) {
    try {
      const token = await accessToken();
      // EventSource cannot carry a bearer token, so the stream is read by hand.
      const headers: HeadersInit = { accept: "text/event-stream" };
      if (token) headers.authorization = `Bearer ${token}`;
      const response = await fetch("/api/v1/events", { headers, signal, cache: "no-store" });
      if (response.ok && response.body) {
        live.set(true);
        wait = 1000;
        await pump(response.body, dispatch);
      }
    } catch {
      // Fall through to the pause; `live` tells the pages to poll meanwhile.
    }
    if (signal.aborted) return;
    live.set(false);
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, 30_000);
  }
}

function dispatch(event: ServerEvent): void {
  for (const listener of [...listeners]) listener(event);
}

async function pump(body: ReadableStream<Uint8Array>, emit: Listener): Promise<void> {
  const parser = new EventParser(emit);
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    parser.push(decoder.decode(value, { stream: true }));
  }
}

/** The `text/event-stream` grammar of the HTML standard, as far as we use it (no ids, no retry). */
export class EventParser {
  #rest = "";
  #name = "";
  #data: string[] = [];
  readonly #emit: Listener;

  constructor(emit: Listener) {
    this.#emit = emit;
  }

  push(chunk: string): void {
    const text = this.#rest + chunk;
    // A lone CR at the end may be half of a CRLF: it waits for the next chunk.
    const end = text.endsWith("\r") ? text.length - 1 : text.length;
    const lines = text.slice(0, end).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? "") + text.slice(end);
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    if (line === "") {
      this.#flush();
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#name = value;
    else if (field === "data") this.#data.push(value);
  }

  #flush(): void {
    const [name, data] = [this.#name || "message", this.#data.join("\n")];
    this.#name = "";
    this.#data = [];
    if (data === "") return;
    try {
      this.#emit({ name, data: JSON.parse(data) });
    } catch {
      // Not ours to repair: a hint that cannot be read is a lost hint, and hints may be lost.
    }
  }
}
