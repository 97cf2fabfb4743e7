import { injectable } from 'tsyringe';
import type { Transaction } from '../database/transaction.js';
import { userShape } from './user.js';
import type { User } from './user.js';

/** What accounts must know of a sign-up. */
export interface Newcomer {
  readonly reference: string;
  readonly name: string;
  readonly email: string;
}

/** Keeps the users. It writes in the transaction that it is given, so nothing of it needs to be undone. */
@injectable()
export class Accounts {
  async open({ reference, name, email }: Newcomer, transaction: Transaction): Promise<User> {
    const insert = 'INSERT INTO users (reference, name, email) VALUES ($1, $2, $3) RETURNING *';
    const { rows } = await transaction.query(insert, [reference, name, email]);
    return userShape.parse(rows[0]);
  }

  async setPlan(user: User, plan: string, transaction: Transaction): Promise<User> {
    const { rows } = await transaction.query('UPDATE users SET plan = $2 WHERE id = $1 RETURNING *', [user.id, plan]);
    return userShape.parse(rows[0]);
  }
}
