import { describe } from 'vitest';
import { cancelling } from './cancelling.js';
import { committing } from './committing.js';
import type { OpenDriver } from './driver.js';
import { failing } from './failing.js';
import { failingCommit } from './failing-commit.js';
import { goingForward } from './going-forward.js';
import { groundOf } from './ground.js';
import { misbehaving } from './misbehaving.js';
import { siblings } from './siblings.js';

/** What holds for a saga that runs in a transaction of any client of PostgreSQL (R21). */
export function transactionContract(client: string, url: () => string, open: OpenDriver): void {
  describe(`in a transaction of ${client}`, () => {
    const ground = groundOf(url, open);
    committing(ground);
    failing(ground);
    failingCommit(ground);
    goingForward(ground);
    siblings(ground);
    cancelling(ground);
    misbehaving(ground);
  });
}
