import { useQueries } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, unwrap } from "../api/client";
import { Problem } from "../api/problem";
import { useUser } from "../api/session";
import type { Book, User } from "../api/types";
import { percent } from "../shell/format";
import { Bar } from "../shell/Page";
import { Cover } from "./Cover";
import { forgetBook, recentBooks } from "./recents";

interface Begun {
  book: Book;
  total: number;
}

/** The books someone is in the middle of, each one press away from where they stopped. */
export function ContinueShelf() {
  const user = useUser();
  return user ? <Shelf user={user} /> : null;
}

function Shelf({ user }: { user: User }) {
  const answers = useQueries({
    queries: recentBooks(user.id).map((id) => ({
      queryKey: ["begun", user.id, id],
      queryFn: () => begun(user.id, id),
    })),
  });
  const books = answers.flatMap(({ data }) => (data ? [data] : []));
  if (books.length === 0) return null;
  return (
    <section aria-labelledby="continue">
      <h2 id="continue" className="shelf-title">
        Continue reading
      </h2>
      <ul className="continue">
        {books.map(({ book, total }) => (
          <li key={book.id}>
            <Link href={`/books/${book.id}/read`}>
              <Cover book={book} size="thumbnail" eager />
              <span className="continue-text">
                <span className="card-title" dir="auto">
                  {book.title}
                </span>
                <span className="small soft">{book.authors.join(", ")}</span>
                <Bar label={`Read of ${book.title}`} value={total} />
                <span className="small soft">{percent(total)}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The book and how far it is read; null when nothing is to be continued (unread, finished or gone). */
async function begun(userId: string, id: string): Promise<Begun | null> {
  const path = { params: { path: { id } } };
  try {
    const [book, progress] = await Promise.all([
      unwrap(api.GET("/books/{id}", path)),
      unwrap(api.GET("/books/{id}/progress", path)),
    ]);
    const total = progress?.totalProgression ?? 0;
    return progress && total < 0.995 ? { book, total } : null;
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) throw error;
    // No progress yet is no news; a book that is gone leaves the list.
    const gone = await unwrap(api.GET("/books/{id}", path)).then(
      () => false,
      (why) => why instanceof Problem && why.status === 404,
    );
    if (gone) forgetBook(userId, id);
    return null;
  }
}
