import { describe } from 'vitest';
import { itHoldsForSeeds } from './seeds.js';

describe('workers that are failed in every way, part 4', () => {
  itHoldsForSeeds(3001, 1_000);
});
