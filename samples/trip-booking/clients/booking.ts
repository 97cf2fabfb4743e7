import { z } from 'zod';
import { moneyShape } from '../../shared/money.js';

/** What a desk sold: nights, days or seats. */
export const bookingShape = z.object({ ref: z.string(), item: z.string(), price: moneyShape });
export type Booking = z.infer<typeof bookingShape>;
