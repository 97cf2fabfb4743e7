/** Ends a switch over a closed union: a variant that was added and not handled is a compile error here. */
export function unreachable(value: never): never {
  throw new TypeError(`unreachable: ${JSON.stringify(value)}`);
}
