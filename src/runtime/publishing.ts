import type { EndedRun } from './ended-run.js';
import type { ExecutionRef } from './ports.js';
import { warnOfPublishing } from './warnings.js';
import { withinGrace } from './within-grace.js';

/** Publishes what a completed execution emitted, once. That this fails is reported, and changes nothing any more (R20). */
export async function publishEvents(events: readonly unknown[], execution: EndedRun): Promise<void> {
  const { publish, graceMs, observers } = execution.environment;
  if (publish === null) return;
  try {
    const { identity, alarms } = execution;
    await withinGrace('publish of the runner', graceMs, () => publish(events, identity, idsOf(events, identity)), alarms);
  } catch (error) {
    if (observers.length === 0) warnOfPublishing(execution.identity.saga, error);
    execution.report({ type: 'publish-failed', events, error });
  }
}

/** One for each event that an execution emitted, the same wherever and however often they are published. */
export function idsOf(events: readonly unknown[], { id }: ExecutionRef): readonly string[] {
  return events.map((_, index) => `${id}:${index}`);
}
