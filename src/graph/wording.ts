// How the user's names and values read in messages and descriptions.

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** More names than this help nobody. */
const namesTold = 20;

/** `'hotel'`. A name may hold anything, line ends included: it stays one word on one line. */
export function quoted(name: string): string {
  const escaped = JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped}'`;
}

/** `hotel`, `lodging/hotel`, or `'my hotel'` where the quotes are needed to see the name. */
export function bare(name: string): string {
  return name.split('/').every((segment) => identifier.test(segment)) ? name : quoted(name);
}

/** `hotel`, or `'my hotel'`: as it is written in an object. */
export function propertyKey(name: string): string {
  return identifier.test(name) ? name : quoted(name);
}

/** `BookTrip.hotel`, `BookTrip['my hotel']`, `BookTrip[Symbol(hotel)]`. */
export function memberPath(className: string, method: string | symbol): string {
  if (typeof method === 'symbol') return `${className}[${String(method)}]`;
  return identifier.test(method) ? `${className}.${method}` : `${className}[${quoted(method)}]`;
}

/** `exchangeRates, authorization, hotel`. */
export function listed(names: readonly string[]): string {
  const told = names.slice(0, namesTold).map(bare).join(', ');
  return names.length > namesTold ? `${told} and ${names.length - namesTold} more` : told;
}

/** `hotel, car and flight`. */
export function joined(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** A value as it would be written in the source, as far as that is short. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'bigint':
      return `${value}n`;
    case 'function':
      return 'a function';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? shownArray(value) : 'an object';
    default:
      return String(value);
  }
}

function shownArray(values: readonly unknown[]): string {
  const told = values.slice(0, namesTold).map((value) => (Array.isArray(value) ? 'an array' : shown(value)));
  return `[${told.join(', ')}${values.length > namesTold ? ', …' : ''}]`;
}
