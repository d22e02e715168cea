// Upload finished -> first chapter readable, one book at a time on an idle server.
// usage: node benches/first_chapter.mjs URL EMAIL PASSWORD [FILE…]   (no FILE: the corpus's good EPUBs)
import { Client, goodEpubs, quantile } from "./client.mjs";

const [url, email, password, ...files] = process.argv.slice(2);
if (!password) {
  console.error("usage: node benches/first_chapter.mjs URL EMAIL PASSWORD [FILE…]");
  process.exit(2);
}
const books = files.length ? files : await goodEpubs(process.env.BINDERY_CORPUS ?? "../shared/corpora");
const client = new Client(url);
await client.signIn(email, password);

const times = [];
for (const path of books) {
  try {
    const { book, finished } = await client.upload(path);
    await client.read(book.id);
    times.push([performance.now() - finished, path]);
    // The token lives 15 minutes; a long corpus takes longer than that on a slow machine.
    if (times.length % 50 === 0) await client.signIn(email, password);
    await new Promise((r) => setTimeout(r, 150));
  } catch (e) {
    console.log(`failed  ${path}: ${e.message}`);
  }
}
times.sort((a, b) => a[0] - b[0]);
const ms = times.map((t) => t[0]);
console.log("slowest:");
for (const [t, path] of times.slice(-5)) console.log(`  ${t.toFixed(0)} ms  ${path}`);
console.log(
  `${ms.length} of ${books.length} books: p50 ${quantile(ms, 0.5).toFixed(0)} ms, p95 ${quantile(ms, 0.95).toFixed(0)} ms, max ${ms.at(-1).toFixed(0)} ms`,
);
