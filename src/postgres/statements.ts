import type { Names } from '../sql/names.js';
import { inboxStatement, publishedStatement, requestStatement, takeOutboxStatement, unpublishedStatement } from './boxes.js';
import { claimOneStatement, claimStatement, ownedStatement, releaseStatement } from './claiming.js';
import type { Statement } from './database.js';
import { eventsStatement, headsStatement } from './heads.js';
import { declareStatement, deleteEndedStatement, graphsStatement, healthStatement, unclaimableStatement } from './watching.js';
import { beatStatement, livedOnStatement, retireStatement } from './workers.js';
import { writeStatement } from './writing.js';

/** All that the log says to the database, but for its migrations and lists. Two logs of the same names say the same. */
export function statementsOf(names: Names) {
  return {
    write: writeStatement(names),
    heads: headsStatement(names),
    events: eventsStatement(names),
    beat: beatStatement(names),
    retire: retireStatement(names),
    livedOn: livedOnStatement(names),
    claim: claimStatement(names),
    claimOne: claimOneStatement(names),
    release: releaseStatement(names),
    owned: ownedStatement(names),
    request: requestStatement(names),
    inbox: inboxStatement(names),
    takeOutbox: takeOutboxStatement(names, false),
    takeOutboxOf: takeOutboxStatement(names, true),
    published: publishedStatement(names),
    unpublished: unpublishedStatement(names),
    declare: declareStatement(names),
    graphs: graphsStatement(names),
    health: healthStatement(names),
    unclaimable: unclaimableStatement(names),
    deleteEnded: deleteEndedStatement(names),
  } as const satisfies Readonly<Record<string, Statement>>;
}
export type Statements = ReturnType<typeof statementsOf>;
