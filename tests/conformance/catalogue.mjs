// All tests: what is judged and how, by the name of the test.
import { tests as cnt } from "./cnt.mjs";
import { tests as css } from "./css.mjs";
import { tests as lay } from "./lay.mjs";
import { tests as mol } from "./mol.mjs";
import { tests as nav } from "./nav.mjs";
import { tests as ocf } from "./ocf.mjs";
import { tests as pkg } from "./pkg.mjs";
import { tests as pub } from "./pub.mjs";
import { tests as scr } from "./scr.mjs";
import { tests as spreads } from "./spreads.mjs";

/**
 * `{ name: { looks, judge(reader, book), refused? } }`. `judge` throws when the rendering is not what the
 * test's text asks for. `book` is `{ id, error, ids }`; with `refused` an import's error is what is judged.
 */
export const judged = { ...cnt, ...css, ...lay, ...spreads, ...mol, ...nav, ...ocf, ...pkg, ...pub, ...scr };
