import { z } from 'zod';
import { moneyShape } from '../../shared/money.js';

export const cardShape = z.strictObject({
  holder: z.string().min(1),
  number: z.string().regex(/^\d{4}( ?\d{4}){3}$/, 'must be 16 digits, as on the card'),
});
export type Card = z.infer<typeof cardShape>;

/** Money held on a card, not yet taken. */
export const authorizationShape = z.object({ id: z.string(), amount: moneyShape });
export type Authorization = z.infer<typeof authorizationShape>;

/** Money taken. */
export const receiptShape = z.object({ number: z.string(), amount: moneyShape });
export type Receipt = z.infer<typeof receiptShape>;
