// A stand-in for `bindery serve` while working on the client: the API's answers from memory. Not used in releases.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { picture } from "../epub.mjs";
import { content, makeBooks, makeJobs, queues, rendition } from "./library.mjs";
import { shelf, shelved } from "./shelf.mjs";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));
const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};
const pageCsp =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; frame-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
const contentCsp =
  "sandbox allow-same-origin; default-src 'none'; script-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self'; media-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";
const user = {
  id: "u1",
  email: "admin@example.org",
  name: "Ada",
  roles: ["admin"],
  createdAt: "2026-01-01T00:00:00Z",
};

const state = {
  books: [...makeBooks(), ...shelf()],
  jobs: makeJobs(),
  queues,
  progress: new Map(),
  tickets: new Map(),
  streams: new Set(),
  next: 100,
};
content["resources/picture.png"] = ["image/png", picture];

class Refusal extends Error {
  constructor(status, code, detail) {
    super(detail);
    Object.assign(this, { status, code });
  }
}
const refuse = (status, code, detail = code) => {
  throw new Refusal(status, code, detail);
};
const find = (id) =>
  state.books.find((book) => book.id === id) ?? refuse(404, "not_found", "There is no such book.");
const page = (items) => ({ items, next: null });
const tell = (name, data) => {
  for (const stream of state.streams) stream.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
};

/** Pretends to render: a job that counts to twelve, then a ready rendition. */
function render(book) {
  const now = new Date().toISOString();
  const job = {
    ...makeJobs()[0],
    id: `job-${state.next++}`,
    bookId: book.id,
    progress: { done: 0, total: 12 },
    createdAt: now,
    startedAt: now,
    runAt: now,
  };
  state.jobs.unshift(job);
  const timer = setInterval(() => {
    job.progress.done += 1;
    if (job.progress.done >= job.progress.total) {
      clearInterval(timer);
      Object.assign(job, { state: "done", finishedAt: new Date().toISOString() });
      book.rendition = { id: rendition, state: "ready", slices: 3 };
      tell("rendition", { bookId: book.id, renditionId: rendition, state: "ready", slices: 3 });
    }
    tell("job", {
      id: job.id,
      queue: job.queue,
      kind: job.kind,
      state: job.state,
      bookId: book.id,
      progress: job.progress,
    });
  }, 150);
}

function reading(id) {
  const shown = find(id).rendition;
  return {
    id: `rs-${id}`,
    bookId: id,
    renditionId: shown.id,
    state: "ready",
    slices: shown.slices,
    contentBase: `/content/${shown.id}/`,
    manifestUrl: `/content/${shown.id}/manifest.json`,
    expiresAt: "2027-01-01T00:00:00Z",
    renewAfterSeconds: 40,
    progress: state.progress.get(id) ?? null,
  };
}

