import type { Observer } from 'class-saga';
import * as shared from '../../shared/account/account.js';
import { phraseFor } from './phrases.js';

/** Tells every sign-up as a numbered walk, its steps by their paths. */
export function account(tell: (line: string) => void): Observer {
  return shared.account(tell, { phraseFor, nameWidth: 26 });
}
