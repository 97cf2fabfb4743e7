import type { Observer } from 'class-saga';
import * as shared from '../../shared/account/account.js';
import { phraseFor } from './phrases.js';

/** Tells every trip as a numbered walk. */
export function account(tell: (line: string) => void): Observer {
  return shared.account(tell, { phraseFor, nameWidth: 15 });
}
