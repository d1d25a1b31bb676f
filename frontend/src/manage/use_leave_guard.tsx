import { useBlocker } from "@tanstack/react-router";
import { useRef } from "react";
import { Confirm } from "@/components/dialog";

/** Asks before a screen is left on which something is not saved. `leave()` lets the next step pass. */
export function useLeaveGuard(isDirty: boolean, text: { leaveTitle: string; leaveText: string; leave: string; stay: string }) {
  const leaving = useRef(false);
  const holds = () => isDirty && !leaving.current;
  const blocker = useBlocker({ shouldBlockFn: holds, enableBeforeUnload: holds, withResolver: true });
  const dialog = (
    <Confirm
      open={blocker.status === "blocked"}
      onClose={() => blocker.reset?.()}
      onConfirm={() => blocker.proceed?.()}
      title={text.leaveTitle}
      text={text.leaveText}
      action={text.leave}
      cancel={text.stay}
      danger
    />
  );
  const leave = () => {
    leaving.current = true;
  };
  return { dialog, leave };
}
