import { inColumns, listed, miscounts } from '../../shared/reckoning/table.js';
import { ofSignUp } from './books.js';
import type { Books } from './books.js';

/** A sign-up, and how its saga ended. */
export interface Expected {
  readonly reference: string;
  readonly title: string;
  readonly status: string;
}

/** The books as a table, a sign-up a line. */
export function table(books: Books, signUps: readonly Expected[]): string[] {
  const rows = signUps.map(({ reference, title }) => {
    const { users, subscriptions, deliveries, mails, jobs } = ofSignUp(books, reference);
    return [
      title,
      listed(users, ({ id, plan }) => `${id}, ${plan ?? 'no plan'}`),
      listed(subscriptions, ({ id }) => id),
      listed(deliveries, ({ id }) => id),
      listed(mails, ({ news }) => news),
      listed(jobs, ({ outcome }) => outcome ?? 'open'),
    ];
  });
  return inColumns([['', 'user', 'subscription', 'delivery', 'mails', 'job'], ...rows]);
}

/** One sentence for each thing that is not as it should be: who is signed up has everything once, anybody else has nothing. */
export function discrepancies(books: Books, signUps: readonly Expected[]): string[] {
  return signUps.flatMap(({ reference, title, status }) => {
    const { users, subscriptions, deliveries, mails, jobs } = ofSignUp(books, reference);
    const once = status === 'completed' ? 1 : 0;
    // A receipt that an excuse followed is none.
    const receipts = new Set(mails.filter(({ news }) => news === 'receipt').map(({ to }) => to));
    for (const { to, news } of mails) if (news === 'excuse') receipts.delete(to);
    return miscounts(title, [
      { what: 'users with a plan', found: users.filter(({ plan }) => plan !== null).length, due: once },
      { what: 'users without a plan', found: users.filter(({ plan }) => plan === null).length, due: 0 },
      { what: 'subscriptions', found: subscriptions.length, due: once },
      { what: 'deliveries', found: deliveries.length, due: once },
      { what: 'receipts that hold', found: receipts.size, due: 2 * once },
      { what: `jobs acknowledged as ${status}`, found: jobs.filter(({ outcome }) => outcome === status).length, due: 1 },
    ]);
  });
}
