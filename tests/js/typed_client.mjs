// Types of the API for TypeScript, from the OpenAPI document of a running server; files are Blobs.
// usage: node typed_client.mjs http://127.0.0.1:8000/openapi.json api.d.ts
import { writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const [document, output] = process.argv.slice(2);
const blob = ts.factory.createTypeReferenceNode("Blob");
const types = await openapiTS(new URL(document), {
  transform: (schema) => (schema.format === "binary" ? blob : undefined),
});
writeFileSync(output, astToString(types));
