import { z } from 'zod';
import { currencyShape } from '../../shared/money.js';
import type { Money } from '../../shared/money.js';

export const ratesShape = z.object({
  base: currencyShape,
  /** Published rates are numbered: the higher, the newer. */
  fixing: z.int(),
  /** How much of each currency one unit of the base buys. */
  buys: z.record(currencyShape, z.number().positive()),
});
export type Rates = z.infer<typeof ratesShape>;

/** The sum of all prices in the rates' base currency. */
export function total(rates: Rates, prices: readonly Money[]): Money {
  const cents = prices.map((price) => Math.round(price.cents / rates.buys[price.currency]));
  return { cents: cents.reduce((sum, each) => sum + each, 0), currency: rates.base };
}
