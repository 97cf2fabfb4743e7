import type { DiscoveryService } from '@nestjs/core';
import { blueprintOf } from '../graph/compile.js';
import { sagaNotesInForce } from '../metadata/read-saga.js';
import type { SagaClass } from '../runtime/ports.js';
import type { SagaRunner } from '../runner/saga-runner.js';
import { mistakesOf } from './boot-checks.js';
import { SagaBootError, notProvided } from './boot-error.js';
import type { Provided, Wrapper } from './provided.js';
import { classOf, providedBy } from './provided.js';
import { RunnerDeclaration } from './runner-declaration.js';

export interface ApplicationRunner {
  readonly runner: SagaRunner;
  /** Whether it has a log. */
  readonly isDurable: boolean;
}

/** The sagas of one application, and its runners. Another application in this process has another. */
export class SagaApplication {
  readonly #discovery: DiscoveryService;
  readonly #runners = new Map<string | undefined, ApplicationRunner>();
  #provided: ReadonlyMap<SagaClass, Provided>;
  readonly declarations: readonly RunnerDeclaration[];

  /** Made before any saga is. @throws SagaBootError */
  constructor(discovery: DiscoveryService) {
    this.#discovery = discovery;
    const wrappers = discovery.getProviders();
    this.#provided = providedClasses(wrappers);
    this.declarations = wrappers.map(({ instance }) => instance as unknown).filter((made) => made instanceof RunnerDeclaration);
    const mistakes = mistakesOf({ providers: wrappers, controllers: discovery.getControllers(), declarations: this.declarations });
    if (mistakes.length > 0) throw new SagaBootError(mistakes);
  }

  /** Everything that a class of sagas, or a part of one, is provided as. Looked for again, because modules may be loaded later. */
  providedAs(wanted: SagaClass): Provided | undefined {
    const known = this.#provided.get(wanted);
    if (known !== undefined) return known;
    this.#provided = providedClasses(this.#discovery.getProviders());
    return this.#provided.get(wanted);
  }

  get wrappers(): readonly Wrapper[] {
    return [...this.#discovery.getProviders(), ...this.#discovery.getControllers()];
  }

  /** What this runner runs: of those without a name, all that no other one lists. */
  sagasOf(declaration: RunnerDeclaration): readonly SagaClass[] {
    if (declaration.sagas !== undefined) return declaration.sagas;
    const ofOthers = new Set(this.declarations.flatMap(({ sagas = [] }) => sagas));
    return [...this.#provided.keys()].filter((provided) => isSaga(provided) && !ofOthers.has(provided));
  }

  add({ name }: RunnerDeclaration, runner: ApplicationRunner): void {
    this.#runners.set(name, runner);
  }

  /** @throws SagaError `SAGA_NEST_NOT_PROVIDED` */
  runnerOf(saga: SagaClass): SagaRunner {
    const lists = this.declarations.find(({ sagas }) => sagas?.includes(saga));
    const declaration = lists ?? this.declarations.find(({ sagas }) => sagas === undefined);
    const found = declaration && this.#runners.get(declaration.name);
    if (found === undefined) throw notProvided(blueprintOf(saga).graph.saga);
    return found.runner;
  }

  /** `undefined`: the one without a name. */
  runnerNamed(name: string | undefined): ApplicationRunner | undefined {
    return this.#runners.get(name);
  }
}

function providedClasses(wrappers: readonly Wrapper[]): ReadonlyMap<SagaClass, Provided> {
  const provided = new Map<SagaClass, Provided>();
  for (const wrapper of wrappers) {
    const provides = wrapper.isAlias ? undefined : classOf(wrapper);
    if (provides !== undefined) provided.set(provides, providedBy(wrapper, provides));
  }
  return provided;
}

export function isSaga(candidate: SagaClass): boolean {
  return sagaNotesInForce(candidate) !== undefined;
}
