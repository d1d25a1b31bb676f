/** What the address of a list says, read one value at a time; what makes no sense is left out. */

/** A page from 2 on; the first one needs no mention. */
export function pageOf(value: unknown): number | undefined {
  return Number(value) > 1 ? Math.floor(Number(value)) : undefined;
}

export function textOf(value: unknown): string | undefined {
  const text = typeof value === "number" ? String(value) : value; // an address does not tell 123 from "123"
  return typeof text === "string" && text ? text : undefined;
}

export function oneOf<T extends string>(all: readonly T[], value: unknown): T | undefined {
  return all.find((one) => one === value);
}

/** A day as 2026-11-29. */
export function dayOf(value: unknown): string | undefined {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;
}
