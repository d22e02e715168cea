// A `bindery serve` of its own on a free port, filled with books through the HTTP API.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const email = "admin@example.org";
const password = "correct-horse-battery";

const freePort = () =>
  new Promise((resolve) => {
    const socket = createServer().listen(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });

/** Starts `binary`; `stop` ends it and removes what it stored. */
export async function startServer(binary) {
  const folder = mkdtempSync(join(tmpdir(), "conformance-"));
  const url = `http://127.0.0.1:${await freePort()}`;
  const log = openSync(join(folder, "log"), "w");
  const settings = { DATA_DIR: folder, LISTEN: new URL(url).host, ADMIN_EMAIL: email, ADMIN_PASSWORD: password, SAMPLE_BOOKS: "false" };
  const env = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`BINDERY_${name}`, value]));
  const child = spawn(binary, ["serve"], { env, stdio: ["ignore", log, log] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  closeSync(log);
  const stop = async () => {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; ; tries += 1) {
    if (await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false)) break;
    if (tries > 200 || child.exitCode !== null) {
      const said = readFileSync(join(folder, "log"), "utf8");
      await stop();
      throw new Error(`${binary} did not start:\n${said.slice(-2000)}`);
    }
    await pause(100);
  }
  return { url, email, password, stop, library: await Library.open(url) };
}

/** The library of a running server, as its admin sees it. */
class Library {
  static async open(url) {
    const library = new Library();
    library.url = url;
    const { accessToken } = await library.call("POST", "/auth/login", { email, password });
    library.token = accessToken;
    return library;
  }

  async call(method, path, body) {
    const headers = { "content-type": "application/json" };
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    const answer = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(`${method} ${path}: ${answer.status} ${said.code ?? ""}`), { code: said.code ?? `http_${answer.status}` });
    return said;
  }

  /** Uploads a book and waits for its end: `{ id }` when readable, `{ id?, error }` with a code when not. */
  async add(path) {
    const bytes = readFileSync(path);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    try {
      const signed = await this.call("POST", "/books/presign", { fileName: basename(path), size: bytes.length, contentType: "application/epub+zip", sha256 });
      const put = await fetch(new URL(signed.uploadUrl, this.url), { method: "PUT", headers: signed.headers, body: bytes });
      if (!put.ok) return { error: `http_${put.status}` };
      await this.call("POST", `/books/${signed.bookId}`, { status: "published" });
      return await this.rendered(signed.bookId);
    } catch (error) {
      if (error.code) return { error: error.code };
      throw error;
    }
  }

  async rendered(id) {
    for (let tries = 0; tries < 600; tries += 1) {
      const { rendition } = await this.call("GET", `/books/${id}`);
      if (rendition?.state === "ready") return { id };
      if (rendition?.state === "failed") return { id, error: rendition.error?.code ?? "failed" };
      await pause(50);
    }
    return { id, error: "never_ready" };
  }
}
