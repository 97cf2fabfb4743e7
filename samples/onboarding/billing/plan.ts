import { z } from 'zod';
import { moneyShape } from '../../shared/money.js';

export const planShape = z.object({
  name: z.string(),
  /** For one month. */
  price: moneyShape,
});
export type Plan = z.infer<typeof planShape>;
