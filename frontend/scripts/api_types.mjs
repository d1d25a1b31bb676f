// The types of the API's client and of the live interview's messages, from the documents that documents.py writes.
// Files are Blobs.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const root = new URL("..", import.meta.url);
const blob = ts.factory.createTypeReferenceNode("Blob");
const read = (name) => JSON.parse(readFileSync(new URL(name, root), "utf8"));
const info = { title: "The live interview", version: "1" };
const live = { openapi: "3.1.0", info, paths: {}, ...read("asyncapi.json") };
for (const [document, output] of [[read("openapi.json"), "schema.d.ts"], [live, "live.d.ts"]]) {
  const types = await openapiTS(document, {
    alphabetize: true,
    defaultNonNullable: document !== live, // messages of the client may leave out what has a default
    transform: (schema) => (schema.format === "binary" ? blob : undefined),
  });
  writeFileSync(new URL(`src/api/${output}`, root), astToString(types));
}
