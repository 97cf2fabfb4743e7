import { SagaError } from '../errors/saga-error.js';
import type { Blueprint } from '../graph/blueprint.js';
import { blueprintOf } from '../graph/compile.js';
import { fingerprintOf, prefixesOf } from '../graph/fingerprint.js';
import type { SagaClass } from '../runtime/ports.js';
import type { Claimable, StoredGraph } from './execution-log.js';
import { isStorableText } from './texts.js';

export interface RegisteredSaga {
  readonly class: SagaClass;
  readonly blueprint: Blueprint;
  readonly fingerprint: string;
}

/** The sagas that a worker can run, by name, and which executions of them: of the same graph, or of one that this continues. */
export class Registry {
  readonly #sagas = new Map<string, RegisteredSaga>();
  readonly #upgrades: boolean;
  #claimable: readonly Claimable[] = [];
  #stored: readonly StoredGraph[] = [];

  /** `upgrades`: also executions that have begun nothing that is other in the graph known here. */
  constructor(upgrades: boolean) {
    this.#upgrades = upgrades;
  }

  /** @throws SagaDefinitionError; SagaError `SAGA_LOG_BAD_OPTIONS` where another class has that name */
  register(sagaClass: SagaClass): RegisteredSaga {
    const blueprint = blueprintOf(sagaClass);
    const { graph } = blueprint;
    const known = this.#sagas.get(graph.saga);
    if (known?.blueprint === blueprint) return known;
    if (known !== undefined) throw nameTaken(graph.saga);
    const unstorable = [graph.saga, ...graph.steps.map(({ name }) => name)].find((name) => !isStorableText(name));
    if (unstorable !== undefined) throw unstorableName(graph.saga, unstorable);
    const registered = { class: sagaClass, blueprint, fingerprint: fingerprintOf(graph) };
    this.#sagas.set(graph.saga, registered);
    this.#reckon();
    return registered;
  }

  find(saga: string): RegisteredSaga | undefined {
    return this.#sagas.get(saga);
  }

  get names(): readonly string[] {
    return [...this.#sagas.keys()];
  }

  /** The fingerprint that an execution of this graph has when it is run here; `undefined`: it cannot be. */
  claimableAs(saga: string, fingerprint: string, stage: number): string | undefined {
    const fits = (one: Claimable): boolean => one.saga === saga && one.fingerprint === fingerprint && stage < one.belowStage;
    return this.#claimable.find(fits)?.becomes;
  }

  /** The same array for as long as it says the same. */
  get claimable(): readonly Claimable[] {
    return this.#claimable;
  }

  get graphs(): readonly StoredGraph[] {
    return [...this.#sagas.values()].map(({ blueprint: { graph }, fingerprint }) => {
      return { saga: graph.saga, fingerprint, prefixes: prefixesOf(graph) };
    });
  }

  /** What graphs executions in the log have. */
  compareWith(stored: readonly StoredGraph[]): void {
    if (stored.length === this.#stored.length) return; // none is ever taken away
    this.#stored = stored;
    this.#reckon();
  }

  #reckon(): void {
    const own = [...this.#sagas].map(([saga, { fingerprint }]) => ({ saga, fingerprint, belowStage: Infinity, becomes: fingerprint }));
    const earlier = this.#upgrades ? this.#stored.flatMap((graph) => this.#continued(graph)) : [];
    this.#claimable = [...own, ...earlier];
  }

  #continued({ saga, fingerprint, prefixes }: StoredGraph): Claimable[] {
    const known = this.#sagas.get(saga);
    if (known === undefined || known.fingerprint === fingerprint) return [];
    const own = prefixesOf(known.blueprint.graph);
    const firstOther = prefixes.findIndex((prefix, stage) => prefix !== own[stage]);
    const belowStage = firstOther < 0 ? prefixes.length : firstOther;
    return [{ saga, fingerprint, belowStage, becomes: known.fingerprint }];
  }
}

function nameTaken(saga: string): SagaError {
  return new SagaError({
    code: 'SAGA_LOG_BAD_OPTIONS',
    problem: `Two classes are registered as '${saga}', and the log knows executions by the saga's name.`,
    remedy: "Give one of them another:  @Saga({ name: '…' }).",
  });
}

function unstorableName(saga: string, name: string): SagaError {
  return new SagaError({
    code: 'SAGA_LOG_BAD_OPTIONS',
    problem: `${JSON.stringify(name)} is a name of ${JSON.stringify(saga)}, and holds NUL or half a character, which no log takes.`,
    remedy: 'Rename it.',
  });
}
