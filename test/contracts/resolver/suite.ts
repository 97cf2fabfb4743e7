import { afterEach, describe } from 'vitest';
import type { ContainerUnderTest, OpenContainer, Traits } from './container.js';
import { disposing } from './disposing.js';
import { failing } from './failing.js';
import { sharing } from './sharing.js';

export type { ContainerUnderTest, OpenContainer, Registration, Traits } from './container.js';

/**
 * What holds for sagas whose instances come from any container (R22).
 *
 * @param container - how the reports call it
 * @param open - makes one that has been told of these classes
 * @param traits - what is different from container to container
 */
export function resolverContract(container: string, open: OpenContainer, traits: Traits): void {
  describe(`sagas from ${container}`, () => {
    const opened: ContainerUnderTest[] = [];
    const openOne: OpenContainer = async (registrations) => {
      const one = await open(registrations);
      opened.push(one);
      return one;
    };
    afterEach(async () => {
      for (const { close } of opened.splice(0)) await close?.();
    });

    sharing(openOne);
    disposing(openOne, traits);
    failing(openOne, traits);
  });
}
