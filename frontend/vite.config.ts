import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const api = process.env.GREENROOM ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "./", // the server says in the document under which path it is seen
  plugins: [
    tanstackRouter({ target: "react", autoCodeSplitting: true, quoteStyle: "double", semicolons: true }),
    react(),
    tailwindcss(),
  ],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    target: ["es2022", "chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0, // no data: addresses, so that the strict content security policy holds
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: "es" },
  server: {
    proxy: { "/api": { target: api, ws: true }, "/uploads": api, "/health": api },
  },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
