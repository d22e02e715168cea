import "./catalogue.css";
import { useEffect } from "react";
import { Link, useSearchParams } from "wouter";
import { type BookFilters, isRendering, useBooks, useLiveBooks, useSearch } from "../api/queries";
import { useIsAdmin } from "../api/session";
import type { Book } from "../api/types";
import { announce } from "../shell/announce";
import { Failure } from "../shell/Failure";
import { Icon } from "../shell/Icon";
import { Page, Void } from "../shell/Page";
import { BookCard, CardSkeletons } from "./BookCard";
import { ContinueShelf } from "./ContinueShelf";
import { Filters } from "./Filters";
import { SearchBox } from "./SearchBox";

/** The home page: what is in the library, searched, narrowed and sorted by the page's own address. */
export function CataloguePage() {
  const [params, setParams] = useSearchParams();
  const q = params.get("q")?.trim() ?? "";
  const filters = filtersOf(params);
  const narrowed = Object.keys(filters).some((name) => name !== "sort");
  const change = (name: string, value: string) =>
    setParams((now) => {
      const next = new URLSearchParams(now);
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    });
  return (
    <Page title="Catalogue" heading="hidden">
      <div className="catalogue-head">
        <SearchBox q={q} onSearch={(value) => change("q", value)} />
        {q === "" && <Filters filters={filters} onChange={change} />}
      </div>
      {q === "" && !narrowed && <ContinueShelf />}
      {q === "" ? (
        <AllBooks filters={filters} narrowed={narrowed} onClear={() => setParams({})} />
      ) : (
        <FoundBooks q={q} onClear={() => setParams({})} />
      )}
    </Page>
  );
}

function filtersOf(params: URLSearchParams): BookFilters {
  const filters: BookFilters = {};
  for (const name of ["author", "genre", "tag", "language"] as const) {
    const value = params.get(name);
    if (value) filters[name] = value;
  }
  if (params.get("sort") === "title") filters.sort = "title";
  return filters;
}

function AllBooks(props: { filters: BookFilters; narrowed: boolean; onClear: () => void }) {
  const list = useBooks(props.filters);
  const books = list.data?.pages.flatMap((page) => page.items) ?? [];
  useLiveBooks(books.some(isRendering));
  return (
    <section aria-labelledby="all-books">
      <h2 id="all-books" className="shelf-title">
        {props.narrowed ? "Found on the shelves" : "All books"}
      </h2>
      <BookGrid
        list={list}
        books={books}
        empty={props.narrowed ? <NoMatch onClear={props.onClear} /> : <EmptyLibrary />}
      />
    </section>
  );
}

function FoundBooks({ q, onClear }: { q: string; onClear: () => void }) {
  const list = useSearch(q);
  const books = list.data?.pages.flatMap((page) => page.items.map((item) => item.book)) ?? [];
  const count = list.isPending || list.isPlaceholderData ? undefined : books.length;
  useEffect(() => {
    if (count !== undefined) announce(count === 1 ? "One book found." : `${count} books found.`);
  }, [count]);
  return (
    <section aria-labelledby="found">
      <h2 id="found" className="shelf-title">
        Results for “{q}”
      </h2>
      <BookGrid list={list} books={books} empty={<NoMatch onClear={onClear} />} />
    </section>
  );
}

interface ListState {
  isPending: boolean;
  isPlaceholderData: boolean;
  error: unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
}

function BookGrid({ list, books, empty }: { list: ListState; books: Book[]; empty: React.ReactNode }) {
  if (list.error && books.length === 0) return <Failure error={list.error} retry={() => list.refetch()} />;
  if (list.isPending) return <CardSkeletons count={12} />;
  if (books.length === 0) return empty;
  return (
    <>
      <ul className={list.isPlaceholderData ? "grid stale" : "grid"}>
        {books.map((book, n) => (
          <BookCard key={book.id} book={book} eager={n < 8} />
        ))}
      </ul>
      {list.hasNextPage && (
        <p className="more">
          <button
            type="button"
            className="button"
            aria-disabled={list.isFetchingNextPage}
            onClick={() => list.isFetchingNextPage || list.fetchNextPage()}
          >
            {list.isFetchingNextPage
              ? "Fetching more…"
              : list.isFetchNextPageError
                ? "Try again"
                : "Show more"}
          </button>
        </p>
      )}
    </>
  );
}

function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <Void icon="search" title="Nothing found">
      <p>Try fewer or other words, or look through everything.</p>
      <button type="button" className="button" onClick={onClear}>
        Show all books
      </button>
    </Void>
  );
}

function EmptyLibrary() {
  const admin = useIsAdmin();
  return (
    <Void icon="book" title="The shelves are still empty">
      {admin ? (
        <>
          <p>Upload the first book; it can be read within seconds.</p>
          <Link href="/upload" className="button primary">
            <Icon name="upload" /> Upload books
          </Link>
        </>
      ) : (
        <p>As soon as the keeper of this library adds a book, you will find it here.</p>
      )}
    </Void>
  );
}
