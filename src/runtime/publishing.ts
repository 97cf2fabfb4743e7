import type { Execution } from './execution.js';
import { warnOfPublishing } from './warnings.js';
import { withinGrace } from './within-grace.js';

/** Publishes what a completed execution emitted, once. That this fails is reported, and changes nothing any more (R20). */
export async function publishEvents(events: readonly unknown[], execution: Execution): Promise<void> {
  const { publish, graceMs, observers } = execution.environment;
  if (publish === null) return;
  try {
    await withinGrace('publish of the runner', graceMs, () => publish(events, execution.identity), execution.alarms);
  } catch (error) {
    if (observers.length === 0) warnOfPublishing(execution.identity.saga, error);
    execution.report({ type: 'publish-failed', events, error });
  }
}
