import type { Settled } from '../saga/settled.js';
import type { EndedRun } from './ended-run.js';
import type { Execution } from './execution.js';
import { callFinallyHandlers, finallyHandlersOf } from './finally.js';
import { publishEvents } from './publishing.js';
import { settledOf } from './results.js';
import { disposeScope } from './scopes.js';

/** What follows the end of an execution in memory: its events are published, the `finally` handlers called, its scope disposed (R17). */
export async function conclude(run: EndedRun, settled: Settled<object>): Promise<void> {
  try {
    if (settled.status === 'completed' && settled.events.length > 0) await publishEvents(settled.events, run);
    const handlers = finallyHandlersOf(run.blueprint, run.scope, run.environment);
    if (handlers.length > 0) await callFinallyHandlers(handlers, Object.freeze(settled), run);
  } finally {
    await disposeScope(run.scope, run.report);
  }
}

/** How it ended, when all that follows the end is done. Rejects for a defect, its scope disposed all the same. */
export async function conclusionOf(execution: Execution, untilEnd: Promise<void>): Promise<Settled<object>> {
  try {
    await untilEnd;
  } catch (error) {
    await disposeScope(execution.scope, execution.report);
    throw error;
  }
  const settled = settledOf(execution.state, execution.identity);
  await conclude(execution, settled);
  return settled;
}
