import type { User } from './accounts/user.js';

/** Published once it is certain: the sign-up is committed, and nothing of it will be undone. */
export interface UserSignedUp {
  readonly type: 'UserSignedUp';
  readonly user: User;
  /** Its number. */
  readonly subscription: string;
}
