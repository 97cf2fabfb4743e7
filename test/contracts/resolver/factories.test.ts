import { fromFactories } from 'class-saga';
import type { AtEnd, SagaClass } from 'class-saga';
import type { Disposes, Registration } from './container.js';
import { resolverContract } from './suite.js';

/** Instances that are shared, by name, once they are begun to be made. */
type Shared = Map<string, Promise<Disposes>>;

/** What a person would write out class by class: `() => new BookTrip(audit, work, new Letter(), pool)`. */
function factoriesOf(registrations: readonly Registration[], singletons: Shared, atEnd: AtEnd): [SagaClass, () => Promise<object>][] {
  const scoped: Shared = new Map();

  async function make({ class: one, lifetime, needs }: Registration): Promise<Disposes> {
    const dependencies: Disposes[] = [];
    for (const need of needs) dependencies.push(await get(need));
    const instance = new one(...dependencies);
    if (lifetime !== 'singleton') atEnd(() => instance.dispose());
    return instance;
  }
  async function get(name: string): Promise<Disposes> {
    const registration = registrations.find((one) => one.name === name);
    if (registration === undefined) throw new Error(`there is no ${name}`);
    if (registration.lifetime === 'transient') return make(registration);
    const shared = registration.lifetime === 'singleton' ? singletons : scoped;
    const made = shared.get(name) ?? make(registration);
    shared.set(name, made);
    return made;
  }
  return registrations.filter(({ lifetime }) => lifetime === 'made').map((one) => [one.class, () => make(one)]);
}

resolverContract('plain factories', (registrations) => {
  const singletons: Shared = new Map();
  return { resolver: fromFactories((atEnd) => factoriesOf(registrations, singletons, atEnd)) };
}, { disposesTransients: true, awaitsFactories: true, refusesMissing: false });
