import { z } from 'zod';

export const currencies = ['EUR', 'USD', 'GBP', 'CHF'] as const;
export const currencyShape = z.enum(currencies);
export type Currency = z.infer<typeof currencyShape>;

/** Whole cents: money is counted, not measured. */
export const moneyShape = z.object({ cents: z.int(), currency: currencyShape });
export type Money = z.infer<typeof moneyShape>;

const twoDecimals = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** `1,234.50 EUR` */
export function moneyInWords({ cents, currency }: Money): string {
  return `${twoDecimals.format(cents / 100)} ${currency}`;
}
