/** The camera that somebody may turn on, and off again, at any time. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Camera } from "./camera";
import { filmType } from "./film_type";
import { obstacle, type Problem, problemOf } from "./microphone";

export type CameraControl = {
  camera: Camera | null;
  problem: Problem | undefined;
  asking: boolean;
  /** Asks the person, so call it after a click. */
  open: (deviceId?: string) => Promise<void>;
  close: () => void;
  /** Whether this browser can film at all. */
  possible: boolean;
};

/** Closed with the component. */
export function useCamera(): CameraControl {
  const [camera, setCamera] = useState<Camera | null>(null);
  const [problem, setProblem] = useState<Problem>();
  const [asking, setAsking] = useState(false);
  const current = useRef<Camera | null>(null);
  const change = useCallback((next: Camera | null) => {
    current.current?.close();
    current.current = next;
    setCamera(next);
  }, []);
  useEffect(() => () => current.current?.close(), []);
  const open = async (deviceId?: string) => {
    setAsking(true);
    setProblem(undefined);
    try {
      const { Camera } = await import("./camera");
      const lost = () => {
        setProblem("lost");
        change(null);
      };
      change(await Camera.open(lost, deviceId));
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setAsking(false);
    }
  };
  return { camera, problem, asking, open, close: () => change(null), possible: obstacle() === undefined && filmType() !== undefined };
}
