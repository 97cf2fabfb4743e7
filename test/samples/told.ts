import type { ObservedEvent, Observer } from 'class-saga';

/** What an account tells of an execution with these events. */
export function told(account: (tell: (line: string) => void) => Observer, events: readonly ObservedEvent[]): string[] {
  const lines: string[] = [];
  const observer = account((line) => lines.push(line));
  for (const event of events) observer(event, { id: 'execution', saga: 'Saga', metadata: {} });
  return lines;
}

/** A step's first attempt begins. */
export const begun = (step: string): ObservedEvent => ({ type: 'step-begun', step, round: 1, attempt: 1 });
