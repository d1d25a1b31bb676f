import { useMemo } from "react";
import { encode } from "uqr";

/** The modules of a QR code: whether each is dark, row by row. */
function modules(text: string) {
  return encode(text, { ecc: "M", border: 3 });
}

function pathOf(data: readonly (readonly boolean[])[]): string {
  return data.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
}

/** A QR code; dark on white in both themes, as cameras expect it. */
export function Qr({ text, label }: { text: string; label: string }) {
  const { data, size } = useMemo(() => modules(text), [text]);
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" className="w-full max-w-56 rounded-control border border-line">
      <rect width={size} height={size} fill="#fff" />
      <path d={pathOf(data)} fill="#000" />
    </svg>
  );
}

/** The same as a file that scales, for print. */
export function qrSvg(text: string): Blob {
  const { data, size } = modules(text);
  const image = `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${pathOf(data)}" fill="#000"/></svg>`;
  return new Blob([image], { type: "image/svg+xml" });
}

/** The same as a picture of about 1,000 px, for mails and slides. */
export function qrPng(text: string): Promise<Blob> {
  const { data, size } = modules(text);
  const scale = Math.ceil(1000 / size);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * scale;
  const drawing = canvas.getContext("2d");
  if (!drawing) return Promise.reject(new Error("no canvas"));
  drawing.fillStyle = "#fff";
  drawing.fillRect(0, 0, canvas.width, canvas.height);
  drawing.fillStyle = "#000";
  for (const [y, row] of data.entries()) for (const [x, dark] of row.entries()) if (dark) drawing.fillRect(x * scale, y * scale, scale, scale);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"));
}
