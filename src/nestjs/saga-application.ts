import type { DiscoveryService, ModuleRef, ModulesContainer } from '@nestjs/core';
import { blueprintOf } from '../graph/compile.js';
import type { SagaClass } from '../runtime/ports.js';
import type { SagaRunner } from '../runner/saga-runner.js';
import { mistakesOf } from './boot-checks.js';
import { noRunner, notProvided, SagaBootError } from './boot-error.js';
import { getSagaRunnerToken } from './inject.js';
import type { OpenScopes } from './open-scopes.js';
import { Provisions, sagasIn } from './provision.js';
import { RunnerDeclaration } from './runner-declaration.js';

/** A runner that is made of an application's options. */
export interface ApplicationRunner {
  readonly runner: SagaRunner;
  /** Of its executions. */
  readonly scopes: OpenScopes;
  /** Whether it has a log. */
  readonly isDurable: boolean;
}

/** The sagas of one application, and its runners. Another application in this process has another. */
export class SagaApplication {
  readonly provisions: Provisions;
  readonly #moduleRef: ModuleRef;
  readonly #declarations: readonly RunnerDeclaration[];
  readonly #runners = new Map<string | undefined, ApplicationRunner>();

  /** @throws SagaBootError */
  constructor(discovery: DiscoveryService, modules: ModulesContainer, moduleRef: ModuleRef) {
    this.provisions = new Provisions(discovery, modules);
    this.#moduleRef = moduleRef;
    const { providers } = this.provisions.current;
    this.#declarations = providers.map(({ instance }) => instance as unknown).filter((made) => made instanceof RunnerDeclaration);
    const mistakes = mistakesOf(this.provisions.current, this.#declarations);
    if (mistakes.length > 0) throw new SagaBootError(mistakes);
  }

  /** What this runner runs: of those without a name, all that no other one lists. */
  sagasOf(declaration: RunnerDeclaration): readonly SagaClass[] {
    if (declaration.sagas !== undefined) return declaration.sagas;
    const ofOthers = new Set(this.#declarations.flatMap(({ sagas = [] }) => sagas));
    return sagasIn(this.provisions.current).filter((saga) => !ofOthers.has(saga));
  }

  add({ name }: RunnerDeclaration, runner: ApplicationRunner): void {
    this.#runners.set(name, runner);
  }

  /** `undefined`: the one without a name. */
  runnerNamed(name: string | undefined): ApplicationRunner | undefined {
    return this.#runners.get(name);
  }

  /** As Nest has it: a test may have put another in its place. @throws SagaError `SAGA_NEST_NOT_PROVIDED`, `SAGA_NEST_NO_RUNNER` */
  runnerOf(saga: SagaClass): SagaRunner {
    const { saga: name } = blueprintOf(saga).graph;
    if (!this.provisions.current.byClass.has(saga)) throw notProvided(name);
    const lists = this.#declarations.find(({ sagas }) => sagas?.includes(saga));
    const declaration = lists ?? this.#declarations.find(({ sagas }) => sagas === undefined);
    const runner = declaration && this.#moduleRef.get<SagaRunner | null>(getSagaRunnerToken(declaration.name), { strict: false });
    if (!runner) throw noRunner(name);
    return runner;
  }
}
