import 'reflect-metadata';
import { container, inject, injectable, instancePerContainerCachingFactory, Lifecycle } from 'tsyringe';
import type { DependencyContainer } from 'tsyringe';
import { fromContainer } from 'class-saga/tsyringe';
import type { Disposes } from './container.js';
import type { Registration } from './suite.js';
import { resolverContract } from './suite.js';

const lifecycles = { singleton: Lifecycle.Singleton, scoped: Lifecycle.ContainerScoped, transient: Lifecycle.Transient } as const;

function register(root: DependencyContainer, { name, class: one, lifetime, needs, isMadeLater }: Registration): void {
  needs.forEach((need, index) => void inject(need)(one, undefined, index));
  injectable()(one);
  if (lifetime === 'made') return;
  if (isMadeLater) root.register(name, { useFactory: instancePerContainerCachingFactory<Promise<Disposes>>(async () => new one()) });
  else root.register(name, { useClass: one }, { lifecycle: lifecycles[lifetime] });
}

resolverContract('tsyringe', (registrations) => {
  const root = container.createChildContainer();
  for (const registration of registrations) register(root, registration);
  return { resolver: fromContainer(root), close: () => Promise.resolve(root.dispose()) };
}, { disposesTransients: true, awaitsFactories: false, refusesMissing: false });
