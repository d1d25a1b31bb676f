import { common as t } from "@/text";

export function Logo() {
  return (
    <span className="flex items-center gap-2.5 font-semibold">
      <svg aria-hidden viewBox="0 0 32 32" className="size-7">
        <rect width="32" height="32" rx="9" className="fill-primary" />
        <path d="M8 13.5v5M13.3 9v14M18.7 12v8M24 14v4" className="stroke-on-primary" strokeWidth="2.6" strokeLinecap="round" />
      </svg>
      {t.name}
    </span>
  );
}
