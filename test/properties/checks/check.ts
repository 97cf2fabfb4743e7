import type { Observation } from '../observation.js';

/** Holds what was seen against some of the rules, and yields a sentence for everything that breaks one. */
export type Check = (seen: Observation) => Iterable<string>;
