import { useEffect, useRef } from "react";
import { cn } from "@/lib/cn";
import { room as t } from "@/text";
import type { Camera } from "./camera";

/** What the camera sees, mirrored as people know themselves. */
export function SelfView({ camera, className }: { camera: Camera; className?: string }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = camera.stream;
  }, [camera]);
  return <video ref={video} autoPlay muted playsInline aria-label={t.selfView} className={cn("aspect-4/3 -scale-x-100 rounded-card border border-line bg-sunken object-cover", className)} />;
}
