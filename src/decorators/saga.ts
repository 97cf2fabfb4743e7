import { SagaDefinitionError } from '../errors/definition-error.js';
import { compile } from '../graph/compile.js';
import { recordSaga } from '../metadata/record.js';
import type { InputOf } from '../saga/inference.js';
import type { ClashingInputs } from '../saga/input-clash.js';
import type { SagaMistake } from '../saga/mistakes.js';
import type { StepName } from '../saga/step-name.js';

export interface SagaOptions<Name extends string = string> {
  /** What logs and diagrams call the saga. @defaultValue the name of the class */
  readonly name?: string;
  /** Yours, to tell apart executions of before and after a change. */
  readonly version?: string;
  /**
   * The steps in order, concurrent ones in brackets: a table of contents. Where it and the class differ the class is refused, so that
   * nothing that sorts the members of a class can reorder a saga unseen.
   */
  readonly steps?: readonly (Name | readonly Name[])[];
}

/**
 * Makes a class a saga.
 * @throws SagaDefinitionError with every mistake in the declaration, when the class is declared.
 */
export function Saga<C extends SagaClass>(options: SagaOptions<StepName<InstanceType<C>>> = {}): (saga: C) => CheckedSaga<InstanceType<C>> {
  if (typeof options === 'function') throw withoutParentheses(options);
  return declare;

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a decorator returns is for the compiler; at run time it is nothing
  function declare(saga: C): any {
    recordSaga(saga, { ...options });
    compile(saga);
  }
}

type SagaClass = new (...args: never[]) => object;

type CheckedSaga<S> = [InputOf<S>] extends [never]
  ? SagaMistake<'its steps ask for inputs that exclude each other'>
  : [ClashingInputs<S>] extends [never]
    ? void
    : SagaMistake<`its steps ask for input.${ClashingInputs<S> & string} with types that exclude each other`>;

/** Then `@Saga` is called with the class in place of options, and what it returns would replace the class. */
function withoutParentheses(saga: { readonly name: string }): SagaDefinitionError {
  const problem = `${saga.name} has @Saga without parentheses.`;
  return new SagaDefinitionError(saga.name, [
    { rule: 'MISSING_PARENTHESES', saga: saga.name, method: null, problem, remedy: 'Write @Saga().' },
  ]);
}
