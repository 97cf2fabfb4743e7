import type { Alarm, Alarms } from './alarms.js';
import type { Settling } from './invoke.js';

export interface TimeLimit {
  /** `null`: none; `passed`: it is up, for the call began before. */
  readonly timeoutMs: number | null | 'passed';
  readonly graceMs: number;
}

export interface CallReport {
  /** It settled, in time or not; told once. */
  returned(value: unknown): void;
  threw(error: unknown): void;
  /** The time-out passed and it had not settled. */
  timedOut(): void;
  /** So did the grace. */
  graceEnded(): void;
}

/** Reports how a call settles, and what of its time limit passed before that (R5, R15). */
export function timedCall(alarms: Alarms, { timeoutMs, graceMs }: TimeLimit, call: Settling, report: CallReport): void {
  if (timeoutMs === null) return call((value) => report.returned(value), (error) => report.threw(error));
  let alarm: Alarm;
  const timeIsUp = (): void => {
    alarm = alarms.set(graceMs, () => report.graceEnded());
    report.timedOut();
  };
  if (timeoutMs === 'passed') timeIsUp();
  else alarm = alarms.set(timeoutMs, timeIsUp);
  call(
    // Reported before the alarm is taken back: what begins next mostly sets one of its own, and then the timer is kept.
    (value) => {
      report.returned(value);
      alarms.takeBack(alarm);
    },
    (error) => {
      report.threw(error);
      alarms.takeBack(alarm);
    },
  );
}
