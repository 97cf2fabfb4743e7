import { describe } from 'vitest';
import { itHoldsForSeeds } from './seeds.js';

describe('workers that are failed in every way, part 1', () => {
  itHoldsForSeeds(1, 1_000);
});
