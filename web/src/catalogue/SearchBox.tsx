import { useEffect, useId, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useSuggestions } from "../api/queries";
import type { Book } from "../api/types";
import { Icon } from "../shell/Icon";
import { Cover } from "./Cover";

/**
 * Search with suggestions while typing: the combobox pattern of the ARIA Authoring Practices with a
 * listbox popup. Enter searches, or opens the suggestion chosen by the arrow keys.
 */
export function SearchBox({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const [text, setText] = useState(q);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [, go] = useLocation();
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const books = useSuggested(text);
  const shown = open && books.length > 0;
  useEffect(() => setText(q), [q]);
  useSlash(input);

  const search = () => {
    setOpen(false);
    onSearch(text.trim());
  };
  const keys = (event: React.KeyboardEvent) => {
    if (event.key === "Escape") {
      if (shown) setOpen(false);
      else setText("");
    } else if (shown && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive((now) => ((now + 1 + step + books.length + 1) % (books.length + 1)) - 1);
    } else if (event.key === "Enter" && shown && books[active]) {
      event.preventDefault();
      go(`/books/${books[active].id}`);
    }
  };
  return (
    <search className="search">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          search();
        }}
      >
        <Icon name="search" />
        <input
          ref={input}
          className="input"
          type="search"
          placeholder="Search titles, authors, subjects…"
          aria-label="Search the catalogue"
          aria-keyshortcuts="/"
          role="combobox"
          aria-expanded={shown}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={shown && active >= 0 ? `${listId}-${active}` : undefined}
          autoComplete="off"
          enterKeyHint="search"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setOpen(true);
            setActive(-1);
            if (event.target.value === "" && q !== "") onSearch("");
          }}
          onKeyDown={keys}
          onBlur={() => setOpen(false)}
        />
        <span className="search-key" aria-hidden="true">
          /
        </span>
      </form>
      <Suggestions
        id={listId}
        books={shown ? books : []}
        active={active}
        onOpen={(id) => go(`/books/${id}`)}
      />
    </search>
  );
}

interface SuggestionsProps {
  id: string;
  books: Book[];
  active: number;
  onOpen: (id: string) => void;
}

function Suggestions({ id, books, active, onOpen }: SuggestionsProps) {
  return (
    <div id={id} role="listbox" aria-label="Suggestions" className="suggestions" hidden={books.length === 0}>
      {books.map((book, n) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the combobox keeps the focus (aria-activedescendant)
        // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are handled at the input
        <div
          key={book.id}
          id={`${id}-${n}`}
          role="option"
          aria-selected={n === active}
          // Before the input's blur closes the list.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onOpen(book.id)}
        >
          <Cover book={book} size="thumbnail" eager />
          <span>
            <span className="card-title" dir="auto">
              {book.title}
            </span>
            <span className="small soft">{book.authors.join(", ")}</span>
          </span>
        </div>
      ))}
    </div>
  );
}

/** Suggestions for what is typed, asked for only after a pause of 180 ms. */
function useSuggested(text: string): Book[] {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text.trim()), 180);
    return () => clearTimeout(timer);
  }, [text]);
  const { data } = useSuggestions(settled);
  return text.trim().length >= 2 ? (data?.items.map((item) => item.book) ?? []) : [];
}

/** `/` goes to the search box from anywhere on the page, unless something is being typed. */
function useSlash(input: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      const at = event.target as HTMLElement;
      if (at.closest("input, textarea, select, [contenteditable]")) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [input]);
}
