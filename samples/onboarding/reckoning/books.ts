import type { Pool } from 'pg';
import { z } from 'zod';
import { HttpClient } from '../../shared/clients/http-client.js';
import { userShape } from '../accounts/user.js';
import { subscriptionShape } from '../billing/subscription.js';
import type { ServiceAddresses } from '../clients/service-addresses.js';
import { deliveryShape } from '../fulfilment/delivery.js';

const reference = z.string();
const usersShape = z.array(userShape.extend({ reference }));
const jobsShape = z.array(z.object({ reference, outcome: z.string().nullable(), problem: z.string().nullable() }));
const subscriptionsShape = z.array(subscriptionShape.extend({ reference }));
const deliveriesShape = z.array(deliveryShape.extend({ reference }));
const mailsShape = z.array(
  z
    .object({ to: z.string(), subject: z.string() })
    .transform(({ to, subject }) => ({ to, ...(/^Sign-up (?<reference>\S+): (?<news>\w+) /.exec(subject)?.groups) }))
    .pipe(z.object({ reference, to: z.string(), news: z.string() })),
);

/** What database and services keep, by their own account: what was rolled back, deleted or cancelled is no longer in it. */
export interface Books {
  readonly users: z.output<typeof usersShape>;
  readonly subscriptions: z.output<typeof subscriptionsShape>;
  readonly deliveries: z.output<typeof deliveriesShape>;
  readonly mails: z.output<typeof mailsShape>;
  readonly jobs: z.output<typeof jobsShape>;
}

export async function readBooks(database: Pool, { billing, delivery, mailbox }: ServiceAddresses): Promise<Books> {
  const call = { signal: AbortSignal.timeout(10_000) };
  const users = await database.query('SELECT * FROM users ORDER BY id');
  const jobs = await database.query('SELECT * FROM jobs ORDER BY reference');
  return {
    users: usersShape.parse(users.rows),
    subscriptions: await new HttpClient('the billing service', billing).get('/subscriptions', subscriptionsShape, call),
    deliveries: await new HttpClient('the delivery service', delivery).get('/deliveries', deliveriesShape, call),
    mails: await new HttpClient('the mailbox', mailbox).get('/mails', mailsShape, call),
    jobs: jobsShape.parse(jobs.rows),
  };
}

/** What the books say of one sign-up. */
export function ofSignUp(books: Books, signUp: string): Books {
  const ofIt = (entry: { readonly reference: string }) => entry.reference === signUp;
  return {
    users: books.users.filter(ofIt),
    subscriptions: books.subscriptions.filter(ofIt),
    deliveries: books.deliveries.filter(ofIt),
    mails: books.mails.filter(ofIt),
    jobs: books.jobs.filter(ofIt),
  };
}
