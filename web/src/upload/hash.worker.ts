import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** What the worker tells: how much it has read, then the digest, or why it could not read. */
export type Hashing = { read: number } | { sha256: string } | { failed: string };

const tell = (message: Hashing) => postMessage(message);

// WebCrypto hashes only what lies in memory whole; books may be larger than that is kind to.
addEventListener("message", async ({ data: file }: MessageEvent<File>) => {
  try {
    const hash = sha256.create();
    const reader = file.stream().getReader();
    let read = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      hash.update(value);
      read += value.length;
      tell({ read });
    }
    tell({ sha256: bytesToHex(hash.digest()) });
  } catch (error) {
    tell({ failed: error instanceof Error ? error.message : String(error) });
  }
});
