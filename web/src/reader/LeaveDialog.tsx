import { Dialog } from "../shell/Dialog";

/** Asks before a link leads out of the book, and says where to. Nothing is told of us there. */
export function LeaveDialog({ address, onClose }: { address: string; onClose: () => void }) {
  const web = /^https?:/i.test(address);
  return (
    <Dialog title="Leave the book?" onClose={onClose}>
      <div className="stack">
        <p>
          {web
            ? "This link leads to another site. It opens in a new tab:"
            : "This link opens another program:"}
        </p>
        <p className="leave-address">{address}</p>
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Stay here
          </button>
          <a
            className="button primary"
            href={address}
            rel="noopener noreferrer"
            {...(web ? { target: "_blank" } : {})}
            onClick={onClose}
          >
            {web ? "Open in a new tab" : "Open"}
          </a>
        </div>
      </div>
    </Dialog>
  );
}
