import { inspect } from 'node:util';

// Warnings of the process: for what somebody must hear of where nobody was given to tell.

/** The result may be out already, and there is no handler to tell. */
export function warnOfLateEffect(saga: string, step: string): void {
  const message = `An effect of ${saga}.${step} came late and could not be undone. Give the runner an onCompensationError to be told.`;
  process.emitWarning(message, { type: 'SagaLateEffectWarning' });
}

/** There is no other observer to tell. */
export function warnOfObserver(saga: string, event: string, error: unknown): void {
  const message = `An observer of saga ${saga} failed at '${event}'; the execution goes on.`;
  process.emitWarning(message, { type: 'SagaObserverWarning', detail: describe(error) });
}

/** There is no observer to tell. */
export function warnOfPublishing(saga: string, error: unknown): void {
  const message = `What a completed ${saga} emitted could not be published; it is in the result of the run.`;
  process.emitWarning(message, { type: 'SagaPublishWarning', detail: describe(error) });
}

/** There is no observer to tell. */
export function warnOfRollback(saga: string): void {
  const message = `The transaction of a ${saga} that did not complete was to be rolled back, and its driver did not confirm that.`;
  process.emitWarning(message, { type: 'SagaRollbackWarning' });
}

/** There is no observer to tell, or it concerns no execution alone. */
export function warnOfLog(what: string, error: unknown): void {
  process.emitWarning(what, { type: 'SagaLogWarning', detail: describe(error) });
}

function describe(error: unknown): string {
  try {
    return error instanceof Error ? (error.stack ?? error.message) : inspect(error);
  } catch {
    return 'what it threw cannot be shown';
  }
}
