import type { Section } from '../report.js';
import { figure, kilobytes, milliseconds, quantile, spread } from './figures.js';
import type { Measured } from './rounds.js';
import { ratios } from './rounds.js';

type Table = Pick<Section, 'head' | 'rows'>;

const speedHead = ['', 'in flight', 'sagas/s', 'p50', 'p99', 'class-saga to it'];
const countsHead = ['write transactions', 'transactions', 'flushes', 'WAL'];

/** Each of what was measured together has class-saga as its first. */
export function tableOf(together: readonly (readonly Measured[])[]): Table {
  const isCounted = together.flat().some(({ counts }) => counts !== null);
  return {
    head: isCounted ? [...speedHead, ...countsHead] : speedHead,
    rows: together.flatMap((all) =>
      all.map((one) => [...speedOf(all[0]!, one), ...(isCounted ? countsOf(one) : [])]),
    ),
  };
}

function speedOf(classSaga: Measured, one: Measured): readonly string[] {
  const { name, inFlight, sagasPerSecond, latenciesMs } = one;
  const [p50, p99] = [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99)];
  const ratio = one === classSaga ? '' : spread(ratios(classSaga, one), '×');
  return [name, String(inFlight), spread(sagasPerSecond), milliseconds(p50), milliseconds(p99), ratio];
}

function countsOf({ counts }: Measured): readonly string[] {
  if (counts === null) return countsHead.map(() => '–');
  return [figure(counts.writeTransactions), figure(counts.transactions), figure(counts.flushes), kilobytes(counts.walBytes)];
}
