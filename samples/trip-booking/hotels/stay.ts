import { z } from 'zod';

export const stayShape = z.strictObject({ name: z.string().min(1), nights: z.int().min(1) });

/** What the hotels must know of a trip. */
export interface Stay {
  readonly reference: string;
  readonly traveller: string;
  readonly hotel: z.infer<typeof stayShape>;
}
