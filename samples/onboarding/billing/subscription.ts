import { z } from 'zod';
import { planShape } from './plan.js';

export const subscriptionShape = z.object({ id: z.string(), plan: planShape });
export type Subscription = z.infer<typeof subscriptionShape>;
