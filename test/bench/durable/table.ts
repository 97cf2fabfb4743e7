import { ratioOf, significant, spread } from '../figures.js';
import type { Section } from '../report.js';
import { quantile, quartilesOf } from '../statistics.js';
import type { Measured } from './rounds.js';
import { ratios } from './rounds.js';

type Table = Pick<Section, 'head' | 'rows'>;

const countsHead = ['write transactions', 'transactions', 'flushes', 'WAL'];

/** `first`: what the first of those that were measured together is, and the others are compared to. */
export function tableOf(together: readonly (readonly Measured[])[], first = 'class-saga'): Table {
  const speedHead = ['', 'in flight', 'sagas/s', 'p50', 'p99', `${first} to it`];
  const isCounted = together.flat().some(({ counts }) => counts !== null);
  return {
    head: isCounted ? [...speedHead, ...countsHead] : speedHead,
    rows: together.flatMap((all) => all.map((one) => [...speedOf(all[0]!, one), ...(isCounted ? countsOf(one) : [])])),
  };
}

function speedOf(first: Measured, one: Measured): readonly string[] {
  const { name, inFlight, sagasPerSecond, latenciesMs } = one;
  const [p50, p99] = [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99)];
  const ratio = one === first ? '' : ratioOf(quartilesOf(ratios(first, one)));
  return [name, String(inFlight), spread(quartilesOf(sagasPerSecond)), `${significant(p50)} ms`, `${significant(p99)} ms`, ratio];
}

function countsOf({ counts }: Measured): readonly string[] {
  if (counts === null) return countsHead.map(() => '–');
  const { writeTransactions, transactions, flushes, walBytes } = counts;
  return [significant(writeTransactions), significant(transactions), significant(flushes), `${significant(walBytes / 1_000)} kB`];
}
