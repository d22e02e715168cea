import { Icon } from "../shell/Icon";
import type { Publication } from "./publication";
import type { View } from "./spreads";

/** What a reader should know of a chapter whose source was broken. */
const damages: Record<string, string> = {
  repaired: "This chapter was damaged and has been mended; something may be missing.",
  "text-only": "This chapter was damaged: only its text could be saved.",
  missing: "This chapter is missing from the book’s file.",
};

interface NoticesProps {
  publication: Publication;
  view: View;
  landscape: boolean;
}

/** One quiet line above the text, when there is something to say of what is shown. */
export function Notices({ publication, view, landscape }: NoticesProps) {
  const damage = view.map(({ slice }) => damages[publication.damage(slice) ?? ""]).find(Boolean);
  const { fixed, orientation } = publication.layout(view[0].slice);
  // A high page in a wide window wants turning only where the window can be turned.
  const turnable = matchMedia("(pointer: coarse)").matches;
  const turned = fixed && (orientation === "landscape" ? !landscape : turnable && orientation && landscape);
  if (!damage && !turned) return null;
  return (
    <div className="reader-notices" role="status">
      {damage && (
        <p className="reader-damage">
          <Icon name="warn" /> {damage}
        </p>
      )}
      {turned && (
        <p>
          This page is meant to be seen in {orientation}
          {turnable ? ": turn your device." : ": a wider window shows it larger."}
        </p>
      )}
    </div>
  );
}
