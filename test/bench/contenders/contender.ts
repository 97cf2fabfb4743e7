import type { Order } from '../work.js';

/** Executes a saga once. Where its last step fails, this rejects, and all that was done is undone by then. */
export type Execute = (order: Order) => Promise<unknown>;

/**
 * What is measured: a module of this folder. What it cannot do it lacks. The last step of its sagas has no undoing, and each other step has
 * one; a step is one async function that counts itself and returns a number, and an undoing one that counts itself.
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
