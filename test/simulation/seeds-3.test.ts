import { describe } from 'vitest';
import { itHoldsForSeeds } from './seeds.js';

describe('workers that are failed in every way, part 3', () => {
  itHoldsForSeeds(2001, 1_000);
});
