import { Container, ContainerModule } from 'inversify';
import type { ServiceIdentifier } from 'inversify';
import { disposeAll } from '../containers/dispose-all.js';

// A child container for one execution. `unbindAll` would deactivate what was made in the order in which it was bound, all at once, and
// stop at the first that throws. So the services are unbound one by one, in the order in which they were made.

export interface ExecutionContainer {
  /** The child, once the modules are loaded. */
  readonly loaded: Promise<Container>;
  /** Deactivates what was made in the child, the last made first; everything is deactivated even when some of it throws. */
  readonly dispose: () => Promise<void>;
}

export function executionContainer(parent: Container, modules: readonly ContainerModule[]): ExecutionContainer {
  const child = new Container({ parent });
  const bound = new Set<ServiceIdentifier>();
  const made = new Set<ServiceIdentifier>();

  const note = (service: ServiceIdentifier): void => {
    if (bound.has(service)) return;
    bound.add(service);
    child.onActivation(service, (_, instance) => {
      made.add(service);
      return instance;
    });
  };
  // Whoever rebinds has unbound before.
  const noteAnew = (service: ServiceIdentifier): void => {
    bound.delete(service);
    note(service);
  };
  const noted = modules.map((module) => new ContainerModule((options) => module.load({
    ...options,
    bind: (service) => {
      note(service);
      return options.bind(service);
    },
    rebind: (service) => {
      const binding = options.rebind(service);
      noteAnew(service);
      return binding;
    },
    rebindAsync: async (service) => {
      const binding = await options.rebindAsync(service);
      noteAnew(service);
      return binding;
    },
  })));

  return {
    loaded: child.loadAsync(...noted).then(() => child),
    dispose: () => {
      // What was not made, or is still being made where something else has failed. A service is unbound once: the second time that would
      // be the one of the parent.
      const others = [...bound].filter((service) => !made.has(service));
      return disposeAll([...made, ...others].map((service) => () => child.unbindAsync(service)));
    },
  };
}
