import type { CallContext, CompensationContext, SagaFailure, StepContext, UndoneStep } from '../saga/step-context.js';
import { noMetadata } from './execution-metadata.js';

// Contexts for unit tests of a single method: `await saga.releaseCard(card, compensationContext({ input: request }))`.

/**
 * A context to call a step with. What is left out: no input, no needs, no metadata, the key `'test-key'`, attempt 1, not in doubt, a signal
 * that never aborts, events that go nowhere, no transaction. To see what a step emits:
 * `stepContext({ emit: (event) => emitted.push(event) })`.
 */
export function stepContext<Input = undefined, Needs = object, Events = never, Transaction = undefined>(
  given: Partial<StepContext<Input, Needs, Events, Transaction>> = {},
): StepContext<Input, Needs, Events, Transaction> {
  const { input, needs, transaction, inDoubt = false, ...rest } = given;
  const made = { ...callDefaults(), emit: () => {}, inDoubt, transaction: transaction as Transaction, ...rest };
  return asInARun(input as Input, (needs ?? {}) as Needs, made);
}

export interface GivenCompensationContext<Input, Needs> extends Partial<Omit<CompensationContext<Input, Needs>, 'step' | 'failure'>> {
  readonly step?: Partial<UndoneStep>;
  readonly failure?: Partial<SagaFailure>;
}

/**
 * A context to call a compensation or a fallback with. What is left out: as for {@link stepContext}; the step is named `'step'`, was sent
 * under `'test-step-key'` and succeeded, and another step, `'laterStep'`, failed.
 */
export function compensationContext<Input = undefined, Needs = object>(
  given: GivenCompensationContext<Input, Needs> = {},
): CompensationContext<Input, Needs> {
  const { input, needs, step, failure, ...rest } = given;
  return asInARun(input as Input, (needs ?? {}) as Needs, {
    ...callDefaults(),
    ...rest,
    step: { name: 'step', key: 'test-step-key', outcome: 'succeeded' as const, error: undefined, ...step },
    failure: { step: 'laterStep', error: new Error('the later step failed'), ...failure },
  });
}

function callDefaults(): Pick<CallContext, 'idempotencyKey' | 'attempt' | 'signal' | 'metadata'> {
  return { idempotencyKey: 'test-key', attempt: 1, signal: new AbortController().signal, metadata: noMetadata };
}

/** Only these two are a context's own in a run, so that a copy lacks all else: a test is to find that out too. */
function asInARun<Input, Needs, Made extends object>(input: Input, needs: Needs, made: Made): Made & { input: Input; needs: Needs } {
  return Object.assign(Object.create(made) as Made, { input, needs });
}
