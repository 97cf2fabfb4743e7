// One shape in a process of its own: nothing that the engine has learnt from another one tells in it.
import { answer, taskOfChild } from '../child.js';
import type { Candidate } from '../measure.js';
import { measure } from '../measure.js';
import { candidateOf } from './candidate.js';
import type { ContenderName } from './contenders.js';
import type { Shape } from './shapes.js';

export interface Comparison {
  readonly shape: Shape;
  /** The first is what the others are compared to. */
  readonly names: readonly ContenderName[];
}

const { shape, names } = taskOfChild<Comparison>();
const candidates: Candidate[] = [];
for (const name of names) {
  const candidate = await candidateOf(name, shape);
  if (candidate !== undefined) candidates.push(candidate);
}
answer(await measure(candidates));
