import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Player, type PlayerEvents } from "./player";
import type { Clip } from "./timeline";

/** An audio element as far as the player uses it; its time is moved by the tests. */
class FakeAudio extends EventTarget {
  src = "";
  currentTime = 0;
  playbackRate = 1;
  paused = true;
  seeking = false;
  play() {
    this.paused = false;
    return Promise.resolve();
  }
  pause() {
    this.paused = true;
  }
  at(time: number) {
    this.currentTime = time;
    this.dispatchEvent(new Event("timeupdate"));
  }
}

const clip = (url: string | undefined, begin = 0, end?: number): Clip => ({
  slice: 0,
  id: "x",
  audio: url === undefined ? undefined : { url, begin, end },
  roles: [],
  groups: [],
});

let audio: FakeAudio;
let told: string[];
let player: Player;
beforeEach(() => {
  vi.useFakeTimers();
  audio = new FakeAudio();
  told = [];
  const events: PlayerEvents = {
    onClip: (index) => told.push(`clip ${index}`),
    onState: (playing) => told.push(playing ? "playing" : "paused"),
    onEnd: () => told.push("end"),
    onSilence: () => told.push("silence"),
    wordsOf: () => ({ text: "Ten letters", lang: "en" }),
  };
  player = new Player(audio as unknown as HTMLAudioElement, events);
});
afterEach(() => {
  player.dispose();
  vi.useRealTimers();
});

test("clips follow each other, in one file without a jump and over files", () => {
  player.load([clip("a", 0, 1), clip("a", 1, 2), clip("b", 5)]);
  player.play();
  audio.at(0.5);
  expect(told).toEqual(["playing", "clip 0"]);
  audio.at(1.05);
  expect(told.at(-1)).toBe("clip 1");
  expect(audio.currentTime).toBe(1.05);
  audio.at(2);
  expect(told.at(-1)).toBe("clip 2");
  expect([audio.src, audio.currentTime]).toEqual(["b", 5]);
  audio.dispatchEvent(new Event("ended"));
  expect(told.at(-1)).toBe("end");
});

test("pausing keeps the phrase, and stepping while paused plays nothing", () => {
  player.load([clip("a", 0, 1), clip("a", 1, 2)]);
  player.play();
  player.pause();
  audio.at(1.5);
  expect(told).toEqual(["playing", "clip 0", "paused"]);
  player.go(1);
  expect([audio.paused, player.playing, player.index]).toEqual([true, false, 1]);
});

test("a text nobody speaks stays marked for as long as one reads it", () => {
  player.load([clip(undefined), clip("a")]);
  player.play();
  vi.advanceTimersByTime(900);
  expect(told.at(-1)).toBe("clip 0");
  vi.advanceTimersByTime(200);
  expect(told.at(-1)).toBe("clip 1");
});

test("a sound that fails stops the reading once", () => {
  player.load([clip("a", 0, 1), clip("a", 1, 2)]);
  player.play();
  audio.dispatchEvent(new Event("error"));
  expect(told).toEqual(["playing", "clip 0", "paused", "silence"]);
});
