/** The messages of the live interview, as docs/asyncapi.yaml describes them. */
import type { components } from "@/api/live";

type Schemas = components["schemas"];
export type ServerEvent = Schemas["AnyServerEvent"];
export type ClientMessage = Schemas["AnyClientMessage"];
export type Question = Schemas["QuestionFields"];
export type Plan = Schemas["PlanFields"];
export type ServerState = Schemas["StatusEvent"]["state"];

/** Samples a second that are sent, whatever the microphone has. */
export const RATE = 16_000;
const INDEX_BYTES = 8;

/** Why the server closed a connection. */
export const CLOSED = { ended: 1000, refused: 1008, full: 1013, signedOut: 4401, gone: 4404, late: 4408, elsewhere: 4409 } as const;

/** A binary message: the number of its first sample in the answer, and the samples. */
export function frame(first: number, samples: Int16Array): ArrayBuffer {
  const message = new ArrayBuffer(INDEX_BYTES + samples.byteLength);
  new DataView(message).setBigUint64(0, BigInt(first), true);
  new Int16Array(message, INDEX_BYTES).set(samples);
  return message;
}
