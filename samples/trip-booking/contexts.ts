import { container } from 'tsyringe';
import type { DependencyContainer } from 'tsyringe';
import { Billing } from './billing/billing.js';
import { ServiceAddresses } from './clients/service-addresses.js';

/** The container that every trip has a child of. */
export function contextsFor(addresses: ServiceAddresses): DependencyContainer {
  const contexts = container.createChildContainer();
  contexts.registerInstance(ServiceAddresses, addresses);
  contexts.registerSingleton(Billing); // it remembers from one trip to the next which rates it heard last
  return contexts;
}
