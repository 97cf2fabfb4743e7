import { z } from 'zod';

const airport = z.string().regex(/^[A-Z]{3}$/, 'must be an airport code of three letters, as in LIS');

export const journeyShape = z.strictObject({ from: airport, to: airport, seats: z.int().min(1) });

/** What the airline must know of a trip. */
export interface Journey {
  readonly reference: string;
  readonly traveller: string;
  readonly flight: z.infer<typeof journeyShape>;
}
