import { Store, useStore } from "../api/store";

const said = new Store<{ text: string; turn: number }>({ text: "", turn: 0 });

/** Tells screen readers something politely, without moving the focus. */
export function announce(text: string): void {
  said.set({ text, turn: said.get().turn + 1 });
}

/** The one live region of the app. Two nodes take turns, so that the same words twice are read twice. */
export function Announcer() {
  const { text, turn } = useStore(said);
  return (
    <div className="visually-hidden" role="status" aria-live="polite" aria-atomic="false">
      <p>{turn % 2 === 0 ? text : ""}</p>
      <p>{turn % 2 === 1 ? text : ""}</p>
    </div>
  );
}
