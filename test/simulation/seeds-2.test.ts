import { describe } from 'vitest';
import { itHoldsForSeeds } from './seeds.js';

describe('workers that are failed in every way, part 2', () => {
  itHoldsForSeeds(1001, 1_000);
});
