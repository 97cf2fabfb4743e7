import { describe } from 'vitest';
import { itHoldsForSeeds } from './seeds.js';

describe('workers that are failed in every way, part 5', () => {
  itHoldsForSeeds(4001, 1_000);
});
