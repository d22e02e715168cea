/** The class we put on where the book's own does not show. */
const own = "bindery-reading";
/** What tells that a class changes how an element looks. */
const looks = [
  "color",
  "backgroundColor",
  "backgroundImage",
  "textDecorationLine",
  "fontWeight",
  "fontStyle",
  "outlineStyle",
  "borderTopWidth",
  "borderBottomWidth",
  "boxShadow",
  "opacity",
  "fill",
  "stroke",
  "visibility",
  "textShadow",
  "filter",
] as const;

/**
 * Marks what is being read with the book's class (`media:active-class`), and with ours if that
 * changes nothing. Returns what takes the mark away.
 */
export function mark(
  element: Element,
  activeClass: string | undefined,
  playbackClass: string | undefined,
): () => void {
  const root = element.ownerDocument.documentElement;
  const playback = words(playbackClass).filter((name) => !root.classList.contains(name));
  root.classList.add(...playback);
  const before = look(element);
  const added = words(activeClass).filter((name) => !element.classList.contains(name));
  element.classList.add(...added);
  if (look(element) === before) {
    element.classList.add(own);
    added.push(own);
  }
  element.setAttribute("data-reading", "");
  return () => {
    element.classList.remove(...added);
    root.classList.remove(...playback);
    element.removeAttribute("data-reading");
    if (element.getAttribute("class") === "") element.removeAttribute("class");
  };
}

function words(names: string | undefined): string[] {
  return names?.split(/\s+/).filter(Boolean) ?? [];
}

function look(element: Element): string {
  const style = element.ownerDocument.defaultView?.getComputedStyle(element);
  return style ? looks.map((name) => style[name]).join("|") : "";
}
