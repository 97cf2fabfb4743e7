import type { Alarms } from './alarms.js';
import type { Clock } from './ports.js';
import type { RunSettings } from './run-settings.js';

/** Why an execution is to be cancelled (R19). */
export interface CancelRequest {
  /** What the caller's signal was aborted with. */
  readonly reason: unknown;
  /** The deadline that passed, in milliseconds; `undefined`: it was the caller's signal. */
  readonly deadlineMs: number | undefined;
}

/** What asks for cancellation by now; `undefined`: nothing does. */
export function cancelRequestOf({ signal, deadlineMs, deadlineAtMs }: RunSettings, clock: Clock): CancelRequest | undefined {
  if (signal?.aborted === true) return { reason: signal.reason, deadlineMs: undefined };
  return deadlineAtMs !== null && deadlineAtMs <= clock.monotonicMs() ? { reason: undefined, deadlineMs } : undefined;
}

/** Calls `cancel` when the caller's signal aborts or the deadline passes. Answers how to stop watching. */
export function watchForCancellation(
  { signal, deadlineMs, deadlineAtMs }: RunSettings,
  clock: Clock,
  alarms: Alarms,
  cancel: (request: CancelRequest) => void,
): () => void {
  const onAbort = (): void => cancel({ reason: signal!.reason, deadlineMs: undefined });
  signal?.addEventListener('abort', onAbort, { once: true });
  const alarm =
    deadlineAtMs === null
      ? undefined
      : alarms.set(Math.max(0, deadlineAtMs - clock.monotonicMs()), () => cancel({ reason: undefined, deadlineMs }));
  return () => {
    signal?.removeEventListener('abort', onAbort);
    if (alarm !== undefined) alarms.takeBack(alarm);
  };
}
