import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where `npm run dev` finds the API: a running `bindery serve`, or the mock of `npm run mock`. */
const backend = process.env.BINDERY_URL ?? "http://127.0.0.1:8080";
const proxied = { target: backend, changeOrigin: false };

export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: {
      "@bindery/client": here("../openapi/client/index.ts"),
      // The generated client lives outside this folder: it takes its one dependency from here.
      "openapi-fetch": here("./node_modules/openapi-fetch"),
    },
  },
  server: { fs: { allow: [here("..")] }, proxy: { "/api": proxied, "/content": proxied } },
  // No inlined assets: the page's Content-Security-Policy allows 'self' only.
  build: {
    target: "es2022",
    // Browsers that know light-dark(): its fallback would not follow a color-scheme set further in.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  test: { include: ["src/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
