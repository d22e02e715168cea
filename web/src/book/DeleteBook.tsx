import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { api, unwrap } from "../api/client";
import { inPlainWords } from "../api/problem";
import type { Book } from "../api/types";
import { announce } from "../shell/announce";
import { Dialog } from "../shell/Dialog";
import { Note } from "../shell/Failure";

export function DeleteBook({ book, onClose }: { book: Book; onClose: () => void }) {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const remove = useMutation({
    mutationFn: () => unwrap(api.DELETE("/books/{id}", { params: { path: { id: book.id } } })),
    onSuccess: () => {
      announce(`${book.title} was deleted.`);
      go("/");
      queries.removeQueries({ queryKey: ["book", book.id] });
      void queries.invalidateQueries({ queryKey: ["books"] });
    },
  });
  return (
    <Dialog title="Delete this book?" onClose={onClose}>
      <div className="stack">
        <p>
          <strong>{book.title}</strong> leaves the catalogue for every reader, with its file and everyone’s
          place in it. This cannot be undone.
        </p>
        {remove.error && <Note tone="bad">{inPlainWords(remove.error)}</Note>}
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Keep it
          </button>
          <button type="button" className="button danger" onClick={() => remove.isPending || remove.mutate()}>
            {remove.isPending ? "Deleting…" : "Delete the book"}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
