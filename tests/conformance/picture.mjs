// What the screen shows, as colours: enough of PNG to read the screenshots of Chromium.
import { inflateSync } from "node:zlib";

/** A screenshot's pixels. Coordinates are CSS pixels of the window (the device's scale is 1). */
export class Picture {
  /** Decodes 8-bit RGB or RGBA without interlacing (PNG, second edition, sections 7 and 9). */
  constructor(png) {
    const parts = [];
    for (let at = 8; at < png.length; ) {
      const [length, type] = [png.readUInt32BE(at), png.toString("latin1", at + 4, at + 8)];
      if (type === "IHDR") {
        this.width = png.readUInt32BE(at + 8);
        this.height = png.readUInt32BE(at + 12);
        this.channels = png[at + 17] === 6 ? 4 : 3;
      }
      if (type === "IDAT") parts.push(png.subarray(at + 8, at + 8 + length));
      at += length + 12;
    }
    this.bytes = unfilter(inflateSync(Buffer.concat(parts)), this.width * this.channels, this.channels);
  }

  at(x, y) {
    const start = (y * this.width + x) * this.channels;
    return [this.bytes[start], this.bytes[start + 1], this.bytes[start + 2]];
  }

  /** The pixels within `box` (all by default) whose colour fits: how many, what share, and their own box. */
  count(fits, box = { left: 0, top: 0, right: this.width, bottom: this.height }) {
    const [left, top] = [Math.max(0, Math.round(box.left)), Math.max(0, Math.round(box.top))];
    const [right, bottom] = [Math.min(this.width, Math.round(box.right)), Math.min(this.height, Math.round(box.bottom))];
    const found = { count: 0, share: 0, left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (let y = top; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) {
        if (!fits(...this.at(x, y))) continue;
        found.count += 1;
        found.left = Math.min(found.left, x);
        found.right = Math.max(found.right, x + 1);
        found.top = Math.min(found.top, y);
        found.bottom = Math.max(found.bottom, y + 1);
      }
    }
    found.share = found.count / Math.max(1, (right - left) * (bottom - top));
    return found;
  }

  /**
   * How alike the ink of two boxes is, 0 to 1: the correlation of their darkness, at the best of the
   * places within three pixels (letters stand on parts of pixels).
   */
  likeness(box, other) {
    const [width, height] = [Math.round(box.right - box.left), Math.round(box.bottom - box.top)];
    const ink = (from, dx, dy) => {
      const out = [];
      for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) out.push(765 - this.at(Math.round(from.left) + x + dx, Math.round(from.top) + y + dy).reduce((sum, part) => sum + part, 0));
      const mean = out.reduce((sum, value) => sum + value, 0) / out.length;
      return out.map((value) => value - mean);
    };
    const dot = (a, b) => a.reduce((sum, value, n) => sum + value * b[n], 0);
    const first = ink(box, 0, 0);
    let best = 0;
    for (let dx = -3; dx <= 3; dx += 1) {
      for (let dy = -3; dy <= 3; dy += 1) {
        const second = ink(other, dx, dy);
        best = Math.max(best, dot(first, second) / Math.sqrt(dot(first, first) * dot(second, second)));
      }
    }
    return best;
  }
}

export const red = (r, g, b) => r > 200 && g < 60 && b < 60;
/** CSS `green`. */
export const green = (r, g, b) => r < 30 && g > 110 && g < 150 && b < 30;
/** CSS `green` at half opacity on white: the stars of the SVG tests. */
export const halfGreen = (r, g, b) => Math.abs(r - 127) < 24 && Math.abs(g - 191) < 24 && Math.abs(b - 127) < 24;
/** The reader's paper and pages' white. */
export const pale = (r, g, b) => r > 240 && g > 240 && b > 230;
export const white = (r, g, b) => r > 250 && g > 250 && b > 250;
export const dark = (r, g, b) => r < 110 && g < 110 && b < 110;
/** Anything drawn on the paper, however thin. */
export const inked = (r, g, b) => Math.min(r, g, b) < 200;
export const blue = (r, g, b) => b > 180 && r < 120 && g < 120;
export const magenta = (r, g, b) => r > 180 && b > 180 && g < 120;

function unfilter(raw, stride, step) {
  const rows = raw.length / (stride + 1);
  const out = Buffer.alloc(rows * stride);
  for (let row = 0; row < rows; row += 1) {
    const filter = raw[row * (stride + 1)];
    for (let n = 0; n < stride; n += 1) {
      const at = row * stride + n;
      const left = n >= step ? out[at - step] : 0;
      const up = row > 0 ? out[at - stride] : 0;
      const corner = n >= step && row > 0 ? out[at - stride - step] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      out[at] = raw[row * (stride + 1) + 1 + n] + guess;
    }
  }
  return out;
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
