import type { SagaClass } from '../runtime/ports.js';

/** That an application has a runner, said where Nest finds it before anything is made. */
export class RunnerDeclaration {
  constructor(
    /** `undefined`: it is the `SagaRunner`. */
    readonly name: string | undefined,
    /** `undefined`: all that no other runner lists. */
    readonly sagas: readonly SagaClass[] | undefined,
  ) {}
}
