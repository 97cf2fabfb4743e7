import type { EpochMs, ExecutionLog, Head } from './execution-log.js';

/** Deaths of workers closer together than this are one: a host that restarts in a loop is no fault of the execution. */
const apartMs = 60_000;

/**
 * How many workers died over an execution since it last got anywhere (durability.md, guarantee 8). A worker that is known to have lived on,
 * drained, fenced itself or lost its database, did not die.
 */
export async function deathsOver({ takeovers }: Pick<Head, 'takeovers'>, log: Pick<ExecutionLog, 'livedOn'>): Promise<number> {
  const all = takeovers.split(',').filter((one) => one !== '').map(takeoverIn);
  if (all.length === 0) return 0;
  const alive = new Set(await log.livedOn([...new Set(all.map(({ worker }) => worker))]));
  let deaths = 0;
  let lastAtMs = -Infinity;
  for (const { worker, atMs } of all) {
    if (alive.has(worker) || atMs - lastAtMs < apartMs) continue;
    deaths += 1;
    lastAtMs = atMs;
  }
  return deaths;
}

function takeoverIn(text: string): { readonly worker: string; readonly atMs: EpochMs } {
  const at = text.lastIndexOf('@');
  return { worker: text.slice(0, at), atMs: Number(text.slice(at + 1)) };
}
