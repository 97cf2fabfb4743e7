import { LogUnavailableError } from '../../src/errors/log-errors.js';
import type { Claimed, ExecutionLog, Head, Write, WriteResult } from '../../src/durable/execution-log.js';
import { memoryLog } from '../../src/durable/memory-log.js';
import type { Chance } from './chance.js';
import type { Chronicle } from './chronicle.js';
import { never } from './machine.js';
import type { Machine } from './machine.js';
import type { VirtualTime } from './virtual-time.js';

export type LogMethod = keyof ExecutionLog;
/** In the life of a question. */
export type Moment = 'asked' | 'applied' | 'answered';

/** What becomes of something that a process asks of the store. */
export interface Fate {
  /** `null`: it is never applied. From when it was asked. */
  readonly appliedInMs: number | null;
  /** `lost`: the process is told that the store cannot be reached; `silence`: it is told nothing. */
  readonly answer: 'result' | 'lost' | 'silence';
  /** From when it was applied, or else asked. A lost answer may come before it is applied. */
  readonly answeredInMs: number;
}

/** How often what goes wrong, of one process. */
export interface StoreTroubles {
  readonly refused: number;
  readonly answerLost: number;
  readonly silent: number;
  readonly dropped: number;
  readonly late: number;
  readonly slow: number;
}

export const noTroubles: StoreTroubles = { refused: 0, answerLost: 0, silent: 0, dropped: 0, late: 0, slow: 0 };

const epochMs = Date.UTC(2030, 0, 1);
type Method = (...args: unknown[]) => Promise<unknown>;


/** One linearizable store, as processes reach it over a network that fails them. */
export class Store {
  readonly inner: ExecutionLog;
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #chronicle: Chronicle;
  readonly #leaseMs: number;
  #offsetMs = 0;
  troubles: StoreTroubles = noTroubles;
  /** At most so long it takes to reach the store, or its answer to come. */
  latencyMs = 4;
  /** Statements under way that may still be applied. */
  pending = 0;
  /** Told of every statement that is applied. */
  trace: (what: () => string) => void = () => {};
  fail: (error: unknown) => void = () => {};

  constructor(time: VirtualTime, chance: Chance, chronicle: Chronicle, leaseMs: number) {
    this.#time = time;
    this.#chance = chance;
    this.#chronicle = chronicle;
    this.#leaseMs = leaseMs;
    this.inner = memoryLog({ now: () => this.nowMs });
  }

