import "./reader.css";
import { type ReactNode, useEffect } from "react";
import { Link, useSearchParams } from "wouter";
import { inPlainWords, Problem, renderReason } from "../api/problem";
import { useBook } from "../api/queries";
import { useSession } from "../api/session";
import type { ReadingSession } from "../api/types";
import { Failure, SignInFirst } from "../shell/Failure";
import { Page, Void, Waiting } from "../shell/Page";
import { Measure, placeOf } from "./place";
import type { Publication } from "./publication";
import { ReadingRoom } from "./ReadingRoom";
import { usePositions, usePublication, useReadingSession } from "./session";
import { wantedSlice } from "./wanted";

/** `/books/:id/read?slice=n`: opens the book, then hands over to the reading room. */
export default function ReaderPage({ bookId }: { bookId: string }) {
  const session = useSession();
  if (session.state === "unknown") return <Waiting text="Opening the book…" />;
  if (session.state === "anonymous") {
    return (
      <Outside bookId={bookId}>
        <SignInFirst />
      </Outside>
    );
  }
  return <Opening bookId={bookId} userId={session.user.id} />;
}

function Opening({ bookId, userId }: { bookId: string; userId: string }) {
  const opened = useReadingSession(bookId);
  const publication = usePublication(opened.data);
  const { data: book } = useBook(bookId);
  const title = book?.title ?? "Book";
  useEffect(() => {
    document.title = `${title} · Bindery`;
  }, [title]);

  if (opened.error) {
    return (
      <Outside bookId={bookId}>
        <NotOpened error={opened.error} retry={opened.refetch} />
      </Outside>
    );
  }
  if (opened.data?.state === "failed") {
    return (
      <Outside bookId={bookId}>
        <Void icon="warn" title="This book cannot be read" alert>
          <p>{renderReason(book?.rendition?.error)}</p>
        </Void>
      </Outside>
    );
  }
  if (publication.error) {
    return (
      <Outside bookId={bookId}>
        <Failure error={publication.error} retry={publication.refetch} />
      </Outside>
    );
  }
  if (!opened.data || !publication.data) {
    const preparing = opened.data && opened.data.state === "pending";
    return (
      <Outside bookId={bookId}>
        <Waiting text={preparing ? "Preparing the first pages…" : "Opening the book…"} />
      </Outside>
    );
  }
  return <Ready userId={userId} title={title} session={opened.data} publication={publication.data} />;
}

interface ReadyProps {
  userId: string;
  title: string;
  session: ReadingSession;
  publication: Publication;
}

/** Decides where to begin: the address's slice, and in it the remembered place; else the remembered place. */
function Ready({ userId, title, session, publication }: ReadyProps) {
  const [params] = useSearchParams();
  const positions = usePositions(session, publication.count > 0);
  const measure = new Measure(publication, positions.data);
  const remembered = placeOf(session.progress?.locator, publication);
  const wanted = wantedSlice(params.get("slice"), publication.count);
  const begin =
    wanted === undefined || wanted === remembered?.slice
      ? (remembered ?? { slice: 0, progression: 0 })
      : { slice: wanted, progression: 0 };
  return (
    <ReadingRoom
      userId={userId}
      title={title}
      session={session}
      publication={publication}
      measure={measure}
      begin={begin}
    />
  );
}

function NotOpened({ error, retry }: { error: unknown; retry: () => void }) {
  if (!(error instanceof Problem) || error.status === 401) return <Failure error={error} retry={retry} />;
  if (error.status === 404) {
    return <Void icon="book" title="This book is not on our shelves" />;
  }
  if (error.status === 403) {
    return (
      <Void icon="book" title="This book is not open to you">
        <p>{inPlainWords(error)}</p>
      </Void>
    );
  }
  return <Failure error={error} retry={retry} />;
}

/** While there is nothing to read: a way back and the message. */
function Outside({ bookId, children }: { bookId: string; children: ReactNode }) {
  return (
    <Page title="Reading" heading="hidden">
      {children}
      <p className="outside-back">
        <Link href={`/books/${bookId}`}>Back to the book’s page</Link>
      </p>
    </Page>
  );
}