/** `METHOD /path` with `:id` holes → handler(body, ids, query, headers, response). */
const routes = {
  "GET /server": () => ({
    name: "The Mock Library",
    version: "0.1.0",
    registration: "open",
    reading: "members",
    catalogue: "public",
    maxUploadBytes: 1e9,
    uploadTypes: ["application/epub+zip"],
  }),
  "POST /auth/register": (body) => [201, { ...user, ...body }],
  "POST /auth/login": (body, _ids, _query, _headers, response) => {
    if (body.password !== "mock-password") refuse(401, "wrong_credentials");
    response.setHeader("set-cookie", "refresh=1; HttpOnly; SameSite=Strict; Path=/api/v1/auth");
    return { accessToken: "token", tokenType: "Bearer", expiresIn: 900 };
  },
  "POST /auth/refresh": (_body, _ids, _query, headers) => {
    if (!headers.cookie?.includes("refresh=1")) refuse(401, "not_signed_in");
    return { accessToken: "token", tokenType: "Bearer", expiresIn: 900 };
  },
  "POST /auth/logout": (_body, _ids, _query, _headers, response) => {
    response.setHeader("set-cookie", "refresh=; Max-Age=0; Path=/api/v1/auth");
    return [204];
  },
  "GET /users/profile": () => user,
  "GET /books": (_body, _ids, query) =>
    page(
      state.books.filter(
        (book) =>
          book.status === "published" &&
          ["author", "genre", "tag"].every(
            (name) => !query.get(name) || book[`${name}s`].includes(query.get(name)),
          ) &&
          (!query.get("language") || book.language === query.get("language")),
      ),
    ),
  "GET /search": (_body, _ids, query) =>
    page(
      state.books
        .filter((book) => (book.title + book.authors).toLowerCase().includes(query.get("q").toLowerCase()))
        .map((book) => ({ book, highlights: [] })),
    ),
  "POST /books/presign": (body) => {
    const id = body.bookId ?? `b-${state.next++}`;
    state.tickets.set(id, body);
    return {
      bookId: id,
      uploadId: `up-${id}`,
      uploadUrl: `http://elsewhere.example/api/v1/uploads/${id}?ticket=1`,
      method: "PUT",
      headers: { "content-type": body.contentType },
      expiresAt: "2027-01-01T00:00:00Z",
    };
  },
  "PUT /uploads/:id": () => [204],
  "POST /books/:id": (body, [id]) => {
    const ticket = state.tickets.get(id) ?? refuse(404, "not_found");
    if (/bad/.test(ticket.fileName)) refuse(422, "not_a_zip");
    const book = {
      ...makeBooks()[0],
      ...body,
      id,
      title: ticket.fileName.replace(/\.\w+$/, ""),
      rendition: { id: rendition, state: "pending", slices: 0 },
      createdAt: new Date().toISOString(),
    };
    state.books.unshift(book);
    render(book);
    return [201, book];
  },
  "PUT /books/:id/file": (_body, [id]) => {
    render(find(id));
    return find(id);
  },
  "GET /books/:id": (_body, [id]) => find(id),
  "PUT /books/:id": (body, [id], _query, headers) => {
    const book = find(id);
    if (headers["if-match"] !== `"${book.version}"`) refuse(412, "version_conflict");
    return Object.assign(book, body, { version: book.version + 1 });
  },
  "DELETE /books/:id": (_body, [id]) => {
    state.books = state.books.filter((book) => book.id !== id);
    return [204];
  },
  "GET /books/:id/progress": (_body, [id]) => state.progress.get(id) ?? refuse(404, "not_found"),
  "PUT /books/:id/progress": (body, [id]) => {
    state.progress.set(id, { ...body, updatedAt: new Date().toISOString() });
    return state.progress.get(id);
  },
  "POST /books/:id/reading-sessions": (_body, [id], _query, _headers, response) => {
    find(id);
    response.setHeader(
      "set-cookie",
      `CloudFront-Policy=x; Path=/content/${find(id).rendition.id}/; HttpOnly`,
    );
    return [201, reading(id)];
  },
  "GET /reading-sessions/:id": (_body, [id]) => reading(id.slice(3)),
  "POST /reading-sessions/:id/renew": (_body, [id], _query, _headers, response) => {
    response.setHeader(
      "set-cookie",
      `CloudFront-Policy=x; Path=/content/${find(id.slice(3)).rendition.id}/; HttpOnly`,
    );
    return reading(id.slice(3));
  },
  "GET /reading-sessions/:id/slices/:n": (_body, [id, n]) => ({
    url: `/content/${find(id.slice(3)).rendition.id}/slices/${n}.html`,
  }),
  "GET /admin/jobs": (_body, _ids, query) =>
    page(
      state.jobs.filter((job) =>
        ["queue", "state"].every((name) => !query.get(name) || job[name] === query.get(name)),
      ),
    ),
  "GET /admin/jobs/:id": (_body, [id]) => state.jobs.find((job) => job.id === id) ?? refuse(404, "not_found"),
  "POST /admin/jobs/:id/cancel": (_body, [id]) =>
    Object.assign(
      state.jobs.find((job) => job.id === id),
      { state: "cancelled" },
    ),
  "POST /admin/jobs/:id/retry": (_body, [id]) =>
    Object.assign(
      state.jobs.find((job) => job.id === id),
      { state: "queued" },
    ),
  "GET /admin/queues": () => page(state.queues),
  "POST /admin/queues/:queue/pause": (_body, [name]) =>
    Object.assign(
      state.queues.find(({ queue }) => queue === name),
      { paused: true },
    ),
  "POST /admin/queues/:queue/resume": (_body, [name]) =>
    Object.assign(
      state.queues.find(({ queue }) => queue === name),
      { paused: false },
    ),
};
const open = /^(GET \/(server|books)|POST \/auth|PUT \/uploads|GET \/search)/;
const table = Object.entries(routes).map(([route, handler]) => ({
  route,
  handler,
  pattern: new RegExp(`^${route.replace(/:\w+/g, "([^/]+)")}$`),
}));