  get nowMs(): number {
    return Math.floor(epochMs + this.#time.nowMs + this.#offsetMs);
  }

  /** Its clock is set forward. */
  jump(byMs: number): void {
    this.#offsetMs += byMs;
  }

  /** The store as this process has it; `isCutOff`: it cannot reach it now. */
  logOf(machine: Machine, isCutOff: () => boolean, asked: (method: LogMethod, when: Moment) => void): ExecutionLog {
    return new Proxy(this.inner, {
      get: (inner, name) => {
        const part: unknown = Reflect.get(inner, name, inner);
        if (typeof part !== 'function') return part;
        if (name === 'open' || name === 'close') return async () => {};
        return (...args: readonly unknown[]) => this.#ask(machine, name as LogMethod, args, isCutOff, asked);
      },
    });
  }

  #ask(
    machine: Machine,
    method: LogMethod,
    args: readonly unknown[],
    isCutOff: () => boolean,
    asked: (method: LogMethod, when: Moment) => void,
  ): Promise<unknown> {
    if (!machine.isAlive) return never();
    asked(method, 'asked');
    const fate = this.#fate(isCutOff());
    if (fate.answer !== 'result') this.#chronicle.count(`fault: ${nameOf(fate)}`);
    return new Promise((resolve, reject) => {
      const lost = (): void => {
        this.trace(() => `${machine.name} is told that ${method} failed`);
        reject(new LogUnavailableError(new Error(`${method} was not answered`)));
      };
      const answer = (then: () => void): void => {
        this.#time.in(fate.answeredInMs, () =>
          machine.enter(() => {
            if (isCutOff()) return lost();
            asked(method, 'answered');
            if (machine.isAlive) then();
          }));
      };
      const isLate = fate.appliedInMs !== null && fate.answer === 'lost' && fate.answeredInMs < fate.appliedInMs;
      if (fate.answer === 'lost' && (fate.appliedInMs === null || isLate)) answer(lost);
      if (fate.appliedInMs === null) return;
      this.pending += 1;
      this.#time.in(fate.appliedInMs, () => {
        this.pending -= 1;
        this.#apply(machine, method, args, isLate || fate.answer !== 'result').then(
          (result) => {
            asked(method, 'applied');
            if (fate.answer === 'silence' || isLate) return;
            answer(fate.answer === 'lost' ? lost : () => resolve(result));
          },
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passed on as it came
          (error: unknown) => answer(() => reject(error)),
        );
      });
    });
  }

  #fate(isCutOff: boolean): Fate {
    const chance = this.#chance;
    const { refused, answerLost, silent, dropped, late, slow } = this.troubles;
    const shortMs = chance.hits(0.5) ? 0 : chance.int(1, this.latencyMs);
    const ok: Fate = { appliedInMs: shortMs, answer: 'result', answeredInMs: chance.hits(0.7) ? 0 : chance.int(1, this.latencyMs) };
    if (isCutOff) return { appliedInMs: null, answer: chance.hits(0.7) ? 'lost' : 'silence', answeredInMs: shortMs };
    let left = chance.random();
    const happens = (probability: number): boolean => (left -= probability) < 0;
    if (happens(refused)) return { ...ok, appliedInMs: null, answer: 'lost' };
    if (happens(answerLost)) return { ...ok, answer: 'lost' };
    if (happens(silent)) return { ...ok, answer: 'silence' };
    if (happens(dropped)) return { ...ok, appliedInMs: null, answer: 'silence' };
    if (happens(late)) {
      const appliedInMs = chance.int(5, chance.weighted([[3, 100], [2, this.#leaseMs], [1, 3 * this.#leaseMs]]));
      return { appliedInMs, answer: chance.hits(0.8) ? 'lost' : 'silence', answeredInMs: shortMs };
    }
    if (happens(slow)) {
      const slowMs = chance.int(5, Math.ceil(this.#leaseMs * 0.6));
      return chance.hits(0.5) ? { ...ok, appliedInMs: slowMs } : { ...ok, answeredInMs: slowMs };
    }
    return ok;
  }

  async #apply(machine: Machine, method: LogMethod, args: readonly unknown[], isUnheard: boolean): Promise<unknown> {
    const { inner } = this;
    const result: unknown = await (Reflect.get(inner, method) as Method).apply(inner, [...args]);
    try {
      await this.#tell(method, args, result);
    } catch (error) {
      this.trace(() => `${machine.name} ${method}: ${(error as Error).message}`);
      this.fail(error);
    }
    this.trace(() => `${machine.name} ${method}${isUnheard ? ' (unheard)' : ''} ${shown(method, args)} → ${shownResult(result)}`);
    return result;
  }

  async #tell(method: LogMethod, args: readonly unknown[], result: unknown): Promise<void> {
    if (method === 'write') {
      const [batch] = args as [readonly Write[]];
      const heads = new Map((await this.inner.heads(batch.map(({ id }) => id))).map((head) => [head.id, head]));
      batch.forEach((write, index) => this.#tellWrite(write, (result as readonly WriteResult[])[index]!, heads.get(write.id)));
    } else if (method === 'claim') {
      for (const claimed of result as readonly Claimed[]) this.#chronicle.claimed(claimed);
    }
  }

  #tellWrite(write: Write, result: WriteResult, head: Head | undefined): void {
    if (write.type === 'create') this.#chronicle.created(write, result, head!);
    else this.#chronicle.appended(write, result, head);
  }
}

function nameOf({ appliedInMs, answer, answeredInMs }: Fate): string {
  if (appliedInMs === null) return answer === 'lost' ? 'refused' : 'dropped';
  if (answer === 'silence') return 'silent';
  return answeredInMs < appliedInMs ? 'late' : 'answer lost';
}

function shown(method: LogMethod, args: readonly unknown[]): string {
  if (method === 'write') return (args[0] as readonly Write[]).map(shownWrite).join(' | ');
  if (method === 'beat') return String(args[0]);
  if (method === 'claim') {
    const { worker, id, limit } = args[0] as { readonly worker: string; readonly id?: string; readonly limit: number };
    return `${worker} ${id ?? `up to ${limit}`}`;
  }
  return JSON.stringify(args).slice(0, 200);
}

function shownWrite(write: Write): string {
  const events = write.events.map(({ type, step, data }) => `${type}${step === null ? '' : ` ${step}`} ${data.slice(0, 120)}`).join('; ');
  if (write.type === 'create') return `create ${write.id} [${events}]`;
  const { id, epoch, fromSeq, status, keepsOwner, wakeInMs } = write;
  return `append ${id} epoch ${epoch} from ${fromSeq} ${status}${keepsOwner ? '' : ' released'} wake ${wakeInMs} [${events}]`;
}

type Part = Partial<Head & { readonly type: string }>;

function shownResult(result: unknown): string {
  if (!Array.isArray(result)) return JSON.stringify(result)?.slice(0, 120) ?? '';
  const parts = result as readonly Part[];
  const shownPart = ({ type, id, epoch, seq, owner, status }: Part): string =>
    type ?? (id === undefined ? '…' : `${id}@${epoch}:${seq} ${owner} ${status}`);
  return parts.map(shownPart).join(', ');
}
