import { compensationKey, fallbackKey, stepKey } from '../kernel/keys.js';
import type { StepRun } from '../kernel/judge.js';
import type { UndoFacts } from '../kernel/undo-facts.js';
import type { CompensationContext, StepContext, StepFailure, UndoneStep } from '../saga/step-context.js';
import type { ExecutionRef } from './ports.js';

// What a method is called with. Whatever costs time to make (the signal, the id, the keys) is made when first asked for: most
// methods ask for little of it. Needs are read at once, because a step in doubt may look at them when they have long run anew.

/** An AbortSignal in waiting. */
export class LazySignal {
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#reason ??= reason;
    this.#controller?.abort(reason);
  }
}

type Needs = Record<string, unknown>;

export class RunningStepContext implements StepContext<unknown, Needs> {
  readonly #execution: ExecutionRef;
  readonly #run: StepRun;
  #signal: LazySignal | undefined;

  constructor(
    execution: ExecutionRef,
    run: StepRun,
    readonly input: unknown,
    readonly needs: Needs,
  ) {
    this.#execution = execution;
    this.#run = run;
  }

  get attempt(): number {
    return this.#run.attempt;
  }

  get idempotencyKey(): string {
    return stepKey(this.#execution.id, this.#run.step, this.#run.round);
  }

  get signal(): AbortSignal {
    return (this.#signal ??= new LazySignal()).signal;
  }

  abort(reason: Error): void {
    (this.#signal ??= new LazySignal()).abort(reason);
  }
}

/** Which call of a compensation or a fallback a context is for. */
export interface UndoCallRef {
  readonly step: string;
  readonly round: number;
  /** Left out for a fallback. */
  readonly undo?: number;
  readonly attempt: number;
}

export class RunningCompensationContext implements CompensationContext<unknown, Needs> {
  readonly #execution: ExecutionRef;
  readonly #call: UndoCallRef;
  readonly #facts: UndoFacts;
  #signal: LazySignal | undefined;

  constructor(
    execution: ExecutionRef,
    call: UndoCallRef,
    facts: UndoFacts,
    readonly input: unknown,
    readonly needs: Needs,
  ) {
    this.#execution = execution;
    this.#call = call;
    this.#facts = facts;
  }

  get attempt(): number {
    return this.#call.attempt;
  }

  get step(): UndoneStep {
    const { step, round } = this.#call;
    const { outcome, error } = this.#facts;
    const execution = this.#execution;
    return {
      name: step,
      outcome,
      error,
      get key() {
        return stepKey(execution.id, step, round);
      },
    };
  }

  get failure(): StepFailure {
    return this.#facts.failure;
  }

  get idempotencyKey(): string {
    const { step, round, undo } = this.#call;
    return undo === undefined ? fallbackKey(this.#execution.id, step, round) : compensationKey(this.#execution.id, step, round, undo);
  }

  get signal(): AbortSignal {
    return (this.#signal ??= new LazySignal()).signal;
  }

  abort(reason: Error): void {
    (this.#signal ??= new LazySignal()).abort(reason);
  }
}
