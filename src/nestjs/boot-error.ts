import { SagaError } from '../errors/saga-error.js';

/** Why an application cannot start: every mistake that was found, each in a sentence of its own. */
export class SagaBootError extends SagaError {
  constructor(readonly mistakes: readonly string[]) {
    super({
      code: 'SAGA_NEST_BOOT_FAILED',
      problem: (mistakes.length > 1 ? `The sagas of this application have ${mistakes.length} mistakes: ` : '') + mistakes.join(' '),
      remedy: 'Correct that, and start it again.',
    });
  }
}

/** `@InjectSaga(undefined)`: mostly two files that import each other. */
export function badInjection(owner: string, place: string, given: unknown): SagaError {
  return new SagaError({
    code: 'SAGA_NEST_BAD_INJECTION',
    problem: `${owner} asks for a saga (${place}), and gives ${given === undefined ? 'undefined' : typeof given} in place of its class.`,
    remedy: 'Write @InjectSaga(BookTrip); where that is undefined, two files import each other.',
  });
}

export function badListener(owner: string, method: string, isStatic: boolean): SagaError {
  return new SagaError({
    code: 'SAGA_NEST_BAD_LISTENER',
    problem: `${owner}.${method} cannot hear of sagas: ${isStatic ? 'it is static, and a provider is called' : 'its `saga` is no class'}.`,
    remedy: isStatic ? 'Make it a method of the provider.' : 'Write the class; where that is undefined, two files import each other.',
  });
}

export function notProvided(saga: string): SagaError {
  return new SagaError({
    code: 'SAGA_NEST_NOT_PROVIDED',
    problem: `No module of this application provides ${saga}.`,
    remedy: `List it in the providers of the module that it belongs to:  @Module({ providers: [${saga}] }).`,
  });
}

export function noRunner(saga: string): SagaError {
  return new SagaError({
    code: 'SAGA_NEST_NO_RUNNER',
    problem: `${saga} is to be run, and the runner that runs it is not made yet, or there is none.`,
    remedy: 'Run it once the application has begun, and import SagaModule.forRoot(), or list it in the `sagas` of a runner with a name.',
  });
}
