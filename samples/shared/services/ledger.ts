import { Rejection } from './http-service.js';

interface Entry<T> {
  readonly value: T;
  standing: boolean;
}

/**
 * What a service keeps: each entry under its id and under the idempotency key it came with. The same key gives the same entry again.
 * A key that was struck is used up: what arrives under it later is refused, so that a cancellation is not overtaken by what it cancelled.
 */
export class Ledger<T> {
  private readonly byId = new Map<string, Entry<T>>();
  private readonly idByKey = new Map<string, string>();
  private readonly struckKeys = new Set<string>();
  private count = 0;

  constructor(private readonly prefix: string) {}

  enter(key: string, make: (id: string) => T): T {
    const known = this.entryUnder(key);
    if (this.struckKeys.has(key) || known?.standing === false) throw new Rejection(409, 'what came under this key was taken back');
    if (known) return known.value;
    const id = `${this.prefix}-${(this.count += 1)}`;
    const value = make(id);
    this.byId.set(id, { value, standing: true });
    this.idByKey.set(key, id);
    return value;
  }

  /** Bears repetition. */
  strike(id: string): void {
    const entry = this.byId.get(id);
    if (entry) entry.standing = false;
  }

  /** Bears repetition, and comes in time even where the entry has yet to come. */
  strikeKey(key: string): void {
    this.struckKeys.add(key);
    const entry = this.entryUnder(key);
    if (entry) entry.standing = false;
  }

  /** @throws Rejection when there is no such entry, or no longer */
  standing(id: string): T {
    const entry = this.byId.get(id);
    if (!entry?.standing) throw new Rejection(404, `${id} is unknown, or was taken back`);
    return entry.value;
  }

  allStanding(): T[] {
    return [...this.byId.values()].filter(({ standing }) => standing).map(({ value }) => value);
  }

  private entryUnder(key: string): Entry<T> | undefined {
    return this.byId.get(this.idByKey.get(key) ?? '');
  }
}
