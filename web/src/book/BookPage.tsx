import "../catalogue/catalogue.css";
import "./book.css";
import { useState } from "react";
import { Link } from "wouter";
import { Problem, renderReason } from "../api/problem";
import { isRendering, useBook, useLiveBooks, useRenderProgress } from "../api/queries";
import { useIsAdmin, useUser } from "../api/session";
import type { Book } from "../api/types";
import { Cover } from "../catalogue/Cover";
import { Failure, Note } from "../shell/Failure";
import { Icon } from "../shell/Icon";
import { Bar, Heading, Page, Void, Waiting } from "../shell/Page";
import { DeleteBook } from "./DeleteBook";
import { Details } from "./Details";
import { EditBook } from "./EditBook";
import { ReplaceFile } from "./ReplaceFile";

export default function BookPage({ bookId }: { bookId: string }) {
  const { data: book, error, refetch } = useBook(bookId);
  useLiveBooks(book !== undefined && isRendering(book));
  if (book) return <Shown book={book} />;
  if (error instanceof Problem && error.status === 404) return <Gone />;
  if (error) {
    return (
      <Page title="Book" heading="hidden">
        <Failure error={error} retry={refetch} />
      </Page>
    );
  }
  return (
    <Page title="Book" heading="hidden">
      <Waiting text="Fetching the book…" />
    </Page>
  );
}

function Shown({ book }: { book: Book }) {
  const admin = useIsAdmin();
  return (
    <Page title={book.title} heading="own">
      <article className="book" aria-label={book.title}>
        <div className="book-cover">
          <Cover book={book} size="medium" eager />
        </div>
        <div className="book-text">
          <header>
            {book.series && (
              <p className="small soft">
                {book.series}
                {book.seriesIndex != null && `, volume ${book.seriesIndex}`}
              </p>
            )}
            <Heading title={book.title} className="book-title" lang={book.language ?? undefined} />
            <Authors names={book.authors} />
          </header>
          <ReadState book={book} />
          {admin && <Keeping book={book} />}
          {book.description && <Description text={book.description} language={book.language} />}
          <Labels book={book} />
          <Details book={book} />
        </div>
      </article>
    </Page>
  );
}

function Authors({ names }: { names: string[] }) {
  if (names.length === 0) return null;
  return (
    <p className="book-authors">
      by{" "}
      {names.map((name, n) => (
        <span key={name}>
          {n > 0 && ", "}
          <Link href={`/?author=${encodeURIComponent(name)}`}>{name}</Link>
        </span>
      ))}
    </p>
  );
}

/** The way into the book, or why there is none yet. */
function ReadState({ book }: { book: Book }) {
  const user = useUser();
  const progress = useRenderProgress(book.id);
  const state = book.rendition?.state;
  if (!user) {
    return (
      <div className="actions">
        <Link href={`/sign-in?next=/books/${book.id}`} className="button primary large">
          Sign in to read
        </Link>
      </div>
    );
  }
  if (state === "failed") {
    return (
      <Note tone="bad">
        <p>
          <strong>This book cannot be read.</strong> {renderReason(book.rendition?.error)}
        </p>
      </Note>
    );
  }
  const open = (
    <Link href={`/books/${book.id}/read`} className="button primary large">
      <Icon name="book" /> Read
    </Link>
  );
  if (state === "ready") return <div className="actions">{open}</div>;
  return (
    <div className="preparing" role="status">
      {state === "indexed" && open}
      <p>
        {state === "indexed"
          ? "The book is still being prepared, but you can begin already."
          : "The book is being prepared. It opens as soon as its first pages are there."}
      </p>
      <Bar label="Preparing the book" value={progress} />
    </div>
  );
}

type Task = "edit" | "replace" | "delete";

/** What only the keepers of the library see. */
function Keeping({ book }: { book: Book }) {
  const [task, setTask] = useState<Task>();
  const close = () => setTask(undefined);
  return (
    <>
      <div className="actions keeping">
        <button type="button" className="button small" onClick={() => setTask("edit")}>
          Edit details
        </button>
        <button type="button" className="button small" onClick={() => setTask("replace")}>
          Replace file
        </button>
        <button type="button" className="button small danger" onClick={() => setTask("delete")}>
          Delete
        </button>
      </div>
      {task === "edit" && <EditBook book={book} onClose={close} />}
      {task === "replace" && <ReplaceFile book={book} onClose={close} />}
      {task === "delete" && <DeleteBook book={book} onClose={close} />}
    </>
  );
}

function Description({ text, language }: { text: string; language?: string | null | undefined }) {
  return (
    <section className="book-description" aria-label="Description" lang={language ?? undefined}>
      {text.split(/\n{2,}/).map((paragraph, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs of one fixed text
        <p key={n}>{paragraph}</p>
      ))}
    </section>
  );
}

function Labels({ book }: { book: Book }) {
  const labels = [
    ...book.genres.map((value) => ({ name: "genre", value })),
    ...book.tags.map((value) => ({ name: "tag", value })),
  ];
  if (labels.length === 0) return null;
  return (
    <ul className="labels" aria-label="Genres and tags">
      {labels.map(({ name, value }) => (
        <li key={`${name}-${value}`}>
          <Link className="chip" href={`/?${name}=${encodeURIComponent(value)}`}>
            {value}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Gone() {
  return (
    <Page title="Book not found" heading="hidden">
      <Void icon="book" title="This book is not on our shelves">
        <p>It may have been withdrawn, or the address is not complete.</p>
        <Link href="/" className="button primary">
          To the catalogue
        </Link>
      </Void>
    </Page>
  );
}
