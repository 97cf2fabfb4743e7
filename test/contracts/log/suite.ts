import { afterEach, describe } from 'vitest';
import { holdsForAppends } from './appending.js';
import { holdsForClaims } from './claiming.js';
import { holdsForCreations } from './creating.js';
import { holdsForDurations } from './durations.js';
import type { LogUnderTest } from './given.js';
import { holdsForInboxes } from './inbox.js';
import { holdsForLeases } from './leases.js';
import { holdsForLooking } from './looking.js';
import { holdsForAnyCalls } from './model.js';
import { holdsForOutboxes } from './outbox.js';
import { holdsForTexts } from './texts.js';

export type { LogUnderTest } from './given.js';

// What every execution log does, whatever it is made on. A store's clock cannot be moved, so that nothing here waits for a time: what is to
// be past is written as past (`wakeInMs: -1_000`, a lease of 0), and what is to come is an hour off.

/**
 * @param name - how the reports call it
 * @param open - makes a store of its own, empty, with a log on it; called for every test, and closed after it
 */
export function logContract(name: string, open: () => Promise<LogUnderTest>): void {
  describe(name, () => {
    const opened = new Set<LogUnderTest>();
    const openOne = async (): Promise<LogUnderTest> => {
      const store = await open();
      opened.add(store);
      const close = async (): Promise<void> => {
        if (opened.delete(store)) await store.close();
      };
      return { log: store.log, another: () => store.another(), close };
    };

    afterEach(async () => {
      for (const store of opened) {
        opened.delete(store);
        await store.close();
      }
    });

    holdsForCreations(openOne);
    holdsForAppends(openOne);
    holdsForClaims(openOne);
    holdsForLeases(openOne);
    holdsForInboxes(openOne);
    holdsForOutboxes(openOne);
    holdsForLooking(openOne);
    holdsForDurations(openOne);
    holdsForTexts(openOne);
    holdsForAnyCalls(openOne);
  });
}
