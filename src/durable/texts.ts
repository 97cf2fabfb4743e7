// What a database takes for text: all but NUL, which PostgreSQL refuses, and lone surrogates, which are no characters.

export function isStorableText(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}
