import { z } from 'zod';

export const deliveryShape = z.object({ id: z.string(), address: z.string() });
export type Delivery = z.infer<typeof deliveryShape>;
