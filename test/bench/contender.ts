import type { Order } from './work.js';

/** Executes a saga once. Where its last step fails, this rejects, and all that was done is undone by then. */
export type Execute = (order: Order) => Promise<unknown>;

/**
 * What is measured: a module of the folder `contenders`. What it cannot do it lacks. A step is one async function that counts itself and
 * returns a number; each but the last has an undoing, which is one that counts itself.
 */
export interface Contender {
  five(): Execute;
  /** One step, three at the same time, one step. */
  oneThreeOne?(): Execute;
  /** That many steps, one after the other. `undefined` where they are too many for it. */
  steps?(count: number): Execute | undefined;
  /** `five`, with someone told of every event. */
  observed?(): Execute;
}
