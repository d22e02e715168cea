// A small client for measuring a running server from outside: sign in, upload, open the first chapter.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";

export class Client {
  constructor(url) {
    this.url = url.replace(/\/$/, "");
    this.token = null;
  }

  async call(method, path, body, headers = {}) {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    const cookies = response.headers.getSetCookie().map((c) => c.split(";")[0]).join("; ");
    return { status: response.status, body: text ? JSON.parse(text) : null, cookies };
  }

  async signIn(email, password) {
    this.token = (await this.call("POST", "/api/v1/auth/login", { email, password })).body.accessToken;
  }

  // presign, PUT, finalise; answers the book and when the last byte and the finalise were acknowledged.
  async upload(path, draft = { status: "published" }) {
    const bytes = await readFile(path);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const { body: signed } = await this.call("POST", "/api/v1/books/presign", {
      fileName: basename(path), size: bytes.length, contentType: "application/epub+zip", sha256,
    });
    const put = await fetch(new URL(signed.uploadUrl, this.url), { method: "PUT", headers: signed.headers, body: bytes });
    if (!put.ok) throw new Error(`PUT ${path}: ${put.status} ${await put.text()}`);
    const finished = performance.now();
    const { body: book } = await this.call("POST", `/api/v1/books/${signed.bookId}`, draft);
    return { book, finished };
  }

  // Opens a session and fetches slice `n` as the reader does; resolves when its bytes are there.
  async read(bookId, n = 0, deadline = performance.now() + 60_000) {
    let session = await this.call("POST", `/api/v1/books/${bookId}/reading-sessions`);
    for (;;) {
      if (session.body.state === "failed") throw new Error("rendition failed");
      const slice = await this.call("GET", `/api/v1/reading-sessions/${session.body.id}/slices/${n}`);
      if (slice.status === 200) {
        const page = await fetch(new URL(slice.body.url, this.url), { headers: { cookie: session.cookies } });
        const html = await page.text();
        if (page.ok) return { html, session: session.body };
        throw new Error(`slice ${n}: ${page.status}`);
      }
      if (performance.now() > deadline) throw new Error(`slice ${n} did not come`);
      await new Promise((r) => setTimeout(r, 10));
    }
  }
}

export function quantile(sorted, q) {
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];
}

// The corpus's good EPUBs: kinds that LIST.tsv does not call broken or hostile.
export async function goodEpubs(corpus) {
  const rows = (await readFile(`${corpus}/epub/LIST.tsv`, "utf8")).trim().split("\n").slice(1).map((l) => l.split("\t"));
  const good = new Set(["novel", "techdoc", "idpf-sample", "epubcheck-valid"]);
  return rows.filter((r) => good.has(r[3])).map((r) => `${corpus}/epub/${r[0]}`);
}
