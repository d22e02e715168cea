import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, unwrap } from "../api/client";
import { inPlainWords, Problem } from "../api/problem";
import type { Book } from "../api/types";
import { Field } from "../people/Field";
import { announce } from "../shell/announce";
import { Dialog } from "../shell/Dialog";
import { Note } from "../shell/Failure";
import { type Edit, editOf, editsOf } from "./edits";

/**
 * Edits under the version the form was opened with. When somebody else was faster (412), what they
 * changed is shown beside what is typed here, and saving again goes over it knowingly.
 */
export function EditBook({ book, onClose }: { book: Book; onClose: () => void }) {
  const queries = useQueryClient();
  const [base, setBase] = useState(book);
  // The form's own beginning: the book under it may be fetched anew meanwhile.
  const [mine] = useState(() => editOf(book));
  const [theirs, setTheirs] = useState<Edit>();
  const path = { id: book.id };
  const save = useMutation({
    mutationFn: (form: FormData) =>
      unwrap<Book>(
        api.PUT("/books/{id}", {
          params: { path, header: { "If-Match": `"${base.version}"` } },
          body: editsOf(form),
        }),
      ),
    onSuccess: (saved) => {
      queries.setQueryData(["book", book.id], saved);
      void queries.invalidateQueries({ queryKey: ["books"] });
      announce("Saved.");
      onClose();
    },
    onError: async (error) => {
      if (!(error instanceof Problem) || error.status !== 412) return;
      const fresh = await unwrap<Book>(api.GET("/books/{id}", { params: { path } }));
      setTheirs(editOf(fresh));
      setBase(fresh);
      queries.setQueryData(["book", book.id], fresh);
    },
  });
  const conflict = save.error instanceof Problem && save.error.status === 412;
  return (
    <Dialog title="Edit details" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!save.isPending) save.mutate(new FormData(event.currentTarget));
        }}
      >
        <Fields mine={mine} theirs={theirs} />
        {conflict && (
          <Note tone="warn">
            <p>
              Somebody else changed this book meanwhile. Nothing you typed is lost: where theirs differs, it
              stands under the field. Save again to keep yours.
            </p>
          </Note>
        )}
        {save.error && !conflict && <Note tone="bad">{inPlainWords(save.error)}</Note>}
        <div className="actions">
          <button type="submit" className="button primary" aria-disabled={save.isPending}>
            {save.isPending ? "Saving…" : "Save"}
          </button>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const many = "Several are separated by semicolons.";

function Fields({ mine, theirs }: { mine: Edit; theirs: Edit | undefined }) {
  const beside = (name: keyof Edit, hint?: string) =>
    theirs && theirs[name] !== mine[name] ? `Theirs: ${theirs[name] || "(empty)"}` : hint;
  return (
    <>
      <Field label="Title" name="title" defaultValue={mine.title} required hint={beside("title")} />
      <Field label="Authors" name="authors" defaultValue={mine.authors} hint={beside("authors", many)} />
      <div className="two">
        <Field label="Genres" name="genres" defaultValue={mine.genres} hint={beside("genres")} />
        <Field label="Tags" name="tags" defaultValue={mine.tags} hint={beside("tags")} />
        <Field
          label="Language"
          name="language"
          defaultValue={mine.language}
          hint={beside("language", "Such as en or pt-BR")}
        />
        <Field label="ISBN" name="isbn" defaultValue={mine.isbn} hint={beside("isbn")} />
      </div>
      <div className="field">
        <label htmlFor="edit-description">Description</label>
        <textarea
          id="edit-description"
          className="textarea"
          name="description"
          defaultValue={mine.description}
        />
        {beside("description") && <p className="hint">{beside("description")}</p>}
      </div>
    </>
  );
}
