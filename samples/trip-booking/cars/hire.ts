import { z } from 'zod';

export const hireShape = z.strictObject({ model: z.string().min(1), days: z.int().min(1) });

/** What the car hire must know of a trip. */
export interface Hire {
  readonly reference: string;
  readonly traveller: string;
  readonly car: z.infer<typeof hireShape>;
}
