import { common as t } from "@/text";

export function Logo() {
  return (
    <span className="flex items-center gap-2.5 font-semibold">
      <svg aria-hidden viewBox="0 0 32 32" className="size-7">
        <rect width="32" height="32" rx="9" className="fill-primary" />
        <path d="M8 14v4M13 10v12M18 12.5v7M23 8v16" className="stroke-on-primary" strokeWidth="2.6" strokeLinecap="round" />
      </svg>
      {t.name}
    </span>
  );
}
