// One shape, by hand and in one other contender, in a process of their own: neither what the engine has learnt from others tells in it, nor
// what others leave on the heap.
import { answer, taskOfChild } from '../child.js';
import type { Durations } from '../measure.js';
import { measure } from '../measure.js';
import { candidateOf } from './candidate.js';
import type { ContenderName } from './contenders.js';
import type { Shape } from './shapes.js';

export interface Comparing {
  readonly shape: Shape;
  readonly contender: ContenderName;
  readonly rounds: number;
}

/** By round. `null` where the contender cannot do that. */
export type Compared = { readonly byHand: Durations; readonly contender: Durations } | null;

answer(await compare(taskOfChild<Comparing>()));

async function compare({ shape, contender, rounds }: Comparing): Promise<Compared> {
  const [byHand, other] = [await candidateOf('by-hand', shape), await candidateOf(contender, shape)];
  if (byHand === undefined || other === undefined) return null;
  const [ofHand, ofOther] = await measure([byHand, other], rounds);
  return { byHand: ofHand!, contender: ofOther! };
}
