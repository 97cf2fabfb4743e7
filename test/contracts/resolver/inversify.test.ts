import { Container, ContainerModule, inject, injectable } from 'inversify';
import type { Bind } from 'inversify';
import { fromContainer } from 'class-saga/inversify';
import type { Disposes } from './container.js';
import type { Registration } from './suite.js';
import { resolverContract } from './suite.js';

function decorated({ class: one, needs }: Registration): void {
  needs.forEach((need, index) => inject(need)(one, undefined, index));
  injectable()(one);
}

function bindScoped(bind: Bind, { name, class: one, isMadeLater }: Registration): void {
  const binding = isMadeLater ? bind<Disposes>(name).toDynamicValue(async () => new one()) : bind<Disposes>(name).to(one);
  binding.inSingletonScope().onDeactivation((instance) => instance.dispose());
}

resolverContract('inversify', (registrations) => {
  const container = new Container();
  for (const registration of registrations) decorated(registration);
  for (const { name, class: one, lifetime } of registrations) {
    if (lifetime === 'singleton') container.bind(name).to(one).inSingletonScope();
    if (lifetime === 'transient') container.bind(name).to(one).inTransientScope();
  }
  const ofExecution = new ContainerModule(({ bind }) => {
    for (const registration of registrations) if (registration.lifetime === 'scoped') bindScoped(bind, registration);
  });
  return { resolver: fromContainer(container, ofExecution), close: () => container.unbindAllAsync() };
}, { disposesTransients: false, awaitsFactories: true, refusesMissing: false });
