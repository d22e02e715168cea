const mark = "data-bindery-wide";

/**
 * Marks tables and formulas that are wider than their room. Only in these tables may words be broken
 * anywhere: where every table may, the browser squeezes short columns to a letter or two beside long
 * ones. Only these formulas stand on a line of their own and scroll.
 */
export function markWide(document: Document): void {
  const all = [...document.querySelectorAll("table, math")];
  for (const element of all) element.removeAttribute(mark);
  // All are measured before one is marked: one layout, not one for each.
  const wide = all.filter((element) => {
    const room = roomOf(element);
    return room > 0 && inlineSize(element) > room + 1;
  });
  for (const element of wide) element.setAttribute(mark, "");
}

/** Of the block an element stands in; elements within lines have no size of their own. */
function roomOf(element: Element): number {
  let room = element.parentElement;
  while (room && style(room)?.display.startsWith("inline")) room = room.parentElement;
  return room ? inlineSize(room) : 0;
}

/** The used size; boxes would add up the parts of what is cut into pages. */
function inlineSize(element: Element): number {
  return Number.parseFloat(style(element)?.inlineSize ?? "") || 0;
}

function style(element: Element): CSSStyleDeclaration | undefined {
  return element.ownerDocument.defaultView?.getComputedStyle(element);
}
