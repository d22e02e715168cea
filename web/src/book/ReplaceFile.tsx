import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { inPlainWords } from "../api/problem";
import type { Book } from "../api/types";
import { announce } from "../shell/announce";
import { Dialog } from "../shell/Dialog";
import { Note } from "../shell/Failure";
import { Bar } from "../shell/Page";
import { DropZone } from "../upload/DropZone";
import { type Step, sendBook } from "../upload/send";

const said: Partial<Record<Step["name"], string>> = {
  reading: "Checking the file",
  sending: "Sending",
  filing: "Putting it in place",
};

/** A new file for the same book: readers keep the old one until the new is prepared. */
export function ReplaceFile({ book, onClose }: { book: Book; onClose: () => void }) {
  const queries = useQueryClient();
  const [step, setStep] = useState<Step>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(new DOMException("closed", "AbortError")), []);

  const replace = async ([file]: File[]) => {
    if (!file) return;
    const control = new AbortController();
    stop.current = control;
    try {
      const changed = await sendBook(file, book.id, setStep, control.signal);
      queries.setQueryData(["book", book.id], changed);
      void queries.invalidateQueries({ queryKey: ["books"] });
      announce("The file was replaced and is being prepared.");
      onClose();
    } catch (error) {
      if (!control.signal.aborted) setStep({ name: "failed", reason: inPlainWords(error) });
    }
  };
  const moving = step && said[step.name];
  return (
    <Dialog title="Replace the file" onClose={onClose}>
      <div className="stack">
        <p>
          Readers keep the present file until the new one is prepared. Title and other details stay as they
          are.
        </p>
        {step?.name === "failed" && <Note tone="bad">{step.reason}</Note>}
        {moving ? (
          <div className="preparing" role="status">
            <p>{moving}…</p>
            <Bar label={moving} value={step && "part" in step ? step.part : undefined} />
          </div>
        ) : (
          <DropZone onFiles={(files) => void replace(files)} />
        )}
      </div>
    </Dialog>
  );
}
