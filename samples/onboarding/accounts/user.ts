import { z } from 'zod';

export const userShape = z.object({
  id: z.int(),
  name: z.string(),
  email: z.string(),
  /** The name of the plan; `null`: none yet. */
  plan: z.string().nullable(),
});
export type User = z.infer<typeof userShape>;
