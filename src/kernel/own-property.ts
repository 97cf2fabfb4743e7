/** Adds a property of the object's own, whatever its name: assigning `__proto__` would set the prototype. */
export function setOwn(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
}

export function ownRecord(entries: Iterable<readonly [name: string, value: unknown]>): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [name, value] of entries) setOwn(record, name, value);
  return record;
}
