import { cn } from "@/lib/cn";

/** A column: what stands above it, and what its cell needs beside. `hidden` is for screen readers alone. */
export type Column = { name: string; className?: string; hidden?: boolean };

/** The head of a table; on a phone, where rows are cards, only screen readers have it. */
export function TableHead({ columns }: { columns: readonly Column[] }) {
  return (
    <thead className="text-muted max-sm:sr-only">
      <tr className="border-b border-line">
        {columns.map(({ name, className, hidden }) => (
          <th key={name} scope="col" className={cn("px-3 py-3 font-medium first:pl-5 last:pr-5", className)}>
            {hidden ? <span className="sr-only">{name}</span> : name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
