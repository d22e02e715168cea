/**
 * Runs at the start of every page of the reader, in the page and not in the book: `window.conf` answers
 * what is rendered. Slices are told by their addresses, places are in pixels of the window.
 */
export function toolkit() {
  const number = (frame) => Number(/\/slices\/(\d+)\.html/.exec(frame.contentDocument?.URL ?? "")?.[1] ?? -1);
  const seenBox = (box) => box.right > 1 && box.bottom > 1 && box.left < innerWidth - 1 && box.top < innerHeight - 1 && box.width > 0 && box.height > 0;
  const plain = (text) => text.replace(/\s+/g, " ").trim();
  const frames = () =>
    [...document.querySelectorAll("iframe")].filter(
      (frame) => number(frame) >= 0 && frame.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !frame.inert && seenBox(frame.getBoundingClientRect()),
    );
  const frame = (n) => frames().find((candidate) => number(candidate) === n);
  const doc = (n) => frame(n)?.contentDocument;
  /** A box of slice `n`'s own window, in the pixels of the whole window. */
  const place = (n, box) => {
    const element = frame(n);
    const outer = element.getBoundingClientRect();
    const [x, y] = [outer.width / element.offsetWidth, outer.height / element.offsetHeight];
    const [left, top] = [outer.left + (element.clientLeft + box.left) * x, outer.top + (element.clientTop + box.top) * y];
    return { left, top, width: box.width * x, height: box.height * y, right: left + box.width * x, bottom: top + box.height * y };
  };
  /** The part of the window that slice `n` is shown in. */
  const window_ = (n) => {
    const element = frame(n);
    return place(n, new DOMRect(0, 0, element.clientWidth, element.clientHeight));
  };
  const visible = (n, element) => {
    if (!element?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const shown = window_(n);
    return [...element.getClientRects()].some((box) => {
      const at = place(n, box);
      return seenBox(at) && at.right > shown.left + 1 && at.left < shown.right - 1 && at.bottom > shown.top + 1 && at.top < shown.bottom - 1;
    });
  };
  const find = (n, text) => {
    const walker = doc(n)?.body && doc(n).createTreeWalker(doc(n).body, 1);
    let best;
    for (let element = doc(n)?.body; element; element = walker.nextNode()) if (plain(element.textContent).includes(text)) best = element;
    return best;
  };
  const letters = (element) => {
    const out = [];
    const walker = element.ownerDocument.createTreeWalker(element, 4);
    const range = element.ownerDocument.createRange();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (let at = 0; at < node.data.length; at += 1) {
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const box = range.getClientRects()[0];
        if (box) out.push({ letter: node.data[at], box });
      }
    }
    return out;
  };
  /** The lines an element's text is broken into, by where its letters stand. */
  const lines = (element) => {
    const vertical = getComputedStyle(element).writingMode.startsWith("vertical");
    const out = [];
    let last;
    for (const { letter, box } of letters(element)) {
      const [along, across, size] = vertical ? [box.top, box.left, box.width] : [box.left, box.top, box.height];
      if (!last || along < last.along - 1 || Math.abs(across - last.across) > size / 2) out.push({ text: "", boxes: [] });
      out.at(-1).text += letter;
      if (box.width > 0 && box.height > 0) out.at(-1).boxes.push(box);
      last = { along, across };
    }
    return out;
  };

  window.conf = {
    doc,
    frame,
    place,
    find,
    visible,
    letters,
    lines,
    plain,
    room: window_,
    seen: (n, text) => visible(n, find(n, text)),
    shown: () =>
      frames()
        .map((element) => ({ n: number(element), ...window_(number(element)) }))
        .sort((a, b) => a.left - b.left || a.top - b.top),
    media: [],
    spoken: [],
    opened: [],
  };
  // The sound that the reader itself plays, and the speech it asks for.
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function (...rest) {
    if (!window.conf.media.includes(this)) window.conf.media.push(this);
    return play.apply(this, rest);
  };
  // Chromium without a screen has no voices: what is handed to the platform is noted, and "spoken" at once.
  SpeechSynthesis.prototype.speak = (utterance) => {
    window.conf.spoken.push(plain(utterance.text));
    setTimeout(() => utterance.dispatchEvent(new Event("start")), 20);
    setTimeout(() => utterance.dispatchEvent(new Event("end")), 300);
  };
}
