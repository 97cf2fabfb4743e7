import { compensationKey, fallbackKey, stepKey } from '../kernel/keys.js';
import type { StepRun } from '../kernel/judge.js';
import { relativePath } from '../graph/paths.js';
import type { UndoFacts } from '../kernel/undo-facts.js';
import type { ExecutionMetadata } from '../saga/execution-metadata.js';
import type { CompensationContext, SagaFailure, StepContext, UndoneStep } from '../saga/step-context.js';
import type { ExecutionRef } from './ports.js';

// What a method is called with. Whatever costs time to make (the signal, the id, the keys, `emit`) is made when first asked for: most
// methods ask for little of it. Needs are read at once, because a step in doubt may look at them when they have long run anew.

/** An AbortSignal in waiting. */
export class LazySignal {
  #controller: AbortController | undefined;
  #aborted: { readonly reason: unknown } | undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#aborted ??= { reason };
    this.#controller?.abort(reason);
  }
}

type Needs = Readonly<Record<string, unknown>>;

/**
 * That of a run that is sure of what earlier ones did, in no transaction. One class of its own, with few fields, because making it is much
 * of what a step costs.
 */
export class RunningStepContext implements StepContext<unknown, Needs, unknown> {
  readonly #execution: ExecutionRef;
  readonly #run: StepRun;
  #signal: LazySignal | undefined;
  #emission: Emission | undefined;

  constructor(
    execution: ExecutionRef,
    run: StepRun,
    public input: unknown,
    public needs: Needs,
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

  get metadata(): ExecutionMetadata {
    return this.#execution.metadata;
  }

  get signal(): AbortSignal {
    return (this.#signal ??= new LazySignal()).signal;
  }

  get emit(): (event: unknown) => void {
    return (this.#emission ??= new Emission()).emit;
  }

  get transaction(): unknown {
    return undefined;
  }

  get inDoubt(): boolean {
    return false;
  }

  abort(reason: unknown): void {
    (this.#signal ??= new LazySignal()).abort(reason);
  }

  /** The step has settled: what it emits from here on is dropped. Answers what it emitted; `undefined`: nothing (R20). */
  close(): readonly unknown[] | undefined {
    return this.#emission?.close();
  }

  /** From here on it is the context of a step class, which knows nothing of the saga but the input that was computed for it. */
  enterStepClass(input: unknown): void {
    this.input = input;
    this.needs = {};
  }
}

/** That of a run in a transaction, or in doubt of an earlier one. */
export class SpecialStepContext extends RunningStepContext {
  readonly #transaction: unknown;
  readonly #inDoubt: boolean;

  constructor(execution: ExecutionRef, run: StepRun, input: unknown, needs: Needs, transaction: unknown, inDoubt: boolean) {
    super(execution, run, input, needs);
    this.#transaction = transaction;
    this.#inDoubt = inDoubt;
  }

  override get transaction(): unknown {
    return this.#transaction;
  }

  override get inDoubt(): boolean {
    return this.#inDoubt;
  }
}

/** What one run of a step emits, until it has settled. */
class Emission {
  #events: unknown[] | undefined;
  #isClosed = false;

  readonly emit = (event: unknown): void => {
    if (!this.#isClosed) (this.#events ??= []).push(event);
  };

  close(): readonly unknown[] | undefined {
    this.#isClosed = true;
    return this.#events;
  }
}

/** What a compensation or fallback is told of its step. */
export type ToldFacts = Pick<UndoFacts, 'outcome' | 'error' | 'failure'>;

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
  /** The path of the sub-saga whose method is called: names are told as it would write them (R24). */
  readonly #within: string;
  readonly #call: UndoCallRef;
  readonly #facts: ToldFacts;
  #signal: LazySignal | undefined;

  constructor(
    execution: ExecutionRef,
    within: string,
    call: UndoCallRef,
    facts: ToldFacts,
    public input: unknown,
    public needs: Needs,
  ) {
    this.#execution = execution;
    this.#within = within;
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
      name: relativePath(this.#within, step),
      outcome,
      error,
      get key() {
        return stepKey(execution.id, step, round);
      },
    };
  }

  get failure(): SagaFailure {
    const { step, error } = this.#facts.failure;
    return { step: step === undefined ? undefined : relativePath(this.#within, step), error };
  }

  get idempotencyKey(): string {
    const { step, round, undo } = this.#call;
    return undo === undefined ? fallbackKey(this.#execution.id, step, round) : compensationKey(this.#execution.id, step, round, undo);
  }

  get metadata(): ExecutionMetadata {
    return this.#execution.metadata;
  }

  get signal(): AbortSignal {
    return (this.#signal ??= new LazySignal()).signal;
  }

  abort(reason: unknown): void {
    (this.#signal ??= new LazySignal()).abort(reason);
  }

  /** As that of a step. */
  enterStepClass(input: unknown): void {
    this.input = input;
    this.needs = {};
  }
}
