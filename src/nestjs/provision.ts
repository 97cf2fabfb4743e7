import type { DiscoveryService, ModulesContainer } from '@nestjs/core';
import type { SagaClass } from '../runtime/ports.js';
import type { Wrapper } from './provided.js';
import { classOf, isSaga } from './provided.js';

/** All that the modules of an application have, as far as they are loaded. */
export interface Provision {
  /** Aliases excepted. */
  readonly providers: readonly Wrapper[];
  /** Controllers, guards and the like, which nothing asks for. */
  readonly others: readonly Wrapper[];
  /** Every provider of a class, in the order of modules. */
  readonly byClass: ReadonlyMap<SagaClass, readonly Wrapper[]>;
}

/** Reads that again whenever a module was loaded since. */
export class Provisions {
  readonly #discovery: DiscoveryService;
  readonly #modules: ModulesContainer;
  #known: { readonly modules: number; readonly provision: Provision } | undefined;

  constructor(discovery: DiscoveryService, modules: ModulesContainer) {
    this.#discovery = discovery;
    this.#modules = modules;
  }

  /** The same object for as long as nothing is loaded. */
  get current(): Provision {
    const modules = this.#modules.size;
    if (this.#known?.modules !== modules) this.#known = { modules, provision: this.#read() };
    return this.#known.provision;
  }

  #read(): Provision {
    const providers = this.#discovery.getProviders().filter(({ isAlias }) => !isAlias);
    const injectables = [...this.#modules.values()].flatMap((module) => [...module.injectables.values()]);
    return { providers, others: [...this.#discovery.getControllers(), ...injectables], byClass: byClassOf(providers) };
  }
}

function byClassOf(providers: readonly Wrapper[]): ReadonlyMap<SagaClass, readonly Wrapper[]> {
  const byClass = new Map<SagaClass, Wrapper[]>();
  for (const wrapper of providers) {
    const provided = classOf(wrapper);
    if (provided === undefined) continue;
    const before = byClass.get(provided);
    if (before === undefined) byClass.set(provided, [wrapper]);
    else before.push(wrapper);
  }
  return byClass;
}

export function sagasIn({ byClass }: Provision): readonly SagaClass[] {
  return [...byClass.keys()].filter(isSaga);
}

/** Who makes a part for a saga: its own module, where that provides it; `undefined`: nobody, or several, and none of them is asked. */
export function providerFor(part: SagaClass, { host }: Wrapper, { byClass }: Provision): Wrapper | undefined {
  const all = byClass.get(part) ?? [];
  return all.find((wrapper) => wrapper.host === host) ?? (all.length === 1 ? all[0] : undefined);
}
