import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { brotliCompressSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const api = process.env.GREENROOM ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "./", // the server says in the document under which path it is seen
  plugins: [
    tanstackRouter({ target: "react", autoCodeSplitting: true, quoteStyle: "double", semicolons: true }),
    react(),
    tailwindcss(),
    preload("inter-latin-wght-normal"),
    brotli(),
  ],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    target: ["es2022", "chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0, // no data: addresses, so that the strict content security policy holds
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // On a phone each request costs more than a few kilobytes, and the questions to the API wait for a connection behind
      // those that a script makes. So the screens that people come back to are in what the document asks for, with all
      // they need, and what many others share is in one file.
      output: {
        codeSplitting: {
          groups: [
            { name: "first", test: /src\/(routes\/_app(\.home|\.sessions\.\$id)?\.tsx|lib\/search)/ },
            { name: "shared", test: /node_modules|src/, minShareCount: 4 },
          ],
        },
      },
    },
  },
  worker: { format: "es" },
  server: {
    proxy: { "/api": { target: api, ws: true }, "/uploads": api, "/health": api },
  },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});

/**
 * Has the browser ask at once for what the page needs first: who is logged in, which it would otherwise ask only when
 * all scripts have run, and the font of most texts, so that texts do not change theirs.
 */
function preload(font: string): Plugin {
  return {
    name: "preload",
    transformIndexHtml: {
      order: "post",
      handler: (_, { bundle }) => {
        const file = Object.keys(bundle ?? {}).find((path) => path.includes(font) && path.endsWith(".woff2"));
        return [
          { tag: "link", injectTo: "head" as const, attrs: { rel: "preload", as: "fetch", crossorigin: true, href: "./api/v1/web/session" } },
          { tag: "link", injectTo: "head" as const, attrs: { rel: "preload", as: "font", type: "font/woff2", crossorigin: true, href: `./${file}` } },
        ];
      },
    },
  };
}

/** Scripts and styles once more, smaller than the server could make them; it sends them where a browser takes them. */
function brotli(): Plugin {
  return {
    name: "brotli",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const [path, file] of Object.entries(bundle)) {
          if (!/\.(js|css|svg)$/.test(path)) continue;
          this.emitFile({ type: "asset", fileName: `${path}.br`, source: brotliCompressSync(file.type === "chunk" ? file.code : file.source) });
        }
      },
    },
  };
}
