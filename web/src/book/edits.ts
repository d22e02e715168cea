import type { Schema } from "@bindery/client";
import type { Book } from "../api/types";

/** A book's editable fields as the form shows them: text, lists joined by semicolons. */
export interface Edit {
  title: string;
  authors: string;
  genres: string;
  tags: string;
  language: string;
  isbn: string;
  description: string;
}

export function editOf(book: Book): Edit {
  return {
    title: book.title,
    authors: book.authors.join("; "),
    genres: book.genres.join("; "),
    tags: book.tags.join("; "),
    language: book.language ?? "",
    isbn: book.isbn ?? "",
    description: book.description ?? "",
  };
}

/** The form's fields as the API takes them: lists trimmed, without empties and doubles. */
export function editsOf(form: FormData): Schema<"EditRequest"> {
  const text = (name: keyof Edit) => String(form.get(name) ?? "").trim();
  const edits = {
    title: text("title"),
    authors: list(text("authors")),
    genres: list(text("genres")),
    tags: list(text("tags")),
    language: text("language") || null,
    isbn: text("isbn") || null,
    description: text("description") || null,
  };
  // Null clears a field; the API's document (OpenAPI 3.0) does not say so in its types.
  return edits as Schema<"EditRequest">;
}

export function list(text: string): string[] {
  return [...new Set(text.split(";").map((part) => part.trim()))].filter((part) => part !== "");
}
