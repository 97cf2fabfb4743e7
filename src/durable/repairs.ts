import { SagaError } from '../errors/saga-error.js';
import type { Repair } from '../kernel/events.js';

/** What a person can do about an execution that is stuck (durability.md, guarantee 5). Each is logged, with who did it. */
export interface Repairs {
  /** Calls every compensation again that failed for good, with all its attempts, and then undoes the rest. */
  retry(reason?: string): Promise<void>;
  /** Counts the step as undone, because somebody did that by hand, and undoes the rest. @param reason is logged */
  skip(step: string, reason: string): Promise<void>;
  /** Says what the step really did: its compensation is called with that, and then the rest is undone. */
  resolve(step: string, effect: unknown): Promise<void>;
  /** Ends the execution with what remains. @param reason is logged */
  abandon(reason: string): Promise<void>;
}

/** Turns what a person asks for into the repair that the kernel judges. */
export function repairsBy(apply: (repair: Repair) => Promise<void>): Repairs {
  return {
    retry: async (reason) => apply(reason === undefined ? { kind: 'retry' } : { kind: 'retry', reason: said('reason', reason) }),
    skip: async (step, reason) => apply({ kind: 'skip', step: said('step', step), reason: said('reason', reason) }),
    resolve: async (step, effect) => apply({ kind: 'resolve', step: said('step', step), effect }),
    abandon: async (reason) => apply({ kind: 'abandon', reason: said('reason', reason) }),
  };
}

/** @throws SagaError `SAGA_LOG_BAD_REPAIR` where it says nothing */
export function said(name: string, text: unknown): string {
  if (typeof text === 'string' && text.trim() !== '') return text;
  throw badRepair(`'${name}' must be a text that says something`);
}

export function badRepair(problem: string): SagaError {
  return new SagaError({
    code: 'SAGA_LOG_BAD_REPAIR',
    problem: `This repair cannot be made: ${problem}.`,
    remedy: 'Look at the execution with `runner.executions.show(id)`; nothing has changed.',
  });
}

export function notStuck(id: string, status: string): SagaError {
  return new SagaError({
    code: 'SAGA_LOG_NOT_STUCK',
    problem: `The execution '${id}' is ${status}, and only what is stuck can be repaired.`,
    remedy: 'Somebody may have repaired it already; `runner.executions.show(id)` tells.',
  });
}

export function repairedByAnother(id: string): SagaError {
  return new SagaError({
    code: 'SAGA_LOG_REPAIR_CONFLICT',
    problem: `The execution '${id}' was being repaired by somebody else at the same time; this repair was not made.`,
    remedy: 'Look at what became of it, and repair what is then still stuck.',
  });
}
