// What the official parser says of an AsyncAPI document; exit code 1 when anything is wrong in it.
// usage: node check_asyncapi.mjs asyncapi.yaml
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const found = diagnostics.filter(({ severity }) => severity <= 1); // errors and warnings
for (const { message, path } of found) console.log(path.join("."), message);
console.log(document ? `${document.channels().length} channels, ${document.operations().length} operations` : "no document");
process.exitCode = found.length || !document ? 1 : 0;
