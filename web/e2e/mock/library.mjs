// What the mock library holds: books with made-up covers, and one rendition that is really served.
import { parts } from "../epub.mjs";

const titles = [
  ["The Planted Book", ["Ada Binder"], ["Craft"], "en"],
  ["The Time Machine", ["H. G. Wells"], ["Science fiction"], "en"],
  ["Middlemarch", ["George Eliot"], ["Novel"], "en"],
  ["Die Verwandlung", ["Franz Kafka"], ["Novella"], "de"],
  ["Les Misérables", ["Victor Hugo"], ["Novel"], "fr"],
  ["A Room of One’s Own", ["Virginia Woolf"], ["Essay"], "en"],
  [
    "The Structure and Interpretation of Rather Long Titles That Go On",
    ["A. Author", "B. Author"],
    ["Craft"],
    "en",
  ],
  ["Walden", ["Henry David Thoreau"], ["Essay"], "en"],
  ["吾輩は猫である", ["夏目漱石"], ["Novel"], "ja"],
  ["Frankenstein", ["Mary Shelley"], ["Science fiction"], "en"],
];

const uuid = (n) => `01936f0e-0000-7000-8000-${String(n).padStart(12, "0")}`;
const time = (minutes) => new Date(Date.UTC(2026, 10, 21, 6, 0) - minutes * 60_000).toISOString();

export const rendition = "4be1".repeat(16);

export function makeBooks() {
  const books = titles.map(([title, authors, genres, language], n) => ({
    id: uuid(n + 1),
    title,
    authors,
    genres,
    tags: n % 3 === 0 ? ["classic"] : [],
    language,
    description:
      "A short description, as publishers write them.\n\nIt has a second paragraph, which says a little more about what happens and to whom.",
    isbn: n % 2 ? "9780141439976" : null,
    publisher: "The Press",
    published: "1895",
    series: n === 1 ? "Journeys" : null,
    seriesIndex: n === 1 ? 1 : null,
    status: "published",
    version: 1,
    format: "epub",
    size: 321_024 + n * 1000,
    sha256: "9f".repeat(32),
    coverUrl: n % 3 === 1 ? `/api/v1/books/${uuid(n + 1)}/cover/medium` : null,
    thumbnailUrl: n % 3 === 1 ? `/api/v1/books/${uuid(n + 1)}/cover/thumbnail` : null,
    rendition: { id: rendition, state: "ready", slices: 3 },
    createdAt: time(n * 60),
    updatedAt: time(n * 60),
  }));
  books[3].rendition = {
    id: rendition,
    state: "failed",
    slices: 0,
    error: { code: "drm_protected", message: "locked" },
  };
  books[4].rendition = { id: rendition, state: "pending", slices: 0 };
  return books;
}

export function makeJobs() {
  const job = (n, more) => ({
    id: uuid(900 + n),
    queue: "render",
    kind: "render_book",
    state: "done",
    payload: { renditionId: rendition },
    bookId: uuid(1),
    priority: "normal",
    attempt: 1,
    maxAttempts: 3,
    progress: null,
    lastError: null,
    worker: "serve-1",
    cancelRequested: false,
    runAt: time(n),
    createdAt: time(n),
    startedAt: time(n - 0.02),
    finishedAt: time(n - 0.1),
    ...more,
  });
  return [
    job(1, {
      state: "running",
      progress: { done: 4, total: 17 },
      total: 17,
      finishedAt: null,
      startedAt: new Date().toISOString(),
    }),
    job(2, { queue: "reindex", kind: "reindex_book" }),
    job(3, {
      state: "dead",
      attempt: 3,
      lastError: "limit_exceeded: the archive unpacks to more than 512 MiB",
    }),
    job(4, {
      queue: "email",
      kind: "send_email",
      state: "queued",
      startedAt: null,
      finishedAt: null,
      attempt: 0,
    }),
    job(5, { queue: "webhook", kind: "deliver_webhook", bookId: null }),
    job(6, {}),
  ];
}

export const queues = ["render", "reindex", "invalidate", "email", "webhook"].map((queue, n) => ({
  queue,
  ready: n === 0 ? 12 : 0,
  running: n === 0 ? 1 : 0,
  oldestAgeS: n === 0 ? 3 : 0,
  scheduled: 0,
  paused: n === 4,
  dead: n === 0 ? 1 : 0,
}));

const readingOrder = parts.names.map((_, n) => ({
  href: `slices/${n}.html`,
  type: "text/html",
  title: parts.chapters[n][0],
}));

/** The rendition's files by path: `[media type, bytes]`, the traps taken out as the engine does. */
export const content = {
  "manifest.json": [
    "application/webpub+json",
    JSON.stringify({
      metadata: { title: "The Planted Book" },
      readingOrder,
      toc: [
        {
          href: "slices/0.html",
          title: "The First Sheet",
          children: [{ href: "slices/1.html", title: "The Second Sheet" }],
        },
        { href: "slices/2.html", title: "The Third Sheet", children: [] },
      ],
    }),
  ],
  "positions.json": [
    "application/vnd.readium.position-list+json",
    JSON.stringify({
      total: 6,
      positions: [0, 0, 1, 1, 2, 2].map((n, i) => ({
        href: `slices/${n}.html`,
        type: "text/html",
        locations: { position: i + 1, progression: (i % 2) / 2, totalProgression: i / 6 },
      })),
    }),
  ],
  "resources/book.css": ["text/css", parts.css.replace(/\.remote.*/, "")],
  "resources/font.ttf": ["font/ttf", parts.font],
};
parts.chapters.forEach(([title, body], n) => {
  const clean = body
    .replace(
      /<script[\s\S]*?<\/script>|<script[^>]*\/>|<iframe[\s\S]*?<\/iframe>|<object[\s\S]*?<\/object>/g,
      "",
    )
    .replace(/ on\w+="[^"]*"/g, "")
    .replace(/src="https[^"]*"/g, "")
    .replace(/href="javascript[^"]*"/g, "")
    .replace(/fill="url[^"]*"/g, "")
    .replaceAll("epub:type=", "data-epub-type=")
    .replaceAll("picture.png", "../resources/picture.png")
    .replace(/(one|two|three)\.xhtml/g, (_, name) => `${parts.names.indexOf(name)}.html`);
  const html = parts.page(title, clean).replace("book.css", "../resources/book.css");
  content[`slices/${n}.html`] = [
    "text/html; charset=utf-8",
    html.replace(/^<\?xml[^>]*>\s*/, "<!doctype html>"),
  ];
});
