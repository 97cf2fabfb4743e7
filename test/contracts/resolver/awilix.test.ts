import { asClass, asFunction, createContainer, Lifetime } from 'awilix';
import type { Resolver } from 'awilix';
import { fromContainer } from 'class-saga/awilix';
import type { Registration } from './suite.js';
import { resolverContract } from './suite.js';

const lifetimes = { singleton: Lifetime.SINGLETON, scoped: Lifetime.SCOPED, transient: Lifetime.TRANSIENT } as const;

function registration({ class: one, lifetime, isMadeLater }: Registration): Resolver<unknown> | null {
  if (lifetime === 'made') return null;
  if (isMadeLater) return asFunction(async () => new one()).scoped();
  return asClass(one, { lifetime: lifetimes[lifetime], dispose: (instance) => instance.dispose() });
}

resolverContract('awilix', (registrations) => {
  const container = createContainer({ injectionMode: 'CLASSIC', strict: true });
  for (const one of registrations) {
    const resolver = registration(one);
    if (resolver !== null) container.register(one.name, resolver);
  }
  return { resolver: fromContainer(container), close: () => container.dispose() };
}, { disposesTransients: false, awaitsFactories: false, refusesMissing: false });
