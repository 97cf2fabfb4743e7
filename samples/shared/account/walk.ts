/** One numbered place of the walk: a step going forward, or what undid it on the way back. */
interface Stop {
  readonly number: number;
  readonly arrow: '→' | '←';
  readonly name: string;
  readonly lines: string[];
}

/**
 * Numbers the stops. Those that overlap are told together, once the last of them is over: so the lines come in the same order
 * whoever was faster.
 */
export class Walk {
  private count = 0;
  private group: Stop[] = [];
  private readonly underWay = new Map<string, Stop>();
  /** Said while stops were under way: they are told first. */
  private saidMeanwhile: string[] = [];

  constructor(
    private readonly tell: (line: string) => void,
    private readonly nameWidth: number,
  ) {}

  begin(key: string, arrow: Stop['arrow'], name: string): void {
    if (this.underWay.has(key)) return; // another attempt of the same
    const stop: Stop = { number: (this.count += 1), arrow, name, lines: [] };
    this.underWay.set(key, stop);
    this.group.push(stop);
  }

  remark(key: string, line: string): void {
    this.underWay.get(key)?.lines.push(line);
  }

  end(key: string, line: string): void {
    this.remark(key, line);
    this.underWay.delete(key);
    if (this.underWay.size > 0) return;
    for (const line of [...drawn(this.group, this.nameWidth), ...this.saidMeanwhile]) this.tell(line);
    this.group = [];
    this.saidMeanwhile = [];
  }

  say(said: string): void {
    const line = `         ${said}`;
    if (this.underWay.size > 0) this.saidMeanwhile.push(line);
    else this.tell(line);
  }
}

/** `┌ 3 → hotel …` and so on for stops that overlapped; one by itself has no bracket. */
function drawn(group: readonly Stop[], nameWidth: number): string[] {
  const lines = group.flatMap(({ number, arrow, name, lines: [first = '', ...others] }) => [
    `${String(number).padStart(2)} ${arrow} ${name.padEnd(nameWidth)} ${first}`,
    ...others.map((line) => `${' '.repeat(nameWidth + 5)} ${line}`),
  ]);
  const brackets = group.length === 1 ? ' ' : `┌${'│'.repeat(Math.max(0, lines.length - 2))}└`;
  return lines.map((line, at) => `  ${brackets[at] ?? ' '} ${line}`);
}