async function answerApi(request, response, url) {
  const call = `${request.method} ${url.pathname.slice("/api/v1".length)}`;
  if (call === "GET /events") {
    response
      .writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" })
      .write(": hello\n\n");
    state.streams.add(response);
    request.on("close", () => state.streams.delete(response));
    return;
  }
  const cover = call.match(/^GET \/books\/([^/]+)\/cover\//);
  if (cover) {
    response.writeHead(200, { "content-type": "image/svg+xml" });
    response.end(
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 300"><rect width="200" height="300" fill="#d9a441"/><circle cx="100" cy="130" r="60" fill="#35506b"/></svg>',
    );
    return;
  }
  const found = table
    .map((entry) => ({ ...entry, match: call.match(entry.pattern) }))
    .find(({ match }) => match);
  if (!found) refuse(404, "not_found");
  if (!open.test(call) && !request.headers.authorization) refuse(401, "not_signed_in");
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const body = text && request.headers["content-type"]?.includes("json") ? JSON.parse(text) : {};
  const answer = found.handler(body, found.match.slice(1), url.searchParams, request.headers, response);
  const [status, data] = Array.isArray(answer) ? answer : [200, answer];
  response.writeHead(status, {
    "content-type": "application/json",
    etag: data?.version ? `"${data.version}"` : "",
  });
  response.end(data === undefined ? undefined : JSON.stringify(data));
}

function answerContent(request, response, path) {
  const [id, ...rest] = path.split("/").slice(2);
  const file = (id === rendition ? content[rest.join("/")] : undefined) ?? shelved([id, ...rest].join("/"));
  if (!file) refuse(404, "not_found");
  if (!request.headers.cookie?.includes("CloudFront-Policy")) refuse(403, "no_cookie");
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const bytes = Buffer.from(file[1]);
  const last = to ? Math.min(Number(to), bytes.length - 1) : bytes.length - 1;
  response.writeHead(from === undefined ? 200 : 206, {
    "content-type": file[0],
    "content-security-policy": contentCsp,
    "x-content-type-options": "nosniff",
    "cache-control": "private, max-age=31536000, immutable",
    "accept-ranges": "bytes",
    ...(from === undefined ? {} : { "content-range": `bytes ${from}-${last}/${bytes.length}` }),
  });
  response.end(from === undefined ? bytes : bytes.subarray(Number(from), last + 1));
}

async function answerPage(response, path) {
  const file = extname(path) ? path : "/index.html";
  const bytes = await readFile(join(dist, file)).catch(() => refuse(404, "not_found"));
  response.writeHead(200, {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "content-security-policy": pageCsp,
  });
  response.end(bytes);
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://mock");
  try {
    if (url.pathname.startsWith("/api/v1/")) await answerApi(request, response, url);
    else if (url.pathname.startsWith("/content/")) answerContent(request, response, url.pathname);
    else await answerPage(response, url.pathname);
  } catch (error) {
    const status = error.status ?? 500;
    if (status === 500) console.error(error);
    response.writeHead(status, { "content-type": "application/problem+json" });
    response.end(
      JSON.stringify({ type: "about:blank", title: error.message, status, code: error.code ?? "internal" }),
    );
  }
});
server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () =>
  console.log(`mock on ${server.address().port}`),
);
