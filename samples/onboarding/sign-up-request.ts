import { z } from 'zod';

/** What somebody says who signs up. */
export const wishShape = z.strictObject({
  name: z.string().min(1),
  email: z.email('must be an e-mail address'),
  /** The name of one of billing's plans. */
  plan: z.string().min(1),
  /** Where the welcome parcel goes. */
  address: z.string().min(1),
});

export interface SignUpRequest extends z.infer<typeof wishShape> {
  /** The number of the job that asks for it: under this name the services know it, too. */
  readonly reference: string;
}
